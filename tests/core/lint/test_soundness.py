"""What is called impossible is impossible: no ticket makes such a condition hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any as Json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.model import DONE, EventKind, Party, Status
from plugin.core.clocks import PLAIN, Deadline, Share, Span, Timing
from plugin.core.conditions import All, Any, Condition, Nothing, Test
from plugin.core.facts import FactTable
from plugin.core.lint.literals import ways
from plugin.core.lint.worlds import World, by_word, possible
from plugin.core.operators import Named
from plugin.core.recurrence import Pattern, Recurrence, Sighting
from plugin.core.rules import compile_policy
from plugin.core.texts.mentions import Matcher
from tests.core.lint.samples import document
from tests.core.samples import MS, NOON

GROUPS = (Named("201", "care"), Named("202", "billing"), Named("202", "care"))
OFFICE = Timing(compile_policy(document()).calendars["office"])
HOURS = [timedelta(hours=n) for n in (1, 2, 3)]
EQUAL = ("is", "is_not", "in", "not_in", "contains", "contains_any", "contains_all", "contains_none")
NUMBERS = ("at_least", "at_most", "more_than", "less_than")
STATUSES = [status.value for status in Status]
KINDS = [kind.value for kind in EventKind][:4]
ANYTHING = [
    None,
    "",
    "a",
    "A",
    "5",
    5,
    5.0,
    "5.0",
    " 5",
    4,
    4.5,
    "4.5",
    0,
    1,
    True,
    False,
    "nan",
    "inf",
    (),
    ("a", "5"),
]
#: By field: what policies compare it with, and what it may be.
FIELDS: dict[str, tuple[list[Json], list[Json]]] = {
    "ticket.status": (["open", "pending", "solved", "closed"], STATUSES),
    "ticket.form": (["1", "a", 1, 5, "05"], [None, "1", "a", "A", "5", "05", "6"]),
    "ticket.group": (["care", "201", "202", "billing"], [None, "201", "999", *GROUPS]),
    "ticket.tags": (
        ["a", "b", "c"],
        [frozenset(), frozenset("a"), frozenset("ab"), frozenset("bcx"), frozenset("abc")],
    ),
    "ticket.fields.1": (["a", "5", 5, 4, 4.5, 0, 1, True, 5.5], [*ANYTHING, 5.25, {"a": 1}, ["b"], 10**400, "4.75"]),
    "ticket.reopens": ([0, 1, 2, 2.5, "1"], [0, 1, 2, 3]),
    "event.kind": (KINDS, [None, *KINDS, EventKind.OTHER.value]),
    "event.by": (["customer", "agent"], [None, Party.CUSTOMER.value, Party.AGENT.value, Party.US.value]),
}
CLOCKS, DUE = ("unanswered", "idle"), ("due.ticket", "sla.x.remaining", "sla.x.consumed", "sla.x.breached")
TEXTS = ["", "a", "b c", "a b", "x"]


@st.composite
def plain(draw: Json) -> Condition:
    field = draw(st.sampled_from(sorted(FIELDS)))
    values = FIELDS[field][0]
    operator = draw(st.sampled_from((*EQUAL, "present", "absent", *NUMBERS)))
    if operator in ("present", "absent"):
        return Test(field, operator, None)
    if operator in NUMBERS:
        return Test(field, operator, draw(st.sampled_from([0, 1, 2, 4, 5, "5", 4.5])))
    several = tuple(draw(st.lists(st.sampled_from(values), min_size=1, max_size=3)))
    single = operator in ("is", "is_not", "contains")
    alone = draw(st.sampled_from([values[0], values[1], *([several] if operator.startswith("is") else []), None]))
    return Test(field, operator, alone if single else several)


@st.composite
def timed(draw: Json) -> Condition:
    field, timing = draw(st.sampled_from((*CLOCKS, *DUE))), draw(st.sampled_from([PLAIN, OFFICE]))
    if field.endswith(".breached"):
        return Test(field, draw(st.sampled_from(["passed", "not_passed"])), None, timing)
    operator = draw(
        st.sampled_from([*NUMBERS, "present", "absent", *(["passed", "not_passed"] if field in DUE else [])])
    )
    if operator not in NUMBERS:
        return Test(field, operator, None, timing)
    if field.endswith(".consumed"):
        whole = draw(st.sampled_from([None, timedelta(hours=4)]))
        return Test(field, operator, Share(draw(st.sampled_from([0.25, 0.5, 1.5])), whole), timing)
    lengths = HOURS if field in CLOCKS else [*HOURS, timedelta(), -HOURS[0]]
    return Test(field, operator, draw(st.sampled_from(lengths)), timing)


@st.composite
def said(draw: Json) -> Condition:
    words = tuple(draw(st.lists(st.sampled_from(["a", "b", "b c"]), min_size=1, max_size=2)))
    if draw(st.booleans()):
        return Test(
            "ticket.subject", draw(st.sampled_from(["mentions", "mentions_none"])), words, PLAIN, Matcher(words)
        )
    return Test(
        "ticket.subject", draw(st.sampled_from(["matches", "matches_none"])), words[0], PLAIN, Pattern(words[0])
    )


@st.composite
def changed(draw: Json) -> Condition:
    field = draw(st.sampled_from(["ticket.form", "ticket.tags", "ticket.fields.1"]))
    operator = draw(st.sampled_from(["changed", "changed_from", "changed_to"]))
    value = draw(st.sampled_from([None, "a", ("a", "b"), "b", 5]))
    return Test(field, operator, None if operator == "changed" else value)


recurring = st.builds(
    Recurrence,
    entity=st.just("order"),
    within=st.sampled_from([timedelta(days=1), timedelta(days=2)]),
    operator=st.sampled_from(NUMBERS),
    value=st.integers(0, 3),
)
single = st.one_of(plain(), plain(), timed(), said(), changed(), recurring)
conditions = st.recursive(
    single,
    lambda inner: st.builds(
        lambda combine, parts: combine(tuple(parts)),
        st.sampled_from([All, All, Any, Nothing]),
        st.lists(inner, min_size=1, max_size=4),
    ),
    max_leaves=8,
)


def facts(chance: Random) -> FactTable:
    """Return a ticket on which anything may be so."""
    values = {field: chance.choice(may) for field, (_, may) in FIELDS.items()}
    for clock in CLOCKS:
        ran = chance.choice([None, timedelta(), *HOURS, *(h - MS for h in HOURS), *(h + MS for h in HOURS)])
        values[clock] = Span(None if ran is None else NOON - ran)
    for due in ("due.ticket", "sla.x"):
        left = chance.choice([None, timedelta(), MS, -MS, *HOURS, HOURS[0] - MS, -HOURS[1], timedelta(days=3)])
        deadline = Deadline(None if left is None else NOON + left, chance.choice([None, HOURS[2]]))
        names = [due] if due == "due.ticket" else [f"{due}.{what}" for what in ("remaining", "consumed", "breached")]
        values |= dict.fromkeys(names, deadline)
    values["ticket.subject"] = chance.choice(TEXTS)
    ages = chance.choices([timedelta(hours=1), timedelta(hours=30)], k=chance.randrange(5))
    values["others.order"] = tuple(Sighting(ticket=str(i), at=NOON - a, requester=str(i)) for i, a in enumerate(ages))
    lists: list[Json] = [frozenset(), frozenset("a"), frozenset("ab")]
    sides: list[Json] = [None, "a", "b", "5"]
    moved = {"ticket.form": sides, "ticket.tags": lists, "ticket.fields.1": [*sides, *lists]}
    changes = {name: (chance.choice(may), chance.choice(may)) for name, may in moved.items() if chance.random() < 0.6}
    return FactTable(values, changes)


def tickets(seed: int) -> Iterator[FactTable]:
    chance = Random(seed)
    return (facts(chance) for _ in range(60))


def never(condition: Condition, world: World, *, wanted: bool) -> bool:
    found = ways(condition, "when", wanted=wanted)
    return found is not None and not any(possible(way, world) for way in found)


@pytest.mark.parametrize("wanted", [True, False])
@settings(max_examples=150, deadline=None)
@given(conditions, st.integers(0, 2**32))
def test_no_ticket_makes_an_impossible_condition_hold(wanted: bool, condition: Condition, seed: int) -> None:
    world = World(named={"ticket.group": by_word(GROUPS)}, alive=False)

    if never(condition, world, wanted=wanted):
        for ticket in tickets(seed):
            assert condition.verdict(ticket, NOON).holds is not wanted, ticket.values


@settings(max_examples=100, deadline=None)
@given(conditions, st.integers(0, 2**32))
def test_nor_does_one_that_is_not_done_where_only_those_are_meant(condition: Condition, seed: int) -> None:
    world = World(named={"ticket.group": by_word(GROUPS)}, alive=True)

    if never(condition, world, wanted=True):
        for ticket in tickets(seed):
            if ticket.values["ticket.status"] not in DONE:
                assert condition.verdict(ticket, NOON).holds is not True, ticket.values


@settings(max_examples=150, deadline=None)
@given(timed(), timed(), st.booleans(), st.integers(0, 2**32))
def test_two_thresholds_that_exclude_each_other_do(one: Test, other: Test, wanted: bool, seed: int) -> None:
    other = replace(other, field=one.field) if other.operator not in ("passed", "not_passed") else other
    both = All((one, other if wanted else Nothing((other,))))

    if isinstance(one.value, type(other.value)) and never(both, World(), wanted=True):
        for ticket in tickets(seed):
            assert both.verdict(ticket, NOON).holds is not True, ticket.values


@settings(max_examples=250, deadline=None)
@given(st.lists(plain(), min_size=2, max_size=3), st.data())
def test_every_single_fact_is_tried_on_tests_of_one_field(tests: list[Test], data: Json) -> None:
    """The sharpest look: few tests, and every fact the field may have."""
    field = data.draw(st.sampled_from(sorted(FIELDS)))
    same = All(tuple(Test(field, one.operator, one.value) for one in tests))
    world = World(named={"ticket.group": by_word(GROUPS)}, alive=False)

    holding = [fact for fact in FIELDS[field][1] if same.verdict(FactTable({field: fact}), NOON).holds]

    assert not (holding and never(same, world, wanted=True)), holding
