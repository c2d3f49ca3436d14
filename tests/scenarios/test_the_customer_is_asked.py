"""The remedy is in: the customer is asked, understood, reminded once, and the case closed or gone on with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from plugin.core.model import Case, CaseState, Reason
from tests.scenarios.policies import OPEN, policy, says
from tests.scenarios.world import ANA, ANOTHER_CUSTOMER, CUSTOMER, World, living

WHEN = {"all": [OPEN, says("ticket.tags", "contains", "payment")]}
RESOLUTION = {
    "ask": "ask",
    "remind": "again",
    "remind_after": "2d",
    "close_after": "5d",
    "reopen_within": "14d",
}
TEXTS = {
    "note": "{{ rule.name }}",
    "told": "{{ owner.name }} cares.",
    "ask": "Does it work now?",
    "again": "Once more: does it work now?",
}


def asking(**more: Any) -> dict[str, Any]:
    return policy(WHEN, more={"resolution": RESOLUTION, "templates": TEXTS, "state_tags": "esc", **more})


@contextmanager
def solved(url: str, told: dict[str, Any] | None = None) -> Iterator[tuple[World, int]]:
    """Have a ticket escalated and solved by its owner."""
    with living(url, policy=told or asking()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        world.clock.forward(hours=1)
        world.sandbox.act(ANA).update(ticket, status="solved")
        world.settle()
        yield world, ticket


def case_of(world: World) -> Case:
    return world.parts.store.cases()[-1]


def public(world: World, ticket: int) -> list[str]:
    return world.comments(ticket, public=True)


def replies(world: World, ticket: int, text: str) -> None:
    world.sandbox.act(CUSTOMER).comment(ticket, text)
    world.settle()


def test_a_solved_ticket_asks_once_and_shows_that_it_waits_for_the_answer(migrated_url: str) -> None:
    with solved(migrated_url) as (world, ticket):
        assert public(world, ticket)[-1] == "Does it work now?"
        assert case_of(world).state is CaseState.RESOLVED
        assert "esc_awaiting_confirmation" in world.ticket(ticket)["tags"]
        assert world.parts.store.figures().silent_cases == 0


def test_a_ticket_that_cannot_be_solved_again_is_left_to_a_person(sqlite_url: str) -> None:
    with solved(sqlite_url, asking(fields={"cause": {"ids": {"acme": "360001"}}})) as (world, ticket):
        field = {"id": 360001, "title": "Cause", "type": "text", "required": True}
        world.sandbox.helpdesk.seed({"ticket_fields": [field]})

        replies(world, ticket, "Yes")

        note = world.comments(ticket, public=False)[-1]
        assert "could not be set to solved: a field must be filled in first (field cause (360001))" in note
        assert "refused_in_part" in world.reasons(ticket)
        assert world.parts.store.dead_letters() == []
        assert case_of(world).state is CaseState.CLOSED


def test_what_somebody_in_copy_writes_is_no_answer(sqlite_url: str) -> None:
    with solved(sqlite_url) as (world, ticket):
        world.sandbox.act(ANOTHER_CUSTOMER).comment(ticket, "Yes, it works!")
        world.settle()

        assert case_of(world).state is not CaseState.CLOSED


@pytest.mark.parametrize("text", ["Yes", "Sim, obrigado!", "It works now, thanks a lot\n\n> Does it work now?", "Ja."])
def test_a_yes_closes_the_case(sqlite_url: str, text: str) -> None:
    with solved(sqlite_url) as (world, ticket):
        replies(world, ticket, text)

        assert (case_of(world).state, case_of(world).ended_by) == (CaseState.CLOSED, Reason.CONFIRMED)
        assert not [tag for tag in world.ticket(ticket)["tags"] if tag.startswith("esc")] or "escalated" in tags(
            world, ticket
        )
        assert len(world.parts.store.cases()) == 1
        assert world.ticket(ticket)["status"] == "solved"  # their answer opened it


def tags(world: World, ticket: int) -> list[str]:
    return [tag for tag in world.ticket(ticket)["tags"] if tag.startswith("esc")]


def test_a_no_goes_on_with_the_same_case_and_owner(sqlite_url: str) -> None:
    with solved(sqlite_url) as (world, ticket):
        replies(world, ticket, "No, still not working")

        case = case_of(world)
        assert (case.state, case.owner) == (CaseState.IN_PROGRESS, "ana")
        assert "The customer says that it does not work" in world.comments(ticket, public=False)[-1]

        world.clock.forward(hours=1)
        world.sandbox.act(ANA).update(ticket, status="solved")
        world.settle()
        assert public(world, ticket).count("Does it work now?") == 2  # another remedy, another question


def test_anything_else_is_for_a_person_and_nobody_is_asked_twice(sqlite_url: str) -> None:
    with solved(sqlite_url) as (world, ticket):
        replies(world, ticket, "Yes, but the second order never came")
        assert case_of(world).state is CaseState.IN_PROGRESS
        assert "for a person to say" in world.comments(ticket, public=False)[-1]

        world.sandbox.act(ANA).update(ticket, status="solved")
        world.settle()

        assert public(world, ticket).count("Does it work now?") == 1
        assert case_of(world).state is CaseState.RESOLVED


@pytest.mark.parametrize("text", ["Olá, tudo bem?", "Solved?", "Yes\n> Does it work now?\nNo wait, it broke again"])
def test_a_question_or_a_second_thought_closes_nothing(sqlite_url: str, text: str) -> None:
    with solved(sqlite_url) as (world, ticket):
        replies(world, ticket, text)

        assert case_of(world).state is CaseState.IN_PROGRESS


def test_silence_is_reminded_once_and_then_closes(migrated_url: str) -> None:
    with solved(migrated_url) as (world, ticket):
        world.clock.forward(days=2)
        world.settle()
        assert public(world, ticket)[-1] == "Once more: does it work now?"
        said = len(public(world, ticket))

        world.clock.forward(days=3)
        world.settle()

        assert (case_of(world).state, case_of(world).ended_by) == (CaseState.CLOSED, Reason.CLOSED_IN_SILENCE)
        assert len(public(world, ticket)) == said
        assert tags(world, ticket) == ["escalated"]


@pytest.mark.parametrize(("days", "state", "cases"), [(13, CaseState.IN_PROGRESS, 1), (15, CaseState.OPEN, 2)])
def test_a_reply_after_the_end_reopens_or_begins_a_linked_case(
    sqlite_url: str, days: int, state: CaseState, cases: int
) -> None:
    with solved(sqlite_url) as (world, ticket):
        replies(world, ticket, "yes")
        first = case_of(world)
        world.clock.forward(days=days)
        replies(world, ticket, "It is broken again")

        found = world.parts.store.cases()
        assert (len(found), found[-1].state) == (cases, state)
        assert found[-1].follows == (first.id if cases == 2 else None)


def test_thanks_reopen_nothing(sqlite_url: str) -> None:
    with solved(sqlite_url) as (world, ticket):
        replies(world, ticket, "yes")
        world.clock.forward(days=1)
        replies(world, ticket, "Thank you very much!")

        assert case_of(world).state is CaseState.CLOSED


def test_whoever_calls_without_thanks_opens_it_again(sqlite_url: str) -> None:
    with solved(sqlite_url) as (world, ticket):
        replies(world, ticket, "yes")
        world.clock.forward(days=1)
        replies(world, ticket, "Hello??")

        assert case_of(world).state is CaseState.IN_PROGRESS


def test_an_agent_who_opens_the_ticket_again_goes_on(sqlite_url: str) -> None:
    with solved(sqlite_url) as (world, ticket):
        world.sandbox.act(ANA).update(ticket, status="open")
        world.settle()

        assert case_of(world).state is CaseState.IN_PROGRESS


def test_without_a_resolution_a_solved_ticket_ends_its_case(sqlite_url: str) -> None:
    told = asking()
    del told["resolution"]
    with solved(sqlite_url, told) as (world, ticket):
        assert case_of(world).state is CaseState.CLOSED
        assert tags(world, ticket) == ["escalated"]
        assert "Does it work now?" not in public(world, ticket)


def test_a_crash_after_the_question_asks_nobody_twice(sqlite_url: str) -> None:
    with living(sqlite_url, policy=asking()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        world.sandbox.faults.add("PUT", rf"/tickets/{ticket}", "drop_after", body_contains="Does it work now")
        world.sandbox.act(ANA).update(ticket, status="solved")
        world.settle()
        world.clock.forward(minutes=1)
        world.settle()

        assert public(world, ticket).count("Does it work now?") == 1
        assert case_of(world).state is CaseState.RESOLVED


def test_a_question_that_did_not_go_out_is_sent_later(sqlite_url: str) -> None:
    with living(sqlite_url, policy=asking()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        world.sandbox.faults.add("PUT", rf"/tickets/{ticket}", "status", status=500)
        world.sandbox.act(ANA).update(ticket, status="solved")
        world.settle()
        world.clock.forward(minutes=5)
        world.settle()

        assert public(world, ticket).count("Does it work now?") == 1
