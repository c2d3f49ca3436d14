"""What a condition may ask of a ticket, from each of the three places it can come from.

Rule 1: a webhook's word counts for what it carries, unless a later one's came first; all else is unknown.
Rule 2: a remembered ticket (the mirror) answers timers; nothing is written on its word alone.
Rule 3: our own comments are no answer to the customer, and our own writes no activity.
Rule 4: where the policy has a word of its own for an id (a group, a person, a field), both words are answered to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connectors.model import EventKind, Organization, Party, Person, Ticket, TicketEvent
from plugin.core.clocks import Deadline, Span
from plugin.core.conditions import HISTORY, UNKNOWN, Change, Unknown
from plugin.core.history import History
from plugin.core.mirror import TEXT, history_of, last_public, waiting_since
from plugin.core.model import Case, Mirror, Verdict
from plugin.core.names import NO_NAMES, TICKET_FIELDS, Names
from plugin.core.promised import promised_at
from plugin.core.working_hours import Pause

PERSON_FIELDS = ("name", "email", "role", "locale", "tags")
ORGANIZATION_FIELDS = ("name", "tags")
#: Clocks, by the fact each is asked as.
CLOCKS = (
    *("ticket.age", "idle", "unanswered", "since_customer_comment", "since_agent_comment"),
    *("in_status", "in_group", "with_assignee"),
)
MOVES = ("ticket.reopens", "ticket.reassignments", "ticket.group_moves")
ATTACHMENTS = "ticket.attachments"
COUNTS = (*MOVES, ATTACHMENTS)
#: What is asked of the ticket's own case; of a ticket without an open one they are empty and zero.
CASE_COUNTS = ("case.missed_promises", "case.handoffs", "case.reopened")
CASE = ("case.state", "case.severity", *CASE_COUNTS)
#: Prefixes that take any custom field's id, key or the policy's own name.
OPEN_PREFIXES = ("ticket.fields.", "requester.fields.", "organization.fields.")
#: `sla.<metric>.<what>`, with any metric of the platform's.
SLA = "sla."
SLA_FACTS = ("remaining", "consumed", "breached")
#: `due.ticket`, `due.fields.<id>`: dates promised.
DUE_TICKET, DUE_FIELDS = "due.ticket", "due.fields."
#: Facts whose answer needs the comments themselves.
COMMENT_FACTS = frozenset(
    {"unanswered", "since_customer_comment", "since_agent_comment", "ticket.text", "ticket.last_comment", ATTACHMENTS}
)
#: Facts whose answer needs everything the ticket went through.
HISTORY_FACTS = frozenset({"idle", "in_status", "in_group", "with_assignee", HISTORY, *MOVES})

#: Of which field each of them needs every move.
MOVES_OF: Mapping[str, str] = {
    "in_status": "ticket.status",
    "in_group": "ticket.group",
    "with_assignee": "ticket.assignee",
    "ticket.reopens": "ticket.status",
    "ticket.reassignments": "ticket.assignee",
    "ticket.group_moves": "ticket.group",
}
#: Of these, what a lost webhook could make look longer than it is: read anew before anything is done.
FRESH_HISTORY_FACTS = frozenset({"idle"})

#: Every name a condition may ask for, apart from the open prefixes.
FIELDS: tuple[str, ...] = (
    *TICKET_FIELDS,
    "ticket.text",
    "ticket.last_comment",
    *COUNTS,
    *(f"requester.{name}" for name in PERSON_FIELDS),
    "requester.language",
    *(f"organization.{name}" for name in ORGANIZATION_FIELDS),
    "event.kind",
    "event.by",
    *CLOCKS,
    DUE_TICKET,
    *CASE,
)


@dataclass(frozen=True, slots=True)
class FactTable:
    """Facts by name; a name that is not there is unknown."""

    values: Mapping[str, object]
    changes: Mapping[str, Change] | None = None  #: What the event changed; None: it does not tell.
    unchanged: frozenset[str] | None = None  #: Fields known not to have changed; None: all that are not in `changes`.
    history: History = field(default_factory=History)
    names: Names = NO_NAMES
    told: dict[tuple[int, datetime], Verdict] = field(default_factory=dict, compare=False, repr=False)

    def get(self, field: str) -> object:
        """Return the fact, None where the ticket has none, or UNKNOWN."""
        found = self.values.get(field, self)
        return self._absent(field) if found is self else found

    def _absent(self, field: str) -> object:
        """Treat what is not there as empty, once that part of the ticket was read."""
        if field.startswith(SLA):
            return Deadline(None) if self.values.get("sla.*") else UNKNOWN
        if field.startswith(DUE_FIELDS):
            return Deadline(None) if self.values.get("ticket.fields.*") else UNKNOWN
        prefix = next((p for p in OPEN_PREFIXES if field.startswith(p)), None)
        return None if prefix and self.values.get(prefix + "*") else UNKNOWN

    def change(self, field: str) -> Change | Unknown | None:
        """Return what the event changed the field from and to."""
        if self.changes is not None and field in self.changes:
            return self.changes[field]
        quiet = self.changes is not None and (self.unchanged is None or field in self.unchanged)
        return None if quiet else UNKNOWN

    def pauses(self, when: Mapping[str, frozenset[str]]) -> Sequence[Pause] | Unknown:
        """Return when one of the fields had one of the values."""
        wanted = {self.names.attribute(name): self.names.ids(name, values) for name, values in when.items()}
        if not all(self.history.knows(what) for what in wanted):
            return UNKNOWN
        return self.history.pauses(wanted)

    def with_values(self, more: Mapping[str, object]) -> FactTable:
        """Return it with more facts."""
        return FactTable({**self.values, **more}, self.changes, self.unchanged, self.history, self.names)


def of_event(event: TicketEvent, mirror: Mirror, names: Names = NO_NAMES) -> FactTable:
    """Return what the webhook tells of, and what the comments seen so far do to the clocks.

    The mirror must have heard the event; where a later one came before it, the later one's word counts.
    """
    told = event.known.keys()
    known = {name: mirror.known[name] for name in told if name in mirror.known}
    known |= {name: event.known[name] for name in told & TEXT}
    created = event.known.get("created_at") or mirror.known.get("created_at")
    values = _ticket_values(known, names) | _clock_values(created, mirror) | _event_values(event)
    return FactTable(values, _changes(event, names), None, history_of(mirror), names)


def of_mirror(mirror: Mirror, names: Names = NO_NAMES) -> FactTable:
    """Return what is remembered of the ticket; nothing happened but that time went by."""
    values = _ticket_values(mirror.known, names) | _clock_values(mirror.known.get("created_at"), mirror)
    return FactTable({**values, **_NO_EVENT}, {}, None, history_of(mirror), names)


def of_ticket(
    ticket: Ticket,
    mirror: Mirror,
    event: TicketEvent | None = None,
    *,
    names: Names = NO_NAMES,
    before: Mirror | None = None,
    by_time: bool = False,
) -> FactTable:
    """Return everything about a ticket just read; the mirror must already hold what was read.

    `event` is what led here, `by_time` says that only time did; without either, what happened is not known.
    `before` is the mirror before the event: it tells what an event changed that does not say so itself.
    """
    values = _ticket_values({name: getattr(ticket, name) for name in TICKET_FIELDS.values()}, names)
    values |= _custom_values(ticket, names) | _sla_values(ticket)
    values |= _person_values(ticket.requester) | _organization_values(ticket)
    values |= _clock_values(ticket.created_at, mirror)
    values |= _text_values(ticket) | ({DUE_TICKET: Deadline(ticket.due_at)})
    if event is None:
        return FactTable(
            {**values, **(_NO_EVENT if by_time else {})}, {} if by_time else None, None, history_of(mirror), names
        )
    changes, unchanged = _changes(event, names), None
    if changes is None and before is not None:
        changes, unchanged = _differences(before, ticket, names)
    values |= _event_values(event, ticket, names)
    return FactTable(values, changes, unchanged, history_of(mirror), names)


def case_values(case: Case | None) -> dict[str, object]:
    """Return what a ticket's open case tells."""
    return {
        "case.state": case.state.value if case else None,
        "case.severity": case.severity.value if case else None,
        "case.missed_promises": case.missed if case else 0,
        "case.handoffs": case.handoffs if case else 0,
        "case.reopened": case.reopened if case else 0,
    }


