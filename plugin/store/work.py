"""Claiming tickets, and writing down what was decided about them.

Rule 1: a ticket is claimed by its row under a lease; that alone keeps a ticket's events in order.
Rule 2: whoever writes proves the lease in the same transaction; a worker that lost it writes nothing.
Rule 3: a released ticket is ready again when its next piece of work is, and not before.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.engine import Row

from connectors.model import DONE, Operation, TicketRef
from plugin.core.model import LIVE, Case, LogEntry, Mirror, Reason, TimerKind
from plugin.store import calls, chain, children, follow_ups, inbox, limits, linked, messages, remedies, sightings, turns
from plugin.store.codec import (
    dump_case,
    dump_changes,
    dump_mirror,
    from_ms,
    load_case,
    load_changes,
    load_mirror,
    to_ms,
)
from plugin.store.pauses import may_be_asked
from plugin.store.records import Claim, Delivery, Gone, LeaseLost, Naming, NewDelivery, Outgoing, Progress, Step, Work
from plugin.store.schema import case_log, cases, deliveries, operations, tickets, timers
from plugin.store.statements import key, of_ticket, put

#: Deliveries of one ticket taken up under one claim.
DELIVERIES_AT_ONCE = 50

_HERE = tickets.c.connection.in_(bindparam("accounts", expanding=True))
_DUE = (
    select(tickets.c.connection, tickets.c.ticket_id)
    .where(tickets.c.ready_at <= bindparam("now"), tickets.c.lease_until <= bindparam("now"), _HERE)
    .where(may_be_asked())
    .order_by(tickets.c.ready_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_CLAIM = (
    update(tickets)
    .where(tickets.c.connection == _DUE.c.connection, tickets.c.ticket_id == _DUE.c.ticket_id)
    .values(lease_until=bindparam("until"), lease_token=bindparam("token"))
    .returning(tickets.c.ready_at, tickets.c.connection, tickets.c.ticket_id)
)
_READY = (
    select(tickets.c.ready_at)
    .where(tickets.c.ready_at.is_not(None), tickets.c.lease_until <= bindparam("now"), _HERE)
    .order_by(tickets.c.ready_at)
    .limit(1)
)
_LEASED = select(func.min(tickets.c.lease_until)).where(tickets.c.lease_until > bindparam("now"))
_WAKE = select(_READY.scalar_subquery(), _LEASED.scalar_subquery())

_STANDING = select(
    select(tickets.c.mirror).where(of_ticket(tickets)).scalar_subquery(),
    select(cases.c.document).where(of_ticket(cases), cases.c.state == "open").scalar_subquery(),
    select(cases.c.document)
    .where(of_ticket(cases), cases.c.state != "open")
    .order_by(cases.c.ended_at.desc())
    .limit(1)
    .scalar_subquery(),
    follow_ups.ANY,
    linked.ANY,
)
_PENDING = (
    select(deliveries)
    .where(of_ticket(deliveries), deliveries.c.state == "pending")
    .order_by(deliveries.c.id)
    .limit(DELIVERIES_AT_ONCE)
)
_TIMERS = select(timers.c.kind, timers.c.due_at).where(of_ticket(timers))
_OPERATIONS = select(operations).where(of_ticket(operations), operations.c.state == "open").order_by(operations.c.seq)

_MINE = update(tickets).where(of_ticket(tickets), tickets.c.lease_token == bindparam("mine")).returning(chain.newest())
_HEARD = update(deliveries).where(deliveries.c.id.in_(bindparam("ids", expanding=True)))
_NO_TIMER = timers.delete().where(of_ticket(timers), timers.c.kind == bindparam("of_kind"))
_LOG = case_log.insert()

_TOKEN = select(tickets.c.lease_token).where(of_ticket(tickets)).with_for_update()  # deliveries wait for this row
_NEXT = select(
    select(operations.c.next_at)
    .where(of_ticket(operations), operations.c.state == "open")
    .order_by(operations.c.seq)
    .limit(1)
    .scalar_subquery(),
    select(deliveries.c.id).where(of_ticket(deliveries), deliveries.c.state == "pending").exists(),
    select(func.min(timers.c.due_at)).where(of_ticket(timers)).scalar_subquery(),
)
_TAKE = select(tickets.c.ticket_id).where(of_ticket(tickets)).with_for_update()
_FREE = update(tickets).where(of_ticket(tickets))


def claim(
    connection: Connection, accounts: Sequence[str], *, now: datetime, lease: timedelta, limit: int
) -> list[Claim]:
    """Take up to `limit` tickets with work due, each for this worker alone; none of an account that is paused."""
    token = uuid.uuid4().hex
    of = {"now": to_ms(now), "accounts": list(accounts), "most": limit, "until": to_ms(now + lease), "token": token}
    rows = sorted(tuple(row) for row in connection.execute(_CLAIM, of).all())  # who waits longest comes first
    return [Claim(ticket=TicketRef(connection=account, id=id_), token=token, lease=lease) for _, account, id_ in rows]


def next_wake(connection: Connection, accounts: Sequence[str], *, now: datetime) -> datetime | None:
    """Return when there is work next: a ticket ready, or a dead worker's lease running out."""
    ready, leased = connection.execute(_WAKE, {"now": to_ms(now), "accounts": list(accounts)}).one()
    known = [ms for ms in (ready, leased) if ms is not None]
    return from_ms(min(known)) if known else None


