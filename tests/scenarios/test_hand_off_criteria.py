"""Before the next tier is asked, what it needs must be there; nothing waits for ever."""

from __future__ import annotations

from typing import Any

import pytest

from plugin.core.model import Case, CaseState
from tests.scenarios.policies import OPEN, policy, says
from tests.scenarios.world import ANA, CUSTOMER, World, living

WHEN = {"all": [OPEN, says("ticket.tags", "contains", "payment")]}
NEEDS = [
    {"name": "order id", "when": says("ticket.fields.order", "present"), "ask": "which"},
    {"name": "steps tried"},
]
FIRST = {"tier": "specialist", "owner": "ana", "acknowledge_within": "15m", "work_within": "4h"}
SECOND = {"tier": "engineering", "owner": "ben", "acknowledge_within": "30m"}


def needing(first: dict[str, Any] | None = None, **second: Any) -> dict[str, Any]:
    row = {"issue_type": "*", "severity": "*", "ladder": "up", "changes": {"internal_note": "note"}}
    steps = [first or FIRST, {**SECOND, "needs": NEEDS, "wait_for_needs": "20m", **second}]
    return policy(
        WHEN,
        more={
            "matrix": [row],
            "ladders": {"up": {"steps": steps}},
            "fields": {"order": {"ids": {"acme": "360001"}}},
            "templates": {"note": "{{ rule.name }}", "which": "Which order is it?"},
            "admin": "ana",
        },
    )


def case_of(world: World) -> Case:
    return world.parts.store.cases()[-1]


def passes(world: World, **length: float) -> None:
    world.clock.forward(**length)
    world.settle()


def note(world: World, ticket: int) -> str:
    return world.comments(ticket, public=False)[-1]


def test_what_is_missing_is_listed_and_the_climb_waits_its_grace(migrated_url: str) -> None:
    with living(migrated_url, policy=needing()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        passes(world, minutes=15)

        assert case_of(world).owner == "ana"
        assert "Before engineering is asked, this is missing:" in note(world, ticket)
        assert "- order id" in note(world, ticket)
        assert 'to ask the customer: "Which order is it?"' in note(world, ticket)
        assert "esc_has_steps_tried" in note(world, ticket)

        passes(world, minutes=19, seconds=59)
        assert case_of(world).owner == "ana"
        passes(world, seconds=1)

        assert (case_of(world).owner, case_of(world).incomplete) == ("ben", ("order id", "steps tried"))
        assert "Incomplete: order id, steps tried missing." in note(world, ticket)


@pytest.mark.parametrize(
    ("language", "asked"), [("en-US", "Hello Cora Nunes, which order?"), ("pt-BR", "Qual é o pedido 1?")]
)
def test_the_question_is_shown_as_the_customer_would_read_it(sqlite_url: str, language: str, asked: str) -> None:
    which = {"en": "Hello {{ requester.name }}, which order?", "pt": "Qual é o pedido {{ ticket.id }}?"}
    told = {**needing(), "templates": {"note": "{{ rule.name }}", "which": which}}
    with living(sqlite_url, policy=told) as world:
        world.sandbox.helpdesk.users[CUSTOMER]["locale"] = language
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        public = world.comments(ticket, public=True)
        world.sandbox.act(ANA).comment(ticket, "/esc handoff too deep for me", public=False)
        world.settle()

        assert f'order id, to ask the customer: "{asked.replace("1", str(ticket))}"' in note(world, ticket)
        assert world.comments(ticket, public=True) == public


def test_a_question_that_fails_is_a_plain_one(sqlite_url: str) -> None:
    told = {
        **needing(),
        "templates": {"note": "{{ rule.name }}", "which": "{% if ticket.priority %}Which order?{% endif %}"},
    }
    with living(sqlite_url, policy=told) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        passes(world, minutes=15)

        assert 'to ask the customer: "To go on, we need something more from you."' in note(world, ticket)


def test_what_came_meanwhile_is_missing_no_more(sqlite_url: str) -> None:
    with living(sqlite_url, policy=needing()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        passes(world, minutes=15)
        world.sandbox.act(CUSTOMER).comment(ticket, "It is order 4711")
        fields = [{"id": 360001, "value": "4711"}]
        world.sandbox.act(102).update(ticket, custom_fields=fields, tags=["payment", "esc_has_steps_tried"])
        world.settle()
        passes(world, minutes=20)

        assert (case_of(world).owner, case_of(world).incomplete) == ("ben", ())
        assert "Incomplete" not in note(world, ticket)


def test_whoever_a_case_is_handed_to_has_the_time_of_the_step_from_then(sqlite_url: str) -> None:
    with living(sqlite_url, policy=needing(needs=NEEDS[1:])) as world:
        ticket = world.customer_writes(tags=["payment", "esc_has_steps_tried"])
        world.settle()
        world.sandbox.act(ANA).comment(ticket, "/esc ack", public=False)
        world.settle()
        passes(world, hours=1)
        world.sandbox.act(ANA).comment(ticket, "/esc handoff too deep for me", public=False)
        world.settle()

        passes(world, minutes=30)

        assert case_of(world).owner == "ben"
        assert "ladder_ended" in world.reasons(ticket)


def test_a_hand_off_by_an_agent_is_held_to_the_same(sqlite_url: str) -> None:
    with living(sqlite_url, policy=needing()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        world.sandbox.act(ANA).comment(ticket, "/esc handoff too deep for me", public=False)
        world.settle()
        assert case_of(world).owner == "ana"
        assert "this is missing" in note(world, ticket)

        world.sandbox.act(ANA).comment(ticket, "/esc handoff cannot get it", public=False)
        world.settle()

        assert (case_of(world).owner, case_of(world).state) == ("ben", CaseState.OPEN)
        assert "Incomplete" in note(world, ticket)


def test_with_everything_there_nothing_waits(sqlite_url: str) -> None:
    with living(sqlite_url, policy=needing()) as world:
        fields = [{"id": 360001, "value": "4711"}]
        world.customer_writes(tags=["payment", "esc_has_steps_tried"], custom_fields=fields)
        world.settle()
        passes(world, minutes=15)

        assert case_of(world).owner == "ben"


def test_an_owner_is_asked_as_often_as_the_step_says(sqlite_url: str) -> None:
    with living(sqlite_url, policy=needing({**FIRST, "repeat": 2}, needs=[{"name": "x"}])) as world:
        ticket = world.customer_writes(tags=["payment", "esc_has_x"])
        world.settle()
        passes(world, minutes=15)
        assert case_of(world).owner == "ana"
        assert "is asked once more" in note(world, ticket)

        passes(world, minutes=15)

        assert case_of(world).owner == "ben"


def test_a_missed_promise_is_a_trigger_of_its_own(sqlite_url: str) -> None:
    told = needing()
    told["matrix"] = [{"issue_type": "*", "severity": "*", "owner": "ana", "targets": {"update_every": "1h"}}]
    told["rules"].append(
        {
            "name": "promise-missed",
            "when": {"all": [OPEN, says("case.missed_promises", "at_least", 1)]},
            "escalate": {"issue_type": "it", "severity": "sev1"},
        }
    )
    with living(sqlite_url, policy=told) as world:
        world.customer_writes(tags=["payment"])
        world.settle()
        assert case_of(world).severity.value == "sev2"

        passes(world, hours=1)

        assert case_of(world).severity.value == "sev1"