_NO_EVENT: Mapping[str, object] = {"event.kind": None, "event.by": None}
#: Events that do not say what they changed.
_VAGUE = frozenset({EventKind.UPDATED, EventKind.OTHER, EventKind.FIELD_CHANGED})


def _ticket_values(known: Mapping[str, object], names: Names) -> dict[str, object]:
    values = {field: names.words(field, known[name]) for field, name in TICKET_FIELDS.items() if name in known}
    return values | ({DUE_TICKET: Deadline(promised_at(known["due_at"], names.zone))} if "due_at" in known else {})


def _custom_values(ticket: Ticket, names: Names) -> dict[str, object]:
    told = {**ticket.custom_fields, **{w: ticket.custom_fields.get(i) for w, i in names.fields.items()}}
    values: dict[str, object] = {f"ticket.fields.{key}": value for key, value in told.items()}
    due = {f"{DUE_FIELDS}{key}": Deadline(promised_at(value, names.zone)) for key, value in told.items()}
    return values | due | {"ticket.fields.*": True}


def _sla_values(ticket: Ticket) -> dict[str, object]:
    if ticket.slas is None:
        return {}
    deadlines = {metric.metric: Deadline(metric.breach_at, metric.target) for metric in ticket.slas}
    facts = {f"{SLA}{name}.{what}": deadline for name, deadline in deadlines.items() for what in SLA_FACTS}
    return {**facts, "sla.*": True}


