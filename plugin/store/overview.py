"""Reading the store from outside: health, figures, the log, the dead letters."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from connectors.model import TicketRef
from plugin.core.model import Case, LogEntry, Reason
from plugin.store import follow_ups, linked, messages, watchdog
from plugin.store.codec import from_ms, load_case, to_ms
from plugin.store.inbox import make_ready
from plugin.store.records import DeadLetter
from plugin.store.schema import case_log, cases, cursors, deliveries, operations, tickets
from plugin.store.statements import put

_WORKER = "worker_seen"
_PROBED = "probed"
#: How far another machine's clock may be ahead; a worker seen later than that was seen at some other time.
SKEW = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What the store holds, for `/readyz` and `/metrics`."""

    oldest_pending: datetime | None
    pending_deliveries: int
    dead_deliveries: int
    open_operations: int
    dead_operations: int
    open_cases: int
    #: Open cases whose ticket has no promise timer: there must be none.
    silent_cases: int
    woken_cases: int  #: Silent cases that were found and woken so far.
    worker_seen: datetime | None
    leased: int  #: Tickets some worker has in hand.
    waiting_messages: int
    oldest_message: datetime | None  #: When the oldest that waits was written.
    dead_messages: int
    follow_ups_open: int = 0
    follow_ups_overdue: int = 0  #: At the instant asked for.


def figures(connection: Connection, *, now: datetime | None = None) -> Figures:
    """Count what waits and what is stuck; without `now` a worker may have been seen at any time."""
    pending = deliveries.c.state == "pending"
    sightings = select(func.max(cursors.c.value)).where(cursors.c.name.like(f"{_WORKER}:%"))
    if now is not None:
        sightings = sightings.where(cursors.c.value <= to_ms(now + SKEW))
    seen = connection.scalar(sightings)
    oldest = connection.scalar(select(func.min(deliveries.c.received_at)).where(pending))
    waiting_messages, dead_messages, oldest_message = messages.figures(connection)
    unfinished, overdue = follow_ups.counts(connection, now)
    return Figures(
        oldest_pending=from_ms(oldest) if oldest is not None else None,
        pending_deliveries=_count(connection, deliveries, pending),
        dead_deliveries=_count(connection, deliveries, deliveries.c.state == "dead"),
        open_operations=_count(connection, operations, operations.c.state == "open"),
        dead_operations=_count(connection, operations, operations.c.state == "dead") + linked.refused(connection),
        open_cases=_count(connection, cases, cases.c.state == "open"),
        silent_cases=_silent(connection),
        woken_cases=watchdog.woken(connection),
        worker_seen=from_ms(seen) if seen is not None else None,
        leased=_count(connection, tickets, tickets.c.lease_until > 0),
        waiting_messages=waiting_messages,
        oldest_message=oldest_message,
        dead_messages=dead_messages,
        follow_ups_open=unfinished,
        follow_ups_overdue=overdue,
    )


def oldest_pending(connection: Connection) -> Mapping[str, datetime]:
    """Return of each connection with undone deliveries when the oldest came."""
    oldest = select(deliveries.c.connection, func.min(deliveries.c.received_at))
    rows = connection.execute(oldest.where(deliveries.c.state == "pending").group_by(deliveries.c.connection)).all()
    return {account: from_ms(at) for account, at in rows}


def probe(connection: Connection, now: datetime) -> None:
    """Write a word, to see whether one can."""
    _set(connection, "", _PROBED, to_ms(now))


def _count(connection: Connection, table, where) -> int:  # type: ignore[no-untyped-def]
    return int(connection.scalar(select(func.count()).select_from(table).where(where)) or 0)


def _silent(connection: Connection) -> int:
    return int(connection.scalar(select(func.count()).select_from(watchdog.silent().subquery())) or 0)


def worker_seen(connection: Connection, worker: str, now: datetime) -> None:
    """Note that a worker is alive."""
    _set(connection, "", f"{_WORKER}:{worker}", to_ms(now))


def worker_gone(connection: Connection, worker: str) -> None:
    """Forget a worker that stopped cleanly."""
    connection.execute(delete(cursors).where(cursors.c.name == f"{_WORKER}:{worker}"))


