"""The next update promised to the customer: prompted for, kept by a person, or made good by the policy's own text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from plugin.core.model import Case
from tests.scenarios.policies import OPEN, policy, says
from tests.scenarios.world import ANA, World, living

WHEN = {"all": [OPEN, says("ticket.tags", "contains", "payment")]}
ROW = {
    "issue_type": "*",
    "severity": "*",
    "owner": "ana",
    "targets": {"update_every": "1h"},
    "changes": {"tags": ["escalated"], "internal_note": "note"},
}
UPDATES = {"prompt_before": "15m", "holding": "still", "at_most_in_a_row": 2, "not_to_tags": ["bounced"]}
STILL = "We are still at it; next news by"


def promising(**more: Any) -> dict[str, Any]:
    texts = {"note": "{{ rule.name }}", "still": STILL + " {{ case.next_update }}."}
    return policy(WHEN, more={"matrix": [ROW], "updates": UPDATES, "templates": texts, "state_tags": "esc", **more})


@contextmanager
def promised(url: str, *tags: str, **more: Any) -> Iterator[tuple[World, int]]:
    with living(url, policy=promising(**more)) as world:
        ticket = world.customer_writes(tags=["payment", *tags])
        world.settle()
        yield world, ticket


def case_of(world: World) -> Case:
    return world.parts.store.cases()[-1]


def passes(world: World, **length: float) -> None:
    world.clock.forward(**length)
    world.settle()


def held(world: World, ticket: int) -> int:
    return sum(text.startswith(STILL) for text in world.comments(ticket, public=True))


def test_the_owner_is_prompted_before_and_only_a_missed_promise_is_made_good(migrated_url: str) -> None:
    with promised(migrated_url) as (world, ticket):
        passes(world, minutes=45)
        assert "nobody has written yet" in world.comments(ticket, public=False)[-1]
        assert held(world, ticket) == 0

        passes(world, minutes=14, seconds=59)
        assert held(world, ticket) == 0
        passes(world, seconds=1)

        assert held(world, ticket) == 1
        assert "esc_promise_overdue" in world.ticket(ticket)["tags"]
        assert "holding_text" in world.reasons(ticket)


def test_a_person_who_writes_keeps_the_promise(sqlite_url: str) -> None:
    with promised(sqlite_url) as (world, ticket):
        passes(world, minutes=50)
        world.sandbox.act(ANA).comment(ticket, "The bank looks into it")
        world.settle()
        passes(world, minutes=15)

        assert held(world, ticket) == 0
        assert case_of(world).next_update_at > world.clock.now


def test_no_more_in_a_row_than_the_policy_allows(sqlite_url: str) -> None:
    with promised(sqlite_url) as (world, ticket):
        for _ in range(6):
            passes(world, hours=1)
        assert held(world, ticket) == 2

        world.sandbox.act(ANA).comment(ticket, "News")
        world.settle()
        assert "esc_promise_overdue" not in world.ticket(ticket)["tags"]
        for _ in range(2):
            passes(world, hours=1)

        assert held(world, ticket) > 2


def test_no_promise_is_overdue_once_the_customer_is_asked_if_the_remedy_holds(sqlite_url: str) -> None:
    with promised(sqlite_url, resolution={"ask": "still"}) as (world, ticket):
        passes(world, hours=1)
        assert "esc_promise_overdue" in world.ticket(ticket)["tags"]

        world.sandbox.act(ANA).update(ticket, status="solved")
        world.settle()

        assert {"esc_awaiting_confirmation", "esc_promise_overdue"} & set(world.ticket(ticket)["tags"]) == {
            "esc_awaiting_confirmation"
        }


@pytest.mark.parametrize("tag", ["bounced", "no_escalation"])
def test_to_whom_nothing_may_be_written_nothing_is(sqlite_url: str, tag: str) -> None:
    with promised(sqlite_url) as (world, ticket):
        world.sandbox.act(ANA).update(ticket, tags=[*world.ticket(ticket)["tags"], tag])
        world.settle()
        passes(world, hours=3)

        assert held(world, ticket) == 0


def test_nothing_goes_out_on_a_solved_ticket(sqlite_url: str) -> None:
    with promised(sqlite_url) as (world, ticket):
        world.sandbox.act(ANA).update(ticket, status="solved")
        world.settle()
        passes(world, hours=3)

        assert held(world, ticket) == 0


def test_promises_and_texts_keep_to_the_send_window(sqlite_url: str) -> None:
    hours = {"office": {"time_zone": "UTC", "hours": {day: [["08:00", "18:00"]] for day in DAYS}}}
    with promised(sqlite_url, calendars=hours, updates={**UPDATES, "send_window": "office"}) as (world, ticket):
        for _ in range(48):
            passes(world, minutes=30)

        found = [at(one) for one in world.sandbox.comments(ticket) if one["public"] and STILL in one["body"]]
        assert found
        assert all(8 <= instant.hour < 18 for instant in found)
        assert 8 <= case_of(world).next_update_at.hour < 18 or case_of(world).prompts


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def at(comment: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(comment["created_at"].replace("Z", "+00:00"))


def test_a_worker_that_slept_for_days_sends_one_text_and_no_flood(sqlite_url: str) -> None:
    with promised(sqlite_url) as (world, ticket):
        world.clock.forward(days=3)
        world.settle()

        assert held(world, ticket) == 1
        assert case_of(world).next_update_at == world.clock.now + timedelta(hours=1)
