"""What tickets name, so that others that name the same can be counted.

Rule 1: a ticket's rows are what it names now, as far as that is known; a merged ticket's go over to the one it became.
Rule 2: values are short names (an order, a product), never a ticket's text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, and_, delete, select

from connectors.model import TicketRef
from plugin.core.recurrence import Sighting
from plugin.store.codec import from_ms, to_ms
from plugin.store.records import Naming
from plugin.store.schema import sightings
from plugin.store.statements import add

#: Most rows looked at for one ticket: beyond, the count is at least as large.
MOST = 5_000


def record(connection: Connection, ref: TicketRef, naming: Naming) -> None:
    """Write down what a ticket names; of an entity that is told, what it does not name any more is taken away."""
    told = sightings.c.entity.in_(list(naming.entities))
    connection.execute(delete(sightings).where(_of(ref), told))
    rows = [
        {
            "connection": ref.connection,
            "entity": entity,
            "value": value,
            "ticket_id": ref.id,
            "at": to_ms(naming.at),
            "requester": naming.requester,
        }
        for entity, values in naming.entities.items()
        for value in values
    ]
    if rows:
        connection.execute(add(connection, sightings), rows)


def forget(connection: Connection, ref: TicketRef, *, merged_into: str | None = None) -> None:
    """Take away a ticket that is gone; what it named counts for the ticket it was merged into."""
    rows = connection.execute(select(sightings).where(_of(ref))).all()
    connection.execute(delete(sightings).where(_of(ref)))
    if rows and merged_into:
        moved = [{**row._mapping, "ticket_id": merged_into} for row in rows]
        connection.execute(add(connection, sightings), moved)


def others(
    connection: Connection, ref: TicketRef, entity: str, values: Iterable[str], *, since: datetime
) -> tuple[Sighting, ...]:
    """Return the other tickets that name one of the values, made since then."""
    same = connection.execute(
        select(sightings)
        .where(sightings.c.connection == ref.connection, sightings.c.entity == entity)
        .where(sightings.c.value.in_(list(values)), sightings.c.ticket_id != ref.id, sightings.c.at > to_ms(since))
        .order_by(sightings.c.at.desc())
        .limit(MOST)
    ).all()
    by_ticket = {row.ticket_id: row for row in same}
    named = _named(connection, ref.connection, by_ticket)
    return tuple(
        Sighting(ticket=ticket, at=from_ms(row.at), requester=row.requester, entities=named.get(ticket, {}))
        for ticket, row in by_ticket.items()
    )


def _named(connection: Connection, account: str, tickets: Iterable[str]) -> Mapping[str, Mapping[str, frozenset[str]]]:
    """Return everything the tickets name, by ticket and entity."""
    ids, found = list(tickets), dict[str, dict[str, frozenset[str]]]()
    for start in range(0, len(ids), 500):
        some = and_(sightings.c.connection == account, sightings.c.ticket_id.in_(ids[start : start + 500]))
        for row in connection.execute(select(sightings).where(some)).all():
            entities = found.setdefault(row.ticket_id, {})
            entities[row.entity] = entities.get(row.entity, frozenset()) | {row.value}
    return found


def _of(ref: TicketRef):  # type: ignore[no-untyped-def]
    return and_(sightings.c.connection == ref.connection, sightings.c.ticket_id == ref.id)
