"""What the plugin decides with and about.

Rule 1: values only; every change of a case is a new case.
Rule 2: instants are aware UTC.
Rule 3: nothing here holds ticket text, except the comments waiting in an operation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from connectors.model import Change, Comment, Move, TicketRef
from plugin.core.reasons import Reason as Reason
from plugin.core.staff import Turn


class Severity(StrEnum):
    """How bad it is; sev1 is worst."""

    SEV1 = "sev1"
    SEV2 = "sev2"
    SEV3 = "sev3"
    SEV4 = "sev4"

    @property
    def rank(self) -> int:
        """Return 1 for the worst."""
        return int(self.value[3:])

    def worse_than(self, other: Severity) -> bool:
        """Return True if this one is more severe."""
        return self.rank < other.rank


class CaseState(StrEnum):
    """Where an escalation case stands."""

    OPEN = "open"  #: One named owner, who has not acknowledged it yet; the next update promised.
    REQUESTED = "requested"  #: It waits for an approval; whoever may give it owns it.
    ACKNOWLEDGED = "acknowledged"  #: The owner has taken it up.
    IN_PROGRESS = "in_progress"  #: The owner works on it.
    WAITING = "waiting"  #: For the customer, a vendor or an approval, with a clock of its own.
    RESOLVED = "resolved"  #: The remedy is in, the customer is asked if it holds.
    CLOSED = "closed"  #: Confirmed, or nothing was heard any more, or the ticket is solved and nobody is to be asked.
    DECLINED = "declined"  #: Who may approve it did not.
    DE_ESCALATED = "de_escalated"  #: A person took it back.
    CANCELLED = "cancelled"  #: The ticket went away, or the ground for it did before anything was written.


#: States of a case that lives: it has an owner, a promise, and at least one timer.
LIVE = frozenset(
    {
        CaseState.REQUESTED,
        CaseState.OPEN,
        CaseState.ACKNOWLEDGED,
        CaseState.IN_PROGRESS,
        CaseState.WAITING,
        CaseState.RESOLVED,
    }
)


class Trigger(StrEnum):
    """What may move a case."""

    RULE_FIRED = "rule_fired"
    WORSE_RULE_FIRED = "worse_rule_fired"
    ACKNOWLEDGED = "acknowledged"
    OWNER_CHANGED = "owner_changed"
    TAKEN_OVER = "taken_over"
    STEP_DUE = "step_due"
    PROMISE_DUE = "promise_due"
    CUSTOMER_UPDATED = "customer_updated"
    TICKET_SOLVED = "ticket_solved"
    TICKET_GONE = "ticket_gone"
    GROUND_GONE = "ground_gone"
    APPROVED = "approved"
    DECLINED = "declined"
    STARTED = "started"
    WAIT = "wait"
    WAIT_OVER = "wait_over"
    EXCEPTION_ASKED = "exception_asked"
    SNOOZED = "snoozed"
    HANDED_OFF = "handed_off"
    DE_ESCALATED = "de_escalated"
    REMEDIED = "remedied"
    CHASE_DUE = "chase_due"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    ANSWERED = "answered"
    SILENCE = "silence"
    REOPENED = "reopened"


class TimerKind(StrEnum):
    """What a timer waits for; one of each kind per ticket."""

    RULE = "rule"  #: The earliest instant at which time alone could make a rule hold.
    PROMISE = "promise"  #: The next update promised to the customer.
    STEP = "step"  #: The owner's time to acknowledge, or for the work.
    PROBLEM = "problem"  #: The problem of which the ticket is an incident has moved.
    FOLLOW_UP = "follow_up"  #: What follows a case is begun, or its owners are reminded.
    LINKED = "linked"  #: A ticket of another account is opened for the case, or looked at.
    SLA = "sla"  #: Whether the helpdesk chose the SLA policy that was asked for is looked at.


@dataclass(frozen=True, kw_only=True, slots=True)
class Because:
    """One line of a verdict's trace; holds no ticket text beyond a matched word of the policy."""

    field: str
    operator: str
    wanted: object
    seen: object
    holds: bool | None
    calendar: str | None = None  #: The calendar a clock counts in; None: every hour.


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What a condition says now, and until when that stands."""

    holds: bool | None  #: None: a fact is missing.
    until: datetime | None = None  #: First instant at which time alone could change it; None: never.
    because: Sequence[Because] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Pending:
    """An exception that somebody must approve."""

    kind: str  #: `climb`, `deescalate`, or the policy's word.
    by: str = ""  #: Who asks; empty: the ladder.
    reason: str = ""
    amount: float | None = None
    approver: str = ""  #: Key of the person who is asked.


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One escalation of one ticket."""

    id: str
    ticket: TicketRef
    state: CaseState
    rule: str
    issue_type: str
    severity: Severity
    owner: str  #: Key of a person in the policy.
    policy_version: str  #: The policy it started with.
    opened_at: datetime
    next_update_at: datetime  #: The promise, and the case's own timer: an open case always has one.
    update_every: timedelta
    step: int = 0  #: Where it stands on its ladder.
    turn: Turn | None = None  #: The turn by which the step had somebody.
    due_at: datetime | None = None  #: When the ladder is climbed if the owner does nothing; None: not by time.
    acknowledged_at: datetime | None = None
    prompts: int = 0  #: How often the owner was prompted since a person last answered.
    holdings: int = 0  #: How many texts of the policy's own the customer got since a person last wrote.
    look_at: datetime | None = None  #: When the promise is looked at, where that is not the instant promised.
    waiting_for: str | None = None  #: `customer`, `vendor` or `approval`.
    waiting_since: datetime | None = None
    resolved_at: datetime | None = None  #: When the remedy was in.
    by_status: bool = False  #: It waits because of the ticket's status, and so no longer than that.
    pending: Pending | None = None  #: What it waits for an approval of.
    granted: tuple[str, ...] = ()  #: Exceptions, as `refund 120`.
    asked: bool = False  #: The customer was asked if the remedy holds.
    chased: bool = False
    solved: bool = False  #: The ticket was solved when the remedy was in; it may also be told by a command.
    requested_by: str | None = None  #: Who asked for it; a person of the policy, else an id of the platform.
    obeyed: tuple[str, ...] = ()  #: Comments whose commands were obeyed.
    follows: str | None = None  #: An earlier case of this ticket.
    reopened: int = 0
    missed: int = 0  #: How many promised updates nobody wrote in time.
    times: int = 1  #: How often the owner of this step was asked.
    held_at: int | None = None  #: The step at which the climb waited for what the next one needs.
    incomplete: tuple[str, ...] = ()  #: What the next step needs and the ticket did not have when it was asked for.
    handoffs: int = 0  #: How often it was given to somebody else.
    ended_at: datetime | None = None
    ended_by: Reason | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Timer:
    """An instant at which a ticket is looked at again."""

    kind: TimerKind
    due_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class LogEntry:
    """One append-only line of a ticket's case log."""

    at: datetime
    actor: str  #: `policy`, `connector`, `agent:<id>`, `admin`.
    what: str
    reason: Reason
    ticket: TicketRef
    case_id: str | None = None
    policy_version: str | None = None  #: The policy by which it was decided.
    evidence: Mapping[str, object] = field(default_factory=dict)  #: JSON-safe, without ticket text.