def _set(connection: Connection, account: str, name: str, value: int) -> None:
    connection.execute(put(connection, cursors, "value"), {"connection": account, "name": name, "value": value})


def log_of(connection: Connection, ref: TicketRef | None = None, *, limit: int = 1000) -> list[LogEntry]:
    """Return the case log, oldest first; of one ticket or of all."""
    query = select(case_log).order_by(case_log.c.id.desc()).limit(limit)
    if ref:
        query = query.where(case_log.c.connection == ref.connection, case_log.c.ticket_id == ref.id)
    rows = connection.execute(query).all()
    return [entry_of(row) for row in reversed(rows)]


def entry_of(row: Row[Any]) -> LogEntry:
    """Return a row of the case log as the line it is."""
    return LogEntry(
        at=from_ms(row.at),
        actor=row.actor,
        what=row.what,
        reason=Reason(row.reason),
        ticket=TicketRef(connection=row.connection, id=row.ticket_id),
        case_id=row.case_id,
        policy_version=row.policy_version,
        evidence=json.loads(row.evidence),
    )


def cases_of(connection: Connection, *, limit: int = 1000) -> list[Case]:
    """Return the newest cases, oldest first."""
    rows = connection.scalars(select(cases.c.document).order_by(cases.c.opened_at.desc()).limit(limit)).all()
    return [load_case(text) for text in reversed(rows)]


def dead_letters(connection: Connection) -> list[DeadLetter]:
    """Return everything that waits for a person, oldest first."""
    bodies = connection.execute(select(deliveries).where(deliveries.c.state == "dead").order_by(deliveries.c.id)).all()
    letters = [
        DeadLetter(
            kind="delivery",
            id=row.id,
            connection=row.connection,
            ticket_id=row.ticket_id,
            at=from_ms(row.received_at),
            reason=row.reason or "",
            body=bytes(row.body).decode("utf-8", "replace"),
        )
        for row in bodies
    ]
    refused = connection.execute(
        select(operations).where(operations.c.state == "dead").order_by(operations.c.seq)
    ).all()
    letters += [
        DeadLetter(
            kind="operation",
            id=row.seq,
            connection=row.connection,
            ticket_id=row.ticket_id,
            at=from_ms(row.created_at),
            reason=row.reason or "",
            body=row.changes,
        )
        for row in refused
    ]
    return letters + linked.dead_letters(connection) + messages.dead_letters(connection)


def replay(connection: Connection, letter: DeadLetter, *, now: datetime) -> None:
    """Put a dead letter back in its place, to be tried once more from the start; one that left it stays as it is."""
    at = to_ms(now)
    if letter.kind == "message":
        messages.replay(connection, letter.id, now=now)
        return
    if letter.kind == "linked":
        linked.replay(connection, letter.id, now=now)
        return
    if letter.kind == "delivery":
        dead = (deliveries.c.id == letter.id) & (deliveries.c.state == "dead")
        again = update(deliveries).where(dead).values(state="pending", reason=None, done_at=None)
    else:
        dead = (operations.c.seq == letter.id) & (operations.c.state == "dead")
        again = update(operations).where(dead).values(state="open", reason=None, done_at=None, next_at=at, conflicts=0)
    if connection.execute(again).rowcount == 1:
        if letter.kind == "operation":
            _bring_back_companions(connection, letter.id, at)
        make_ready(connection, letter.connection, letter.ticket_id, at)


def _bring_back_companions(connection: Connection, seq: int, at: int) -> None:
    """What was withdrawn because it hung on a refused write is wanted again, behind it."""
    first = connection.execute(select(operations).where(operations.c.seq == seq)).one()
    same = (
        (operations.c.connection == first.connection)
        & (operations.c.ticket_id == first.ticket_id)
        & (operations.c.case_id == first.case_id)
        & (operations.c.created_at == first.created_at)
        & (operations.c.reason == Reason.WITHDRAWN.value)
        & (operations.c.seq > seq)
    )
    values = {"state": "open", "reason": None, "done_at": None, "next_at": at, "conflicts": 0}
    connection.execute(update(operations).where(same).values(**values))


def tickets_waiting(connection: Connection) -> int:
    """Return how many tickets have a future or present piece of work."""
    return _count(connection, tickets, tickets.c.ready_at.is_not(None))