def load(connection: Connection, claimed: Claim) -> Work:
    """Return everything there is to do for a claimed ticket."""
    ref = claimed.ticket
    mirror, case, last, follows, is_linked = connection.execute(_STANDING, key(ref)).one()
    pending = connection.execute(_PENDING, key(ref)).all()  # at once: a cursor left open by an error would keep
    waiting = connection.execute(_TIMERS, key(ref)).all()  # SQLite's connection in an old snapshot
    return Work(
        mirror=load_mirror(mirror or "{}"),
        case=load_case(case) if case else None,
        last=load_case(last) if last else None,
        deliveries=tuple(_delivery(row) for row in pending),
        timers={TimerKind(kind): from_ms(due) for kind, due in waiting},
        operations=open_operations(connection, ref),
        held=limits.held_names(connection),
        follow_ups=follow_ups.of(connection, ref) if follows else (),
        opened=linked.of(connection, ref) if is_linked else (),
        into=linked.into(connection, ref) if is_linked else (),
        allowances=calls.known(connection, ref.connection),
    )


def open_operations(connection: Connection, ref: TicketRef) -> tuple[Outgoing, ...]:
    """Return the ticket's operations that are not finished, in order."""
    rows = connection.execute(_OPERATIONS, key(ref)).all()
    return tuple(_outgoing(row) for row in rows)


def write(connection: Connection, claimed: Claim, step: Step, *, now: datetime) -> None:
    """Write one decision, or raise LeaseLost, OverLimit or TurnTaken and write nothing."""
    if step.onward:
        _lock(connection, claimed.ticket, step.onward)
    digest = _prove(connection, claimed, step.mirror, now)
    limits.count(connection, claimed.ticket, step.limited, now=now)
    if step.turn:
        turns.take(connection, step.turn)
    limits.remember(connection, claimed.ticket, step.held, now=now)
    _name(connection, claimed.ticket, step.naming)
    remedies.record(connection, claimed.ticket, step.remedies)
    _mark_deliveries(connection, step, now)
    if step.case:
        _write_case(connection, step.case, step.mirror)
    _write_timers(connection, claimed.ticket, step.timers)
    for outgoing in step.operations:
        _write_operation(connection, outgoing, now)
    if step.children:
        children.call(connection, claimed.ticket, per_minute=step.children, now=now)
    follow_ups.write(connection, step.follow_ups)
    linked.write(connection, step.opened)
    for delivery in step.onward:
        inbox.store(connection, delivery)
    if step.log:
        _write_log(connection, step.log, digest)
    if step.messages:
        messages.write(connection, step.messages)
    if step.spent:
        calls.spend(connection, claimed.ticket.connection, step.spent, now=now)


def _lock(connection: Connection, ref: TicketRef, onward: Sequence[NewDelivery]) -> None:
    """Take the tickets in one order: two that tell each other something never wait in a circle."""
    names = sorted({(ref.connection, ref.id), *((one.connection, one.ticket_id) for one in onward)})
    for account, ticket_id in names:
        connection.execute(_TAKE, {"of_connection": account, "of_ticket": ticket_id})


def _name(connection: Connection, ref: TicketRef, naming: Naming | Gone | None) -> None:
    """Write down what the ticket names now, or that it is no more and who inherits."""
    if isinstance(naming, Naming):
        sightings.record(connection, ref, naming)
    elif naming is not None:
        sightings.forget(connection, ref, merged_into=naming.merged_into)
        if naming.inherits:
            inbox.store(connection, naming.inherits)


def release(
    connection: Connection, claimed: Claim, *, now: datetime, not_before: datetime | None = None
) -> datetime | None:
    """Give the ticket back and return when there is work for it next, though not before `not_before`."""
    ref = claimed.ticket
    held = connection.scalar(_TOKEN, key(ref))
    if held != claimed.token:
        return None
    ready = _next_work(connection, ref, now)
    if ready is not None and not_before is not None:
        ready = max(ready, to_ms(not_before))
    free = {"lease_until": 0, "lease_token": "", "ready_at": ready, "setbacks": 0}
    connection.execute(_FREE, {**key(ref), **free})
    return from_ms(ready) if ready is not None else None


def _next_work(connection: Connection, ref: TicketRef, now: datetime) -> int | None:
    """An unfinished operation holds up everything behind it; then deliveries, then timers."""
    unfinished, heard, timed = connection.execute(_NEXT, key(ref)).one()
    if unfinished is not None:
        return int(unfinished)
    return to_ms(now) if heard else timed


