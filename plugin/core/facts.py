"""What a condition may ask of a ticket, from each of the three places it can come from.

Rule 1: a webhook's word counts for what it carries, unless a later one's came first; all else is unknown.
Rule 2: a remembered ticket (the mirror) answers timers; nothing is written on its word alone.
Rule 3: our own comments are not an answer to the customer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from connectors.model import Comment, EventKind, Organization, Party, Person, Ticket, TicketEvent
from plugin.core.conditions import UNKNOWN, Span
from plugin.core.model import Mirror

#: Field names of conditions to attributes of Ticket.
TICKET_FIELDS: Mapping[str, str] = {
    "ticket.status": "status",
    "ticket.custom_status": "custom_status_id",
    "ticket.priority": "priority",
    "ticket.type": "type",
    "ticket.subject": "subject",
    "ticket.description": "description",
    "ticket.tags": "tags",
    "ticket.group": "group_id",
    "ticket.assignee": "assignee_id",
    "ticket.requester": "requester_id",
    "ticket.organization": "organization_id",
    "ticket.channel": "channel",
    "ticket.brand": "brand_id",
    "ticket.form": "form_id",
    "ticket.external_id": "external_id",
}
PERSON_FIELDS = ("name", "email", "role", "locale", "tags")
ORGANIZATION_FIELDS = ("name", "tags")
CLOCKS = ("ticket.age", "unanswered")
#: Prefixes that take any custom field's id or key.
OPEN_PREFIXES = ("ticket.fields.", "requester.fields.", "organization.fields.")
#: Facts whose answer needs the comments themselves.
COMMENT_FACTS = frozenset({"unanswered", "ticket.text"})

#: Every name a condition may ask for, apart from the open prefixes.
FIELDS: tuple[str, ...] = (
    *TICKET_FIELDS,
    "ticket.text",
    *(f"requester.{name}" for name in PERSON_FIELDS),
    *(f"organization.{name}" for name in ORGANIZATION_FIELDS),
    "event.kind",
    *CLOCKS,
)
#: Attributes of Ticket that a mirror never keeps.
TEXT = frozenset({"subject", "description"})


@dataclass(frozen=True, slots=True)
class FactTable:
    """Facts by name; a name that is not there is unknown."""

    values: Mapping[str, object]

    def get(self, field: str) -> object:
        """Return the fact, None where the ticket has none, or UNKNOWN."""
        return self.values.get(field, self._absent_custom_field(field))

    def _absent_custom_field(self, field: str) -> object:
        """Treat a custom field as empty once the ticket's own fields have been read."""
        prefix = next((p for p in OPEN_PREFIXES if field.startswith(p)), None)
        return None if prefix and self.values.get(prefix + "*") else UNKNOWN


def of_event(event: TicketEvent, mirror: Mirror) -> FactTable:
    """Return what the webhook tells of, and what the comments seen so far do to the clocks.

    The mirror must have heard the event; where a later one came before it, the later one's word counts.
    """
    values = _ticket_values({name: mirror.known.get(name, value) for name, value in event.known.items()})
    values["event.kind"] = event.kind.value
    created = event.known.get("created_at") or mirror.known.get("created_at")
    values |= _clock_values(created, mirror)
    return FactTable(values)


def of_mirror(mirror: Mirror) -> FactTable:
    """Return what is remembered of the ticket."""
    values = _ticket_values(mirror.known)
    values |= _clock_values(mirror.known.get("created_at"), mirror)
    values["event.kind"] = None
    return FactTable(values)


def of_ticket(ticket: Ticket, mirror: Mirror, event: TicketEvent | None) -> FactTable:
    """Return everything about a ticket just read; the mirror must already hold what was read."""
    known = {name: getattr(ticket, name) for name in TICKET_FIELDS.values()}
    values = _ticket_values(known)
    values |= {f"ticket.fields.{k}": v for k, v in ticket.custom_fields.items()} | {"ticket.fields.*": True}
    values |= _person_values(ticket.requester) | _organization_values(ticket)
    values |= _clock_values(ticket.created_at, mirror)
    if ticket.comments is not None:
        values["ticket.text"] = _customer_text(ticket)
    if event is not None:
        values["event.kind"] = event.kind.value
    return FactTable(values)


