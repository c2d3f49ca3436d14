"""On how many tickets a rule acted lately, and which rules wait for a person because of it.

Rule 1: the count is taken in the transaction that adds to it, one at a time for each rule: a limit is never passed.
Rule 2: a held rule remembers the tickets it would have acted on; a release has each of them looked at again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select, text

from connectors.model import TicketRef
from plugin.core.model import TimerKind
from plugin.store.codec import from_ms, to_ms
from plugin.store.inbox import make_ready
from plugin.store.records import HeldRule, OverLimit
from plugin.store.schema import firings, held_rules, held_tickets, timers
from plugin.store.statements import add, put

HOUR = timedelta(hours=1)
#: Firings are kept a little longer than they count.
_KEPT = timedelta(hours=2)
_HELD = select(held_rules.c.rule)


def count(connection: Connection, ref: TicketRef, limited: Sequence[tuple[str, int]], *, now: datetime) -> None:
    """Add one firing of each rule, or raise OverLimit for the first that has none left in this hour."""
    for rule, limit in sorted(limited):
        if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:rule))"), {"rule": f"limit:{rule}"})
        connection.execute(delete(firings).where(firings.c.rule == rule, firings.c.at < to_ms(now - _KEPT)))
        lately = (firings.c.rule == rule) & (firings.c.at > to_ms(now - HOUR))
        if (connection.scalar(select(func.count()).select_from(firings).where(lately)) or 0) >= limit:
            raise OverLimit(rule)
        row = {"rule": rule, "connection": ref.connection, "ticket_id": ref.id, "at": to_ms(now)}
        connection.execute(firings.insert(), row)


def hold(connection: Connection, rule: str, *, now: datetime) -> None:
    """Hold a rule until a person releases it."""
    connection.execute(add(connection, held_rules), {"rule": rule, "since": to_ms(now)})


def remember(connection: Connection, ref: TicketRef, rules: Sequence[str], *, now: datetime) -> None:
    """Note that held rules would have acted on a ticket."""
    for rule in rules:
        values = {"rule": rule, "connection": ref.connection, "ticket_id": ref.id, "at": to_ms(now)}
        connection.execute(add(connection, held_tickets), values)


def held(connection: Connection) -> tuple[HeldRule, ...]:
    """Return the rules that wait for a person."""
    waiting = select(held_tickets.c.rule, func.count().label("tickets")).group_by(held_tickets.c.rule)
    counted: dict[str, int] = {row.rule: row.tickets for row in connection.execute(waiting).all()}
    rows = connection.execute(select(held_rules).order_by(held_rules.c.since)).all()
    return tuple(HeldRule(rule=row.rule, since=from_ms(row.since), tickets=counted.get(row.rule, 0)) for row in rows)


def held_names(connection: Connection) -> frozenset[str]:
    """Return the names of the rules that wait for a person."""
    return frozenset(connection.scalars(_HELD).all())


def release(connection: Connection, rule: str, *, now: datetime) -> int | None:
    """Let a held rule act again, on what it waited with too; return how many tickets, None for a rule not held."""
    if connection.execute(delete(held_rules).where(held_rules.c.rule == rule)).rowcount == 0:
        return None
    connection.execute(delete(firings).where(firings.c.rule == rule))
    waiting = connection.execute(select(held_tickets).where(held_tickets.c.rule == rule)).all()
    connection.execute(delete(held_tickets).where(held_tickets.c.rule == rule))
    for row in waiting:
        look_again(connection, row.connection, row.ticket_id, to_ms(now))
    return len(waiting)


def look_again(connection: Connection, account: str, ticket_id: str, at: int) -> None:
    """Have a ticket's rules asked now, as if time alone had come to it."""
    row = {"connection": account, "ticket_id": ticket_id, "kind": TimerKind.RULE.value, "due_at": at}
    connection.execute(put(connection, timers, "due_at"), row)
    make_ready(connection, account, ticket_id, at)
