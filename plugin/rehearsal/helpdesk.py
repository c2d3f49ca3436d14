"""A small helpdesk in memory: it keeps tickets, lets people change them, and tells what happened.

Rule 1: one event for each thing that changed, with what a webhook would tell, as the first platform does.
Rule 2: a write on a version that is no longer the newest is a conflict and changes nothing.
Rule 3: a customer's comment opens a ticket that waits or is solved; an assigned ticket is no longer new.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

from connectors.errors import Conflict, NotFound
from connectors.model import (
    Comment,
    EventKind,
    Move,
    NewTicket,
    Operation,
    Party,
    Status,
    Ticket,
    TicketEvent,
    TicketRef,
)
from plugin.core.history import TRACKED
from plugin.rehearsal.writes import commented, values

#: What a webhook tells of a ticket, whatever happened; the rest must be read.
TOLD = (
    *("assignee_id", "brand_id", "created_at", "custom_status_id", "description", "external_id", "form_id"),
    *("group_id", "is_public", "organization_id", "priority", "requester_id", "status", "subject", "submitter_id"),
    *("tags", "type", "updated_at"),
)
KINDS: Mapping[str, EventKind] = {
    "assignee_id": EventKind.ASSIGNEE_CHANGED,
    "brand_id": EventKind.BRAND_CHANGED,
    "custom_status_id": EventKind.CUSTOM_STATUS_CHANGED,
    "description": EventKind.DESCRIPTION_CHANGED,
    "due_at": EventKind.DUE_CHANGED,
    "external_id": EventKind.EXTERNAL_ID_CHANGED,
    "follower_ids": EventKind.FOLLOWERS_CHANGED,
    "form_id": EventKind.FORM_CHANGED,
    "group_id": EventKind.GROUP_CHANGED,
    "organization_id": EventKind.ORGANIZATION_CHANGED,
    "priority": EventKind.PRIORITY_CHANGED,
    "problem_id": EventKind.LINK_CHANGED,
    "requester_id": EventKind.REQUESTER_CHANGED,
    "slas": EventKind.SLA_CHANGED,
    "status": EventKind.STATUS_CHANGED,
    "subject": EventKind.SUBJECT_CHANGED,
    "tags": EventKind.TAGS_CHANGED,
    "type": EventKind.TYPE_CHANGED,
}
_WAITING = frozenset({Status.PENDING, Status.HOLD, Status.SOLVED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Who does something."""

    id: str
    party: Party


#: Our own user.
US = Actor(id="us", party=Party.US)


@dataclass(frozen=True, kw_only=True, slots=True)
class Applied:
    """One of our writes, as it arrived."""

    at: datetime
    operation: Operation


