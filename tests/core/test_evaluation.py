"""Which rules are asked, which may act, and when they may act again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.core.conditions import UNKNOWN
from plugin.core.evaluation import evaluate
from plugin.core.facts import FactTable
from plugin.core.firing import ONCE, Refire, Repeat, fired, left
from plugin.core.model import Firing, Reason
from plugin.core.rules import compile_policy
from tests.core.samples import HOUR, NOON, document

FIRED = Firing(at=NOON)
EVERY = Refire(repeat=Repeat.EVERY, every=HOUR, at_most=3)
ENTRY = Refire(repeat=Repeat.ON_EACH_ENTRY)
COOL = Refire(repeat=Repeat.ON_EACH_ENTRY, cool_down=2 * HOUR)

#: Policy, last firing, hours later, reason and hours until it may act.
WAITS: list[tuple[Refire, Firing | None, int, Reason | None, int | None]] = [
    (ONCE, None, 0, None, None),
    (ONCE, FIRED, 100, Reason.ALREADY_FIRED, None),
    (ENTRY, FIRED, 100, Reason.ALREADY_FIRED, None),
    (ENTRY, Firing(at=NOON, inside=False), 0, None, None),
    (COOL, Firing(at=NOON, inside=False), 1, Reason.COOLING_DOWN, 2),
    (COOL, Firing(at=NOON, inside=False), 2, None, None),
    (EVERY, FIRED, 0, Reason.COOLING_DOWN, 1),
    (EVERY, FIRED, 1, None, None),
    (EVERY, Firing(at=NOON, count=3), 100, Reason.ALREADY_FIRED, None),
]


@pytest.mark.parametrize(("refire", "last", "later", "reason", "until"), WAITS)
def test_a_rule_acts_again_as_its_policy_says(
    refire: Refire, last: Firing | None, later: int, reason: Reason | None, until: int | None
) -> None:
    waits = refire.waits(last, NOON + later * HOUR)

    assert waits == (None if reason is None else (reason, None if until is None else NOON + until * HOUR))


def test_firings_are_counted_and_an_exit_is_remembered() -> None:
    once = fired({}, ["a", "b"], NOON)
    twice = fired(left(once, ["a"]), ["b"], NOON + HOUR)

    assert twice == {"a": Firing(at=NOON, inside=False), "b": Firing(at=NOON + HOUR, count=2)}


TAGS = ["payment", "safety", "trial", "other"]
PRIORITIES = ["low", "high", None]
few_tags = st.lists(st.sampled_from(TAGS), min_size=1, max_size=2)
few_words = st.lists(st.sampled_from(["low", "high"]), min_size=1, max_size=2)
on_tags = st.tuples(st.just("ticket.tags"), st.sampled_from(["contains", "contains_any", "contains_none"]), few_tags)
on_words = st.tuples(st.just("ticket.priority"), st.sampled_from(["is", "in", "is_not"]), few_words)
on_none = st.tuples(st.just("ticket.type"), st.just("present"), st.none())
tests = st.one_of(on_tags, on_words, on_none).map(lambda told: _said(*told))


def _said(field: str, operator: str, value: Any) -> dict[str, Any]:
    single = operator in ("contains", "is", "is_not")
    if value is None:
        return {"field": field, "operator": operator}
    return {"field": field, "operator": operator, "value": value[0] if single else value}


def _grouped(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(parts, min_size=1, max_size=3)
    return st.one_of(*(several.map(lambda found, w=word: {w: found}) for word in ("all", "any", "none")))


conditions = st.recursive(tests, _grouped, max_leaves=6)
facts = st.fixed_dictionaries(
    {},
    optional={
        "ticket.tags": st.frozensets(st.sampled_from(TAGS)),
        "ticket.priority": st.sampled_from(PRIORITIES),
        "ticket.type": st.sampled_from(["task", None]),
    },
)


@given(st.lists(conditions, min_size=1, max_size=6), facts)
def test_rules_that_are_not_asked_would_have_been_false(whens: list[Any], known: dict[str, object]) -> None:
    rules = [
        {"name": f"r{n}", "when": when, "escalate": {"issue_type": "x", "severity": "sev3"}}
        for n, when in enumerate(whens)
    ]
    policy, table = compile_policy({**document(), "rules": rules}), FactTable(known)

    few, every = evaluate(policy, table, NOON), evaluate(policy, table, NOON, whole=True)

    asked = {one.rule.name: one.verdict for one in few.judged}
    assert [one.rule.name for one in few.judged] == sorted(asked)
    for one in every.judged:
        assert asked.get(one.rule.name, one.verdict) == one.verdict
        assert one.rule.name in asked or (one.verdict.holds is False and one.verdict.until is None)


def test_what_is_not_known_rules_nothing_out() -> None:
    policy = compile_policy(document())

    asked = evaluate(policy, FactTable({"ticket.tags": UNKNOWN}), NOON)

    assert [one.rule.name for one in asked.judged] == ["payment", "safety", "trial"]
    assert asked.open


def test_a_rule_that_ceased_to_hold_is_left() -> None:
    policy = compile_policy(document())
    firings = {"payment": FIRED, "safety": FIRED}

    evaluation = evaluate(policy, FactTable({"ticket.tags": frozenset({"payment"})}), NOON, firings=firings)

    assert "safety" in evaluation.left


def test_a_suppressed_rule_waits_for_the_instant_it_may_act() -> None:
    given_ = document()
    given_["rules"][0]["refire"] = {"every": "1h", "at_most": 2}
    policy = compile_policy(given_)
    table = FactTable({"ticket.tags": frozenset({"payment"})})

    waiting = evaluate(policy, table, NOON + timedelta(minutes=10), firings={"payment": FIRED})
    again = evaluate(policy, table, NOON + HOUR, firings={"payment": FIRED})

    assert (waiting.open, waiting.until) == (False, NOON + HOUR)
    assert again.open
    assert again.judged[0].again
