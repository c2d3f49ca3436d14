"""Problems that are known already: a ticket about one is told the answer instead of being escalated.

Rule 1: a known issue holds back only rules as mild as it says, and never one that goes before known issues.
Rule 2: what cannot be told holds nothing back; the problem's own ticket is never held back either.
Rule 3: when it ends, or its condition ceases to hold, the rules it held back act.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from connectors.model import Ticket, TicketRef
from plugin.core.conditions import Condition, Facts
from plugin.core.model import Severity, Verdict

#: What a mirror remembers an answer by; no rule's name has a colon.
_TOLD = "known_issue:"
#: The types of a ticket that may become an incident.
_LINKABLE = (None, "", "question", "incident")


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownIssue:
    """One entry of the policy's list."""

    name: str
    condition: Condition
    answer: str  #: A template; agents read it.
    tell_customer: str | None = None  #: A template; the customer reads it.
    tags: tuple[str, ...] = ()
    up_to: Severity = Severity.SEV3  #: The worst severity whose rules are held back.
    problem: Mapping[str, str] = field(default_factory=dict)  #: The id of the problem's ticket on each connection.
    until: datetime | None = None  #: When it is over.

    @property
    def mark(self) -> str:
        """Return what a mirror remembers its answer by."""
        return _TOLD + self.name

    def problem_on(self, connection: str) -> str | None:
        """Return the id of the problem's ticket there."""
        return self.problem.get(connection)

    def verdict(self, facts: Facts, now: datetime) -> Verdict:
        """Say whether a ticket is about it; nothing is once it is over."""
        if self.until is not None and now >= self.until:
            return Verdict(holds=False)
        verdict = self.condition.verdict(facts, now)
        known = [at for at in (verdict.until, self.until) if at is not None]
        return replace(verdict, until=min(known, default=None))

    def link_of(self, ticket: Ticket) -> str | None:
        """Return the problem that a ticket can be linked to; one that a person linked it to stays."""
        problem = self.problem_on(ticket.ref.connection)
        return problem if ticket.problem_id is None and ticket.type in _LINKABLE else None

    def spares(self, ref: TicketRef | None, kind: object) -> bool:
        """Return True for a problem's own ticket, by its name or its type: that one is worked on, not answered."""
        return kind == "problem" or (ref is not None and ref.id == self.problem_on(ref.connection))


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgedIssue:
    """What a known issue says of a ticket, and whether the ticket was told already."""

    issue: KnownIssue
    verdict: Verdict
    told: bool = False
