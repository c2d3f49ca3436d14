"""Any condition, over any facts, against an oracle that tries everything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from plugin.core.clocks import Span
from plugin.core.conditions import UNKNOWN, All, Any, Condition, Nothing, Test, Unknown
from plugin.core.facts import FactTable
from tests.core.samples import MS, NOON

COLOURS = ("red", "green", None)
CLOCK_OPERATORS = ("at_least", "at_most", "more_than", "less_than")
MINUTES = [timedelta(minutes=n) for n in (1, 2, 3, 5)]
LATEST = NOON + timedelta(minutes=20)

colour_tests = st.builds(
    Test, st.sampled_from(["a", "b", "c"]), st.sampled_from(["is", "is_not"]), st.sampled_from(["red", "green"])
)
clock_tests = st.builds(
    Test, st.sampled_from(["age", "wait"]), st.sampled_from(CLOCK_OPERATORS), st.sampled_from(MINUTES)
)
running_tests = st.builds(Test, st.sampled_from(["age", "wait"]), st.sampled_from(["present", "absent"]), st.none())


def groups(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, min_size=1, max_size=3).map(tuple)
    return st.one_of(st.builds(All, several), st.builds(Any, several), st.builds(Nothing, several))


conditions = st.recursive(st.one_of(colour_tests, clock_tests, running_tests), groups, max_leaves=8)
colours = st.sampled_from([*COLOURS, UNKNOWN])
since = st.integers(-360_000, 0).map(lambda ms: Span(NOON + ms * MS))
clocks = st.one_of(since, st.sampled_from([Span(None), Span(NOON), UNKNOWN]))
facts = st.fixed_dictionaries({"a": colours, "b": colours, "c": colours, "age": clocks, "wait": clocks})


def truth(condition: Condition, known: Mapping[str, object], now: datetime) -> bool:
    """Judge by plain two-valued logic; every fact is known."""
    if isinstance(condition, All):
        return all(truth(part, known, now) for part in condition.parts)
    if isinstance(condition, Any):
        return any(truth(part, known, now) for part in condition.parts)
    if isinstance(condition, Nothing):
        return not any(truth(part, known, now) for part in condition.parts)
    assert isinstance(condition, Test)
    fact = known[condition.field]
    if not isinstance(fact, Span):
        return (fact == condition.value) is (condition.operator == "is")
    if condition.operator in ("present", "absent"):
        return (fact.since is not None) is (condition.operator == "present")
    assert isinstance(condition.value, timedelta)
    if fact.since is None:
        return False
    ran = now - fact.since
    return {
        "at_least": ran >= condition.value,
        "at_most": ran <= condition.value,
        "more_than": ran > condition.value,
        "less_than": ran < condition.value,
    }[condition.operator]


def completions(known: Mapping[str, object]) -> Iterator[dict[str, object]]:
    """Give every way the unknown facts could turn out."""
    clock = [Span(None), *(Span(NOON - length) for length in (timedelta(), MINUTES[1], MINUTES[2] + MS))]
    open_to = [
        (clock if name in ("age", "wait") else COLOURS) if isinstance(fact, Unknown) else [fact]
        for name, fact in known.items()
    ]
    return (dict(zip(known, chosen, strict=True)) for chosen in product(*open_to))


def instants(known: Mapping[str, object], now: datetime) -> list[datetime]:
    """Give every instant from now on at which some clock crosses some threshold, and its neighbours."""
    starts = [fact.since for fact in known.values() if isinstance(fact, Span) and fact.since]
    edges = [start + length + offset * MS for start in starts for length in MINUTES for offset in (-1, 0, 1, 2)]
    return sorted({now, LATEST, *(at for at in edges if at >= now)})


@given(conditions, facts)
def test_a_verdict_agrees_with_every_way_the_unknown_may_turn_out(
    condition: Condition, known: dict[str, object]
) -> None:
    verdict = condition.verdict(FactTable(known), NOON)

    values = {truth(condition, completed, NOON) for completed in completions(known)}

    assert verdict.holds is None or values == {verdict.holds}


@given(conditions, facts)
def test_a_verdict_on_known_facts_is_never_unknown(condition: Condition, known: dict[str, object]) -> None:
    for completed in completions(known):
        assert condition.verdict(FactTable(completed), NOON).holds is truth(condition, completed, NOON)


@given(conditions, facts)
def test_a_verdict_stands_until_it_says(condition: Condition, known: dict[str, object]) -> None:
    table = FactTable(known)
    now = condition.verdict(table, NOON)

    later = [(at, condition.verdict(table, at).holds) for at in instants(known, NOON)]

    assert now.until is None or now.until > NOON
    assert [at for at, holds in later if (now.until is None or at < now.until) and holds is not now.holds] == []


@given(conditions, facts)
def test_following_until_from_instant_to_instant_misses_no_change(
    condition: Condition, known: dict[str, object]
) -> None:
    table, at = FactTable(known), NOON
    told = {at: condition.verdict(table, at)}
    while (until := told[at].until) is not None:
        at = until
        told[at] = condition.verdict(table, at)

    for instant in instants(known, NOON):
        looked = max(seen for seen in told if seen <= instant)
        assert condition.verdict(table, instant).holds is told[looked].holds
