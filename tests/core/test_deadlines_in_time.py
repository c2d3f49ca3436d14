"""Clocks in calendars, clocks with pauses, deadlines, shares and recurrences: `until` is right for each of them.

The oracle steps through time: what a verdict says must stand at every instant before its `until`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.model import Move
from plugin.core.clocks import PLAIN, Deadline, Share, Span, Timing
from plugin.core.conditions import UNKNOWN, All, Any, Condition, Nothing, Test
from plugin.core.facts import FactTable
from plugin.core.history import TRACKED, History
from plugin.core.opening_hours.calendars import compile_calendars
from plugin.core.recurrence import Recurrence, Sighting
from plugin.core.working_hours import Calendar

#: A Friday afternoon before the clocks go forward in Lisbon.
FRIDAY = datetime(2026, 3, 27, 15, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def calendar(*intervals: list[str], days: tuple[str, ...]) -> Calendar:
    """Return a calendar of Lisbon's."""
    told = {"time_zone": "Europe/Lisbon", "hours": {day: list(intervals) for day in days}}
    return compile_calendars({"week": told}, lambda where, message: pytest.fail(f"{where}: {message}"))["week"]


OFFICE = calendar(["09:00", "13:00"], ["14:00", "18:00"], days=("mon", "fri", "sun"))
#: Every instant the oracle looks at: each quarter of an hour for five days, and its neighbours.
GRID = [FRIDAY + n * 15 * MINUTE for n in range(4 * 24 * 5)]
COMPARING = ("at_least", "at_most", "more_than", "less_than")

lengths = st.integers(1, 40).map(lambda quarters: quarters * 15 * MINUTE)
instants = st.integers(-40, 200).map(lambda quarters: FRIDAY + quarters * 15 * MINUTE)
timings = st.sampled_from([PLAIN, Timing(OFFICE), Timing(PLAIN.calendar, {"ticket.status": frozenset({"pending"})})])
timings |= st.just(Timing(OFFICE, {"ticket.status": frozenset({"pending", "hold"})}))

spans = st.builds(Test, st.just("idle"), st.sampled_from(COMPARING), lengths, timings)
signed = lengths | lengths.map(lambda one: -one) | st.just(timedelta())
in_calendars = st.sampled_from([PLAIN, Timing(OFFICE)])
deadlines = st.builds(Test, st.just("due.ticket"), st.sampled_from(COMPARING), signed, in_calendars)
passed = st.builds(Test, st.just("due.ticket"), st.sampled_from(["passed", "not_passed"]), st.none(), in_calendars)
shares = st.builds(
    Test,
    st.just("sla.x.consumed"),
    st.sampled_from(COMPARING),
    st.builds(Share, st.sampled_from([0.25, 0.5, 1.0, 1.5]), st.just(8 * HOUR) | st.none()),
    in_calendars,
)
recurrences = st.builds(
    Recurrence,
    entity=st.just("order"),
    within=lengths,
    operator=st.sampled_from(COMPARING),
    value=st.integers(0, 3),
    distinct=st.sampled_from(["requester", "ticket", "product"]),
)
single = st.one_of(spans, deadlines, passed, shares, recurrences)


def groups(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, min_size=1, max_size=3).map(tuple)
    return st.one_of(st.builds(All, several), st.builds(Any, several), st.builds(Nothing, several))


conditions = st.recursive(single, groups, max_leaves=4)
sightings = st.builds(
    Sighting,
    ticket=st.sampled_from("abcd"),
    at=st.integers(-60, 0).map(lambda quarters: FRIDAY + quarters * 15 * MINUTE),
    requester=st.sampled_from(["1", "2", None]),
    entities=st.sampled_from([{}, {"product": frozenset({"x"})}, {"product": frozenset({"x", "y"})}]),
)


