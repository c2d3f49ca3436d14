"""What is expected is compared with what was seen, and a difference says why."""

from __future__ import annotations

from typing import Any

import pytest

from plugin.rehearsal.checking import Difference, differences
from plugin.rehearsal.clock import Clock
from plugin.rehearsal.language import language_of
from plugin.rehearsal.observing import Observer, Seen
from plugin.rehearsal.runner import Rehearsal
from plugin.rehearsal.stores import empty_stores
from tests.rehearsal.samples import MONDAY, POLICY, case, suite

RIGHT: dict[str, Any] = {
    "acted": ["burning"],
    "did_not_act": ["unanswered"],
    "outranked": [],
    "shadow": [],
    "held": [],
    "reason": "rule_holds",
    "case": "open",
    "owner": "ana",
    "severity": "sev1",
    "issue_type": "fire",
    "changes": {
        "tags": ["escalated"],
        "priority": None,
        "group": "escalations",
        "assignee": "ana",
        "followers": [],
        "fields": {},
        "internal_note": {"contains": ["Ana Lima"], "lacks": ["Ben"]},
        "public_comment": {"language": "pt"},
    },
    "ticket": {
        "status": "open",
        "priority": None,
        "group": "escalations",
        "assignee": "ana",
        "tags": ["fire"],
        "without_tags": ["vip"],
        "followers": [],
        "fields": {"order": None},
    },
    "next_timer": "2026-03-02T11:00",
    "rule_timer": "2026-03-02T13:00",
    "next_update": "2026-03-02T11:00",
}


def seen(**ticket: Any) -> Seen:
    """Return what came of a ticket's arrival."""
    told = suite(case({}, ticket=ticket))
    with empty_stores() as empty, empty() as store:
        rehearsal = Rehearsal(told.policy, told.connection, store, Clock(MONDAY))
        (step,) = told.stories[0].steps
        rehearsal.play(step)
        return Observer(rehearsal).look(step)


@pytest.fixture(scope="module")
def burning() -> Seen:
    return seen(tags=["fire"], requester={"name": "Cora", "language": "pt"})


def differ(expect: dict[str, Any], seen: Seen) -> tuple[Difference, ...]:
    """Return how a file's expectation differs from what was seen."""
    told = suite(case({"expect": expect}))
    return differences(told.stories[0].steps[0].expect, seen, told.policy.texts)


def test_everything_as_expected_is_no_difference(burning: Seen) -> None:
    assert differ(RIGHT, burning) == ()


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("acted", []),
        ("did_not_act", ["burning"]),
        ("outranked", ["unanswered"]),
        ("shadow", ["on-trial"]),
        ("held", ["burning"]),
        ("reason", "raised"),
        ("case", "none"),
        ("owner", None),
        ("severity", "sev2"),
        ("issue_type", "waiting"),
        ("changes", "none"),
        ("next_timer", None),
        ("rule_timer", "2026-03-02T13:00:01"),
        ("next_update", "2026-03-02T12:00"),
    ],
)
def test_one_thing_that_is_not_so_is_the_only_difference(burning: Seen, key: str, wrong: object) -> None:
    assert [one.what for one in differ({**RIGHT, key: wrong}, burning)] == [key]


@pytest.mark.parametrize(
    ("part", "key", "wrong"),
    [
        ("changes", "tags", ["escalated", "more"]),
        ("changes", "priority", "high"),
        ("changes", "group", None),
        ("changes", "assignee", "ben"),
        ("changes", "followers", ["ben"]),
        ("changes", "fields", {"order": "A-1"}),
        ("changes", "internal_note", "none"),
        ("changes", "internal_note", {"contains": ["Ben"]}),
        ("changes", "internal_note", {"lacks": ["Ana"]}),
        ("changes", "public_comment", {"language": "en"}),
        ("ticket", "status", "new"),
        ("ticket", "tags", ["vip"]),
        ("ticket", "without_tags", ["fire"]),
        ("ticket", "followers", ["ana"]),
        ("ticket", "fields", {"order": "A-1"}),
    ],
)
def test_one_part_that_is_not_so_is_told_by_its_name(burning: Seen, part: str, key: str, wrong: object) -> None:
    assert [one.what for one in differ({part: {**RIGHT[part], key: wrong}}, burning)] == [f"{part}.{key}"]


def test_a_rule_that_should_have_acted_says_what_it_saw() -> None:
    (one,) = differ({"acted": ["burning"]}, seen(tags=["smoke"]))

    assert (one.wanted, one.seen) == (["burning"], [])
    assert one.why == ("burning does not hold", "  - ticket.tags contains fire; seen: nothing")


def test_a_rule_that_should_not_have_acted_says_why_it_did(burning: Seen) -> None:
    (one,) = differ({"did_not_act": ["burning"]}, burning)

    assert one.why == ("burning: rule_holds", "  + ticket.tags contains fire; seen: fire")


def test_anything_else_says_what_was_decided(burning: Seen) -> None:
    (one,) = differ({"owner": "ben"}, burning)

    assert one.why[0].startswith("decided: rule_holds, ")


@pytest.mark.parametrize(
    ("said", "language"),
    [("Ana Lima trata disto", "pt"), ("Ana Lima cares, next word by now", "en"), ("Something else", None)],
)
def test_a_text_is_known_by_the_words_of_its_template(said: str, language: str | None) -> None:
    assert language_of(suite(case({}), policy=POLICY).policy.texts, said) == language
