"""What stays in memory of a ticket: what events told, and what reads showed.

Rule 1: the later word counts, whichever arrives first; a fresh read counts most.
Rule 2: where something was missed (a read shows what no event told), the history says that it is not complete.
Rule 3: no subject and no text is kept.
Rule 4: an event of the very second in which we wrote may be older or newer than that: where the two differ, nobody
        knows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from connectors.model import Comment, EventKind, Move, Party, Ticket, TicketEvent
from plugin.core.history import FIELDS, TRACKED, History, last_activity
from plugin.core.model import Mirror, SlaWatch

#: Attributes of Ticket that a mirror never keeps.
TEXT = frozenset({"subject", "description"})
#: Attributes of Ticket that a fresh read leaves in memory.
KEPT = (
    *("status", "custom_status_id", "priority", "type", "tags", "group_id", "assignee_id", "requester_id"),
    *("organization_id", "channel", "brand_id", "form_id", "external_id", "problem_id", "due_at", "created_at"),
    "updated_at",
)
#: Events that are no doing of anybody.
_NO_ACTIVITY = frozenset({EventKind.SLA_CHANGED, EventKind.RATING_REQUESTED})
#: Parties whose doing is no human activity.
_MACHINES = frozenset({Party.US, Party.AUTOMATION})


def history_of(mirror: Mirror) -> History:
    """Return the moves a mirror remembers."""
    return History(moves=mirror.moves, complete=mirror.moves_complete)


def heard(mirror: Mirror, event: TicketEvent, *, watched: frozenset[str] = frozenset()) -> Mirror:
    """Return the mirror after an event; `watched` names custom fields whose moves matter, as `fields.<id>`."""
    fresh = _is_newer(mirror, event)
    known = {k: v for k, v in event.known.items() if k not in TEXT}
    if event.actor is not Party.US and is_as_we_left_it(mirror, event):
        mirror, known = _doubted(mirror, known)
    first = event.comment if event.kind is EventKind.CREATED else None
    complete = mirror.comments_complete or (first is not None and first.by is not Party.UNKNOWN)
    if event.kind is EventKind.COMMENT_ADDED and event.comment is None:
        complete = False
    history = _told(history_of(mirror), event, watched)
    if event.changed and event.changed not in event.known:
        mirror = replace(mirror, known={k: v for k, v in mirror.known.items() if k != event.changed})
    comments = mirror.comments if event.comment is None else _with(mirror.comments, [event.comment])
    active = None if event.actor in _MACHINES or event.kind in _NO_ACTIVITY else event.occurred_at
    return replace(
        mirror,
        known={**mirror.known, **known} if fresh else {**known, **mirror.known},
        heard_at=last_activity(mirror.heard_at, event.occurred_at if fresh else None),
        comments=comments,
        comments_complete=complete,
        moves=history.moves,
        moves_complete=history.complete,
        active_at=last_activity(mirror.active_at, active),
        sla=_sla(mirror.sla, event),
    )


def _doubted(mirror: Mirror, told: dict[str, object]) -> tuple[Mirror, dict[str, object]]:
    """Return both without what they tell differently."""
    odd = {name for name, value in told.items() if name in mirror.known and mirror.known[name] != value}
    known = {name: value for name, value in mirror.known.items() if name not in odd}
    return mirror.with_known(known), {name: value for name, value in told.items() if name not in odd}


def _sla(watch: SlaWatch | None, event: TicketEvent) -> SlaWatch | None:
    """That its targets moved is a reason to look at once."""
    if watch is None or watch.due_at is None or event.kind is not EventKind.SLA_CHANGED:
        return watch
    return replace(watch, due_at=min(watch.due_at, event.occurred_at))


def is_as_we_left_it(mirror: Mirror, event: TicketEvent) -> bool:
    """Return True if an event tells of the very version of the ticket that our last write made."""
    updated = event.known.get("updated_at")
    version = updated.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(updated, datetime) else None
    return mirror.our_version is not None and version == mirror.our_version


def _is_newer(mirror: Mirror, event: TicketEvent) -> bool:
    """Compare by the ticket's own update time, where both tell, and within its second by when the event happened."""
    ours, theirs = mirror.known.get("updated_at"), event.known.get("updated_at")
    if isinstance(ours, datetime) and isinstance(theirs, datetime) and ours != theirs:
        return theirs > ours
    if isinstance(ours, datetime) and isinstance(theirs, datetime):
        return mirror.heard_at is None or event.occurred_at >= mirror.heard_at
    return not isinstance(ours, datetime) or event.occurred_at >= ours


