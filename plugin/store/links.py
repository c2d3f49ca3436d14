"""Tickets of other accounts that were opened for a case: written with the step that changes them.

Rule 1: a link is found from either of its tickets; the document holds all of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, and_, bindparam, or_, select

from connectors.model import TicketRef
from plugin.core.linked import Link
from plugin.store.codec import dump, load
from plugin.store.schema import links
from plugin.store.statements import key, of_ticket, put

_TO = and_(links.c.to_connection == bindparam("of_connection"), links.c.to_ticket == bindparam("of_ticket"))
_OF = select(links.c.document).where(of_ticket(links)).order_by(links.c.seq)
_INTO = select(links.c.document).where(_TO).order_by(links.c.seq)
#: Whether a ticket has any, or is at the other end of one; asked with what is known of the ticket.
ANY = select(links.c.id).where(or_(of_ticket(links), _TO)).exists()


def of(connection: Connection, ref: TicketRef) -> tuple[Link, ...]:
    """Return the links of a ticket to others that were opened for it, the oldest first."""
    return tuple(load(text, Link) for text in connection.scalars(_OF, key(ref)).all())


def into(connection: Connection, ref: TicketRef) -> tuple[Link, ...]:
    """Return the links for which a ticket was opened, the oldest first."""
    return tuple(load(text, Link) for text in connection.scalars(_INTO, key(ref)).all())


def write(connection: Connection, found: Iterable[Link]) -> None:
    """Write links."""
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
        connection.execute(put(connection, links, *values, by="id"), {"id": one.id, **values})
