"""What every rule says of a ticket at an instant, and why: the answer to "why did it not fire?".

Rule 1: pure: the same evaluator as in earnest, with all of its reasons kept.
Rule 2: a rule will fire where time alone makes it act and nothing that stays keeps it back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from plugin.core.model import Case, Firing
from plugin.core.policy import Rule
from plugin.core.why.explanation import Node, decisive, tree
from plugin.core.why.foresight import Forecast, foresee
from plugin.core.why.hindrances import (
    PASSING,
    Hindrance,
    Kept,
    Situation,
    by_case,
    decided_by,
    hindrances,
    outranked,
    passed_over,
    ranked,
)
from plugin.core.why.unless import Stop, stops


class Outcome(StrEnum):
    """What becomes of a rule on a ticket."""

    WOULD_FIRE = "would_fire"  #: It holds, and acts if it is asked now.
    WILL_FIRE = "will_fire"  #: Time alone makes it act.
    FIRED = "fired"  #: It has acted, and does not act again.
    NOT_FIRED = "not_fired"
    UNKNOWN = "unknown"  #: A fact is missing.


@dataclass(frozen=True, kw_only=True, slots=True)
class Explained:
    """One rule's verdict with all of its reasons."""

    rule: Rule
    tree: Node
    forecast: Forecast
    outcome: Outcome = Outcome.NOT_FIRED
    kept: tuple[Hindrance, ...] = ()
    stops: tuple[Stop, ...] = ()  #: What would keep it from acting when it is going to.
    last: Firing | None = None

    @property
    def failing(self) -> Node | None:
        """Return the first leaf that keeps the condition from holding."""
        return None if self.tree.holds else decisive(self.tree)

    @property
    def comes_at(self) -> datetime | None:
        """Return when time alone brings it to act, if nothing else keeps it back."""
        return self.forecast.at

    @property
    def free(self) -> bool:
        """Return True if nothing keeps it back that time alone does not take away."""
        return all(one.kept in PASSING for one in self.kept)


def explain(situation: Situation) -> tuple[Explained, ...]:
    """Return what becomes of every rule, in the policy's order."""
    found = [_alone(situation, rule) for rule in situation.policy.rules]
    found = _between_rules(situation, _not_put_off(situation, found))
    found = _in_time(situation, found)
    return tuple(_settled(situation, one) for one in found)


def _alone(situation: Situation, rule: Rule) -> Explained:
    return Explained(
        rule=rule,
        tree=tree(rule.condition, situation.facts, situation.now),
        forecast=foresee(
            situation.policy,
            rule,
            situation.facts,
            situation.later,
            situation.now,
            situation.firings,
            escalated=situation.case is not None,
        ),
        kept=hindrances(situation, rule),
        last=situation.firings.get(rule.name),
    )


def _not_put_off(situation: Situation, found: list[Explained]) -> list[Explained]:
    """Where some rule opens a case now, remedies that were not listed yet come first for none."""
    if not any(one.tree.holds and not one.kept for one in found):
        return found
    return [_at_once(situation, one) for one in found]


def _at_once(situation: Situation, one: Explained) -> Explained:
    listed = tuple(k for k in one.kept if k.kept is not Kept.REMEDY_FIRST or k.since)
    if listed == one.kept:
        return one
    return replace(one, kept=listed, forecast=Forecast(at=situation.now) if one.tree.holds else one.forecast)


def _between_rules(situation: Situation, found: Iterable[Explained]) -> list[Explained]:
    """Tell the rules that could act now which of them decides."""
    everyone = list(found)
    could = {one.rule.name for one in everyone if one.tree.holds and not one.kept}
    acting = ranked(situation.policy, (one.rule for one in everyone if one.rule.name in could))
    decider = decided_by(situation, acting)
    return [
        _with(one, passed_over(situation, one.rule, acting, decider))
        if one.rule.name in could and one.rule is not decider
        else one
        for one in everyone
    ]


def _in_time(situation: Situation, found: list[Explained]) -> list[Explained]:
    """Tell the rules that come later what will have happened by then: the case, and the rules before them."""
    coming = [one for one in found if one.comes_at and one.free]
    order = {rule.name: place for place, rule in enumerate(ranked(situation.policy, (o.rule for o in coming)))}
    before: Explained | None = None
    changed: dict[str, Explained] = {}
    for one in sorted(coming, key=lambda o: (o.comes_at or situation.now, order[o.rule.name])):
        hindrance = _overtaken(situation, one, before)
        if hindrance:
            changed[one.rule.name] = _with(one, hindrance)
        else:
            before = one
    return [changed.get(one.rule.name, one) for one in found]


def _overtaken(situation: Situation, one: Explained, before: Explained | None) -> Hindrance | None:
    if one.comes_at == situation.now:
        return None
    case = situation.case
    if case is not None and not one.rule.severity.worse_than(case.severity):
        return None if _repeats(one, case) else by_case(case)
    if before is None or one.rule.severity.worse_than(before.rule.severity):
        return None
    return outranked(before.rule, one.rule, since=before.comes_at)


def _repeats(one: Explained, case: Case) -> bool:
    return one.rule.name == case.rule and one.last is not None


def _with(one: Explained, hindrance: Hindrance) -> Explained:
    return replace(one, kept=(*one.kept, hindrance))


def _settled(situation: Situation, one: Explained) -> Explained:
    outcome = _outcome(situation, one)
    if outcome is not Outcome.WILL_FIRE or one.comes_at is None:
        return replace(one, outcome=outcome)
    then = tree(one.rule.condition, situation.later, one.comes_at)
    return replace(one, outcome=outcome, stops=(*stops(one.tree, then), *_always(situation, one)))


def _outcome(situation: Situation, one: Explained) -> Outcome:
    if one.tree.holds and not one.kept:
        return Outcome.WOULD_FIRE
    if one.comes_at is not None and one.comes_at > situation.now and one.free:
        return Outcome.WILL_FIRE
    if one.last is not None:
        return Outcome.FIRED
    return Outcome.UNKNOWN if one.tree.holds is None else Outcome.NOT_FIRED


def _always(situation: Situation, one: Explained) -> tuple[Stop, ...]:
    """Return what keeps every rule from acting."""
    asked = {leaf.line.field for leaf in one.tree.leaves()}
    done = () if "ticket.status" in asked else (Stop(what="the ticket is solved or closed"),)
    tags = " or ".join(sorted(situation.policy.opt_out_tags))
    return (*done, Stop(what=f"the tag {tags} is set")) if tags else done