def _told(history: History, event: TicketEvent, watched: frozenset[str]) -> History:
    if event.kind is EventKind.CREATED:
        return _begun(history, event)
    what = event.changed
    if what is None or (what not in TRACKED and what not in watched):
        return history
    if event.current is None and what == "status":
        return history.without(what)
    current, was = _text(event.current), _text(event.previous)
    return history.with_moves([Move(at=event.occurred_at, what=what, value=current, by=event.actor, was=was)])


def _begun(history: History, event: TicketEvent) -> History:
    """A new ticket's values are its first moves; what came before them there was not."""
    created = event.known.get("created_at")
    at = created if isinstance(created, datetime) else event.occurred_at
    told = [what for what in sorted(TRACKED) if what in event.known and history.last(what) is None]
    moves = [Move(at=at, what=what, value=_text(event.known[what]), by=event.actor) for what in told]
    return history.with_moves(moves, complete=told)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def seen(mirror: Mirror, ticket: Ticket, *, ours: bool = False, watched: frozenset[str] = frozenset()) -> Mirror:
    """Return the mirror after a fresh read, or after our own write where `ours`."""
    history = _read_history(mirror, ticket, ours=ours, watched=watched)
    mirror = replace(
        mirror,
        known={**mirror.known, **{name: getattr(ticket, name) for name in KEPT}},
        moves=history.moves,
        moves_complete=history.complete,
        active_at=last_activity(mirror.active_at, ticket.active_at),
    )
    if ticket.comments is None:
        return mirror
    return replace(mirror, comments=_with((), ticket.comments), comments_complete=True)


def _read_history(mirror: Mirror, ticket: Ticket, *, ours: bool, watched: frozenset[str]) -> History:
    if ticket.history is not None:
        kept = [move for move in ticket.history if move.what in TRACKED or move.what in watched]
        return History().with_moves(kept, complete=[*TRACKED, FIELDS])
    history = history_of(mirror)
    for what in sorted(TRACKED):
        value, last = _text(getattr(ticket, what)), history.last(what)
        if last is not None and last.value != value:
            by, at = Party.US if ours else Party.UNKNOWN, max(ticket.updated_at, last.at)
            history = history.with_moves([Move(at=at, what=what, value=value, by=by, was=last.value)])
            history = history if ours else history.without(what)
    return history


def _with(comments: Iterable[Comment], more: Iterable[Comment]) -> tuple[Comment, ...]:
    """Merge by id, without text; keep what the clocks still need."""
    marks = {c.id: c for c in comments} | {c.id: replace(c, text="", attachments=()) for c in more}
    return _needed(sorted(marks.values(), key=lambda c: (c.at, c.id)))


#: Marks kept per ticket; older ones no longer decide any clock.
MARKS = 200


def _needed(comments: list[Comment]) -> tuple[Comment, ...]:
    """Drop the oldest marks beyond the bound, but never the comment a customer is waiting on.

    The last answer stays too: a customer's older comment, delivered once more, must not look unanswered.
    """
    if len(comments) <= MARKS:
        return tuple(comments)
    since = waiting_since(comments)
    cut = len(comments) - MARKS
    answers = [c for c in comments[:cut] if c.public and c.by is Party.AGENT]
    waiting = [c for c in comments[:cut] if c.at == since and c.public and c.by is Party.CUSTOMER]
    return (*answers[-1:], *waiting, *comments[cut:])


def waiting_since(comments: Iterable[Comment]) -> datetime | None:
    """Return when the oldest public customer comment without a later public answer by an agent was written."""
    waiting: datetime | None = None
    for comment in sorted(comments, key=lambda c: (c.at, c.id)):
        if not comment.public or comment.by not in (Party.AGENT, Party.CUSTOMER):
            continue
        if comment.by is Party.AGENT:
            waiting = None
        elif waiting is None:
            waiting = comment.at
    return waiting


def last_public(comments: Iterable[Comment], by: Party) -> datetime | None:
    """Return when a party last wrote publicly."""
    return max((c.at for c in comments if c.public and c.by is by), default=None)