@dataclass(frozen=True, kw_only=True, slots=True)
class Firing:
    """How a rule last acted on a ticket."""

    at: datetime
    count: int = 1
    inside: bool = True  #: It has held ever since.


@dataclass(frozen=True, kw_only=True, slots=True)
class SlaWatch:
    """A tag by which the helpdesk is to choose an SLA policy, and whether it has."""

    tag: str  #: We wrote it, so we take it away.
    policy: str | None = None  #: Which is to win; None: the policy does not say.
    before: bool = False  #: Targets ran already when the tag was written.
    landed: bool = False  #: It was written.
    removed: bool = False  #: It was taken away again.
    looks: int = 0
    due_at: datetime | None = None  #: When it is looked at next; None: nothing was written yet, or all is told.


@dataclass(frozen=True, kw_only=True, slots=True)
class Mirror:
    """What we remember of one ticket between its events; no subject, no text."""

    known: Mapping[str, object] = field(default_factory=dict)  #: By attribute name of Ticket.
    comments: tuple[Comment, ...] = ()  #: Marks without text, oldest first.
    comments_complete: bool = False  #: True: every comment since the ticket began is accounted for.
    moves: tuple[Move, ...] = ()  #: Oldest first.
    moves_complete: frozenset[str] = frozenset()  #: Attributes whose every move is accounted for.
    heard_at: datetime | None = None  #: When the newest event happened of which `known` tells.
    active_at: datetime | None = None  #: When a person last did anything.
    entities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  #: What the ticket names, by entity.
    fired: Mapping[str, Firing] = field(default_factory=dict)  #: By rule.
    our_version: str | None = None  #: The ticket's version after our last write.
    heeded: tuple[str, ...] = ()  #: Marks of the newest events that were worked on.
    sla: SlaWatch | None = None

    def with_known(self, known: Mapping[str, object]) -> Mirror:
        """Return it with other knowledge of the ticket's fields."""
        return replace(self, known=known)


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """What became of one rule that holds, beside the one that decided."""

    rule: str
    reason: Reason
    because: Sequence[Because] = ()
    changes: tuple[Change, ...] = ()  #: What it would have asked for.


@dataclass(frozen=True, kw_only=True, slots=True)
class Say:
    """Wish for one of the policy's texts, rendered once the ticket is read."""

    template: str
    public: bool
    kind: str = ""  #: Which plain text goes out where the template fails.
    proposed: str = (
        ""  #: What stands before it in a note that proposes it: it is for the customer, and does not go out.
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What should happen to a ticket and its case, and why."""

    reason: Reason
    case: Case | None = None  #: The case after it; None: there is none.
    says: tuple[Say, ...] = ()
    opens: bool = False  #: The case begins with this: everything its row wants is written.
    changes: tuple[Change, ...] = ()
    rule: str | None = None
    because: Sequence[Because] = ()
    fired: tuple[str, ...] = ()  #: Rules that are spent for this ticket now.
    remarks: tuple[Remark, ...] = ()
    held: tuple[str, ...] = ()  #: Rules that would have acted, and wait for a person.
    problems: tuple[str, ...] = ()  #: What went wrong with a text, for the log.
    about: Mapping[str, object] = field(default_factory=dict)  #: JSON-safe: what is done without a case.
    look_at: datetime | None = None  #: When the rules must be asked again, whatever they say themselves.
