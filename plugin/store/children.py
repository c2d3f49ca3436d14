"""Which tickets are incidents of a problem, as far as they were heard of or read.

Rule 1: a problem calls its children in the transaction that says so; each has a timer, so many in a minute.
Rule 2: tickets are called in the order of their ids, so that two that call never wait for each other.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select

from connectors.model import TicketRef
from plugin.core.children import Problem
from plugin.core.model import TimerKind
from plugin.store.codec import to_ms
from plugin.store.inbox import make_ready
from plugin.store.schema import cases, tickets, timers
from plugin.store.statements import key, of_ticket, put

#: Most children called at once.
MOST = 5_000
MINUTE = timedelta(minutes=1)

_CHILDREN = (
    select(tickets.c.ticket_id)
    .where(tickets.c.connection == bindparam("of_connection"), tickets.c.problem == bindparam("of_ticket"))
    .where(tickets.c.done == 0)
    .order_by(tickets.c.ticket_id)
    .limit(MOST)
)
_STANDING = select(
    select(tickets.c.done).where(of_ticket(tickets)).scalar_subquery(),
    select(cases.c.id).where(of_ticket(cases), cases.c.state == "open").scalar_subquery(),
)


def call(connection: Connection, ref: TicketRef, *, per_minute: int, now: datetime) -> None:
    """Have every child that is not done look at its problem, `per_minute` of them at most."""
    for i, child in enumerate(connection.scalars(_CHILDREN, key(ref)).all()):
        at = to_ms(now + i // per_minute * MINUTE)
        row = {"connection": ref.connection, "ticket_id": child, "kind": TimerKind.PROBLEM.value, "due_at": at}
        connection.execute(put(connection, timers, "due_at"), row)
        make_ready(connection, ref.connection, child, at)


def problem(connection: Connection, ref: TicketRef) -> Problem:
    """Return how a problem's ticket stands."""
    done, case_id = connection.execute(_STANDING, key(ref)).one()
    return Problem(id=ref.id, case_id=case_id, done=bool(done))
