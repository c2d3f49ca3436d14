"""A verdict as a tree: its first failing test, what is missing, why a clock stands still."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import given

from connectors.model import Move, Status
from plugin.core.clocks import Deadline, Span, Timing
from plugin.core.conditions import UNKNOWN, All, Any, Condition, Nothing, Test
from plugin.core.facts import FactTable
from plugin.core.history import History
from plugin.core.opening_hours.calendars import compile_calendars
from plugin.core.why.explanation import Cause, Kind, Node, decisive, tree, unknown, words
from plugin.core.working_hours import Calendar
from tests.core.samples import HOUR, NOON
from tests.core.test_conditions_in_time import conditions, facts

RED, GREEN = Test("a", "is", "red"), Test("a", "is", "green")
BLUE, AGED = Test("b", "is", "blue"), Test("age", "at_least", 4 * HOUR)
FACTS = FactTable({"a": "red", "b": "green", "c": UNKNOWN, "age": Span(NOON - HOUR)})
MISSING = Test("c", "is", "red")


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from nodes(part)


def office() -> Calendar:
    hours = {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    found = compile_calendars({"office": {"time_zone": "UTC", "hours": hours}}, lambda where, told: pytest.fail(told))
    return found["office"]


def test_a_tree_mirrors_its_condition() -> None:
    node = tree(All((RED, Any((BLUE, Nothing((GREEN,)))))), FACTS, NOON)

    assert [(n.path, n.kind, n.holds) for n in nodes(node)] == [
        ("when", Kind.ALL, True),
        ("when.all[0]", Kind.TEST, True),
        ("when.all[1]", Kind.ANY, True),
        ("when.all[1].any[0]", Kind.TEST, False),
        ("when.all[1].any[1]", Kind.NONE, True),
        ("when.all[1].any[1].none[0]", Kind.TEST, False),
    ]


@given(conditions, facts)
def test_every_node_says_what_its_condition_says(condition: Condition, known: dict[str, object]) -> None:
    table = FactTable(known)

    for node in nodes(tree(condition, table, NOON)):
        assert node.verdict == node.condition.verdict(table, NOON)


@pytest.mark.parametrize(
    ("condition", "path"),
    [
        (GREEN, "when"),
        (All((RED, GREEN, BLUE)), "when.all[1]"),
        (Any((GREEN, BLUE)), "when.any[0]"),
        (All((RED, Any((GREEN, BLUE)))), "when.all[1].any[0]"),
        (All((RED, Nothing((GREEN, RED)))), "when.all[1].none[1]"),
        (Nothing((All((RED, Any((GREEN, RED)))),)), "when.none[0].all[0]"),
        (All((MISSING, GREEN)), "when.all[1]"),
        (All((RED, MISSING)), "when.all[1]"),
        (Nothing((GREEN, MISSING)), "when.none[1]"),
    ],
)
def test_the_first_test_that_decides_is_found(condition: Condition, path: str) -> None:
    assert decisive(tree(condition, FACTS, NOON)).path == path


@given(conditions, facts)
def test_the_test_that_decides_always_says_something_definite(condition: Condition, known: dict[str, object]) -> None:
    node = tree(condition, FactTable(known), NOON)

    leaf = decisive(node)

    assert leaf in list(node.leaves())
    assert (leaf.holds is None) is (node.holds is None)


def test_missing_facts_are_named_only_where_they_matter() -> None:
    assert unknown(tree(All((MISSING, GREEN)), FACTS, NOON)) == ()
    assert unknown(tree(All((MISSING, RED, Nothing((MISSING,)))), FACTS, NOON)) == ("c",)


def _still(timing: Timing, now: datetime, fact: object = Span(NOON - HOUR)) -> Node:
    moves = (
        Move(at=NOON - 2 * HOUR, what="status", value="open"),
        Move(at=NOON - HOUR, what="status", value="pending"),
    )
    history = History(moves=moves, complete=frozenset({"status"}))
    known = {"idle": fact, "ticket.status": Status.PENDING}
    return tree(Test("idle", "at_least", 4 * HOUR, timing), FactTable(known, history=history), now)


def test_a_paused_clock_says_since_when_and_by_what() -> None:
    still = _still(Timing(pause_when={"ticket.status": frozenset({"pending", "hold"})}), NOON).still

    assert still is not None
    assert (still.cause, still.by, still.since, still.until) == (
        Cause.PAUSED,
        "ticket.status pending",
        NOON - HOUR,
        None,
    )


def test_a_closed_calendar_says_when_it_counts_again() -> None:
    still = _still(Timing(office()), NOON + HOUR / 2).still

    assert still is not None
    assert (still.cause, still.by, still.until) == (Cause.CLOSED, "office", NOON + HOUR)


def test_a_deadline_in_a_closed_calendar_stands_still_too() -> None:
    node = tree(
        Test("due", "at_most", HOUR, Timing(office())), FactTable({"due": Deadline(NOON + 9 * HOUR)}), NOON + 6 * HOUR
    )

    assert node.still is not None
    assert node.still.until == NOON + timedelta(hours=21)


@pytest.mark.parametrize(
    ("timing", "fact"),
    [
        (Timing(office()), Span(None)),
        (Timing(pause_when={"ticket.status": frozenset({"hold"})}), Span(NOON - HOUR)),
        (Timing(pause_when={"ticket.group": frozenset({"201"})}), Span(NOON - HOUR)),
        (Timing(office()), UNKNOWN),
    ],
)
def test_what_runs_or_never_ran_does_not_stand_still(timing: Timing, fact: object) -> None:
    now = NOON if fact == Span(NOON - HOUR) else NOON + 8 * HOUR

    assert _still(timing, now, fact).still is None


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "nothing"),
        (True, "true"),
        (3, "3"),
        ("a b", "a b"),
        ([], "nothing"),
        (["a", "b"], "a, b"),
        (list("abcdefgh"), "a, b, c, d, e, f and 2 more"),
    ],
)
def test_values_are_written_for_people(value: object, told: str) -> None:
    assert words(value) == told
