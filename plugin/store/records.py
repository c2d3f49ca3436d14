"""What goes into the store and comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from connectors.calls import Allowance
from connectors.model import Operation, TicketRef
from plugin.core.follow_ups import FollowUp
from plugin.core.linked import LinkedTicket
from plugin.core.model import Case, LogEntry, Mirror, Reason, TimerKind
from plugin.core.remedies import Use
from plugin.core.staff import Turn
from plugin.core.telling import Message
from plugin.store.codec import load


class StoreError(Exception):
    """The store cannot be reached or cannot take it now; the caller may try again later."""


class StoreRefused(StoreError):
    """The store works, and will never take this; the caller may go on with something else."""


class LeaseLost(Exception):
    """Another worker has taken the ticket over; what was about to be written must not be."""


class OverLimit(Exception):
    """A rule has acted on as many tickets in this hour as it may; nothing was written."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class TurnTaken(Exception):
    """Another case has taken the turn meanwhile; nothing was written, and it must be decided anew."""

    def __init__(self, turn: Turn) -> None:
        super().__init__(f"turn {turn.number} of a roster")
        self.turn = turn


class Receipt(StrEnum):
    """What became of a delivery."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"


class Progress(StrEnum):
    """Where an operation stands."""

    OPEN = "open"
    APPLIED = "applied"
    UNCHANGED = "unchanged"  #: Nothing differed; no call was made.
    WITHDRAWN = "withdrawn"
    DEAD = "dead"


@dataclass(frozen=True, kw_only=True, slots=True)
class NewDelivery:
    """One verified request, about to be stored."""

    connection: str
    ticket_id: str  #: Empty when no ticket could be read from it.
    event_key: str | None
    invocation_id: str | None
    received_at: datetime
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    dead: str | None = None  #: Why it goes to the dead letters at once.


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """One stored request."""

    id: int
    connection: str
    ticket_id: str
    received_at: datetime
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outgoing:
    """An operation and how far it has come."""

    operation: Operation
    case_id: str | None
    rule: str | None
    before: Mapping[str, object] = field(default_factory=dict)  #: Places as they were when it was decided.
    state: Progress = Progress.OPEN
    attempts: int = 0  #: Sends begun; after a crash the outcome of the last one is unknown.
    conflicts: int = 0
    next_at: datetime
    created_at: datetime
    reason: Reason | None = None
    detail: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A ticket this worker, and no other, may work on until the lease ends."""

    ticket: TicketRef
    token: str
    lease: timedelta  #: Renewed by every write.


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlook:
    """What a worker may look forward to."""

    paused: Mapping[str, datetime]  #: Accounts that must be left alone, and until when.
    wake: datetime | None  #: When there is work next that may be done.


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """Everything there is to do for one ticket."""

    mirror: Mirror
    case: Case | None  #: The open one.
    last: Case | None  #: The newest one that has ended.
    deliveries: tuple[Delivery, ...]  #: In the order they came.
    timers: Mapping[TimerKind, datetime]
    operations: tuple[Outgoing, ...]  #: In the order they were decided.
    held: frozenset[str]  #: Rules that wait for a person.
    follow_ups: tuple[FollowUp, ...] = ()  #: Of the ticket's cases, the oldest first.
    opened: tuple[LinkedTicket, ...] = ()  #: Tickets of other accounts, for it.
    into: tuple[LinkedTicket, ...] = ()  #: For what it was opened itself.
    allowances: tuple[Allowance, ...] = ()  #: What calls its platform still allows, as far as they are scarce.


@dataclass(frozen=True, kw_only=True, slots=True)
class Naming:
    """What a ticket names, for recurrence."""

    at: datetime  #: When the ticket was made.
    requester: str | None
    entities: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Gone:
    """A ticket that is there no more."""

    merged_into: str | None = None
    inherits: NewDelivery | None = None  #: What the ticket it was merged into hears of it.


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldRule:
    """A rule that acted on too many tickets and waits for a person."""

    rule: str
    since: datetime
    tickets: int  #: On which it would have acted meanwhile.


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyLoad:
    """A policy version taken into use, or one that went on because another was refused."""

    version: str
    at: datetime
    by: str
    problem: str | None = None  #: Why another one was refused.


