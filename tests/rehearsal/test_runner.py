"""A case runs on the real pipeline, and the clock stops wherever work is due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from plugin.rehearsal.clock import Clock
from plugin.rehearsal.observing import Observer, Seen
from plugin.rehearsal.runner import Rehearsal
from plugin.rehearsal.stores import EmptyStore, empty_stores
from tests.rehearsal.samples import MONDAY, POLICY, case, suite
from tests.scenarios import two_desks


@pytest.fixture(scope="module")
def empty() -> Iterator[EmptyStore]:
    with empty_stores() as stores:
        yield stores


def played(empty: EmptyStore, *steps: dict[str, Any], policy: Mapping[str, Any] = POLICY, **more: Any) -> list[Seen]:
    """Return what came of each step."""
    told = suite(case(*steps, **more), policy=policy)
    story = told.stories[0]
    with empty() as store:
        rehearsal = Rehearsal(told.policy, told.connection, store, Clock(story.steps[0].at))
        observer, found = Observer(rehearsal), []
        for step in story.steps:
            rehearsal.play(step)
            found.append(observer.look(step))
        return found


def test_a_timer_fires_at_its_instant_though_the_step_goes_further(empty: EmptyStore) -> None:
    (_, seen) = played(empty, {}, {"after": "10h"})

    acted = [line for line in seen.lines if line.reason == "rule_holds"]
    assert [line.at for line in acted] == [MONDAY + timedelta(hours=4)]
    assert seen.facts["acted"] == ["unanswered"]


def test_promises_on_the_way_are_kept_track_of(empty: EmptyStore) -> None:
    (_, seen) = played(empty, {}, {"after": "6h"})

    assert [line.at for line in seen.lines if line.reason == "promise_due"] == [MONDAY + timedelta(hours=6)]


def test_what_happens_is_done_before_the_next_thing(empty: EmptyStore) -> None:
    (_, first, second) = played(empty, {}, {"change": {"add_tags": ["fire"]}}, {"change": {"status": "solved"}})

    assert (first.facts["acted"], first.facts["case"]) == (["burning"], "open")
    assert (second.facts["acted"], second.facts["case"]) == ([], "closed")


def test_what_was_written_is_said_in_the_policys_words(empty: EmptyStore) -> None:
    (seen,) = played(empty, {}, ticket={"tags": ["fire"]})

    assert seen.facts["changes"] == {
        "tags": ["escalated"],
        "priority": None,
        "group": "escalations",
        "assignee": "ana",
        "followers": [],
        "fields": {},
        "problem": None,
        "internal_note": ["Owner: Ana Lima, because of burning"],
        "public_comment": ["Ana Lima cares, next word by 2026-03-02 11:00 UTC"],
    }
    assert seen.facts["ticket"]["assignee"] == "ana"


def test_timers_are_told(empty: EmptyStore) -> None:
    (quiet, open_) = played(empty, {}, {"after": "1h", "change": {"add_tags": ["fire"]}})

    assert quiet.facts["rule_timer"] == quiet.facts["next_timer"] == MONDAY + timedelta(hours=4)
    assert open_.facts["next_update"] == open_.facts["next_timer"] == MONDAY + timedelta(hours=3)


def test_a_rule_in_shadow_only_tells(empty: EmptyStore) -> None:
    (seen,) = played(empty, {}, ticket={"fields": {"order": "A-1"}})

    assert (seen.facts["acted"], seen.facts["shadow"], seen.acted()) == ([], ["on-trial"], ["on-trial"])
    assert seen.facts["case"] == "none"


def test_a_ticket_that_was_there_before_is_read_with_its_past(empty: EmptyStore) -> None:
    earlier = {
        "created_at": "2026-03-01T09:00",
        "comments": [
            {"at": "2026-03-02T06:00", "by": "agent", "text": "Yes"},
            {"at": "2026-03-02T06:30", "by": "customer", "text": "No"},
        ],
    }

    (seen,) = played(empty, {}, ticket=earlier)

    assert seen.facts["rule_timer"] == MONDAY + timedelta(hours=1, minutes=30)


def test_a_step_sees_what_happened_to_its_own_ticket(empty: EmptyStore) -> None:
    (main, other) = played(empty, {}, {"another_ticket": {"name": "other", "ticket": {"tags": ["fire"]}}})

    assert (main.facts["acted"], other.facts["acted"]) == ([], ["burning"])


def test_a_gone_ticket_is_seen_as_gone(empty: EmptyStore) -> None:
    (_, seen) = played(empty, {}, {"deleted": True})

    assert (seen.facts["ticket"], seen.judged) == ({}, {})
    assert "ticket_gone" in seen.facts["reasons"]


def test_every_case_begins_with_nothing(empty: EmptyStore) -> None:
    (first,) = played(empty, {}, ticket={"tags": ["fire"]})
    (second,) = played(empty, {}, ticket={"tags": ["fire"]})

    assert first.facts == second.facts
    assert len(second.lines) == len(first.lines)


def test_every_rule_says_what_it_thinks_when_the_step_is_over(empty: EmptyStore) -> None:
    (seen,) = played(empty, {})

    assert {name: one.verdict.holds for name, one in seen.judged.items()} == {
        "unanswered": False,
        "burning": False,
        "on-trial": False,
    }


def test_a_linked_ticket_is_opened_where_nobody_works(empty: EmptyStore) -> None:
    policy = two_desks.policy(opens={"project": "ENG"})
    (_, opened, climbed) = played(
        empty, {}, {"after": "1h"}, {"after": "2h"}, policy=policy, ticket={"tags": ["payment"]}
    )

    assert [line.reason for line in opened.lines if line.reason.startswith("linked")] == [
        "linked_wanted",
        "linked_opened",
    ]
    assert opened.facts["owner"] == "ben"
    assert climbed.facts["owner"] == "rui"
