"""Tickets of other accounts that were opened for a case: written with the step that changes them.

Rule 1: it is found from either end: the ticket it was opened for, and itself; the document holds all of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, and_, bindparam, or_, select

from connectors.model import TicketRef
from plugin.core.linked import LinkedTicket
from plugin.store.codec import dump, load
from plugin.store.schema import linked_tickets
from plugin.store.statements import key, of_ticket, put

_TO = and_(
    linked_tickets.c.to_connection == bindparam("of_connection"), linked_tickets.c.to_ticket == bindparam("of_ticket")
)
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
