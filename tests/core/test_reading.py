"""Conditions of a policy document: what is accepted, and what is said of what is not."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from plugin.core.clocks import Share, Timing
from plugin.core.compiling.patterns import MOST_STEPS, TOO_LARGE
from plugin.core.conditions import Condition, Test
from plugin.core.problems import Problems, unknown_word
from plugin.core.recurrence import Recurrence
from plugin.core.rules import compile_policy
from tests.core.samples import document

OFFICE = {"time_zone": "Europe/Lisbon", "hours": {"mon": [["09:00", "17:00"]]}}


def whole(when: dict[str, Any], **rule: Any) -> dict[str, Any]:
    return {
        **document(),
        "rules": [{"name": "it", "when": when, "escalate": {"issue_type": "safety", "severity": "sev1"}, **rule}],
        "fields": {"order": {"ids": {"acme": 77}}},
        "entities": {
            "order": {"in": ["ticket.fields.order"]},
            "product": {"in": ["ticket.subject"], "pattern": r"P-(\d+)"},
        },
        "calendars": {"office": OFFICE},
    }


def read(when: dict[str, Any]) -> Condition:
    return compile_policy(whole(when)).rules[0].condition


def said(when: dict[str, Any], **rule: Any) -> list[str]:
    with pytest.raises(Problems) as refused:
        compile_policy(whole(when, **rule))
    return [str(problem) for problem in refused.value.found]


def told(field: str, operator: str, **more: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, **more}


ACCEPTED: list[tuple[dict[str, Any], object]] = [
    (told("unanswered", "at_least", value="4h"), timedelta(hours=4)),
    (told("ticket.age", "more_than", value="PT15M"), timedelta(minutes=15)),
    (told("ticket.age", "at_least", value="80%", of="10h"), timedelta(hours=8)),
    (told("ticket.age", "at_least", value="50%", of="resolve"), timedelta(hours=12)),
    (told("due.ticket", "at_most", value="0m"), timedelta()),
    (told("due.fields.order", "at_most", value="-15m"), timedelta(minutes=-15)),
    (told("due.fields.77", "at_most", value="2d"), timedelta(days=2)),
    (told("sla.first_reply_time.consumed", "at_least", value="75%"), Share(0.75)),
    (told("sla.first_reply_time.consumed", "at_least", value="75%", of="8h"), Share(0.75, timedelta(hours=8))),
    (told("ticket.tags", "contains_any", value=["a", "b"]), ("a", "b")),
    (told("ticket.fields.order", "is", value="17"), "17"),
    (told("ticket.priority", "changed_to", value=["high", "urgent"]), ("high", "urgent")),
]


@pytest.mark.parametrize(("when", "value"), ACCEPTED)
def test_a_value_is_read_as_what_it_means(when: dict[str, Any], value: object) -> None:
    test = read(when)

    assert isinstance(test, Test)
    assert test.value == value


def test_a_clock_takes_its_calendar_and_its_pauses() -> None:
    pauses = {"ticket.status": ["Pending"], "ticket.fields.order": ["vendor"]}
    test = read(told("idle", "at_least", value="1h", calendar="office", pause_when=pauses))
    short = read(told("idle", "at_least", value="1h", pause_when=["hold"]))

    assert isinstance(test, Test)
    assert isinstance(short, Test)
    assert test.timing.told == "office"
    assert test.timing.pause_when == {
        "ticket.status": frozenset({"pending"}),
        "ticket.fields.order": frozenset({"vendor"}),
    }
    assert short.timing == Timing(pause_when={"ticket.status": frozenset({"hold"})})
    assert "history" in test.fields()


def test_what_is_breached_is_a_deadline_that_is_past() -> None:
    breached, not_yet = (read(told("sla.x.breached", "is", value=value)) for value in (True, False))

    assert isinstance(breached, Test)
    assert isinstance(not_yet, Test)
    assert (breached.operator, not_yet.operator) == ("passed", "not_passed")


def test_words_come_from_a_vocabulary_or_are_ones_own() -> None:
    payment = {"vocabulary": "payment", "languages": ["en"], "add": ["zap"]}
    starter, own = (told("ticket.text", "mentions", value=value) for value in (payment, "one phrase"))

    first, second = read({"any": [starter, own]}).parts  # type: ignore[attr-defined]

    assert "zap" in first.value
    assert len(first.value) > 20
    assert second.value == ("one phrase",)


def test_a_recurrence_is_read_and_asks_for_what_it_is_read_from() -> None:
    when = {"recurrence": "order", "within": "30d", "operator": "at_least", "value": 2, "distinct": "product"}

    policy = compile_policy(whole(when))

    (rule,) = policy.rules
    assert isinstance(rule.condition, Recurrence)
    assert {"others.order", "ticket.fields.order"} <= rule.asks
    assert policy.longest_window("order") == timedelta(days=30)


@pytest.mark.parametrize("spoilt", [{"time_zone": "Europe/Lisbo"}, {"hours": {"mon": [["9", "17:00"]]}}, {"hours": {}}])
def test_a_calendar_with_a_mistake_is_not_called_unknown_where_it_is_used(spoilt: dict[str, Any]) -> None:
    policy = whole(told("idle", "at_least", value="1h", calendar="office"))
    policy["calendars"] = {"office": {**OFFICE, **spoilt}}
    policy["people"] = {key: {**one, "calendar": "office"} for key, one in policy["people"].items()}
    layer = {"people": [*policy["people"]], "handover": {"every": "day", "at": "09:00"}, "starts": "2026-01-05"}
    policy["rotas"] = {"managers": {"layers": [{**layer, "calendar": "office"}]}}

    with pytest.raises(Problems) as refused:
        compile_policy(policy)

    (problem,) = refused.value.found
    assert problem.where.startswith("calendars.office")


REFUSED = json.loads((Path(__file__).parent / "data/refused_conditions.json").read_text("utf-8"))


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["message"][:60])
def test_what_cannot_be_meant_is_told_with_its_place(case: dict[str, Any]) -> None:
    assert said(case["when"]) == [case["message"]]


def test_the_target_a_share_is_of_must_be_there() -> None:
    when = told("ticket.age", "at_least", value="50%", of="resolve")

    (message,) = said(when, escalate={"issue_type": "else", "severity": "sev4"})

    assert message == 'rules[0].when.of: the rule\'s matrix row has no target "resolve"'


def test_every_mistake_is_told_at_once() -> None:
    wrong = {"all": [told("ticket.statsu", "is", value="x"), told("unanswered", "at_least", value="soon")]}

    assert len(said(wrong, cool_down="1h")) == 3


def matching(patterns: list[str]) -> list[str]:
    """Return what is said of a policy with so many patterns."""
    try:
        compile_policy(whole({"any": [told("ticket.subject", "matches", value=one) for one in patterns]}))
    except Problems as refused:
        return [str(problem) for problem in refused.found]
    return []


def test_patterns_have_a_bound_for_each_of_them() -> None:
    (one,) = matching([r"\pL{900}"])

    assert one.startswith("rules[0].when.any[0].value: no pattern of RE2")
    assert one.endswith("make repetitions such as {1,200} shorter, or leave them out")


def test_patterns_have_a_bound_for_all_of_them() -> None:
    found = matching([f"{i}\\pL{{900}}" for i in range(100)])

    assert len(found) == 100
    assert sum("no pattern of RE2" in one for one in found) == MOST_STEPS // TOO_LARGE
    assert "rules[0].when.any[99].value: the patterns before this one are too large together" in found[-1]


def test_patterns_that_are_taken_count_by_their_size() -> None:
    found = matching([f"{i}[a-z]{{1,900}}" for i in range(480)])

    assert found
    assert all("too large together" in one for one in found)


def test_one_pattern_may_stand_in_any_number_of_rules_but_only_so_many_different_ones() -> None:
    few, more = [f"order {i}" for i in range(499)], ["order 499", "order 500"]  # the policy has one itself

    assert matching([*few, *few]) == []
    assert [one.partition(": ")[0] for one in matching([*few, *more])] == [
        "rules[0].when.any[499].value",
        "rules[0].when.any[500].value",
    ]


def test_a_misspelt_group_or_person_by_whom_a_clock_stands_still_is_told() -> None:
    def pausing(**when: list[str]) -> dict[str, Any]:
        pauses = {f"ticket.{name}": words for name, words in when.items()}
        return whole(told("idle", "at_least", value="1h", pause_when=pauses)) | {
            "groups": {"care": {"ids": {"acme": "1"}}}
        }

    with pytest.raises(Problems) as refused:
        compile_policy(pausing(group=["cara", "care"], assignee=["anna", "ana"]))

    assert [str(problem) for problem in refused.value.found] == [
        'rules[0].when.pause_when: unknown group "cara"; did you mean "care"?',
        'rules[0].when.pause_when: unknown person "anna"; did you mean "ana"?',
    ]
    assert compile_policy(pausing(group=["Care", "201"], assignee=["5b10a2844c"])).rules


def test_a_message_lists_so_many_known_words_and_counts_the_others() -> None:
    message = unknown_word("zzz", [f"person-{i:03}" for i in range(500)], what="person")

    assert message.endswith("person-058, person-059 and 440 more")
