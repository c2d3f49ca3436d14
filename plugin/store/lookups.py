"""Looking a ticket up: everything the store knows of it, for an explanation or the log; nothing is changed.

Rule 1: an instant may be given: what came after it is left out, as far as rows tell when they came.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from connectors.model import TicketRef
from plugin.core.linked import LinkedTicket
from plugin.core.model import Case, LogEntry, Mirror, TimerKind
from plugin.store import limits, linked, overview, pauses
from plugin.store.codec import from_ms, load_case, load_mirror, to_ms
from plugin.store.records import Outgoing
from plugin.store.schema import case_log, cases, deliveries, operations, tickets, timers
from plugin.store.work import open_operations

#: What some helpdesks call a ticket: a project and a number.
_KEY = re.compile(r"[A-Z][A-Z0-9_]*-[0-9]+")
#: Rows of the log fetched at once.
_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A dead letter without its content."""

    name: str  #: As `escalation dead-letters` takes it.
    at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Dossier:
    """Everything the store knows of a ticket."""

    mirror: Mirror
    case: Case | None  #: The one that was open at the instant asked for.
    timers: Mapping[TimerKind, datetime] = field(default_factory=dict)
    operations: tuple[Outgoing, ...] = ()  #: Writes that are not finished.
    opened: tuple[LinkedTicket, ...] = ()  #: Tickets of other accounts, for it.
    letters: tuple[Letter, ...] = ()
    waiting: int = 0  #: Deliveries not worked on yet.
    held: Mapping[str, datetime] = field(default_factory=dict)  #: Rules that wait for a person, and since when.
    paused_until: datetime | None = None  #: The whole connection.
    log: tuple[LogEntry, ...] = ()  #: Its last lines.


def dossier(connection: Connection, ref: TicketRef, *, at: datetime, lines: int) -> Dossier | None:
    """Return what is known of a ticket, with the last lines of its log; None for one never heard of."""
    mirror = connection.scalar(select(tickets.c.mirror).where(_of(tickets, ref)))
    if mirror is None:
        return None
    due = connection.execute(select(timers.c.kind, timers.c.due_at).where(_of(timers, ref))).all()
    return Dossier(
        mirror=load_mirror(mirror),
        case=_case_at(connection, ref, at),
        timers={TimerKind(kind): from_ms(at_ms) for kind, at_ms in due},
        operations=open_operations(connection, ref),
        opened=linked.of(connection, ref),
        letters=tuple(_letters(connection, ref)),
        waiting=_waiting(connection, ref),
        held={one.rule: one.since for one in limits.held(connection) if one.since <= at},
        paused_until=pauses.paused(connection, now=at).get(ref.connection),
        log=tuple(log(connection, ref=ref, until=at, limit=lines)),
    )


def named(connection: Connection, ref: TicketRef) -> TicketRef:
    """Return the ticket that people call so, as `SD-12`; the same where its id is meant, or nothing is known of it."""
    if not _KEY.fullmatch(ref.id):
        return ref
    some = select(tickets.c.ticket_id, tickets.c.mirror).where(tickets.c.connection == ref.connection)
    rows = connection.execute(some.where(tickets.c.mirror.contains(f'"{ref.id}"', autoescape=True))).all()
    found = [row.ticket_id for row in rows if load_mirror(row.mirror).known.get("external_id") == ref.id]
    return replace(ref, id=found[0]) if len(found) == 1 else ref


def _of(table: Any, ref: TicketRef) -> Any:
    return (table.c.connection == ref.connection) & (table.c.ticket_id == ref.id)


def _letters(connection: Connection, ref: TicketRef) -> Iterator[Letter]:
    """Return what waits for a person, without a customer's words."""
    for kind, table, key, at in (
        ("delivery", deliveries, deliveries.c.id, deliveries.c.received_at),
        ("operation", operations, operations.c.seq, operations.c.created_at),
    ):
        query = select(key, at, table.c.reason).where(_of(table, ref), table.c.state == "dead").order_by(key)
        for number, ms, reason in connection.execute(query).all():
            yield Letter(name=f"{kind}:{number}", at=from_ms(ms), reason=reason or "")


def _waiting(connection: Connection, ref: TicketRef) -> int:
    pending = select(deliveries.c.id).where(_of(deliveries, ref), deliveries.c.state == "pending")
    return len(connection.execute(pending).all())


def _case_at(connection: Connection, ref: TicketRef, at: datetime) -> Case | None:
    """Return the case that was open then; a case raised meanwhile is told as it is now."""
    begun = (cases.c.opened_at <= to_ms(at)) & (cases.c.ended_at.is_(None) | (cases.c.ended_at > to_ms(at)))
    text = connection.scalar(
        select(cases.c.document).where(_of(cases, ref), begun).order_by(cases.c.opened_at.desc()).limit(1)
    )
    return load_case(text) if text else None


def log(
    connection: Connection,
    *,
    ref: TicketRef | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    rule: str | None = None,
    limit: int,
) -> list[LogEntry]:
    """Return the newest lines of the case log that fit, oldest of them first."""
    query = select(case_log).order_by(case_log.c.id.desc())
    if ref:
        query = query.where(_of(case_log, ref))
    if since:
        query = query.where(case_log.c.at >= to_ms(since))
    if until:
        query = query.where(case_log.c.at <= to_ms(until))
    return _newest(connection, query, rule, limit)[::-1]


def _newest(connection: Connection, query: Any, rule: str | None, limit: int) -> list[LogEntry]:
    """Go back in steps until enough lines are found; which rule a line is of stands in its evidence."""
    found: list[LogEntry] = []
    below: int | None = None
    while len(found) < limit:
        step = query if below is None else query.where(case_log.c.id < below)
        rows = connection.execute(step.limit(_AT_ONCE)).all()
        lines = [overview.entry_of(row) for row in rows]
        found += [line for line in lines if rule is None or line.evidence.get("rule") == rule]
        if len(rows) < _AT_ONCE:
            break
        below = rows[-1].id
    return found[:limit]
