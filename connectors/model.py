"""The words every platform is translated into.

Rule 1: pure data; no I/O, no clock, nothing of any one platform but its name in a reference.
Rule 2: instants are aware UTC; ids are strings, whatever the platform sends.
Rule 3: what a platform did not say is unknown, never a default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class EventKind(StrEnum):
    """What happened to a ticket; a platform's unknown kinds are OTHER."""

    CREATED = "created"
    UPDATED = "updated"  #: Something changed; the webhook does not say what.
    COMMENT_ADDED = "comment_added"
    COMMENT_EDITED = "comment_edited"  #: Redacted, made private, attachments changed.
    STATUS_CHANGED = "status_changed"
    CUSTOM_STATUS_CHANGED = "custom_status_changed"
    PRIORITY_CHANGED = "priority_changed"
    TYPE_CHANGED = "type_changed"
    SUBJECT_CHANGED = "subject_changed"
    DESCRIPTION_CHANGED = "description_changed"
    TAGS_CHANGED = "tags_changed"
    ASSIGNEE_CHANGED = "assignee_changed"
    GROUP_CHANGED = "group_changed"
    REQUESTER_CHANGED = "requester_changed"
    SUBMITTER_CHANGED = "submitter_changed"
    ORGANIZATION_CHANGED = "organization_changed"
    BRAND_CHANGED = "brand_changed"
    FORM_CHANGED = "form_changed"
    FIELD_CHANGED = "field_changed"  #: A custom field.
    FOLLOWERS_CHANGED = "followers_changed"
    CCS_CHANGED = "ccs_changed"
    EXTERNAL_ID_CHANGED = "external_id_changed"
    LINK_CHANGED = "link_changed"
    DUE_CHANGED = "due_changed"
    SLA_CHANGED = "sla_changed"
    RATING_REQUESTED = "rating_requested"
    RATING_RECEIVED = "rating_received"
    MERGED = "merged"
    SPAM = "spam"
    DELETED = "deleted"
    DELETED_FOR_GOOD = "deleted_for_good"
    UNDELETED = "undeleted"
    OTHER = "other"


class Party(StrEnum):
    """Who stands behind a comment or a change."""

    CUSTOMER = "customer"
    AGENT = "agent"
    US = "us"
    AUTOMATION = "automation"  #: The helpdesk itself, or another program.
    UNKNOWN = "unknown"


class Status(StrEnum):
    """The system states of a ticket; a platform's own states are mapped to these."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    HOLD = "hold"
    SOLVED = "solved"
    CLOSED = "closed"


#: A ticket in one of these is done; nothing is escalated and no customer is written to.
DONE = frozenset({Status.SOLVED, Status.CLOSED})

#: Priorities from mild to worst.
PRIORITIES = ("low", "normal", "high", "urgent")


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class TicketRef:
    """A ticket's name in the world: which account, which id."""

    connection: str
    id: str

    def __str__(self) -> str:
        """Read as `acme#42`."""
        return f"{self.connection}#{self.id}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A file beside a comment: where it is, never what it holds."""

    name: str = field(repr=False)
    url: str = field(repr=False)
    size: int | None = None  #: Bytes.