@dataclass
class Helpdesk:
    """Every ticket of one account."""

    clock: Callable[[], datetime]
    applied: list[Applied] = field(default_factory=list)
    _tickets: dict[str, Ticket] = field(default_factory=dict)
    _news: deque[TicketEvent] = field(default_factory=deque)
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def ticket(self, ref: TicketRef) -> Ticket:
        """Return a ticket with its comments and all it went through, or raise NotFound."""
        if ref.id not in self._tickets:
            raise NotFound(f"no ticket {ref.id}", status=404)
        return self._tickets[ref.id]

    def news(self) -> list[TicketEvent]:
        """Return what happened since it was last asked, in order."""
        found = list(self._news)
        self._news.clear()
        return found

    def take_in(self, ticket: Ticket, by: Actor, *, new: bool) -> None:
        """Keep a ticket; one that is not new was there before anybody listened, and only tells that it was touched."""
        begun = tuple(
            Move(at=ticket.created_at, what=what, value=_text(value), by=by.party)
            for what, value in _tracked(ticket).items()
        )
        comments = ticket.comments or ()
        active = max([ticket.created_at, *(c.at for c in comments if c.by in (Party.CUSTOMER, Party.AGENT))])
        kept = replace(ticket, comments=comments, history=begun, active_at=active, version=str(next(self._numbers)))
        self._tickets[ticket.ref.id] = kept
        first = comments[0] if new and comments else None
        self._tell(kept, EventKind.CREATED if new else EventKind.UPDATED, by, comment=first)

    def open(self, ref: TicketRef, wish: NewTicket) -> Ticket:
        """Open a ticket of ours, of which nobody hears; the one that is there where it was opened before."""
        now = self.clock()
        opened = Ticket(
            ref=ref,
            version=str(next(self._numbers)),
            created_at=now,
            updated_at=now,
            status=Status.NEW,
            url=f"https://helpdesk.invalid/{ref.connection}/{ref.id}",
            subject=wish.subject,
            description=wish.text,
            tags=frozenset(wish.tags),
            priority=wish.priority,
            comments=(),
            history=(),
        )
        return self._tickets.setdefault(ref.id, opened)

    def change(self, ref: TicketRef, changes: Mapping[str, object], by: Actor) -> None:
        """Give attributes other values; a custom field is `fields.<id>`."""
        self._change(ref, changes, None, by)

    def comment(self, ref: TicketRef, text: str, by: Actor, *, public: bool) -> None:
        """Let somebody write on a ticket."""
        opens = by.party is Party.CUSTOMER and public and self.ticket(ref).status in _WAITING
        said = Comment(id=self._number(), at=self.clock(), by=by.party, public=public, author_id=by.id, text=text)
        self._change(ref, {"status": Status.OPEN} if opens else {}, said, by)

    def remove(self, ref: TicketRef, by: Actor, *, merged_into: TicketRef | None = None) -> None:
        """Delete a ticket, or let it become part of another one."""
        gone = self.ticket(ref)
        kind = EventKind.MERGED if merged_into else EventKind.DELETED
        self._tell(gone, kind, by, current=merged_into.id if merged_into else None)
        del self._tickets[ref.id]

    def apply(self, operation: Operation, base: Ticket) -> Ticket:
        """Carry out one of our writes."""
        before = self.ticket(operation.ticket)
        if base.version != before.version:
            raise Conflict(f"ticket {before.ref.id} was changed meanwhile")
        said = commented(operation, id=self._number(), at=self.clock(), author_id=US.id)
        after = self._change(operation.ticket, values(operation, before), said, US)
        self.applied.append(Applied(at=self.clock(), operation=operation))
        return after

    def _change(self, ref: TicketRef, changes: Mapping[str, object], said: Comment | None, by: Actor) -> Ticket:
        before = self.ticket(ref)
        after = _with(before, self._consequences(before, changes), said, by, self.clock())
        self._tickets[ref.id] = after = replace(after, version=str(next(self._numbers)))
        for what, value in _all(after).items():
            if value != (old := _all(before).get(what)):
                previous, current = _difference(old, value)
                self._tell(
                    after, KINDS.get(what, EventKind.FIELD_CHANGED), by, what=what, previous=previous, current=current
                )
        if said is not None:
            self._tell(after, EventKind.COMMENT_ADDED, by, comment=said)
        return after

    @staticmethod
    def _consequences(before: Ticket, changes: Mapping[str, object]) -> Mapping[str, object]:
        """Add what the helpdesk itself does when an assignee is set."""
        taken = before.status is Status.NEW and changes.get("assignee_id") and "status" not in changes
        return {**changes, "status": Status.OPEN} if taken else changes

    def _tell(
        self,
        ticket: Ticket,
        kind: EventKind,
        by: Actor,
        *,
        what: str | None = None,
        previous: object = None,
        current: object = None,
        comment: Comment | None = None,
    ) -> None:
        event = TicketEvent(
            id=self._number(),
            kind=kind,
            ticket=ticket.ref,
            occurred_at=self.clock(),
            actor_id=by.id,
            actor=by.party,
            changed="merged_into" if kind is EventKind.MERGED else what,
            previous=previous,
            current=current,
            comment=comment,
            known={name: getattr(ticket, name) for name in TOLD},
        )
        self._news.append(event)

    def _number(self) -> str:
        """Return a name that sorts behind all before it: comments of one instant are told apart by theirs."""
        return f"{next(self._numbers):08}"


def _with(before: Ticket, changes: Mapping[str, object], said: Comment | None, by: Actor, now: datetime) -> Ticket:
    """Return the ticket after somebody changed it."""
    plain = {name: value for name, value in changes.items() if not name.startswith("fields.")}
    custom = {name.removeprefix("fields."): value for name, value in changes.items() if name.startswith("fields.")}
    after = replace(before, **plain, custom_fields={**before.custom_fields, **custom}, updated_at=now)  # type: ignore[arg-type]
    old, new = _tracked(before), _tracked(after)
    moves = tuple(
        Move(at=now, what=what, value=_text(value), by=by.party)
        for what, value in new.items()
        if value != old.get(what)
    )
    person = by.party in (Party.CUSTOMER, Party.AGENT)
    return replace(
        after,
        comments=(*(before.comments or ()), *([said] if said else [])),
        history=(*(before.history or ()), *moves),
        active_at=now if person else before.active_at,
    )


def _tracked(ticket: Ticket) -> dict[str, object]:
    """Return what moves are kept of."""
    custom = {f"fields.{key}": value for key, value in ticket.custom_fields.items()}
    return {what: getattr(ticket, what) for what in sorted(TRACKED)} | custom


def _all(ticket: Ticket) -> dict[str, object]:
    """Return everything an event could tell of as changed."""
    return {what: getattr(ticket, what) for what in KINDS} | _tracked(ticket)


def _difference(old: object, new: object) -> tuple[object, object]:
    """Return a change as an event tells it: of a list, what left and what came."""
    if isinstance(old, frozenset) and isinstance(new, frozenset):
        return old - new, new - old
    return old, new


def _text(value: object) -> str | None:
    return None if value is None else str(value)
