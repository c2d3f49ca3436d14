"""Tests that do not say what they seem to, each beside the one that was meant."""

from __future__ import annotations

import pytest

from tests.core.lint.samples import Json, asked, document, found, rule, when, with_rules

TAG = asked("ticket.tags", "contains", "more")


@pytest.mark.parametrize(
    ("test", "code", "meant"),
    [
        (asked("ticket.text", "contains", "fire"), "contains_in_text", asked("ticket.text", "mentions", "fire")),
        (
            asked("ticket.subject", "contains_none", ["a"]),
            "contains_in_text",
            asked("ticket.subject", "mentions_none", ["a"]),
        ),
        (asked("ticket.tags", "mentions", "vip"), "words_in_no_text", asked("ticket.tags", "contains", "vip")),
        (asked("requester.tags", "matches", "vip"), "words_in_no_text", asked("requester.name", "matches", "vip")),
        (asked("ticket.group", "mentions_none", "care"), "words_in_no_text", asked("ticket.group", "is_not", "care")),
        (asked("ticket.reopens", "matches", "2"), "words_in_no_text", asked("ticket.reopens", "is", 2)),
        (asked("ticket.text", "changed"), "change_never_told", asked("ticket.status", "changed")),
        (asked("ticket.reopens", "changed_to", 2), "change_never_told", asked("ticket.reopens", "at_least", 2)),
        (asked("ticket.subject", "matches", ""), "finds_everything", asked("ticket.subject", "matches", "^$")),
        (asked("ticket.text", "matches", "(?s).*"), "finds_everything", asked("ticket.text", "matches", ".+")),
        (asked("requester.language", "is", "pt-BR"), "language_with_region", asked("requester.locale", "is", "pt-BR")),
        (
            asked("requester.language", "in", ["en", "pt_BR"]),
            "language_with_region",
            asked("requester.language", "in", ["en"]),
        ),
        (asked("ticket.reopens", "at_least", 0), "always_passes", asked("ticket.reopens", "at_least", 1)),
        (asked("ticket.group_moves", "more_than", -1), "always_passes", asked("ticket.group_moves", "more_than", 0)),
        (
            asked("sla.first_reply_time.consumed", "at_least", "75%"),
            "share_of_unknown",
            asked("sla.first_reply_time.consumed", "at_least", "75%", of="8h"),
        ),
    ],
)
def test_a_misfit_is_told_and_what_was_meant_is_not(test: Json, code: str, meant: Json) -> None:
    told = [(one.code, one.where) for one in found(when(test, TAG)) if one.code == code]

    assert told == [(code, "rules[3].when.all[0]")]
    assert [one for one in found(when(meant, TAG)) if one.code == code] == []


def test_a_count_of_others_that_any_number_passes_is_told() -> None:
    told = {"recurrence": "order", "within": "1d", "operator": "at_least", "value": 0}

    assert "always_passes" in {one.code for one in found(with_rules(rule(when={"any": [told, TAG]})))}


def test_a_group_and_a_person_by_whom_a_clock_stands_still_are_used() -> None:
    policy = document()
    policy["groups"]["vendor"] = {"ids": {"acme": "202"}}
    policy["people"]["eva"] = {"name": "Eva", "ids": {"acme": "103"}}
    pauses = {"ticket.group": ["vendor"], "ticket.assignee": ["eva"]}
    before = {one.where for one in found(policy) if one.code == "unused"}
    policy["rules"] += [rule(when=asked("idle", "at_least", "9h", pause_when=pauses))]

    assert before == {"groups.vendor", "people.eva"}
    assert [one for one in found(policy) if one.code == "unused"] == []