@dataclass(frozen=True, kw_only=True, slots=True)
class Comment:
    """One comment; `text` is empty where only the fact of it is known."""

    id: str
    at: datetime
    by: Party
    public: bool
    author_id: str | None = None
    text: str = field(default="", repr=False)
    attachments: tuple[Attachment, ...] = ()  #: Of a comment that was read; an event tells none.


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """One attribute of a ticket taking a value; clocks and their pauses are rebuilt from these."""

    at: datetime
    what: str  #: An attribute of Ticket; a custom field as `fields.<id>`.
    value: str | None
    by: Party = Party.UNKNOWN
    was: str | None = None  #: The value before, where it is told: it orders moves of one instant.


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketEvent:
    """One thing that happened to one ticket, in our words."""

    id: str  #: The platform's own event id, or one made of ticket, time and body.
    kind: EventKind
    ticket: TicketRef
    occurred_at: datetime  #: Aware, UTC.
    actor_id: str | None = None
    actor: Party = Party.UNKNOWN  #: Who did it, as far as the webhook tells.
    changed: str | None = None  #: Which attribute changed; a custom field as `fields.<id>`.
    previous: object = None
    current: object = None
    comment: Comment | None = field(default=None, repr=False)
    #: What the webhook says the ticket is now, by attribute name of Ticket; absent is unknown.
    known: Mapping[str, object] = field(default_factory=dict, repr=False)
    raw: Mapping[str, object] = field(default_factory=dict, repr=False)
    partly: bool = False  #: It does not tell all of what happened: the ticket's own history does.


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A requester, agent or our own user, as far as the platform told."""

    id: str
    name: str = field(default="", repr=False)
    email: str | None = field(default=None, repr=False)
    role: str | None = None
    suspended: bool = False  #: What they write is put aside, and they are written to in vain.
    locale: str | None = None
    tags: frozenset[str] = frozenset()
    fields: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Organization:
    """The customer's organization."""

    id: str
    name: str = field(default="", repr=False)
    tags: frozenset[str] = frozenset()
    fields: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class SlaMetric:
    """One running, paused or achieved target of the platform's own SLA."""

    metric: str
    stage: str  #: active, paused or achieved.
    breach_at: datetime | None
    target: timedelta | None = None  #: The whole time allowed; None: the platform does not tell.


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """The ticket as the API tells it now."""

    ref: TicketRef
    version: str  #: What a safe write must name; Zendesk's `updated_at`.
    created_at: datetime
    updated_at: datetime
    status: Status
    url: str = ""  #: Where an agent opens it.
    key: str | None = None  #: What people call it, where that is not its id.
    custom_status_id: str | None = None
    priority: str | None = None
    type: str | None = None
    subject: str = field(default="", repr=False)
    description: str = field(default="", repr=False)
    tags: frozenset[str] = frozenset()
    group_id: str | None = None
    assignee_id: str | None = None
    requester_id: str | None = None
    submitter_id: str | None = None
    organization_id: str | None = None
    brand_id: str | None = None
    form_id: str | None = None
    external_id: str | None = None
    problem_id: str | None = None  #: The ticket of which this one is an incident.
    follows: str | None = None  #: The closed ticket to which this one is the reply.
    channel: str | None = None
    is_public: bool = True
    due_at: datetime | None = None  #: A date promised on the ticket itself.
    custom_fields: Mapping[str, object] = field(default_factory=dict, repr=False)
    follower_ids: frozenset[str] = frozenset()
    requester: Person | None = None
    organization: Organization | None = None
    slas: tuple[SlaMetric, ...] | None = None
    sla_policy: str | None = None  #: The policy its targets are of; None: not asked for, or not told.
    comments: tuple[Comment, ...] | None = None  #: Oldest first; None: not read.
    history: tuple[Move, ...] | None = None  #: Every move since it was made, oldest first; None: not read.
    active_at: datetime | None = None  #: When a person last did anything; comes with the history.


@dataclass(frozen=True, kw_only=True, slots=True)
class SetPriority:
    """Wish for a priority."""

    priority: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SetStatus:
    """Wish for a status."""

    status: Status


@dataclass(frozen=True, kw_only=True, slots=True)
class Assign:
    """Wish for one assignee."""

    person_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SetGroup:
    """Wish for a group."""

    group_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AddTags:
    """Wish for tags to be there, beside the others."""

    tags: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RemoveTags:
    """Wish for tags not to be there; the others stay."""

    tags: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AddFollowers:
    """Wish for agents to follow the ticket."""

    person_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SetField:
    """Wish for a custom field's value; None clears it."""

    field_id: str
    value: str | int | float | bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkProblem:
    """Wish for the ticket to be an incident of another one."""

    problem_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AddComment:
    """Wish for one comment of plain text; the connector makes it inert."""

    text: str = field(repr=False)
    public: bool


Change = (
    SetPriority
    | SetStatus
    | Assign
    | SetGroup
    | AddTags
    | RemoveTags
    | AddFollowers
    | SetField
    | LinkProblem
    | AddComment
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """Changes for one ticket that travel in one API call; at most one comment among them."""

    id: str  #: The marker looked for before anything is sent again.
    ticket: TicketRef
    changes: tuple[Change, ...]

    @property
    def comment(self) -> AddComment | None:
        """Return the comment it carries, if any."""
        return next((c for c in self.changes if isinstance(c, AddComment)), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class NewTicket:
    """Wish for a ticket that is opened for one of another account; whoever opened it finds it by its marker."""

    marker: str  #: Letters, digits and hyphens.
    subject: str = field(repr=False)
    text: str = field(repr=False)  #: Plain; the connector makes it inert. Customers do not read it.
    origin: str  #: Where an agent opens the ticket that it is opened for.
    origin_ref: TicketRef
    origin_name: str  #: What that one is called, as `acme#42`.
    link_type: str | None = None  #: How the two are linked, where they are on one site that has such types.
    project: str | None = None
    type: str | None = None
    form_id: str | None = None
    group_id: str | None = None
    priority: str | None = None
    tags: tuple[str, ...] = ()
    custom_fields: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)


class Mode(StrEnum):
    """How far a rule or a connection may go."""

    ENFORCE = "enforce"
    SHADOW = "shadow"  #: Decide and log, write nothing.
    OFF = "off"
