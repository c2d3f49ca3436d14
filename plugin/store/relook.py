"""Having the rules asked anew of every ticket, after the policy changed.

Rule 1: a few at a time, each in a short transaction, spread over time: the day's work goes on in between.
Rule 2: done tickets are left alone; only an event can make anything of them.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, tuple_

from plugin.store.codec import to_ms
from plugin.store.limits import look_again
from plugin.store.schema import tickets

#: Tickets in one transaction, and tickets looked at anew in one second.
BATCH, AT_ONCE = 500, 100
#: Connection and id of a ticket.
Key = tuple[str, str]


def look_at_some(connection: Connection, after: Key, *, now: datetime, done: int) -> list[Key]:
    """Have the next tickets behind a key looked at; `done` is how many were before. Empty: there are no more."""
    keys = tuple_(tickets.c.connection, tickets.c.ticket_id)
    rows = connection.execute(
        select(tickets.c.connection, tickets.c.ticket_id)
        .where(keys > after, tickets.c.done == 0)
        .order_by(tickets.c.connection, tickets.c.ticket_id)
        .limit(BATCH)
    ).all()
    for i, row in enumerate(rows):
        look_again(connection, row.connection, row.ticket_id, to_ms(now) + (done + i) * 1000 // AT_ONCE)
    return [(row.connection, row.ticket_id) for row in rows]
