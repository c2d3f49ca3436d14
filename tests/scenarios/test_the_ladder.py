"""A case climbs when nobody acts, stops when somebody does, and follows whom people choose."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text

from plugin.core.model import Case, CaseState
from plugin.core.rules import compile_policy
from tests.scenarios.policies import OPEN, policy, says
from tests.scenarios.world import ANA, BEN, CUSTOMER, World, living

STEPS = [
    {"tier": "specialist", "owner": "ana", "acknowledge_within": "15m", "work_within": "4h"},
    {"tier": "manager", "owner": "ben", "acknowledge_within": "30m"},
]
WHEN = {"all": [OPEN, says("ticket.tags", "contains", "payment")]}


def laddered(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    row = {
        "issue_type": "*",
        "severity": "*",
        "ladder": "up",
        "changes": {"tags": ["escalated"], "internal_note": "note"},
    }
    return policy(WHEN, more={"matrix": [row], "ladders": {"up": {"steps": list(steps)}}, "admin": "ana", **more})


@contextmanager
def escalated(url: str, told: dict[str, Any] | None = None) -> Iterator[tuple[World, int]]:
    """Have a ticket escalated by a policy with a ladder."""
    with living(url, policy=told or laddered(*STEPS)) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        yield world, ticket


def case_of(world: World) -> Case:
    (case,) = world.parts.store.cases()
    return case


def notes(world: World, ticket: int) -> list[str]:
    return world.comments(ticket, public=False)


def test_a_case_nobody_acknowledges_climbs_to_the_second(migrated_url: str) -> None:
    with escalated(migrated_url) as (world, ticket):
        world.clock.forward(minutes=14, seconds=59)
        world.settle()
        assert world.ticket(ticket)["assignee_id"] == ANA

        world.clock.forward(seconds=1)
        world.settle()

        assert world.ticket(ticket)["assignee_id"] == BEN
        assert (case_of(world).owner, case_of(world).state) == ("ben", CaseState.OPEN)
        assert "Ana Lima did not acknowledge it in time." in notes(world, ticket)[-1]
        assert "Ben Ode (manager) owns this case now." in notes(world, ticket)[-1]
        assert "Next: to be acknowledged by" in notes(world, ticket)[-1]


def test_at_the_end_of_the_ladder_the_admin_is_named_and_nothing_repeats(sqlite_url: str) -> None:
    with escalated(sqlite_url) as (world, ticket):
        world.clock.forward(minutes=15)
        world.settle()
        world.clock.forward(minutes=30)
        world.settle()

        assert "Ben Ode stays the owner, and Ana Lima must look at it." in notes(world, ticket)[-1]
        said = len(notes(world, ticket))
        world.clock.forward(hours=5)
        world.settle()
        assert len(notes(world, ticket)) == said
        assert world.parts.store.figures().silent_cases == 0


@pytest.mark.parametrize("public", [True, False])
def test_whatever_the_owner_does_stops_the_climb(sqlite_url: str, public: bool) -> None:
    with escalated(sqlite_url) as (world, ticket):
        world.clock.forward(minutes=10)
        world.sandbox.act(ANA).comment(ticket, "I am on it", public=public)
        world.settle()

        world.clock.forward(hours=3)
        world.settle()

        assert case_of(world).state is CaseState.ACKNOWLEDGED
        assert world.ticket(ticket)["assignee_id"] == ANA
        assert world.reasons(ticket).count("acknowledged") == 1


def test_what_others_do_does_not_stop_it(sqlite_url: str) -> None:
    with escalated(sqlite_url) as (world, ticket):
        world.clock.forward(minutes=5)
        world.sandbox.act(BEN).comment(ticket, "Ana?", public=False)
        world.sandbox.act(CUSTOMER).comment(ticket, "Hello?")
        world.settle()

        world.clock.forward(minutes=10)
        world.settle()

        assert case_of(world).owner == "ben"


def test_a_case_that_is_acknowledged_and_forgotten_climbs_on(sqlite_url: str) -> None:
    with escalated(sqlite_url) as (world, ticket):
        world.sandbox.act(ANA).comment(ticket, "I am on it", public=False)
        world.settle()
        world.clock.forward(hours=3)
        world.sandbox.act(ANA).comment(ticket, "Still looking", public=False)
        world.settle()
        world.clock.forward(hours=3, minutes=59)
        world.settle()
        assert case_of(world).owner == "ana"

        world.clock.forward(minutes=1)
        world.settle()

        assert case_of(world).owner == "ben"
        assert "Ana Lima has done nothing more in the time for the work." in notes(world, ticket)[-1]


@pytest.mark.parametrize(("by", "state"), [(BEN, CaseState.ACKNOWLEDGED), (ANA, CaseState.OPEN)])
def test_whom_a_person_chooses_owns_the_case(sqlite_url: str, by: int, state: CaseState) -> None:
    with escalated(sqlite_url) as (world, ticket):
        world.clock.forward(minutes=5)
        world.sandbox.act(by).update(ticket, assignee_id=BEN)
        world.settle()

        assert (case_of(world).owner, case_of(world).state) == ("ben", state)
        assert "owner_changed" in world.reasons(ticket)


def test_a_step_with_nobody_there_is_passed_over_at_once(sqlite_url: str) -> None:
    layer = {"people": ["ana"], "handover": {"every": "day", "at": "00:00"}, "starts": "2150-01-01"}
    away = {"rotas": {"nights": {"time_zone": "UTC", "layers": [layer]}}}
    steps = [STEPS[0], {"tier": "engineering", "owner": {"rota": "nights"}, "acknowledge_within": "1h"}, STEPS[1]]
    with escalated(sqlite_url, laddered(*steps, **away)) as (world, ticket):
        world.clock.forward(minutes=15)
        world.settle()

        assert case_of(world).owner == "ben"
        assert "Nobody is there for rota nights; passed over." in notes(world, ticket)[-1]


def test_a_solved_ticket_climbs_no_more(sqlite_url: str) -> None:
    with escalated(sqlite_url) as (world, ticket):
        world.sandbox.act(ANA).update(ticket, status="solved")
        world.settle()
        said = len(notes(world, ticket))

        world.clock.forward(hours=2)
        world.settle()

        assert case_of(world).state is CaseState.CLOSED
        assert len(notes(world, ticket)) == said


def test_a_worker_that_comes_late_gives_the_next_one_the_whole_time(sqlite_url: str) -> None:
    with escalated(sqlite_url) as (world, _):
        opened = case_of(world).opened_at
        world.clock.forward(minutes=20)
        world.settle()
        assert (case_of(world).due_at - opened).total_seconds() == 45 * 60  # type: ignore[operator]

    with escalated(sqlite_url + "2") as (world, _):
        opened = case_of(world).opened_at
        world.clock.forward(hours=2)
        world.settle()

        assert case_of(world).owner == "ben"
        assert (case_of(world).due_at - opened).total_seconds() == 2 * 3600 + 30 * 60  # type: ignore[operator]


def test_a_case_climbs_by_the_policy_it_started_with(sqlite_url: str) -> None:
    told = laddered(*STEPS)
    with living(sqlite_url, policy=told) as world:
        world.parts.store.policies.save(world.parts.policy.version, told, now=world.clock())
        world.customer_writes(tags=["payment"])
        world.settle()

        world.parts.policy = compile_policy(laddered({**STEPS[0], "acknowledge_within": "9h"}))
        world.clock.forward(minutes=15)
        world.settle()

        assert case_of(world).owner == "ben"


@pytest.mark.parametrize("spoilt", [json.dumps(laddered({**STEPS[0], "acknowledge_within": "3h"})), "{"])
def test_a_policy_that_was_changed_in_the_store_is_not_used(
    sqlite_url: str, spoilt: str, caplog: pytest.LogCaptureFixture
) -> None:
    told = laddered(*STEPS)
    with living(sqlite_url, policy=told) as world:
        version = world.parts.policy.version
        world.parts.store.policies.save(version, told, now=world.clock())
        world.customer_writes(tags=["payment"])
        world.settle()
        with world.parts.store._writing() as connection:  # as no code of ours would
            connection.execute(text("UPDATE policies SET document = :spoilt"), {"spoilt": spoilt})

        current = world.parts.policy = compile_policy(laddered({**STEPS[0], "acknowledge_within": "9h"}))

        assert world.parts.policy_of(version, current) is current
        assert world.parts.policy_of(version, current) is current
        assert [version in line for line in caplog.messages if line.startswith("policy=")] == [True]


def test_a_raise_sends_nothing_down_the_ladder(sqlite_url: str) -> None:
    told = laddered(*STEPS)
    told["rules"].append(
        {
            "name": "worse",
            "when": says("ticket.tags", "contains", "fire"),
            "escalate": {"issue_type": "it", "severity": "sev1"},
        }
    )
    with escalated(sqlite_url, told) as (world, ticket):
        world.clock.forward(minutes=15)
        world.settle()
        assert case_of(world).owner == "ben"
        world.sandbox.act(CUSTOMER).comment(ticket, "It burns")
        world.sandbox.act(BEN).update(ticket, tags=[*world.ticket(ticket)["tags"], "fire"])
        world.settle()

        assert (case_of(world).severity.value, case_of(world).owner, case_of(world).step) == ("sev1", "ben", 1)
