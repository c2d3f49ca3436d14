"""Whose turns were taken, and how many open cases and tickets people have.

Rule 1: a turn is taken in the transaction of the decision it belongs to, one at a time for each roster.
Rule 2: a number that is taken already refuses the whole decision, which is then made anew.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, func, literal_column, select, text

from plugin.core.staff import Staff, Taken, Turn
from plugin.store.records import TurnTaken
from plugin.store.schema import cases, tickets, turns
from plugin.store.statements import put

_TAKEN = select(turns).where(turns.c.roster.in_(bindparam("rosters", expanding=True)))
_OPEN = (
    select(cases.c.owner, func.count().label("number"))
    .where(cases.c.state == literal_column("'open'"))  # as the index of open cases says it
    .group_by(cases.c.owner)
)
_ASSIGNED = (
    select(tickets.c.connection, tickets.c.assignee, func.count().label("number"))
    .where(tickets.c.done == literal_column("0"), tickets.c.assignee.is_not(None))
    .group_by(tickets.c.connection, tickets.c.assignee)
)
_OF_PERSON = select(turns.c.taken).where(turns.c.roster == bindparam("of"), turns.c.person == bindparam("whose"))
_NEWEST = select(func.max(turns.c.number)).where(turns.c.roster == bindparam("of"))


def staff(connection: Connection, rosters: Collection[str], *, weighed: bool) -> Staff:
    """Return the turns taken in some rosters and, where they are weighed, what people have open.

    The turns first: a case that is opened between the two reads has taken one, and refuses what is decided on this.
    """
    found: dict[str, dict[str, Taken]] = {}
    for row in connection.execute(_TAKEN, {"rosters": sorted(rosters)}).all():
        found.setdefault(row.roster, {})[row.person] = Taken(last=row.number, count=row.taken)
    if not weighed:
        return Staff(turns=found)
    assigned: dict[str, dict[str, int]] = {}
    for row in connection.execute(_ASSIGNED).all():
        assigned.setdefault(row.connection, {})[row.assignee] = row.number
    counted = {row.owner: row.number for row in connection.execute(_OPEN).all()}
    return Staff(turns=found, open_cases=counted, assigned=assigned)


def take(connection: Connection, turn: Turn) -> None:
    """Take a turn, or raise TurnTaken if another case has this number, or one before it is missing."""
    if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:of))"), {"of": f"turn:{turn.roster}"})
    newest = connection.scalar(_NEWEST, {"of": turn.roster}) or 0
    if turn.number != newest + 1:
        raise TurnTaken(turn)
    before = connection.scalar(_OF_PERSON, {"of": turn.roster, "whose": turn.person}) or 0
    row = {"roster": turn.roster, "person": turn.person, "number": turn.number, "taken": before + 1}
    connection.execute(put(connection, turns, "number", "taken"), row)
