"""Every operator, the three values, and until when a verdict stands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta

import pytest

from plugin.core.clocks import PLAIN, Span
from plugin.core.conditions import UNKNOWN, All, Any, Condition, Nothing, Test
from plugin.core.facts import FactTable
from plugin.core.model import Verdict
from plugin.core.operators import NAMES, OPERATORS, Named
from plugin.core.recurrence import Pattern
from plugin.core.texts.mentions import Matcher
from tests.core.samples import HOUR, MS, NOON

TAGS = frozenset({"VIP", "late"})
HUGE = 10**400

#: Operator, fact, value, does it hold.
TABLE: list[tuple[str, object, object, bool]] = [
    ("is", "High", "high", True),
    ("is", "high", "low", False),
    ("is", None, "high", False),
    ("is", None, None, True),
    ("is", 5, 5, True),
    ("is", ["A", "b"], ("b", "a"), True),
    ("is", {"a": 1}, "a", False),
    ("is_not", "high", "low", True),
    ("is_not", None, "low", True),
    ("is_not", "HIGH", "high", False),
    ("in", "High", ("high", "urgent"), True),
    ("in", None, ("high",), False),
    ("in", ["a"], ("a",), False),
    ("in", {"a": 1}, ("a",), False),
    ("not_in", "low", ("high",), True),
    ("not_in", None, ("high",), True),
    ("not_in", "HIGH", ("high",), False),
    ("contains", TAGS, "vip", True),
    ("contains", TAGS, "vi", False),
    ("contains", None, "vip", False),
    ("contains", "vip", "vip", True),
    ("contains", [{"a": 1}, "x"], "X", True),
    ("contains_any", TAGS, ("other", "LATE"), True),
    ("contains_any", TAGS, ("other",), False),
    ("contains_all", TAGS, ("vip", "late"), True),
    ("contains_all", TAGS, ("vip", "other"), False),
    ("contains_none", TAGS, ("other",), True),
    ("contains_none", TAGS, ("vip", "other"), False),
    ("contains_none", None, ("vip",), True),
    ("mentions", "Charged, TWICE!", "charged twice", True),
    ("mentions", "overcharged twice", "charged twice", False),
    ("mentions", "a refund, please", ("money", "Refund"), True),
    ("mentions", "anything", "", False),
    ("mentions", None, "refund", False),
    ("mentions", 7, "7", False),
    ("mentions", "7", 7, False),
    ("mentions_none", "all is well", ("refund",), True),
    ("mentions_none", "a refund", "refund", False),
    ("matches", "see ORD-1234.", r"\bord-(\d+)", True),
    ("matches", "see ORD-x.", r"\bord-(\d+)", False),
    ("matches", None, "x", False),
    ("matches_none", "see ORD-1234.", r"\bord-(\d+)", False),
    ("matches_none", None, "x", True),
    ("is", Named("201", "Payments"), "payments", True),
    ("is", Named("201", "Payments"), "201", True),
    ("is_not", Named("201", "Payments"), "care", True),
    ("in", Named("201", "payments"), ("care", "201"), True),
    ("contains_any", Named("201", "payments"), ("payments",), True),
    ("present", "x", None, True),
    ("present", 0, None, True),
    ("present", False, None, True),
    ("present", None, None, False),
    ("present", "", None, False),
    ("present", [], None, False),
    ("present", (), None, False),
    ("present", frozenset(), None, False),
    ("absent", None, None, True),
    ("absent", [], None, True),
    ("absent", "x", None, False),
    ("at_least", 5, 5, True),
    ("at_least", "5.5", 5, True),
    ("at_least", 4, 5, False),
    ("at_least", None, 5, False),
    ("at_least", True, 1, False),
    ("at_least", "much", 1, False),
    ("at_least", HUGE, 1, False),
    ("at_most", 5, 5, True),
    ("at_most", 6, "5", False),
    ("more_than", 6, 5, True),
    ("more_than", 5, 5, False),
    ("less_than", 4, 5, True),
    ("less_than", 5, 5, False),
    ("less_than", "nan", 5, False),
]


def made_ready(field: str, operator: str, value: object) -> Test:
    """Return a test made ready as the policy's reader makes it."""
    if operator in ("mentions", "mentions_none"):
        words = (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()
        return Test(field, operator, value, PLAIN, Matcher(words))
    if operator in ("matches", "matches_none"):
        return Test(field, operator, value, PLAIN, Pattern(str(value)))
    return Test(field, operator, value)


def judged(condition: Condition, facts: Mapping[str, object]) -> Verdict:
    return condition.verdict(FactTable(facts), NOON)


def constant(holds: bool | None, name: str) -> tuple[Test, object]:
    return Test(name, "is", True), UNKNOWN if holds is None else holds


@pytest.mark.parametrize(("operator", "fact", "value", "holds"), TABLE)
def test_an_operator_judges_a_fact(operator: str, fact: object, value: object, holds: bool) -> None:
    verdict = judged(made_ready("f", operator, value), {"f": fact})

    assert verdict.holds is holds
    assert verdict.until is None
    json.dumps([line.seen for line in verdict.because])


def test_every_operator_stands_in_the_table() -> None:
    assert {operator for operator, *_ in TABLE} == set(OPERATORS)


@pytest.mark.parametrize("operator", NAMES)
def test_what_is_unknown_is_neither_true_nor_false(operator: str) -> None:
    verdict = judged(made_ready("f", operator, "x"), {})

    assert verdict.holds is None
    assert verdict.because[0].seen == "unknown"


@pytest.mark.parametrize(
    ("operator", "before", "at", "after"),
    [
        ("at_least", False, True, True),
        ("more_than", False, False, True),
        ("at_most", True, True, False),
        ("less_than", True, False, False),
    ],
)
def test_a_clock_crosses_its_threshold_once(operator: str, before: bool, at: bool, after: bool) -> None:
    test, facts = Test("unanswered", operator, HOUR), FactTable({"unanswered": Span(NOON)})
    edge = NOON + HOUR

    verdicts = [test.verdict(facts, edge + offset) for offset in (-MS, timedelta(), MS)]

    assert [v.holds for v in verdicts] == [before, at, after]
    changes = edge if before is not at else edge + MS
    assert [v.until for v in verdicts] == [changes, changes if changes > edge else None, None]


@pytest.mark.parametrize("operator", ["at_least", "more_than", "at_most", "less_than"])
@pytest.mark.parametrize("stopped", [Span(None), None])
def test_a_clock_that_does_not_run_is_neither_more_nor_less(operator: str, stopped: object) -> None:
    verdict = judged(Test("unanswered", operator, HOUR), {"unanswered": stopped})

    assert (verdict.holds, verdict.until, verdict.because[0].seen) == (False, None, None)


@pytest.mark.parametrize(("operator", "running"), [("present", True), ("absent", False)])
def test_a_clock_runs_or_does_not(operator: str, running: bool) -> None:
    test = Test("unanswered", operator, None)

    assert judged(test, {"unanswered": Span(NOON - HOUR)}).holds is running
    assert judged(test, {"unanswered": Span(None)}).holds is not running


@pytest.mark.parametrize("first", [True, False, None])
@pytest.mark.parametrize("second", [True, False, None])
def test_all_any_and_none_combine_as_kleene_does(first: bool | None, second: bool | None) -> None:
    (one, fact_one), (two, fact_two) = constant(first, "a"), constant(second, "b")
    facts = {"a": fact_one, "b": fact_two}
    values = {first, second}

    every = False if False in values else None if None in values else True
    some = True if True in values else None if None in values else False

    assert judged(All((one, two)), facts).holds is every
    assert judged(Any((one, two)), facts).holds is some
    assert judged(Nothing((one, two)), facts).holds is (None if some is None else not some)


def test_a_condition_names_every_fact_it_may_ask_for() -> None:
    tests = tuple(Test(name, "present", None) for name in "abc")

    condition = All((tests[0], Any((tests[1], Nothing((tests[2],))))))

    assert condition.fields() == {"a", "b", "c"}


@pytest.mark.parametrize("field", ["ticket.subject", "ticket.description", "ticket.text"])
@pytest.mark.parametrize(
    ("operator", "value"),
    [
        ("is", "refund"),
        ("is_not", "refund"),
        ("in", ("refund",)),
        ("not_in", ("refund",)),
        ("at_least", 1),
        ("mentions", "refund"),
        ("mentions_none", "refund"),
        ("matches", "re(fund)"),
        ("changed_to", "refund"),
        ("contains", "refund"),
        ("present", None),
    ],
)
def test_the_trace_never_holds_the_tickets_own_words(field: str, operator: str, value: object) -> None:
    verdict = judged(made_ready(field, operator, value), {field: "my card 4111, a refund please"})

    assert "4111" not in repr(verdict)


def test_the_trace_holds_the_policys_word_that_was_found() -> None:
    verdict = judged(made_ready("ticket.text", "mentions", ("money", "Refund")), {"ticket.text": "A refund!"})

    assert verdict.because[0].seen == ["Refund"]


@pytest.mark.parametrize(
    ("value", "seen", "wanted", "told"),
    [
        (timedelta(days=1, hours=2), Span(NOON - timedelta(hours=3, seconds=4)), "1d 2h", "3h 4s"),
        (HOUR, Span(NOON), "1h", "0s"),
        (("b", "a"), frozenset({"b", "a"}), ["b", "a"], ["a", "b"]),
        (NOON, NOON, NOON.isoformat(), NOON.isoformat()),
    ],
)
def test_the_trace_is_plain(value: object, seen: object, wanted: object, told: object) -> None:
    operator = "at_least" if isinstance(value, timedelta) else "is" if value == NOON else "contains_any"

    (line,) = judged(Test("f", operator, value), {"f": seen}).because

    assert (line.wanted, line.seen) == (wanted, told)


def test_unknown_reads_as_a_word() -> None:
    assert repr(UNKNOWN) == "unknown"


@pytest.mark.parametrize(
    ("field", "fact", "told"),
    [
        ("ticket.fields.7", "gold", "gold"),
        ("ticket.fields.7", "my card is 4111", "15 characters"),
        ("ticket.fields.7", "ana@example.com", "15 characters"),
        ("ticket.fields.7", "x" * 50_000, "50000 characters"),
        ("ticket.fields.7", ("gold", "two words"), ["gold", "9 characters"]),
        ("ticket.fields.7", 7, 7),
        ("organization.fields.note", {"a": "b"}, "not told"),
        ("requester.fields.vip", True, True),
        ("requester.email", "ana@example.com", "not told"),
        ("requester.name", None, None),
        ("ticket.status", "open", "open"),
    ],
)
def test_the_trace_tells_a_word_and_never_a_text_or_a_person(field: str, fact: object, told: object) -> None:
    for operator in ("is_not", "not_in", "is", "in"):
        value = ("else",) if operator in ("in", "not_in") else "else"

        assert judged(Test(field, operator, value), {field: fact}).because[0].seen == told
