"""Webhooks get lost, come late and in any order; what they told is found in the helpdesk's own history."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.model import TicketRef
from plugin.core.model import Case
from plugin.reconciling import Reconciler
from tests.scenarios.policies import policy, says
from tests.scenarios.world import ACME, ANA, ANOTHER_CUSTOMER, BEN, CUSTOMER, World, living

EVERY = timedelta(minutes=15)


def _policy() -> dict[str, Any]:
    told = policy(says("ticket.tags", "contains", "payment"))
    told["matrix"][0]["targets"] = {"acknowledge": "4h", "update_every": "8h"}
    return {**told, "resolution": {"ask": "told", "close_after": "3d"}, "state_tags": "esc"}


@contextmanager
def world_of(url: str) -> Iterator[World]:
    with living(url, policy=_policy()) as world:
        world.clock.forward(minutes=1)
        world.parts.store.reconciliations.begin(ACME, now=world.clock())
        yield world


def look(world: World) -> None:
    """Have the helpdesk asked, as the worker does every so often, until nothing more comes."""
    reconciler = Reconciler(parts=world.parts, every=EVERY)
    world.clock.forward(minutes=20)  # the export leaves out what is too new
    while not reconciler.look(ACME).caught_up:
        world.clock.forward(seconds=30)
    world.settle()


def lose(world: World) -> None:
    """Lose every webhook that is held."""
    world.sandbox.post.held.clear()


def case_of(world: World, ticket: int) -> Case:
    return next(case for case in world.parts.store.cases() if case.ticket == TicketRef(connection=ACME, id=str(ticket)))


def test_a_ticket_nobody_told_of_is_escalated(migrated_url: str) -> None:
    with world_of(migrated_url) as world:
        world.clock.forward(minutes=1)
        world.sandbox.hold = True
        ticket = world.customer_writes(tags=["payment"])
        lose(world)
        world.settle()
        assert world.ticket(ticket)["tags"] == ["payment"]

        look(world)

        assert "escalated" in world.ticket(ticket)["tags"]
        assert "found_later" in world.reasons(ticket)
        (state,) = world.parts.store.reconciliations.all()
        assert (state.missed, state.problem) == (1, None)
        lose(world)


def test_what_was_told_late_is_heeded_once(migrated_url: str) -> None:
    with world_of(migrated_url) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        world.clock.forward(minutes=1)
        world.sandbox.hold = True
        world.sandbox.act(ANA).comment(ticket, "/esc ack", public=False)

        look(world)
        assert case_of(world, ticket).state.value == "acknowledged"
        lines = len(world.log(ticket))
        world.sandbox.hold = False
        world.sandbox.deliver()
        world.settle()

        answers = [line for line in world.log(ticket)[lines:] if line.what in ("command", "missed", "owner")]
        assert answers == []
        assert len(world.comments(ticket, public=True)) == 1


def test_what_was_told_in_time_is_not_found_again(migrated_url: str) -> None:
    with world_of(migrated_url) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        world.clock.forward(minutes=1)
        world.sandbox.act(ANA).comment(ticket, "/esc ack", public=False)
        world.sandbox.act(ANA).update(ticket, priority="low")
        world.settle()
        lines = len(world.log(ticket))

        look(world)
        look(world)

        assert "found_later" not in world.reasons(ticket)
        assert [line.reason.value for line in world.log(ticket)[lines:]] == []


def test_a_customers_missed_answer_closes_the_case(migrated_url: str) -> None:
    with world_of(migrated_url) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        world.sandbox.act(ANA).comment(ticket, "/esc resolve", public=False)
        world.settle()
        assert case_of(world, ticket).state.value == "resolved"
        world.clock.forward(minutes=1)
        world.sandbox.hold = True
        world.sandbox.act(CUSTOMER).comment(ticket, "Yes, it works, thank you!")

        look(world)

        assert case_of(world, ticket).state.value == "closed"
        lose(world)


def test_a_deleted_ticket_cancels_its_case_when_something_of_it_is_due(migrated_url: str) -> None:
    with world_of(migrated_url) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        world.clock.forward(minutes=1)
        world.sandbox.hold = True
        world.sandbox.helpdesk.delete(ANA, ticket)
        look(world)  # whether the export tells of it is not known; its case has a timer in any case

        world.clock.forward(hours=9)
        world.settle()

        assert case_of(world, ticket).state.value == "cancelled"
        lose(world)


def test_requests_that_failed_are_replayed(sqlite_url: str) -> None:
    with world_of(sqlite_url) as world:
        world.clock.forward(minutes=1)
        (webhook,) = world.sandbox.post.webhooks
        webhook.url, right = webhook.url.replace("127.0.0.1", "127.0.0.2").replace(":", ":1", 2), webhook.url
        ticket = world.customer_writes(tags=["payment"])
        world.sandbox.idle()
        webhook.url = right

        looked = Reconciler(parts=world.parts, every=EVERY).look(ACME)
        world.settle()

        assert looked.replayed == 1
        assert "escalated" in world.ticket(ticket)["tags"]
        assert Reconciler(parts=world.parts, every=EVERY).look(ACME).replayed == 0


def test_a_rehearsal_tells_what_was_missed_and_changes_nothing(sqlite_url: str) -> None:
    with world_of(sqlite_url) as world:
        world.sandbox.hold = True
        world.clock.forward(minutes=1)
        ticket = world.customer_writes(tags=["payment"])
        lose(world)
        world.clock.forward(minutes=20)
        before = world.parts.store.reconciliations.all()

        looked = Reconciler(parts=world.parts, every=EVERY).rehearse(ACME)
        world.settle()

        assert [(ref.id, [event.kind.value for event in found]) for ref, found in looked.would] == [
            (str(ticket), ["created"])
        ]
        assert world.parts.store.reconciliations.all() == before
        assert world.ticket(ticket)["tags"] == ["payment"]


def test_who_may_not_ask_is_told_and_asked_again_later(sqlite_url: str) -> None:
    with world_of(sqlite_url) as world:
        world.sandbox.helpdesk.users[900]["role"] = "agent"

        looked = Reconciler(parts=world.parts, every=EVERY).look(ACME)

        (state,) = world.parts.store.reconciliations.all()
        assert looked.problems == (state.problem,)
        assert "lacks the right" in (state.problem or "")
        assert state.next_at > world.clock()


# A perfect stream, and one of which half is lost, late or out of order


def day(world: World, settle: Any) -> list[int]:
    """Play a day on six tickets; `settle` comes between its hours."""
    tickets = [world.customer_writes(tags=["payment"] if n % 2 else []) for n in range(6)]
    settle()
    first, second, third = tickets[1], tickets[3], tickets[5]
    world.sandbox.act(ANA).comment(first, "/esc ack", public=False)
    world.sandbox.act(BEN).comment(second, "I look at it.", public=False)
    world.sandbox.act(CUSTOMER).comment(third, "Any news?")
    settle()
    world.sandbox.act(ANA).comment(third, "We are on it.", public=True)
    world.sandbox.act(BEN).update(second, assignee_id=BEN)
    world.sandbox.act(BEN).update(tickets[2], tags=["payment"])
    settle()
    world.sandbox.act(ANA).comment(first, "/esc resolve", public=False)
    world.sandbox.act(ANA).comment(third, "/esc wait vendor", public=False)
    settle()
    world.sandbox.act(CUSTOMER).comment(first, "Yes, it works, thank you!")
    world.sandbox.act(BEN).update(second, status="solved")
    world.sandbox.act(ANOTHER_CUSTOMER).comment(tickets[0], "Me too", public=True)
    settle()
    return tickets


def shown(world: World, tickets: list[int]) -> list[Any]:
    """Return where everything stands, without instants and ids."""
    cases = {case.ticket.id: case for case in world.parts.store.cases()}
    found = []
    for ticket in tickets:
        raw, case = world.ticket(ticket), cases.get(str(ticket))
        standing = (case.state.value, case.owner, case.severity.value, case.waiting_for) if case else None
        fields = [raw[name] for name in ("status", "priority", "assignee_id", "tags")]
        found.append([standing, fields, len(world.comments(ticket, public=True))])
    return found


@pytest.mark.parametrize("seed", [1])
def test_half_a_stream_ends_as_a_whole_one(migrated_url: str, tmp_path: Path, seed: int) -> None:
    with world_of(f"sqlite:///{tmp_path / 'whole.db'}") as world:

        def in_time() -> None:
            world.settle()
            look(world)

        wanted = shown(world, day(world, in_time))
        assert all("found_later" not in world.reasons(ticket) for ticket in range(1, 7))
    chance = random.Random(seed)
    with world_of(migrated_url) as world:
        late: list[Any] = []

        def badly() -> None:
            world.sandbox.idle()
            held, world.sandbox.post.held = world.sandbox.post.held, []
            chance.shuffle(held)
            kept = [one for one in held if chance.random() < 0.5]
            late.extend(one for one in kept if chance.random() < 0.3)
            world.sandbox.post.held = [one for one in kept if one not in late]
            world.sandbox.deliver()
            look(world)

        world.sandbox.hold = True
        tickets = day(world, badly)
        world.sandbox.post.held = late
        world.sandbox.deliver()
        world.sandbox.post.held = []
        look(world)

        assert shown(world, tickets) == wanted