@dataclass(frozen=True, kw_only=True, slots=True)
class Spent:
    """Calls that were made for one decision."""

    calls: Mapping[str, tuple[int, int]]  #: By endpoint: how many, and how many of them failed.
    allowances: tuple[Allowance, ...] = ()  #: What is left, where that is worth knowing.
    case_id: str | None = None
    rule: str | None = None

    def __bool__(self) -> bool:
        """Tell if there is anything to write down."""
        return bool(self.calls or self.allowances)


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """How many calls one endpoint of one connection had, and for what."""

    connection: str
    case_id: str | None
    rule: str | None
    endpoint: str
    made: int
    failed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Reconciled:
    """How far a connection was asked for what no webhook told."""

    connection: str
    cursor: str | None  #: The platform's own; None: it begins at `since`.
    since: datetime  #: What happened before was looked at.
    begun_at: datetime | None  #: When the look under way began.
    looked_at: datetime | None  #: When the last look was done.
    next_at: datetime
    changed: int  #: So far: tickets looked at.
    replayed: int  #: Failed requests that were replayed.
    missed: int  #: Events that no webhook told.
    problem: str | None  #: Of the last try.


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What one decision writes, in one transaction."""

    done: tuple[int, ...] = ()
    dead: tuple[tuple[int, str], ...] = ()
    mirror: Mirror | None = None
    case: Case | None = None
    timers: Mapping[TimerKind, datetime | None] = field(default_factory=dict)  #: None takes the timer away.
    operations: tuple[Outgoing, ...] = ()  #: New ones and changed ones.
    limited: tuple[tuple[str, int], ...] = ()  #: Rules that act, each with how often it may in an hour.
    held: tuple[str, ...] = ()  #: Rules that would have acted, and wait for a person.
    naming: Naming | Gone | None = None  #: What the ticket names now; None: as before.
    remedies: tuple[Use, ...] = ()  #: What was given on the ticket.
    children: int = 0  #: How many of its incidents are called in a minute; 0: none.
    follow_ups: tuple[FollowUp, ...] = ()  #: Those that changed.
    opened: tuple[LinkedTicket, ...] = ()  #: Those that changed.
    onward: tuple[NewDelivery, ...] = ()  #: What other tickets hear of it.
    turn: Turn | None = None  #: Of a roster, by which the case has its owner; None: no new one.
    log: tuple[LogEntry, ...] = ()
    messages: tuple[Message, ...] = ()  #: To be told, once this is written.
    spent: Spent | None = None  #: The calls that it took.

    @property
    def concerns_others(self) -> bool:
        """Tell if there is work for somebody else once this is written."""
        inherits = isinstance(self.naming, Gone) and self.naming.inherits is not None
        return bool(self.messages or self.children or self.onward or inherits)


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadLetter:
    """Something a person must look at."""

    kind: str  #: `delivery`, `operation`, `linked` or `message`.
    id: int
    connection: str
    ticket_id: str
    at: datetime
    reason: str
    body: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Posting:
    """What waits for one destination, which this worker, and no other, may tell until the lease ends."""

    destination: str
    token: str
    ids: tuple[int, ...]
    documents: tuple[str, ...] = field(repr=False)  #: Oldest first.
    failures: int  #: Of the destination, in a row.

    @property
    def messages(self) -> tuple[Message, ...]:
        """Return what is to be told; read here, so that one which cannot be read stops no other destination."""
        return tuple(load(document, Message) for document in self.documents)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reached:
    """How it stands with one destination."""

    waiting: int = 0
    dead: int = 0
    told_at: datetime | None = None
    next_at: datetime | None = None  #: When it is told next, if anything waits.
    problem: str | None = None  #: Of the last try.