@st.composite
def tables(draw: st.DrawFn) -> FactTable:
    """Return known facts about a ticket that may have been pending now and then."""
    statuses = draw(st.lists(st.tuples(instants, st.sampled_from(["open", "pending", "hold"])), max_size=4))
    moves = [Move(at=FRIDAY - 40 * HOUR, what="status", value="open")]
    moves += [Move(at=at, what="status", value=value) for at, value in statuses if at <= FRIDAY]
    values = {
        "idle": Span(draw(st.none() | instants.filter(lambda at: at <= FRIDAY))),
        "due.ticket": Deadline(draw(st.none() | instants)),
        "sla.x.consumed": Deadline(draw(st.none() | instants), draw(st.none() | st.just(4 * HOUR))),
        "others.order": tuple(draw(st.lists(sightings, max_size=5))),
        "ticket.requester": draw(st.sampled_from(["1", "9"])),
    }
    return FactTable(values, {}, None, History().with_moves(moves, complete=TRACKED))


@given(conditions, tables())
def test_a_verdict_stands_at_every_instant_before_its_until(condition: Condition, facts: FactTable) -> None:
    verdict = condition.verdict(facts, FRIDAY)

    stands = [at for at in GRID if verdict.until is None or at < verdict.until]

    assert verdict.until is None or verdict.until > FRIDAY
    assert {condition.verdict(facts, at).holds for at in stands} <= {verdict.holds}


@given(single, tables())
def test_a_single_test_changes_at_the_very_instant_it_says(condition: Condition, facts: FactTable) -> None:
    verdict = condition.verdict(facts, FRIDAY)
    if verdict.until is None:
        return

    assert condition.verdict(facts, verdict.until).holds is not verdict.holds


@given(spans, tables())
def test_a_clock_asks_for_its_pauses_or_is_not_known(test: Test, facts: FactTable) -> None:
    unknown = FactTable(facts.values, {}, None, History())

    verdict = test.verdict(unknown, FRIDAY)

    runs = facts.values["idle"] != Span(None)
    assert verdict.holds is None if test.timing.pause_when else verdict.holds is not None
    assert not (test.timing.pause_when and runs and verdict.until)


@pytest.mark.parametrize(
    ("operator", "value", "before", "at", "after"),
    [
        ("at_most", HOUR, False, True, True),
        ("less_than", HOUR, False, False, True),
        ("at_least", HOUR, True, True, False),
        ("more_than", HOUR, True, False, False),
        ("at_most", -HOUR, False, True, True),
        ("passed", None, False, True, True),
        ("not_passed", None, True, False, False),
    ],
)
def test_a_deadline_is_crossed_once(
    operator: str, value: timedelta | None, before: bool, at: bool, after: bool
) -> None:
    edge = FRIDAY - (value or timedelta())
    facts, test = FactTable({"due.ticket": Deadline(FRIDAY)}), Test("due.ticket", operator, value)
    tick = timedelta(milliseconds=1)

    assert [test.verdict(facts, edge + n * tick).holds for n in (-1, 0, 1)] == [before, at, after]


def test_four_working_hours_before_a_deadline_skip_the_weekend() -> None:
    monday = datetime(2026, 3, 30, 9, tzinfo=UTC)  # 10:00 in Lisbon, by then on summer time
    facts = FactTable({"due.ticket": Deadline(monday)})
    week = Timing(calendar(["09:00", "17:00"], days=("mon", "fri")))

    verdict = Test("due.ticket", "at_most", 4 * HOUR, week).verdict(facts, FRIDAY - 2 * HOUR)

    assert verdict.until == datetime(2026, 3, 27, 14, tzinfo=UTC)
    assert verdict.because[0].calendar == "week"


def test_a_share_without_a_whole_cannot_be_told() -> None:
    test = Test("sla.x.consumed", "at_least", Share(0.75))

    verdict = test.verdict(FactTable({"sla.x.consumed": Deadline(FRIDAY)}), FRIDAY)

    assert (verdict.holds, verdict.until, verdict.because[0].seen) == (None, None, "target unknown")


def test_what_is_not_known_of_others_is_not_counted_as_none() -> None:
    recurrence = Recurrence(entity="order", within=HOUR, operator="at_least", value=1)

    for facts in ({}, {"others.order": ()}, {"others.order": UNKNOWN, "ticket.requester": "1"}):
        assert recurrence.verdict(FactTable(facts), FRIDAY).holds is None
