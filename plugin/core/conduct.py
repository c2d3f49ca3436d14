"""How a case is conducted: what a policy says beside its rules and its matrix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from plugin.core.follow_ups import FollowUpTerms
from plugin.core.model import Severity
from plugin.core.working_hours import Calendar

#: Whom or what a case may wait for, and how long where the policy does not say.
WAITS: Mapping[str, timedelta] = {
    "customer": timedelta(days=3),
    "vendor": timedelta(days=2),
    "approval": timedelta(days=1),
}
#: Commands that notes offer as links where the policy does not say: whoever can read a note can follow them.
NOTE_LINKS = frozenset({"ack"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Customer:
    """How the customer is kept informed when nobody writes."""

    window: Calendar | None = None  #: When the policy's own texts may go out; None: at any time.
    prompt_before: timedelta = timedelta()  #: The owner is prompted so long before a promise is due.
    holding: str | None = None  #: The template that goes out when a promise was missed.
    most_in_a_row: int = 2  #: Of the policy's own texts, without a person writing in between.
    not_to: frozenset[str] = frozenset()  #: Tags of a ticket or its requester to whom no such text goes.

    def next_time(self, at: datetime) -> datetime:
        """Return the instant itself, or the next one at which a text may go out."""
        return (self.window.next_open(at) or at) if self.window else at


@dataclass(frozen=True, kw_only=True, slots=True)
class Resolution:
    """How the customer is asked whether the remedy holds."""

    ask: str
    chase: str | None = None
    chase_after: timedelta = timedelta(days=1)
    close_after: timedelta = timedelta(days=3)  #: Without an answer, from the question on.
    solve_again: bool = True  #: A yes opens a solved ticket; it is solved again.
    grace: timedelta = timedelta(days=14)  #: A reply within it opens a closed case again.


@dataclass(frozen=True, kw_only=True, slots=True)
class Approval:
    """Who decides before a case has an owner, and what happens when nobody does."""

    by: tuple[str, ...]  #: Keys of people; the first who is there is asked.
    within: timedelta = timedelta(hours=4)
    otherwise_approved: bool = True
    limits: Mapping[str, float] = field(default_factory=dict)  #: The largest amount of whoever has a limit.


@dataclass(frozen=True, kw_only=True, slots=True)
class Requests:
    """What an agent's request for an escalation becomes."""

    issue_type: str = "request"
    severity: Severity = Severity.SEV3
    approval: Approval | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Commands:
    """How agents tell the plugin what to do, and who may."""

    prefix: str = "esc"
    told_by: str | None = None  #: Key of a custom field whose value is a command.
    who: Mapping[str, frozenset[str]] = field(
        default_factory=dict
    )  #: By command: people who may, instead of the usual.
    note_links: frozenset[str] = NOTE_LINKS  #: Commands that notes offer as links.


@dataclass(frozen=True, kw_only=True, slots=True)
class Conduct:
    """Everything of this kind."""

    customer: Customer = field(default_factory=Customer)
    resolution: Resolution | None = None  #: None: a solved ticket ends its case.
    waits: Mapping[str, timedelta] = field(default_factory=lambda: dict(WAITS))
    longest_snooze: timedelta = timedelta(days=1)
    commands: Commands = field(default_factory=Commands)
    requests: Requests = field(default_factory=Requests)
    follow_up: FollowUpTerms | None = None  #: None: nothing is wanted after a case.
    fields: Mapping[str, str] = field(default_factory=dict)  #: Of a case to the key of the field that shows it.
    exceptions: Mapping[str, Approval] = field(default_factory=dict)  #: Who decides on what, while a case is open.
    publish: str | None = None  #: What the tags begin with that show a case's state; None: there are none.

    @property
    def shows(self) -> bool:
        """Tell if a ticket shows its case's state."""
        return self.publish is not None or bool(self.fields)