def _ticket_values(known: Mapping[str, object]) -> dict[str, object]:
    return {field: known[name] for field, name in TICKET_FIELDS.items() if name in known}


def _clock_values(created: object, mirror: Mirror) -> dict[str, object]:
    values: dict[str, object] = {}
    if isinstance(created, datetime):
        values["ticket.age"] = Span(created)
    if mirror.comments_complete:
        values["unanswered"] = Span(waiting_since(mirror.comments))
    return values


def waiting_since(comments: Iterable[Comment]) -> datetime | None:
    """Return when the oldest public customer comment without a later public answer by an agent was written."""
    waiting: datetime | None = None
    for comment in sorted(comments, key=lambda c: (c.at, c.id)):
        if not comment.public or comment.by in (Party.US, Party.UNKNOWN):
            continue
        if comment.by is Party.AGENT:
            waiting = None
        elif waiting is None:
            waiting = comment.at
    return waiting


def _customer_text(ticket: Ticket) -> str:
    said = [c.text for c in ticket.comments or () if c.by is Party.CUSTOMER and c.public]
    return "\n".join([ticket.subject, ticket.description, *said])


def _person_values(person: Person | None) -> dict[str, object]:
    if person is None:
        return {}
    values: dict[str, object] = {f"requester.{name}": getattr(person, name) for name in PERSON_FIELDS}
    return values | {f"requester.fields.{k}": v for k, v in person.fields.items()} | {"requester.fields.*": True}


def _organization_values(ticket: Ticket) -> dict[str, object]:
    """Return the organization's facts; a ticket without one has them all empty."""
    if ticket.organization is None and ticket.organization_id is not None:
        return {}
    organization = ticket.organization or Organization(id="")
    values: dict[str, object] = {f"organization.{name}": getattr(organization, name) for name in ORGANIZATION_FIELDS}
    fields = {f"organization.fields.{k}": v for k, v in organization.fields.items()}
    return values | fields | {"organization.fields.*": True}


def heard(mirror: Mirror, event: TicketEvent) -> Mirror:
    """Return the mirror after an event: what it says of the ticket, and the comment it brings."""
    fresh = _is_newer(mirror, event)
    known = {k: v for k, v in event.known.items() if k not in TEXT}
    first = event.comment if event.kind is EventKind.CREATED else None
    complete = mirror.comments_complete or (first is not None and first.by is not Party.UNKNOWN)
    if event.changed and event.changed not in event.known:
        mirror = replace(mirror, known={k: v for k, v in mirror.known.items() if k != event.changed})
    comments = mirror.comments if event.comment is None else _with(mirror.comments, [event.comment])
    return replace(
        mirror,
        known={**mirror.known, **known} if fresh else {**known, **mirror.known},
        comments=comments,
        comments_complete=complete,
    )


def _is_newer(mirror: Mirror, event: TicketEvent) -> bool:
    """Compare by the ticket's own update time, where both tell; deliveries arrive in any order."""
    ours, theirs = mirror.known.get("updated_at"), event.known.get("updated_at")
    if isinstance(ours, datetime) and isinstance(theirs, datetime):
        return theirs >= ours
    return not isinstance(ours, datetime) or event.occurred_at >= ours


def seen(mirror: Mirror, ticket: Ticket) -> Mirror:
    """Return the mirror after a fresh read."""
    names = (*TICKET_FIELDS.values(), "created_at", "updated_at")
    known = {name: getattr(ticket, name) for name in names if name not in TEXT}
    if ticket.comments is None:
        return replace(mirror, known={**mirror.known, **known})
    return replace(
        mirror,
        known={**mirror.known, **known},
        comments=_with((), ticket.comments),
        comments_complete=True,
    )


def _with(comments: Iterable[Comment], more: Iterable[Comment]) -> tuple[Comment, ...]:
    """Merge by id, without text; keep what the clocks still need."""
    marks = {c.id: c for c in comments} | {c.id: replace(c, text="") for c in more}
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
