"""When a problem is escalated or solved, its incidents are told once each, and no more than so many in a minute."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.model import Mode, TicketRef
from tests.scenarios.policies import OPEN, policy, says
from tests.scenarios.world import ACME, ANA, World, living

PROBLEM_TICKETS = {
    "escalated": {"internal_note": "up"},
    "solved": {"internal_note": "done", "public_comment": "told_done"},
}
TEMPLATES = {
    "note": "{{ rule.name }}",
    "told": "{{ owner.name }} cares.",
    "up": "Problem {{ problem.id }} was escalated.",
    "done": "Problem {{ problem.id }} was solved; solve this one too.",
    "told_done": "Dear {{ requester.name }}, it works again.",
}


def telling(**more: Any) -> dict[str, Any]:
    sections = {"problem_tickets": {**PROBLEM_TICKETS, **more}, "templates": TEMPLATES}
    return policy({"all": [OPEN, says("ticket.tags", "contains", "payment")]}, more=sections)


def problem_with(world: World, incidents: int) -> tuple[int, list[int]]:
    """Have agents link tickets to a problem."""
    problem = world.customer_writes("It is down", type="problem")
    tickets = [world.customer_writes("Help") for _ in range(incidents)]
    world.settle()
    for ticket in tickets:
        world.sandbox.act(ANA).update(ticket, type="incident", problem_id=problem)
    world.settle()
    world.clock.forward(seconds=1)
    return problem, tickets


def notes(world: World, ticket: int) -> list[str]:
    return world.comments(ticket, public=False)


def test_incidents_hear_once_that_it_is_escalated_and_once_that_it_is_solved(migrated_url: str) -> None:
    with living(migrated_url, policy=telling()) as world:
        problem, tickets = problem_with(world, 2)
        other = world.customer_writes("Something else")

        world.sandbox.act(ANA).update(problem, tags=["payment"])
        world.settle()

        assert [notes(world, ticket) for ticket in (*tickets, other)] == [
            [f"Problem {problem} was escalated."],
            [f"Problem {problem} was escalated."],
            [],
        ]
        assert world.comments(tickets[0], public=True) == []
        world.clock.forward(hours=1)
        world.sandbox.act(ANA).update(problem, status="solved")
        world.settle()

        for ticket in tickets:
            assert notes(world, ticket)[1:] == [f"Problem {problem} was solved; solve this one too."]
            assert world.comments(ticket, public=True) == ["Dear Cora Nunes, it works again."]
            assert [r for r in world.reasons(ticket) if r.startswith("problem_")] == [
                "problem_escalated",
                "problem_solved",
            ]
        world.sandbox.act(ANA).update(problem, status="open")
        world.sandbox.act(ANA).update(other, type="incident", problem_id=problem)
        world.settle()
        world.clock.forward(hours=1)
        world.sandbox.act(ANA).update(problem, status="solved")
        world.settle()
        assert [len(notes(world, ticket)) for ticket in (*tickets, other)] == [2, 2, 1]


def test_only_so_many_are_told_in_a_minute(sqlite_url: str) -> None:
    with living(sqlite_url, policy=telling(per_minute=2)) as world:
        problem, tickets = problem_with(world, 5)
        world.sandbox.act(ANA).update(problem, tags=["payment"])

        told = []
        for _ in range(4):
            world.settle()
            told.append(sum(len(notes(world, ticket)) for ticket in tickets))
            world.clock.forward(minutes=1)

        assert told == [2, 4, 5, 5]


def test_told_is_what_stands_when_its_turn_comes(sqlite_url: str) -> None:
    with living(sqlite_url, policy=telling(per_minute=1)) as world:
        problem, tickets = problem_with(world, 2)
        world.sandbox.act(ANA).update(problem, tags=["payment"])
        world.settle()
        world.clock.forward(seconds=30)
        world.sandbox.act(ANA).update(problem, status="solved")
        world.settle()
        world.clock.forward(minutes=5)
        world.settle()

        assert sorted(len(notes(world, ticket)) for ticket in tickets) == [1, 2]
        assert all("was solved" in notes(world, ticket)[-1] for ticket in tickets)


@pytest.mark.parametrize(
    "change", [{"status": "solved"}, {"tags": ["no_escalation"]}, {"problem_id": None, "type": "question"}]
)
def test_an_incident_that_is_done_opted_out_or_unlinked_is_left_alone(sqlite_url: str, change: dict[str, Any]) -> None:
    with living(sqlite_url, policy=telling()) as world:
        problem, (ticket,) = problem_with(world, 1)
        world.sandbox.act(ANA).update(ticket, **change)
        world.settle()

        world.sandbox.act(ANA).update(problem, tags=["payment"])
        world.settle()

        assert notes(world, ticket) == []


def test_a_lost_answer_says_nothing_twice(sqlite_url: str) -> None:
    with living(sqlite_url, policy=telling()) as world:
        problem, tickets = problem_with(world, 2)
        world.sandbox.faults.add("PUT", rf"/tickets/{tickets[0]}\b", "drop_after")
        world.sandbox.act(ANA).update(problem, status="solved")
        world.settle()
        world.clock.forward(minutes=1)
        world.settle()

        assert [len(notes(world, ticket)) for ticket in tickets] == [1, 1]
        assert [len(world.comments(ticket, public=True)) for ticket in tickets] == [1, 1]
        assert "already_landed" in world.reasons(tickets[0])


def test_an_incident_that_is_gone_holds_nothing_up(sqlite_url: str) -> None:
    with living(sqlite_url, policy=telling()) as world:
        problem, (gone, there) = problem_with(world, 2)
        world.sandbox.faults.add("GET", rf"/tickets/{gone}\b", "status", status=404)
        world.sandbox.act(ANA).update(problem, tags=["payment"])

        world.settle()

        assert notes(world, there) == [f"Problem {problem} was escalated."]
        work = world.parts.store.dossier(TicketRef(connection=ACME, id=str(gone)), at=datetime(2100, 1, 1, tzinfo=UTC))
        assert work is not None
        assert not work.timers


@pytest.mark.parametrize(("mode", "told"), [(Mode.SHADOW, telling()), (Mode.ENFORCE, None)])
def test_in_shadow_or_without_texts_nothing_is_written(sqlite_url: str, mode: Mode, told: Any) -> None:
    with living(sqlite_url, mode=mode, policy=told or policy(OPEN)) as world:
        problem, (ticket,) = problem_with(world, 1)
        world.sandbox.act(ANA).update(problem, status="solved")
        world.settle()

        assert not any("Problem" in note for note in notes(world, ticket))
