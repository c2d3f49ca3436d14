"""What happened on an issue, from its changelog and its comments, in our words.

Rule 1: no I/O; what is not as documented is passed over.
Rule 2: an item is told as the webhook of the same change tells it, so that each is known for the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from connectors.accounts import Account
from connectors.jira import changelog, values
from connectors.jira.kinds import CUSTOM
from connectors.model import Comment, EventKind, Move, Party, Status, Ticket, TicketEvent
from connectors.values import attempt, mapping

Json = Mapping[str, Any]
#: Attributes whose moves clocks and pauses are rebuilt from.
_TRACKED = ("status", "custom_status_id", "assignee_id")
_MACHINES = (Party.US, Party.AUTOMATION)


def customers_of(ticket: Ticket) -> frozenset[str]:
    """Return who is a customer of a ticket whose comments were read: the reporter, and customers who wrote."""
    wrote = {one.author_id for one in ticket.comments or () if one.by is Party.CUSTOMER and one.author_id}
    return frozenset({ticket.requester_id} if ticket.requester_id else ()) | wrote


def events(
    account: Account, ticket: Ticket, histories: Iterable[Json], *, our_id: str, since: datetime
) -> tuple[TicketEvent, ...]:
    """Return what happened since then, oldest first; the ticket's comments must have been read."""
    found = [*_made(ticket), *_said(ticket), *_changed(account, ticket, histories, our_id, customers_of(ticket))]
    return tuple(sorted((one for one in found if one.occurred_at >= since), key=lambda one: one.occurred_at))


def _made(ticket: Ticket) -> Iterator[TicketEvent]:
    by = Party.CUSTOMER if ticket.submitter_id == ticket.requester_id else Party.AGENT
    first = Comment(
        id="description",
        at=ticket.created_at,
        by=by,
        public=True,
        author_id=ticket.submitter_id,
        text=ticket.description,
    )
    yield TicketEvent(
        id=f"{ticket.ref.id}:made",
        kind=EventKind.CREATED,
        ticket=ticket.ref,
        occurred_at=ticket.created_at,
        actor_id=ticket.submitter_id,
        actor=by,
        comment=first,
    )


def _said(ticket: Ticket) -> Iterator[TicketEvent]:
    for comment in ticket.comments or ():
        if comment.id == "description":
            continue
        yield TicketEvent(
            id=f"{ticket.ref.id}:comment:{comment.id}",
            kind=EventKind.COMMENT_ADDED,
            ticket=ticket.ref,
            occurred_at=comment.at,
            actor_id=comment.author_id,
            actor=comment.by,
            comment=comment,
        )


def _changed(
    account: Account, ticket: Ticket, histories: Iterable[Json], our_id: str, customers: frozenset[str]
) -> Iterator[TicketEvent]:
    for history in histories:
        at = attempt(values.moment, history.get("created"))
        author = history.get("author")
        items = history.get("items")
        for number, item in enumerate(items if isinstance(items, list) else ()):
            found = _item(account, ticket, mapping(item)) if at else None
            if at and found:
                yield TicketEvent(
                    id=f"{ticket.ref.id}:{history.get('id')}:{number}",
                    kind=found.kind.kind,
                    ticket=ticket.ref,
                    occurred_at=at,
                    actor_id=attempt(values.person_id, author),
                    actor=values.party(author, customers=customers, our_id=our_id),
                    changed=found.kind.changed,
                    previous=found.previous,
                    current=found.current,
                )


def _item(account: Account, ticket: Ticket, item: Json) -> changelog.Item | None:
    return changelog.read(
        item, status_of=lambda n, name: _status(account, ticket, n, name), priorities=account.priorities
    )


def _status(account: Account, ticket: Ticket, number: str, name: str) -> Status | None:
    """Return the status of an id: as the connection calls it, else where it is the issue's own."""
    told = attempt(lambda one: values.status(one, account.statuses), {"id": number, "name": name})
    return told or (ticket.status if number == ticket.custom_status_id else None)


def history(account: Account, ticket: Ticket, histories: Iterable[Json], *, our_id: str) -> tuple[Move, ...]:
    """Return every move since the issue was made, oldest first."""
    ordered = sorted((h for h in histories if attempt(values.moment, h.get("created"))), key=_made_at)
    moves = [move for one in ordered for move in _moves(account, ticket, one, our_id)]
    began = [_beginning(ticket, what, moves) for what in _TRACKED]
    return (*began, *moves)


def active_at(ticket: Ticket, histories: Iterable[Json], *, our_id: str) -> datetime:
    """Return when a person last did anything."""
    customers = customers_of(ticket)
    people = [
        at
        for one in histories
        if (at := attempt(values.moment, one.get("created")))
        and values.party(one.get("author"), customers=customers, our_id=our_id) not in _MACHINES
    ]
    said = [one.at for one in ticket.comments or () if one.by not in _MACHINES]
    return max((*people, *said), default=ticket.created_at)


def _made_at(one: Json) -> datetime:
    return values.moment(one["created"])


def _moves(account: Account, ticket: Ticket, one: Json, our_id: str) -> Iterator[Move]:
    at, customers = values.moment(one["created"]), customers_of(ticket)
    by = values.party(one.get("author"), customers=customers, our_id=our_id)
    items = one.get("items")
    for item in items if isinstance(items, list) else ():
        told, found = mapping(item), _item(account, ticket, mapping(item))
        if found is None:
            continue
        if found.kind.changed == "status":
            ids = [None if told.get(end) is None else str(told[end]) for end in ("from", "to")]
            yield Move(at=at, what="custom_status_id", value=ids[1], by=by, was=ids[0])
        if found.kind.changed in _TRACKED or found.kind.changed.startswith(f"fields.{CUSTOM}"):
            was, now = (None if side is None else str(side) for side in (found.previous, found.current))
            yield Move(at=at, what=found.kind.changed, value=now, by=by, was=was)


def _beginning(ticket: Ticket, what: str, moves: Iterable[Move]) -> Move:
    """Return what an attribute was at first: what its first change says, or what it still is."""
    first = next((move for move in moves if move.what == what), None)
    value = getattr(ticket, what) if first is None else first.was
    return Move(at=ticket.created_at, what=what, value=None if value is None else str(value))