def _clock_values(created: object, mirror: Mirror) -> dict[str, object]:
    values: dict[str, object] = {}
    if isinstance(created, datetime):
        values["ticket.age"] = Span(created)
    if mirror.comments_complete:
        values["unanswered"] = Span(waiting_since(mirror.comments))
    for name, party in (("since_customer_comment", Party.CUSTOMER), ("since_agent_comment", Party.AGENT)):
        at = last_public(mirror.comments, party)
        values |= {name: Span(at)} if at or mirror.comments_complete else {}
    if mirror.active_at is not None:
        values["idle"] = Span(mirror.active_at)
    return values | _history_values(history_of(mirror))


def _history_values(history: History) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, what in (("in_status", "status"), ("in_group", "group_id"), ("with_assignee", "assignee_id")):
        last = history.last(what)
        if last is not None:
            values[name] = Span(last.at if last.value else None)
    values |= {"ticket.reopens": history.reopens()} if history.knows("status") else {}
    for name, what in (("ticket.reassignments", "assignee_id"), ("ticket.group_moves", "group_id")):
        values |= {name: history.handed_over(what)} if history.knows(what) else {}
    return values


def _event_values(event: TicketEvent, ticket: Ticket | None = None, names: Names = NO_NAMES) -> dict[str, object]:
    values: dict[str, object] = {"event.kind": event.kind.value}
    by = event.actor if event.actor is not Party.UNKNOWN else _actor(event, ticket, names)
    values |= {"event.by": by.value} if by is not Party.UNKNOWN else {}
    comment = event.comment
    if ticket is None and comment and comment.public and comment.by is Party.CUSTOMER and comment.text:
        values["ticket.last_comment"] = comment.text
    return values


def _actor(event: TicketEvent, ticket: Ticket | None, names: Names) -> Party:
    """Tell from the ticket who somebody is."""
    if ticket is None or event.actor_id is None:
        return Party.UNKNOWN
    if event.actor_id == ticket.requester_id:
        return Party.CUSTOMER
    return Party.AGENT if event.actor_id in {ticket.assignee_id, *names.people} else Party.UNKNOWN


def _changes(event: TicketEvent, names: Names) -> dict[str, Change] | None:
    if event.changed is not None:
        return dict.fromkeys(names.of_attribute(event.changed), (event.previous, event.current))
    return None if event.kind in _VAGUE else {}


def _differences(before: Mirror, ticket: Ticket, names: Names) -> tuple[dict[str, Change], frozenset[str]]:
    """Return what changed since we last knew, and what did not; of the rest nothing is known."""
    pairs = {f: (before.known[a], getattr(ticket, a)) for f, a in TICKET_FIELDS.items() if a in before.known}
    moved = {field: _told_apart(old, new) for field, (old, new) in pairs.items() if old != new}
    return moved, frozenset(pairs) - frozenset(moved)


def _told_apart(old: object, new: object) -> Change:
    """Return a change as an event tells it: of a list, what left and what came."""
    if isinstance(old, frozenset) and isinstance(new, frozenset):
        return old - new, new - old
    return old, new


def _text_values(ticket: Ticket) -> dict[str, object]:
    if ticket.comments is None:
        return {}
    said = [c.text for c in ticket.comments if c.by is Party.CUSTOMER and c.public]
    text = "\n".join([ticket.subject, ticket.description, *said])
    files = sum(len(comment.attachments) for comment in ticket.comments)
    return {"ticket.text": text, "ticket.last_comment": said[-1] if said else None, ATTACHMENTS: files}


def _person_values(person: Person | None) -> dict[str, object]:
    if person is None:
        return {}
    values: dict[str, object] = {f"requester.{name}": getattr(person, name) for name in PERSON_FIELDS}
    values["requester.language"] = person.locale.replace("_", "-").partition("-")[0].lower() if person.locale else None
    return values | {f"requester.fields.{k}": v for k, v in person.fields.items()} | {"requester.fields.*": True}


def _organization_values(ticket: Ticket) -> dict[str, object]:
    """Return the organization's facts; a ticket without one has them all empty."""
    if ticket.organization is None and ticket.organization_id is not None:
        return {}
    organization = ticket.organization or Organization(id="")
    values: dict[str, object] = {f"organization.{name}": getattr(organization, name) for name in ORGANIZATION_FIELDS}
    fields = {f"organization.fields.{k}": v for k, v in organization.fields.items()}
    return values | fields | {"organization.fields.*": True}
