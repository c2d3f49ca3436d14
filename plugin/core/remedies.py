"""Small remedies that the frontline may give without asking, and what was given already.

Rule 1: a remedy is offered while it is not used up: so many times, for one requester, within a period.
Rule 2: an agent's tag says that it was given; it is recorded once for a ticket, whatever becomes of the tag.
Rule 3: only what is known is offered: a remedy whose condition cannot be told is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from plugin.core.conditions import Condition, Facts
from plugin.core.model import Firing, Mirror

#: What a mirror remembers a use by, and a rule's grace; no rule's name has a colon.
_USED, _OFFERED = "remedy:", "remedy_first:"


@dataclass(frozen=True, kw_only=True, slots=True)
class AtMost:
    """How often a remedy may be given to one requester."""

    times: int
    within: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Remedy:
    """One entry of the policy's list."""

    name: str
    kind: str
    tag: str  #: By which an agent says that it was given.
    amount: str = ""
    issue_types: frozenset[str] = frozenset()  #: Empty: any.
    condition: Condition | None = None
    at_most: AtMost | None = None

    @property
    def mark(self) -> str:
        """Return what a mirror remembers its use by."""
        return _USED + self.name

    def fits(self, issue_type: str, facts: Facts, now: datetime) -> bool:
        """Return True if it is for tickets like this one, as far as is known."""
        if self.issue_types and issue_type not in self.issue_types:
            return False
        return self.condition is None or self.condition.verdict(facts, now).holds is True

    def used_up(self, uses: Iterable[Use], now: datetime) -> bool:
        """Return True if it was given to the requester as often as it may be."""
        if self.at_most is None:
            return False
        since = now - self.at_most.within
        return sum(use.remedy == self.name and use.at > since for use in uses) >= self.at_most.times

    def __str__(self) -> str:
        """Read as `refund, 20 EUR (tag refund_20)`."""
        return f"{self.kind}{f', {self.amount}' if self.amount else ''} (tag {self.tag})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """One remedy that was given on one ticket."""

    remedy: str
    requester: str
    at: datetime
    by: str | None = None  #: The agent's id there, where it is told.


def offered_mark(rule: str) -> str:
    """Return what a mirror remembers by that remedies came first for a rule."""
    return _OFFERED + rule


def longest(remedies: Iterable[Remedy]) -> timedelta:
    """Return how far back uses count."""
    return max((one.at_most.within for one in remedies if one.at_most), default=timedelta())


def newly_given(remedies: Sequence[Remedy], mirror: Mirror, at: datetime, by: str | None) -> Iterator[Use]:
    """Return the uses that the ticket's tags tell of, and that are not recorded yet."""
    tags, requester = mirror.known.get("tags"), mirror.known.get("requester_id")
    if not isinstance(tags, frozenset) or requester is None:
        return
    for one in remedies:
        if one.tag in tags and one.mark not in mirror.fired:
            yield Use(remedy=one.name, requester=str(requester), at=at, by=by)


def noted(fired: Mapping[str, Firing], uses: Iterable[Use]) -> dict[str, Firing]:
    """Return what a mirror remembers after the uses are recorded."""
    return {**fired, **{_USED + use.remedy: Firing(at=use.at) for use in uses}}


def note(remedies: Sequence[Remedy], until: str) -> str:
    """Tell agents what they may give, how to record it, and what comes if it does not help."""
    lines = ["Before this ticket is escalated, you may give the customer without approval:"]
    lines += [f"- {one}" for one in remedies]
    lines.append("Add the tag of what you gave. It is recorded, and counts for this customer.")
    lines.append(f"If the reason to escalate still holds, the ticket is escalated at {until}.")
    return "\n".join(lines)
