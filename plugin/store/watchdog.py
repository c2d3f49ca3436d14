"""Open cases and follow-ups that nothing waits for: there must be none, and one that is found is woken.

Rule 1: every open case has its promise's timer, and every open follow-up its own; one without would be silent for ever.
Rule 2: what was woken is counted, for it is a fault of ours.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from connectors.model import TicketRef
from plugin.core.model import TimerKind
from plugin.store.codec import load_case, to_ms
from plugin.store.inbox import make_ready
from plugin.store.schema import cases, cursors, follow_ups, timers
from plugin.store.statements import add, insert_for

_WOKEN = "cases_woken"


def silent() -> Select[Any]:
    """Return the query for open cases without a promise's timer: connection, ticket, document."""
    waiting = select(timers.c.kind).where(
        timers.c.connection == cases.c.connection,
        timers.c.ticket_id == cases.c.ticket_id,
        timers.c.kind == TimerKind.PROMISE.value,
    )
    wanted = select(cases.c.connection, cases.c.ticket_id, cases.c.document)
    return wanted.where(cases.c.state == "open", ~waiting.exists())


def wake(connection: Connection, *, now: datetime) -> list[TicketRef]:
    """Give every silent case its timer, due when it promised or now, and return their tickets."""
    rows = connection.execute(silent()).all()
    tickets = [TicketRef(connection=row.connection, id=row.ticket_id) for row in rows]
    for ticket, row in zip(tickets, rows, strict=True):
        due = max(to_ms(load_case(row.document).next_update_at), to_ms(now))
        values = {"connection": ticket.connection, "ticket_id": ticket.id, "kind": TimerKind.PROMISE.value}
        connection.execute(add(connection, timers), {**values, "due_at": due})
        make_ready(connection, ticket.connection, ticket.id, due)
    tickets += _wake_follow_ups(connection, now)
    if tickets:
        _count(connection, len(tickets))
    return tickets


def _wake_follow_ups(connection: Connection, now: datetime) -> list[TicketRef]:
    """Have every open follow-up looked at that nothing waits for."""
    waiting = select(timers.c.kind).where(
        timers.c.connection == follow_ups.c.connection,
        timers.c.ticket_id == follow_ups.c.ticket_id,
        timers.c.kind == TimerKind.FOLLOW_UP.value,
    )
    silent = select(follow_ups.c.connection, follow_ups.c.ticket_id).where(follow_ups.c.state == "open")
    found = [TicketRef(connection=a, id=b) for a, b in connection.execute(silent.where(~waiting.exists())).all()]
    for ref in found:
        row = {"connection": ref.connection, "ticket_id": ref.id, "kind": TimerKind.FOLLOW_UP.value}
        connection.execute(add(connection, timers), {**row, "due_at": to_ms(now)})
        make_ready(connection, ref.connection, ref.id, to_ms(now))
    return found


def woken(connection: Connection) -> int:
    """Return how many cases were woken so far."""
    return connection.scalar(select(cursors.c.value).where(cursors.c.name == _WOKEN)) or 0


def _count(connection: Connection, more: int) -> None:
    insert = insert_for(connection.dialect.name, cursors).values(connection="", name=_WOKEN, value=more)
    total = {"value": cursors.c.value + more}
    connection.execute(insert.on_conflict_do_update(index_elements=["connection", "name"], set_=total))
