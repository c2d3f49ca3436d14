"""What every rule of a policy says of a ticket.

Rule 1: a rule of which a necessary test is plainly false is not asked further: only an event can change that.
Rule 2: a rule that holds and may not act now says why, and when it may.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from connectors.model import Mode
from plugin.core.conditions import Facts
from plugin.core.firing import Repeat
from plugin.core.known_issues import JudgedIssue
from plugin.core.model import Firing, Reason, Verdict
from plugin.core.policy import Beside, Policy, Rule
from plugin.core.remedies import Remedy, Use, offered_mark

_NO_FIRINGS: Mapping[str, Firing] = {}


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """One rule's verdict, and whether it may act on it."""

    rule: Rule
    verdict: Verdict
    suppressed: Reason | None = None  #: Why a rule that holds may not act now.
    again_at: datetime | None = None  #: When it may.
    again: bool = False  #: It has acted on this ticket before.
    offered: bool = False  #: Remedies came first for it already.
    remedies: tuple[Remedy, ...] = ()  #: What the frontline may give on this ticket.

    @property
    def acts(self) -> bool:
        """Return True if the rule holds and may act."""
        return bool(self.verdict.holds) and self.suppressed is None

    @property
    def open(self) -> bool:
        """Return True if the rule acts or may turn out to: a read is worth its price."""
        return self.verdict.holds is not False and self.suppressed is None

    @property
    def until(self) -> datetime | None:
        """Return the first instant at which time alone could make the rule act, or be entered anew."""
        if not self.verdict.holds:
            return self.verdict.until
        known = [self.again_at, self.verdict.until if self.rule.refire.repeat is Repeat.ON_EACH_ENTRY else None]
        return min((at for at in known if at is not None), default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """What the rules that matter say of a ticket."""

    judged: tuple[Judged, ...]
    left: frozenset[str] = frozenset()  #: Rules that held when they last acted, and do not now.
    issues: tuple[JudgedIssue, ...] = ()  #: Asked only where a rule may act.
    beside: Beside = field(default_factory=Beside)  #: What known issues and remedies ask for.

    @property
    def until(self) -> datetime | None:
        """Return the first instant at which time alone could make a rule act, or what holds it back end."""
        known = [one.until for one in self.judged]
        known += [one.verdict.until for one in self.issues if one.verdict.holds]
        return min((at for at in known if at is not None), default=None)

    @property
    def open(self) -> bool:
        """Return True if some rule acts or cannot be told yet: a read is worth its price."""
        return any(one.open for one in self.judged)

    def asks(self, names: frozenset[str]) -> bool:
        """Return True if a rule that may still act asks for one of these facts."""
        return any(one.open and (one.rule.asks | self.beside.asks) & names for one in self.judged)

    def wants(self, prefix: str) -> frozenset[str]:
        """Return the facts of that prefix that rules which may still act ask for."""
        asked = (name for one in self.judged if one.open for name in one.rule.asks | self.beside.asks)
        return frozenset(name for name in asked if name.startswith(prefix))

    @property
    def moves(self) -> frozenset[str]:
        """Return the fields of which every move must be known, for the rules that may still act."""
        return frozenset(name for one in self.judged if one.open for name in one.rule.moves | self.beside.moves)

    def without_used(self, uses: Iterable[Use], now: datetime) -> Evaluation:
        """Return it without the remedies that are used up for the ticket's customer."""
        spent = tuple(uses)
        judged = (
            replace(one, remedies=tuple(r for r in one.remedies if not r.used_up(spent, now))) for one in self.judged
        )
        return replace(self, judged=tuple(judged))


def evaluate(
    policy: Policy, facts: Facts, now: datetime, *, firings: Mapping[str, Firing] = _NO_FIRINGS, whole: bool = False
) -> Evaluation:
    """Ask every rule that is on and may ever act again; `whole` asks also those that are plainly false, for a trace."""
    rules = policy.rules if whole else policy.candidates(facts)
    asked = [r for r in rules if r.mode is not Mode.OFF and (whole or not r.refire.spent(firings.get(r.name)))]
    judged = tuple(_judge(rule, facts, now, firings) for rule in asked)
    if (policy.known_issues or policy.remedies) and any(one.open for one in judged):
        return _with_beside(policy, judged, facts, now, firings)
    return Evaluation(judged=judged, left=_left(firings, judged))


def _with_beside(
    policy: Policy, judged: tuple[Judged, ...], facts: Facts, now: datetime, firings: Mapping[str, Firing]
) -> Evaluation:
    """Ask also what comes before a case: known issues, and what the frontline may give."""
    issues = (
        JudgedIssue(issue=one, verdict=one.verdict(facts, now), told=one.mark in firings) for one in policy.known_issues
    )
    given = (
        replace(one, remedies=tuple(r for r in policy.remedies if r.fits(one.rule.issue_type, facts, now)))
        for one in judged
    )
    left = _left(firings, judged)
    return Evaluation(judged=tuple(given), left=left, issues=tuple(issues), beside=policy.beside)


def _judge(rule: Rule, facts: Facts, now: datetime, firings: Mapping[str, Firing]) -> Judged:
    verdict, last = rule.condition.verdict(facts, now), firings.get(rule.name)
    offered = firings.get(offered_mark(rule.name)) if rule.remedy_first else None
    waits = rule.refire.waits(last, now) or _grace(rule, offered, now) if verdict.holds else None
    return Judged(
        rule=rule,
        verdict=verdict,
        suppressed=waits[0] if waits else None,
        again_at=waits[1] if waits else None,
        again=last is not None,
        offered=offered is not None,
    )


def _grace(rule: Rule, offered: Firing | None, now: datetime) -> tuple[Reason, datetime | None] | None:
    """Return why a rule waits for what the frontline may give first, and until when."""
    over = offered.at + rule.remedy_first if offered and rule.remedy_first else None
    return (Reason.REMEDY_FIRST, over) if over and now < over else None


def _left(firings: Mapping[str, Firing], judged: Iterable[Judged]) -> frozenset[str]:
    still = {one.rule.name for one in judged if one.verdict.holds is not False}
    return frozenset(name for name, last in firings.items() if last.inside and name not in still)
