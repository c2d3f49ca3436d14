"""What is left to do after a case, as values: its cause, what prevents it, and actions.

Rule 1: values only; every change of a follow-up is a new one.
Rule 2: its texts are agents' own words, of LONGEST characters at the most; the store keeps them, the log does not.
Rule 3: a ticket's actions are numbered through, so that a number is one action, whichever case it came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from connectors.model import TicketRef
from plugin.core.model import Decision, Severity

#: What an agent writes beyond it is cut.
LONGEST = 500
#: Actions of one ticket.
MOST_ACTIONS = 50


class FollowUpState(StrEnum):
    """Where a follow-up stands."""

    GATHERING = "gathering"  #: Its case is open: what agents tell is kept.
    OPEN = "open"  #: Its case has ended, and something is missing.
    FINISHED = "finished"
    CARRIED = "carried"  #: A later case of the ticket goes on with it.


@dataclass(frozen=True, kw_only=True, slots=True)
class FollowUpTerms:
    """What a policy wants after a case."""

    causes: Mapping[str, str]  #: Code to its words.
    required_for: frozenset[Severity] = frozenset({Severity.SEV1})
    within: timedelta = timedelta(days=3)
    remind_every: timedelta = timedelta(days=1)
    most_reminders: int = 5
    person: str | None = None  #: Who owns it; without a person and a rota the case's owner does.
    rota: str | None = None
    note: str | None = None  #: The template that goes before the list of what is missing.


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """By when something is to be done, and how often its owner was reminded."""

    due_at: datetime
    next_at: datetime  #: When it is looked at next.
    reminders: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """One thing that somebody does, so that it does not happen again."""

    number: int
    owner: str  #: Key of a person in the policy.
    text: str = field(repr=False)
    term: Term
    done_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FollowUp:
    """What follows one case."""

    case_id: str
    ticket: TicketRef
    severity: Severity
    policy_version: str  #: The policy of its case.
    owner: str  #: Key of a person; of the cause and the prevention.
    state: FollowUpState = FollowUpState.GATHERING
    required: bool = False  #: It is not finished before cause and prevention are told.
    follows: str | None = None  #: The case that its own one follows.
    begun_at: datetime | None = None
    noted: bool = False  #: The note that lists what is missing was decided.
    term: Term | None = None  #: Of the cause and the prevention; None until it begins.
    cause: str | None = None  #: One of the policy's codes.
    root_cause: str = field(default="", repr=False)
    prevention: str = field(default="", repr=False)
    actions: tuple[Action, ...] = ()
    finished_at: datetime | None = None

    @property
    def lives(self) -> bool:
        """Tell if its actions count."""
        return self.state in (FollowUpState.GATHERING, FollowUpState.OPEN)

    @property
    def missing(self) -> tuple[str, ...]:
        """Return what must be told yet."""
        told = {"cause": bool(self.cause and self.root_cause), "prevention": bool(self.prevention)}
        return tuple(name for name, there in told.items() if self.required and not there)

    @property
    def undone(self) -> tuple[Action, ...]:
        """Return the actions that are not done."""
        return tuple(action for action in self.actions if action.done_at is None)

    @property
    def terms(self) -> tuple[Term, ...]:
        """Return the terms of everything that is open."""
        parts = (self.term,) if self.state is FollowUpState.OPEN and self.missing and self.term else ()
        return (*parts, *(action.term for action in self.undone)) if self.lives else ()

    @property
    def look_at(self) -> datetime | None:
        """Return when it is looked at next; as long as it is open there is such an instant."""
        if self.state is FollowUpState.OPEN and not self.noted:
            return self.begun_at
        return min((term.next_at for term in self.terms), default=None)

    @property
    def late_at(self) -> datetime | None:
        """Return from when on something of it is overdue; None: nothing of it is open."""
        return min((term.due_at for term in self.terms), default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Followed(Decision):
    """A decision that changes a follow-up, too."""

    follow_up: FollowUp


def look_at(found: Iterable[FollowUp]) -> datetime | None:
    """Return when a ticket's follow-ups are looked at next."""
    return min((at for one in found if (at := one.look_at)), default=None)
