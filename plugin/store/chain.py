"""The case log as a chain: each line of a ticket holds a digest of itself and of the line before it.

Rule 1: a chain for each ticket, since a ticket's lines are written one after the other and other tickets' are not.
Rule 2: whoever changes, drops or slips in a line must write every later one of that ticket anew; that, and a chain cut
        short at its end, only an export kept elsewhere tells.
Rule 3: the lines of a case, folded, are the case: one that stands elsewhere, or that no line tells of, was changed
        behind the log's back.
Rule 4: only lines up to where the chain began may be without a digest, and only cases from before then without a line.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, ScalarSelect, func, select

from plugin.core.replaying import replayed, snapshot
from plugin.store.codec import load_case, to_ms
from plugin.store.schema import case_log, cases, cursors
from plugin.store.statements import of_ticket

#: What a digest is of, in this order.
_TOLD = ("at", "connection", "ticket_id", "case_id", "policy_version", "actor", "what", "reason", "evidence")
_AT_ONCE = 1000
#: Whose value is the last line without a digest; kept by the migration that began to ask for it, where there were some.
OLDER = "older than the chain"
_OLDER = select(cursors.c.value).where(cursors.c.connection == "", cursors.c.name == OLDER)
_NEWEST = select(case_log.c.digest).where(of_ticket(case_log)).order_by(case_log.c.id.desc()).limit(1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Break:
    """A line that does not follow from the one before it."""

    line: int  #: Its number in the log.
    connection: str
    ticket_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Stray:
    """A case that does not stand where its log leaves it; `log` is empty where no line tells of it."""

    case: str
    connection: str
    ticket_id: str
    log: Mapping[str, Any]
    table: Mapping[str, Any]


def digest(before: str, line: Mapping[str, Any]) -> str:
    """Return the digest of a line behind another one."""
    told = json.dumps([before, *(line[name] for name in _TOLD)], separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


def newest() -> ScalarSelect[Any]:
    """Return what tells the digest of a ticket's newest line, as a part of a statement about the ticket."""
    return _NEWEST.scalar_subquery()


def linked(before: str, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines of one ticket with their digests, behind a line with that digest."""
    for line in lines:
        before = line["digest"] = digest(before, line)
    return lines


def rows(connection: Connection) -> Iterator[Row[Any]]:
    """Yield every line, oldest first, a thousand at a time."""
    last = 0
    while found := connection.execute(
        select(case_log).where(case_log.c.id > last).order_by(case_log.c.id).limit(_AT_ONCE)
    ).all():
        yield from found
        last = found[-1].id


def breaks(connection: Connection) -> Iterator[Break]:
    """Yield every line that does not follow from the one before it; lines older than the chain are passed over."""
    before: dict[tuple[str, str], str] = {}
    older = _older(connection)
    for row in rows(connection):
        key = (row.connection, row.ticket_id)
        known = before.get(key, "")
        if row.digest is None and not known and row.id <= older:
            continue
        if row.digest != digest(known, dict(row._mapping)):
            yield Break(line=row.id, connection=row.connection, ticket_id=row.ticket_id)
        before[key] = row.digest or "missing"


def _older(connection: Connection) -> int:
    """Return the last line that is older than the chain; 0: none is."""
    return connection.scalar(_OLDER) or 0


def strays(connection: Connection) -> Iterator[Stray]:
    """Yield every case that does not stand where its log leaves it; cases older than their log are passed over."""
    told: dict[str, Mapping[str, Any]] = {}
    for row in rows(connection):
        if row.case_id is not None:
            told[row.case_id] = replayed(told.get(row.case_id, {}), json.loads(row.evidence))
    began = connection.scalar(select(func.max(case_log.c.at)).where(case_log.c.id <= _older(connection)))
    for case in map(load_case, connection.scalars(select(cases.c.document)).all()):
        known, found, ticket = told.get(case.id), snapshot(case), case.ticket
        if not known and (known is not None or (began is not None and to_ms(case.opened_at) <= began)):
            continue  # its lines are of a time when they did not tell where it stands
        if known != found:
            yield Stray(case=case.id, connection=ticket.connection, ticket_id=ticket.id, log=known or {}, table=found)


@dataclass(frozen=True, kw_only=True, slots=True)
class Audit:
    """What is wrong with the case log; all is well where both are empty."""

    breaks: tuple[Break, ...] = ()
    strays: tuple[Stray, ...] = ()


def audit(connection: Connection) -> Audit:
    """Look through the whole case log."""
    return Audit(breaks=tuple(breaks(connection)), strays=tuple(strays(connection)))


def exported(row: Row[Any]) -> dict[str, Any]:
    """Return a line as an export holds it: everything the digest is of, and the digest."""
    return {"line": row.id, **{name: row._mapping[name] for name in _TOLD}, "digest": row.digest}
