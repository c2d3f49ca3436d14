"""A customer replies to a closed ticket: Zendesk makes another ticket of it, and the case goes on there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from plugin.core.model import Case, CaseState
from tests.scenarios.test_the_customer_is_asked import asking
from tests.scenarios.world import ANA, CUSTOMER, World, living


@contextmanager
def closed(url: str, **more: Any) -> Iterator[tuple[World, int]]:
    """Have a ticket escalated, solved, its case closed in silence, and the ticket closed."""
    with living(url, policy=asking(**more)) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        world.sandbox.act(ANA).update(ticket, status="solved")
        world.settle()
        for _ in range(6):
            world.clock.forward(days=1)
            world.settle()
        world.sandbox.act(ANA).update(ticket, status="closed")
        world.settle()
        (case,) = world.parts.store.cases()
        assert case.state is CaseState.CLOSED
        yield world, ticket


def replies(world: World, closed_ticket: int, text: str, **fields: Any) -> int:
    """Have the customer reply, which opens a ticket that follows the closed one up."""
    ticket = world.customer_writes(text, via_followup_source_id=closed_ticket, **fields)
    world.settle()
    return ticket


def cases(world: World) -> list[Case]:
    return sorted(world.parts.store.cases(), key=lambda case: case.ticket.id)


def test_within_the_grace_time_the_case_goes_on_in_the_new_ticket(migrated_url: str) -> None:
    with closed(migrated_url) as (world, ticket):
        world.clock.forward(days=2)

        again = replies(world, ticket, "It is broken again, no parcel.")

        before, after = cases(world)
        assert (before.state, before.ticket.id) == (CaseState.CLOSED, str(ticket))
        assert (after.state, after.ticket.id, after.follows) == (CaseState.IN_PROGRESS, str(again), before.id)
        assert (after.owner, after.severity, after.reopened) == (before.owner, before.severity, 1)
        seen = world.ticket(again)
        assert seen["assignee_id"] == ANA
        assert {"escalated", "esc", "esc_sev2", "esc_in_progress"} <= set(seen["tags"])
        (note,) = world.comments(again, public=False)
        assert f"wrote again to ticket {ticket}, which is closed" in note
        assert world.comments(again, public=True) == ["Ana Lima cares."]


@pytest.mark.parametrize("text", ["Thank you!", "Yes, it works."])
def test_thanks_are_no_reason_to_go_on(sqlite_url: str, text: str) -> None:
    with closed(sqlite_url) as (world, ticket):
        again = replies(world, ticket, text, tags=[])

        assert [case.ticket.id for case in cases(world)] == [str(ticket)]
        assert world.comments(again, public=True) == []


def test_after_the_grace_time_a_new_case_is_linked_to_the_old_one(sqlite_url: str) -> None:
    with closed(sqlite_url) as (world, ticket):
        world.clock.forward(days=30)

        again = replies(world, ticket, "It is broken again.", tags=["payment"])

        before, after = cases(world)
        assert (after.ticket.id, after.state, after.reopened) == (str(again), CaseState.OPEN, 0)
        assert after.follows == before.id


def test_another_ticket_of_the_same_customer_is_something_new(sqlite_url: str) -> None:
    with closed(sqlite_url) as (world, _):
        ticket = world.customer_writes("Where is my invoice?")
        world.settle()

        assert len(cases(world)) == 1
        assert world.comments(ticket, public=False) == []


def test_whoever_never_had_a_case_costs_no_call(sqlite_url: str) -> None:
    with living(sqlite_url, policy=asking()) as world:
        world.customer_writes("Hello")
        world.settle()

        assert [one for one in world.sandbox.requests if "/tickets/" in one.path] == []


def test_a_reply_that_comes_twice_makes_one_case(sqlite_url: str) -> None:
    with closed(sqlite_url) as (world, ticket):
        world.sandbox.hold = True
        again = world.customer_writes("Broken again.", via_followup_source_id=ticket)
        world.sandbox.post.deliver(twice=True)
        world.sandbox.hold = False
        world.settle()

        assert [case.ticket.id for case in cases(world)] == [str(ticket), str(again)]
        assert len(world.comments(again, public=True)) == 1


def test_a_suspended_customer_is_not_written_to(sqlite_url: str) -> None:
    with living(sqlite_url, policy=asking()) as world:
        world.sandbox.helpdesk.users[CUSTOMER]["suspended"] = True

        ticket = world.customer_writes(tags=["payment"])
        world.settle()

        assert "escalated" in world.ticket(ticket)["tags"]
        assert world.comments(ticket, public=True) == []
