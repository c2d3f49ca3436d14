"""Why a rule that holds does not act on a ticket, and until when.

Rule 1: the order is that of `lifecycle.decide`: a test holds the two against each other.
Rule 2: of the rules that hold and that nothing keeps back, one decides; every other one is told which, and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from connectors.model import DONE, Mode, TicketRef
from plugin.core.beforehand import holds_back
from plugin.core.conditions import Facts
from plugin.core.firing import Repeat
from plugin.core.known_issues import JudgedIssue
from plugin.core.linked import TAG
from plugin.core.model import Case, Firing, Reason
from plugin.core.policy import Policy, Rule
from plugin.core.remedies import offered_mark


class Kept(StrEnum):
    """What keeps a rule from acting."""

    RULE_OFF = "rule_off"  #: The rule's mode is off: it is not asked.
    CONNECTION_OFF = "connection_off"  #: The connection's mode is off.
    TICKET_DONE = "ticket_done"  #: Solved or closed: nothing is escalated.
    OPTED_OUT = "opted_out"  #: The ticket carries one of the policy's opt-out tags.
    LINKED = "linked"  #: The ticket was opened for one of another connection.
    RULE_SHADOW = "rule_shadow"  #: The rule's mode is shadow: it only tells.
    CONNECTION_SHADOW = "connection_shadow"  #: The connection's mode is shadow: every rule only tells.
    ALREADY_FIRED = "already_fired"  #: It has acted as often as it may on one ticket.
    INSIDE = "inside"  #: It has held ever since it acted; it must cease to hold first.
    COOLING_DOWN = "cooling_down"  #: It may act on this ticket again only later.
    KNOWN_ISSUE = "known_issue"  #: The ticket is about a known issue: it is told the answer instead.
    REMEDY_FIRST = "remedy_first"  #: What the frontline may give comes first.
    HELD = "held"  #: It acted on too many tickets in an hour and waits for a person.
    ALREADY_ESCALATED = "already_escalated"  #: An open case is at least as severe.
    OUTRANKED = "outranked"  #: Another rule decides.


#: What time alone takes away, and the forecast has counted in.
PASSING = frozenset({Kept.INSIDE, Kept.COOLING_DOWN, Kept.REMEDY_FIRST})


@dataclass(frozen=True, kw_only=True, slots=True)
class Hindrance:
    """One thing that keeps a rule from acting."""

    kept: Kept
    told: str = ""  #: What more there is to say: the tag, the rule that wins and why.
    since: datetime | None = None
    until: datetime | None = None  #: When it ends by itself; None: not by time alone.


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """A ticket at an instant, with what the rules have done to it so far."""

    policy: Policy
    now: datetime
    facts: Facts = field(repr=False)
    later: Facts = field(repr=False)  #: The facts when only time has passed.
    firings: Mapping[str, Firing] = field(default_factory=dict)
    case: Case | None = None  #: The open one.
    held: Mapping[str, datetime] = field(default_factory=dict)  #: Rules that wait for a person, and since when.
    mode: Mode = Mode.ENFORCE  #: The connection's.
    ticket: TicketRef | None = None


def hindrances(situation: Situation, rule: Rule) -> tuple[Hindrance, ...]:
    """Return everything that keeps a rule from acting, but for the other rules and the case."""
    first = (*_by_known_issue(situation, rule), *_by_remedies(situation, rule))
    return (*_switched(situation, rule), *_by_ticket(situation), *first, *_by_firings(situation, rule))


def _switched(situation: Situation, rule: Rule) -> Iterator[Hindrance]:
    modes = {Mode.OFF: (Kept.RULE_OFF, Kept.CONNECTION_OFF), Mode.SHADOW: (Kept.RULE_SHADOW, Kept.CONNECTION_SHADOW)}
    for mode, (by_rule, by_connection) in modes.items():
        if rule.mode is mode:
            yield Hindrance(kept=by_rule)
        if situation.mode is mode:
            yield Hindrance(kept=by_connection)
    if rule.name in situation.held:
        yield Hindrance(kept=Kept.HELD, since=situation.held[rule.name])


def _by_ticket(situation: Situation) -> Iterator[Hindrance]:
    status, tags = situation.facts.get("ticket.status"), situation.facts.get("ticket.tags")
    if status in DONE:
        yield Hindrance(kept=Kept.TICKET_DONE, told=str(status))
    out = situation.policy.opt_out_tags & tags if isinstance(tags, frozenset) else frozenset()
    if out:
        yield Hindrance(kept=Kept.OPTED_OUT, told=f"tag {', '.join(sorted(out))}")
    if situation.case is None and isinstance(tags, frozenset) and TAG in tags:
        yield Hindrance(kept=Kept.LINKED, told=f"tag {TAG}")


def _by_known_issue(situation: Situation, rule: Rule) -> Iterator[Hindrance]:
    known = next(_known_issues(situation), None) if situation.case is None else None
    if known and holds_back(known.issue, rule):
        told = situation.firings.get(known.issue.mark)
        since, until = told.at if told else None, known.verdict.until
        yield Hindrance(kept=Kept.KNOWN_ISSUE, told=known.issue.name, since=since, until=until)


def _by_remedies(situation: Situation, rule: Rule) -> Iterator[Hindrance]:
    """Yield remedies that are listed already, or would be now."""
    now, facts = situation.now, situation.facts
    fitting = situation.case is None and any(one.fits(rule.issue_type, facts, now) for one in situation.policy.remedies)
    offered = situation.firings.get(offered_mark(rule.name))
    since = offered.at if offered else now
    if rule.remedy_first and (offered or fitting) and now < since + rule.remedy_first:
        yield Hindrance(kept=Kept.REMEDY_FIRST, since=offered.at if offered else None, until=since + rule.remedy_first)


def _known_issues(situation: Situation) -> Iterator[JudgedIssue]:
    """Yield what the ticket is about; where that cannot be told, what it was told before."""
    kind = situation.facts.get("ticket.type")
    for one in situation.policy.known_issues:
        verdict, told = one.verdict(situation.facts, situation.now), one.mark in situation.firings
        if (verdict.holds or (verdict.holds is None and told)) and not one.spares(situation.ticket, kind):
            yield JudgedIssue(issue=one, verdict=verdict, told=told)


def _by_firings(situation: Situation, rule: Rule) -> Iterator[Hindrance]:
    last = situation.firings.get(rule.name)
    waits = rule.refire.waits(last, situation.now)
    if waits is None or last is None:
        return
    reason, until = waits
    if reason is Reason.COOLING_DOWN:
        yield Hindrance(kept=Kept.COOLING_DOWN, since=last.at, until=until)
    elif rule.refire.spent(last):
        yield Hindrance(kept=Kept.ALREADY_FIRED, since=last.at, told=_limit(rule))
    else:
        yield Hindrance(kept=Kept.INSIDE, since=last.at)


def _limit(rule: Rule) -> str:
    return "once per ticket" if rule.refire.repeat is Repeat.ONCE else f"at most {rule.refire.at_most} times per ticket"


def ranked(policy: Policy, rules: Iterable[Rule]) -> list[Rule]:
    """Return rules in the order in which they decide: priority, severity, place in the policy."""
    places = {rule.name: place for place, rule in enumerate(policy.rules)}
    return sorted(rules, key=lambda rule: (-rule.priority, rule.severity.rank, places[rule.name]))


def decided_by(situation: Situation, acting: Sequence[Rule]) -> Rule | None:
    """Return which of the ranked rules that could act decides."""
    case = situation.case
    if not acting:
        return None
    if case is None:
        return acting[0]
    worse = next((rule for rule in acting if rule.severity.worse_than(case.severity)), None)
    if worse is not None:
        return worse
    again = (rule for rule in acting if rule.name == case.rule and rule.name in situation.firings)
    return next(again, None)


def passed_over(situation: Situation, rule: Rule, acting: Sequence[Rule], decider: Rule | None) -> Hindrance:
    """Say why a rule that could act does not decide."""
    case = situation.case
    if case is not None and not rule.severity.worse_than(case.severity):
        return by_case(case)
    winner = decider or acting[0]
    return outranked(winner, rule)


def by_case(case: Case) -> Hindrance:
    """Say that the open case is at least as severe."""
    told = f"{case.severity} by rule {case.rule}"
    return Hindrance(kept=Kept.ALREADY_ESCALATED, told=told, since=case.opened_at)


def outranked(winner: Rule, rule: Rule, since: datetime | None = None) -> Hindrance:
    """Say which rule goes before, and why."""
    return Hindrance(kept=Kept.OUTRANKED, told=f"rule {winner.name} {_because(winner, rule)}", since=since)


def _because(winner: Rule, rule: Rule) -> str:
    if winner.priority != rule.priority:
        return f"has priority {winner.priority} over {rule.priority}"
    if winner.severity is not rule.severity:
        return f"is {winner.severity}, worse than {rule.severity}"
    return "stands before it in the policy"
