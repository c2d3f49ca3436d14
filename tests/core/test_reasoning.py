"""Why rules fire or do not, held against the evaluator and the decision themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.model import Mode, Status
from plugin.core.clocks import Span
from plugin.core.conditions import Condition, Test
from plugin.core.evaluation import evaluate
from plugin.core.facts import FactTable
from plugin.core.firing import Refire, Repeat
from plugin.core.lifecycle import decide
from plugin.core.model import Firing, Reason, Severity
from plugin.core.policy import Policy, Rule
from plugin.core.rules import compile_policy
from plugin.core.why.foresight import MOST, foresee
from plugin.core.why.hindrances import Kept, Situation
from plugin.core.why.reasoning import Explained, Outcome, explain
from tests.core.samples import CASE, HOUR, MS, NOON, TICKET, document
from tests.core.test_conditions_in_time import conditions, facts, instants

POLICY = compile_policy(document())
YES, NO, MISSING = Test("a", "is", "red"), Test("a", "is", "green"), Test("zzz", "is", "red")
FACTS: Mapping[str, object] = {
    "a": "red",
    "ticket.age": Span(NOON),
    "ticket.status": Status.OPEN,
    "ticket.tags": frozenset({"vip"}),
}
SOON = Test("ticket.age", "at_least", HOUR)


def rule(name: str = "r", condition: Condition = YES, **given: Any) -> Rule:
    return Rule(name=name, condition=condition, issue_type="x", **{"severity": Severity.SEV2, **given})


def situation(*rules: Rule, known: Mapping[str, object] = FACTS, **given: Any) -> Situation:
    table = FactTable(known)
    policy = replace(POLICY, rules=rules)
    return Situation(policy=policy, **{"now": NOON, "facts": table, "later": table, **given})


def only(*rules: Rule, **given: Any) -> Explained:
    return explain(situation(*rules, **given))[0]


@given(conditions, facts)
def test_it_will_fire_when_it_says_and_never_when_it_says_never(condition: Condition, known: dict[str, object]) -> None:
    table = FactTable(known)
    one = only(rule(condition=condition), known=known)
    at = one.comes_at

    if at is not None:
        assert condition.verdict(table, at).holds
        assert at == NOON or not condition.verdict(table, at - MS).holds
    before = [i for i in instants(known, NOON) if at is None or i < at]
    assert not any(condition.verdict(table, instant).holds for instant in before)


@given(conditions, facts, st.integers(0, 6), st.integers(1, 3), st.sampled_from(list(Repeat)), st.booleans())
def test_a_rule_that_has_fired_fires_again_when_it_says(
    condition: Condition, known: dict[str, object], ago: int, count: int, repeat: Repeat, inside: bool
) -> None:
    refire = Refire(repeat=repeat, every=timedelta(minutes=3), at_most=3, cool_down=timedelta(minutes=1))
    last = {"r": Firing(at=NOON - timedelta(minutes=ago), count=count, inside=inside)}
    one = only(rule(condition=condition, refire=refire), known=known, firings=last)

    assert one.comes_at == _walked(condition, known, refire, last["r"])


def _walked(condition: Condition, known: dict[str, object], refire: Refire, last: Firing) -> datetime | None:
    """Look at every instant that could matter, one by one."""
    ends = [last.at + timedelta(minutes=n) for n in (1, 3)]
    for at in sorted({*instants(known, NOON), *(end for end in ends if end > NOON)}):
        holds = condition.verdict(FactTable(known), at).holds
        if holds and refire.waits(last, at) is None:
            return at
        if holds is False:
            last = replace(last, inside=False)
    return None


@pytest.mark.parametrize(
    ("condition", "outcome"),
    [(YES, Outcome.WOULD_FIRE), (SOON, Outcome.WILL_FIRE), (NO, Outcome.NOT_FIRED), (MISSING, Outcome.UNKNOWN)],
)
def test_a_rule_has_one_outcome(condition: Condition, outcome: Outcome) -> None:
    assert only(rule(condition=condition)).outcome is outcome


FIRED = Firing(at=NOON - HOUR)
EVERY = Refire(repeat=Repeat.EVERY, every=4 * HOUR, at_most=5)
ENTRY = Refire(repeat=Repeat.ON_EACH_ENTRY)


@pytest.mark.parametrize(
    ("given", "more", "kept", "outcome"),
    [
        ({"mode": Mode.OFF}, {}, Kept.RULE_OFF, Outcome.NOT_FIRED),
        ({"mode": Mode.SHADOW}, {}, Kept.RULE_SHADOW, Outcome.NOT_FIRED),
        ({}, {"mode": Mode.OFF}, Kept.CONNECTION_OFF, Outcome.NOT_FIRED),
        ({}, {"mode": Mode.SHADOW}, Kept.CONNECTION_SHADOW, Outcome.NOT_FIRED),
        ({}, {"held": {"r": NOON}}, Kept.HELD, Outcome.NOT_FIRED),
        ({}, {"known": {**FACTS, "ticket.status": Status.SOLVED}}, Kept.TICKET_DONE, Outcome.NOT_FIRED),
        ({}, {"known": {**FACTS, "ticket.tags": frozenset({"no_escalation"})}}, Kept.OPTED_OUT, Outcome.NOT_FIRED),
        ({}, {"firings": {"r": FIRED}}, Kept.ALREADY_FIRED, Outcome.FIRED),
        ({"refire": EVERY}, {"firings": {"r": FIRED}}, Kept.COOLING_DOWN, Outcome.WILL_FIRE),
        ({"refire": EVERY}, {"firings": {"r": replace(FIRED, count=5)}}, Kept.ALREADY_FIRED, Outcome.FIRED),
        ({"refire": ENTRY}, {"firings": {"r": FIRED}}, Kept.INSIDE, Outcome.FIRED),
        ({}, {"case": CASE}, Kept.ALREADY_ESCALATED, Outcome.NOT_FIRED),
    ],
)
def test_what_keeps_a_rule_that_holds_is_told(
    given: dict[str, Any], more: dict[str, Any], kept: Kept, outcome: Outcome
) -> None:
    one = only(rule(**given), **more)

    assert [hindrance.kept for hindrance in one.kept] == [kept]
    assert one.outcome is outcome


def test_cooling_down_ends_when_the_rule_fires_again() -> None:
    one = only(rule(refire=EVERY), firings={"r": FIRED})

    assert one.kept[0].until == one.comes_at == NOON + 3 * HOUR


@pytest.mark.parametrize(
    ("winner", "why"),
    [
        ({"priority": 7}, "rule w has priority 7 over 0"),
        ({"severity": Severity.SEV1}, "rule w is sev1, worse than sev2"),
        ({}, "rule w stands before it in the policy"),
    ],
)
def test_the_rule_that_wins_is_named_with_its_reason(winner: dict[str, Any], why: str) -> None:
    won, lost = explain(situation(rule("w", **winner), rule("r")))

    assert (won.outcome, lost.outcome) == (Outcome.WOULD_FIRE, Outcome.NOT_FIRED)
    assert [(one.kept, one.told) for one in lost.kept] == [(Kept.OUTRANKED, why)]


def test_a_rule_that_comes_after_another_is_not_promised() -> None:
    first, second, worse = explain(
        situation(
            rule("first", SOON),
            rule("second", Test("ticket.age", "at_least", 2 * HOUR)),
            rule("worse", Test("ticket.age", "at_least", 3 * HOUR), severity=Severity.SEV1),
        )
    )

    assert [one.outcome for one in (first, second, worse)] == [
        Outcome.WILL_FIRE,
        Outcome.NOT_FIRED,
        Outcome.WILL_FIRE,
    ]
    assert (second.kept[0].kept, second.kept[0].since) == (Kept.OUTRANKED, NOON + HOUR)


def test_a_rule_that_fires_now_goes_before_one_that_comes_later() -> None:
    now, later = explain(situation(rule("now"), rule("later", SOON)))

    assert now.outcome is Outcome.WOULD_FIRE
    assert (later.outcome, later.kept[0].kept) == (Outcome.NOT_FIRED, Kept.OUTRANKED)


def test_a_later_rule_no_worse_than_the_open_case_is_not_promised() -> None:
    one = only(rule(condition=SOON), case=CASE)

    assert (one.outcome, one.kept[0].kept) == (Outcome.NOT_FIRED, Kept.ALREADY_ESCALATED)


def test_what_an_event_told_is_no_news_later() -> None:
    told, later = FactTable({**FACTS, "a": "green"}), FactTable(FACTS)
    both = rule(condition=Test("ticket.age", "at_least", HOUR))

    one = explain(situation(both, facts=told, later=later))[0]

    assert (one.outcome, one.comes_at) == (Outcome.WILL_FIRE, NOON + HOUR)


def test_done_and_opted_out_are_among_what_would_stop_any_rule() -> None:
    one = only(rule(condition=SOON))

    assert [stop.what for stop in one.stops] == ["the ticket is solved or closed", "the tag no_escalation is set"]


def test_a_search_without_an_end_is_broken_off() -> None:
    class Ticking(Test):
        def verdict(self, facts: object, now: datetime) -> Any:
            found = super().verdict(facts, now)  # type: ignore[arg-type]
            return replace(found, until=now + MS)

    one = foresee(POLICY, rule(condition=Ticking("a", "is", "green")), FactTable(FACTS), FactTable(FACTS), NOON, {})

    assert (one.at, one.looked_until) == (None, NOON + MOST * MS)


def test_of_two_rules_the_worse_one_raises_the_case_though_the_other_goes_first() -> None:
    milder = rule(name="milder", condition=YES, severity=CASE.severity, priority=1)
    worse = rule(name="worse", condition=YES, severity=Severity.SEV1)
    table = FactTable(FACTS)
    policy = replace(POLICY, rules=(milder, worse))

    told = explain(
        Situation(policy=policy, now=NOON, facts=table, later=table, firings={}, case=CASE, held={}, mode=Mode.ENFORCE)
    )

    assert [(one.rule.name, one.outcome) for one in told] == [
        ("milder", Outcome.NOT_FIRED),
        ("worse", Outcome.WOULD_FIRE),
    ]


modes = st.sampled_from([Mode.ENFORCE, Mode.ENFORCE, Mode.SHADOW, Mode.OFF])
refires = st.sampled_from([Refire(), EVERY, ENTRY])
fired = st.sampled_from([None, FIRED, replace(FIRED, at=NOON - 9 * HOUR), replace(FIRED, inside=False)])
rules = st.builds(
    rule,
    name=st.none(),
    condition=st.sampled_from([YES, YES, NO]),
    severity=st.sampled_from([Severity.SEV1, Severity.SEV2, Severity.SEV3]),
    priority=st.integers(0, 1),
    mode=modes,
    refire=refires,
)


@given(
    st.lists(st.tuples(rules, fired, st.booleans()), min_size=1, max_size=5),
    st.sampled_from([None, CASE, replace(CASE, rule="r0"), replace(CASE, severity=Severity.SEV3)]),
    st.sampled_from([Mode.ENFORCE, Mode.ENFORCE, Mode.SHADOW]),
    st.sampled_from([Status.OPEN, Status.OPEN, Status.SOLVED]),
    st.booleans(),
)
def test_what_would_fire_is_what_is_decided(
    given: list[tuple[Rule, Firing | None, bool]], case: Any, mode: Mode, status: Status, out: bool
) -> None:
    policy, firings, held = _named(given)
    ticket = replace(TICKET, status=status, tags=frozenset({"no_escalation"} if out else {"vip"}))
    table = FactTable({**FACTS, "ticket.status": status, "ticket.tags": ticket.tags})
    asked = Situation(
        policy=policy,
        now=NOON,
        facts=table,
        later=table,
        firings=firings,
        case=case,
        held=dict.fromkeys(held, NOON),
        mode=mode,
    )

    decision = decide(
        policy,
        case,
        ticket,
        evaluate(policy, table, NOON, firings=firings, whole=True),
        now=NOON,
        new_id="n",
        shadow=mode is not Mode.ENFORCE,
        held=held,
    )

    firing = [one.rule.name for one in explain(asked) if one.outcome is Outcome.WOULD_FIRE]
    assert firing == ([decision.rule] if decision.rule else [])
    assert (decision.reason in (Reason.RULE_HOLDS, Reason.RAISED, Reason.REPEATED)) is bool(firing)


def _named(given: list[tuple[Rule, Firing | None, bool]]) -> tuple[Policy, dict[str, Firing], frozenset[str]]:
    named = [(replace(one, name=f"r{i}"), last, held) for i, (one, last, held) in enumerate(given)]
    policy = replace(POLICY, rules=tuple(one for one, _, _ in named))
    firings = {one.name: last for one, last, _ in named if last}
    return policy, firings, frozenset(one.name for one, _, held in named if held)