def _prove(connection: Connection, claimed: Claim, mirror: Mirror | None, now: datetime) -> str:
    """Renew the lease, or raise LeaseLost; return the digest of the ticket's newest line in the log."""
    values: dict[str, object] = {"lease_until": to_ms(now + claimed.lease)}
    if mirror:
        values |= {"mirror": dump_mirror(mirror), "done": int(mirror.known.get("status") in DONE)}
    if mirror and "problem_id" in mirror.known:  # unknown: as it was; whoever is called is read first
        values["problem"] = mirror.known["problem_id"]
    if mirror and "assignee_id" in mirror.known:
        values["assignee"] = mirror.known["assignee_id"]
    row = connection.execute(_MINE, {**key(claimed.ticket), "mine": claimed.token, **values}).first()
    if row is None:
        raise LeaseLost(str(claimed.ticket))
    return row[0] or ""


def _mark_deliveries(connection: Connection, step: Step, now: datetime) -> None:
    if step.done:
        connection.execute(_HEARD, {"ids": list(step.done), "state": "done", "done_at": to_ms(now)})
    for delivery_id, reason in step.dead:
        dead = {"state": "dead", "reason": reason, "done_at": to_ms(now)}
        connection.execute(_HEARD, {"ids": [delivery_id], **dead})


def _write_case(connection: Connection, case: Case, mirror: Mirror | None) -> None:
    values: dict[str, object] = {
        "connection": case.ticket.connection,
        "ticket_id": case.ticket.id,
        "state": "open" if case.state in LIVE else case.state.value,
        "rule": case.rule,
        "severity": case.severity.value,
        "owner": case.owner,
        "policy_version": case.policy_version,
        "opened_at": to_ms(case.opened_at),
        "ended_at": to_ms(case.ended_at) if case.ended_at else None,
        "document": dump_case(case),
    }
    if mirror and "requester_id" in mirror.known:
        values["requester"] = mirror.known["requester_id"]
    connection.execute(put(connection, cases, *values), {"id": case.id, **values})


def _write_timers(connection: Connection, ref: TicketRef, told: Mapping[TimerKind, datetime | None]) -> None:
    """Set the timers that have an instant, take the others away."""
    gone = [{**key(ref), "of_kind": kind.value} for kind, due in told.items() if due is None]
    if gone:
        connection.execute(_NO_TIMER, gone)
    of = {"connection": ref.connection, "ticket_id": ref.id}
    rows = [{**of, "kind": kind.value, "due_at": to_ms(due)} for kind, due in told.items() if due is not None]
    if rows:
        connection.execute(put(connection, timers, "due_at"), rows)


def _write_operation(connection: Connection, outgoing: Outgoing, now: datetime) -> None:
    progress = {
        "state": outgoing.state.value,
        "attempts": outgoing.attempts,
        "conflicts": outgoing.conflicts,
        "next_at": to_ms(outgoing.next_at),
        "changes": dump_changes(outgoing.operation.changes),
        "before": json.dumps(dict(outgoing.before)),
        "reason": _reason_text(outgoing),
        "done_at": None if outgoing.state is Progress.OPEN else to_ms(now),
    }
    ref = outgoing.operation.ticket
    row = {
        "id": outgoing.operation.id,
        "connection": ref.connection,
        "ticket_id": ref.id,
        "case_id": outgoing.case_id,
        "rule": outgoing.rule,
        "created_at": to_ms(outgoing.created_at),
        **progress,
    }
    connection.execute(put(connection, operations, *progress, by="id"), row)


def _reason_text(outgoing: Outgoing) -> str | None:
    if outgoing.reason is None:
        return None
    return f"{outgoing.reason.value}: {outgoing.detail}" if outgoing.detail else outgoing.reason.value


def _write_log(connection: Connection, entries: Sequence[LogEntry], digest: str) -> None:
    """Append lines of one ticket to the case log, behind the one with that digest."""
    lines = [
        {
            "at": to_ms(entry.at),
            "connection": entry.ticket.connection,
            "ticket_id": entry.ticket.id,
            "case_id": entry.case_id,
            "policy_version": entry.policy_version,
            "actor": entry.actor,
            "what": entry.what,
            "reason": entry.reason.value,
            "evidence": json.dumps(dict(entry.evidence), default=str),
        }
        for entry in entries
    ]
    connection.execute(_LOG, chain.linked(digest, lines))


def _delivery(row: Row) -> Delivery:  # type: ignore[type-arg]
    return Delivery(
        id=row.id,
        connection=row.connection,
        ticket_id=row.ticket_id,
        received_at=from_ms(row.received_at),
        headers=json.loads(row.headers),
        body=bytes(row.body),
    )


def _outgoing(row: Row) -> Outgoing:  # type: ignore[type-arg]
    ref = TicketRef(connection=row.connection, id=row.ticket_id)
    reason, _, detail = (row.reason or "").partition(": ")
    return Outgoing(
        operation=Operation(id=row.id, ticket=ref, changes=load_changes(row.changes)),
        case_id=row.case_id,
        rule=row.rule,
        before=json.loads(row.before),
        state=Progress(row.state),
        attempts=row.attempts,
        conflicts=row.conflicts,
        next_at=from_ms(row.next_at),
        created_at=from_ms(row.created_at),
        reason=Reason(reason) if reason else None,
        detail=detail or None,
    )
