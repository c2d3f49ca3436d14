"""Tickets of other accounts that were opened for a case: written with the step that changes them.

Rule 1: it is found from either end: the ticket it was opened for, and itself; the document holds all of it.
Rule 2: one that was refused waits for a person as long as its case is open.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, func, or_, select

from connectors.model import TicketRef
from plugin.core.linked import LinkedState, LinkedTicket
from plugin.core.model import TimerKind
from plugin.store.codec import dump, load, to_ms
from plugin.store.inbox import make_ready
from plugin.store.records import DeadLetter
from plugin.store.schema import linked_tickets, timers
from plugin.store.statements import key, of_ticket, put

_TO = and_(
    linked_tickets.c.to_connection == bindparam("of_connection"), linked_tickets.c.to_ticket == bindparam("of_ticket")
)
_REFUSED = linked_tickets.c.state == LinkedState.REFUSED.value
_OF = select(linked_tickets.c.document).where(of_ticket(linked_tickets)).order_by(linked_tickets.c.seq)
_INTO = select(linked_tickets.c.document).where(_TO).order_by(linked_tickets.c.seq)
#: Whether anything was opened for a ticket, or it for another; asked with what is known of the ticket.
ANY = select(linked_tickets.c.id).where(or_(of_ticket(linked_tickets), _TO)).exists()


def of(connection: Connection, ref: TicketRef) -> tuple[LinkedTicket, ...]:
    """Return what was opened for a ticket, the oldest first."""
    return tuple(load(text, LinkedTicket) for text in connection.scalars(_OF, key(ref)).all())


def into(connection: Connection, ref: TicketRef) -> tuple[LinkedTicket, ...]:
    """Return for what a ticket was opened, the oldest first."""
    return tuple(load(text, LinkedTicket) for text in connection.scalars(_INTO, key(ref)).all())


def write(connection: Connection, found: Iterable[LinkedTicket]) -> None:
    """Write linked tickets."""
    for one in found:
        values = {
            "connection": one.origin.connection,
            "ticket_id": one.origin.id,
            "case_id": one.case_id,
            "state": one.state.value,
            "to_connection": one.connection,
            "to_ticket": one.ticket.id if one.ticket else None,
            "document": dump(one),
        }
        connection.execute(put(connection, linked_tickets, *values, by="id"), {"id": one.id, **values})


def dead_letters(connection: Connection) -> list[DeadLetter]:
    """Return the tickets that could not be opened, the oldest first."""
    query = select(linked_tickets.c.seq, linked_tickets.c.document).where(_REFUSED).order_by(linked_tickets.c.seq)
    found = [(row.seq, load(row.document, LinkedTicket)) for row in connection.execute(query).all()]
    return [
        DeadLetter(
            kind="linked",
            id=number,
            connection=one.origin.connection,
            ticket_id=one.origin.id,
            at=one.wanted_at,
            reason=f"a ticket on {one.place}: {one.problem}",
            body=dump(one),
        )
        for number, one in found
    ]


def refused(connection: Connection) -> int:
    """Count the tickets that could not be opened."""
    return int(connection.scalar(select(func.count()).select_from(linked_tickets).where(_REFUSED)) or 0)


def replay(connection: Connection, number: int, *, now: datetime) -> None:
    """Have a ticket opened that was refused."""
    text = connection.scalar(select(linked_tickets.c.document).where(linked_tickets.c.seq == number, _REFUSED))
    if text is None:
        return
    one = load(text, LinkedTicket)
    write(connection, [replace(one, state=LinkedState.WANTED, next_at=now, problem="", late=False, wanted_at=now)])
    ref, at = one.origin, to_ms(now)
    row = {"connection": ref.connection, "ticket_id": ref.id, "kind": TimerKind.LINKED.value, "due_at": at}
    connection.execute(put(connection, timers, "due_at"), row)
    make_ready(connection, ref.connection, ref.id, at)
