"""Follow-ups of cases: written with the step that changes them, listed and exported for people.

Rule 1: `late_at` and `state` are what lists and figures ask for; the document holds the rest.
Rule 2: an action is a row of its own, by its number on its ticket; a later case that carries it on takes the row over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from connectors.model import TicketRef
from plugin.core.follow_ups import Action, FollowUp, FollowUpState, Term
from plugin.core.model import Case
from plugin.store.codec import dump, from_ms, load, load_case, to_ms
from plugin.store.schema import cases, follow_up_actions, follow_ups
from plugin.store.statements import key, of_ticket, put

_OF_TICKET = select(follow_ups.c.document).where(of_ticket(follow_ups)).order_by(follow_ups.c.seq)
_ACTIONS = select(follow_up_actions).where(of_ticket(follow_up_actions)).order_by(follow_up_actions.c.number)
#: Whether a ticket has any; asked with what is known of the ticket.
ANY = select(follow_ups.c.case_id).where(of_ticket(follow_ups)).exists()
#: Cases fetched at once for an export.
_AT_ONCE = 500


def of(connection: Connection, ref: TicketRef) -> tuple[FollowUp, ...]:
    """Return a ticket's follow-ups, in the order in which they were made."""
    documents = connection.scalars(_OF_TICKET, key(ref)).all()
    return tuple(_whole(documents, connection.execute(_ACTIONS, key(ref)).all()))


def write(connection: Connection, found: Iterable[FollowUp]) -> None:
    """Write follow-ups and their actions."""
    for one in found:
        values = {
            "connection": one.ticket.connection,
            "ticket_id": one.ticket.id,
            "state": one.state.value,
            "severity": one.severity.value,
            "owner": one.owner,
            "cause": one.cause,
            "begun_at": _ms(one.begun_at),
            "late_at": _ms(one.late_at),
            "finished_at": _ms(one.finished_at),
            "document": dump(replace(one, actions=())),
        }
        connection.execute(put(connection, follow_ups, *values, by="case_id"), {"case_id": one.case_id, **values})
        for action in one.actions:
            _write_action(connection, one, action)


def _write_action(connection: Connection, one: FollowUp, action: Action) -> None:
    values = {
        "case_id": one.case_id,
        "owner": action.owner,
        "text": action.text,
        "due_at": to_ms(action.term.due_at),
        "next_at": to_ms(action.term.next_at),
        "reminders": action.term.reminders,
        "done_at": _ms(action.done_at),
    }
    row = {"connection": one.ticket.connection, "ticket_id": one.ticket.id, "number": action.number}
    connection.execute(put(connection, follow_up_actions, *values), {**row, **values})


def listed(connection: Connection, *, late: datetime | None = None, unfinished: bool = False) -> list[FollowUp]:
    """Return follow-ups, oldest first: all, those that are not finished, or those that are overdue at an instant."""
    query = select(follow_ups.c.document, follow_ups.c.case_id).order_by(follow_ups.c.seq)
    if unfinished:
        query = query.where(follow_ups.c.state == FollowUpState.OPEN.value)
    if late is not None:
        query = query.where(follow_ups.c.late_at <= to_ms(late))
    rows = connection.execute(query).all()
    found: list[FollowUp] = []
    for first in range(0, len(rows), _AT_ONCE):
        some = rows[first : first + _AT_ONCE]
        actions = follow_up_actions.c.case_id.in_([row.case_id for row in some])
        ordered = select(follow_up_actions).where(actions).order_by(follow_up_actions.c.number)
        found += _whole([row.document for row in some], connection.execute(ordered).all())
    return found


def counts(connection: Connection, now: datetime | None) -> tuple[int, int]:
    """Return how many follow-ups are open, and of how many something is overdue."""
    unfinished = follow_ups.c.state == FollowUpState.OPEN.value
    query = select(func.count()).select_from(follow_ups)
    found = connection.scalar(query.where(unfinished)) or 0
    late = connection.scalar(query.where(follow_ups.c.late_at <= to_ms(now))) if now is not None else None
    return found, late or 0


def exported(connection: Connection) -> Iterator[tuple[Case, FollowUp | None]]:
    """Yield every case with its follow-up, oldest first."""
    last: tuple[int, str] | None = None
    query = select(cases.c.id, cases.c.opened_at, cases.c.document, follow_ups.c.document.label("after"))
    query = query.select_from(cases.outerjoin(follow_ups, follow_ups.c.case_id == cases.c.id))
    query = query.order_by(cases.c.opened_at, cases.c.id).limit(_AT_ONCE)
    while True:
        later = query
        if last is not None:
            at, id_ = last
            later = query.where(or_(cases.c.opened_at > at, and_(cases.c.opened_at == at, cases.c.id > id_)))
        rows = connection.execute(later).all()
        actions = _actions_of(connection, [row.id for row in rows if row.after is not None])
        for row in rows:
            after = replace(load(row.after, FollowUp), actions=actions.get(row.id, ())) if row.after else None
            yield load_case(row.document), after
        if len(rows) < _AT_ONCE:
            return
        last = (rows[-1].opened_at, rows[-1].id)


def _actions_of(connection: Connection, ids: Sequence[str]) -> Mapping[str, tuple[Action, ...]]:
    if not ids:
        return {}
    query = select(follow_up_actions).where(follow_up_actions.c.case_id.in_(ids))
    return _by_case(connection.execute(query.order_by(follow_up_actions.c.number)).all())


def _whole(documents: Iterable[str], rows: Sequence[Row[Any]]) -> Iterator[FollowUp]:
    actions = _by_case(rows)
    for document in documents:
        one = load(document, FollowUp)
        yield replace(one, actions=actions.get(one.case_id, ()))


def _by_case(rows: Sequence[Row[Any]]) -> dict[str, tuple[Action, ...]]:
    found: dict[str, tuple[Action, ...]] = {}
    for row in rows:
        found[row.case_id] = (*found.get(row.case_id, ()), _action(row))
    return found


def _action(row: Row[Any]) -> Action:
    when = Term(due_at=from_ms(row.due_at), next_at=from_ms(row.next_at), reminders=row.reminders)
    done = from_ms(row.done_at) if row.done_at is not None else None
    return Action(number=row.number, owner=row.owner, text=row.text, term=when, done_at=done)


def _ms(at: datetime | None) -> int | None:
    return to_ms(at) if at is not None else None
