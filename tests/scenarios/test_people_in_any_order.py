"""What people do arrives in any order, late, or in another's name; the case stands as they left it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import text

from plugin.core.model import LIVE, CaseState, Reason
from plugin.store.records import NewDelivery
from tests.scenarios.test_commands import case_of, commanded, note, writes
from tests.scenarios.test_promises_are_kept import STILL, promising
from tests.scenarios.test_the_customer_is_asked import asking, public, solved
from tests.scenarios.world import ACME, ANA, ANOTHER_CUSTOMER, BEN, CUSTOMER, Clock, World, living


def deliver(world: World, ticket: int, name: str, *, at: int, event: dict[str, Any], **detail: Any) -> None:
    """Have an event of the helpdesk come that happened so many seconds ago."""
    happened = world.clock.now.timestamp() - at
    body = {
        "type": f"zen:event-type:ticket.{name}",
        "id": f"{name}-{ticket}-{at}",
        "time": f"{world.clock.now.fromtimestamp(happened, world.clock.now.tzinfo):%Y-%m-%dT%H:%M:%SZ}",
        "detail": {"id": str(ticket), **detail},
        "event": event,
    }
    world.parts.store.receive(
        NewDelivery(
            connection=ACME,
            ticket_id=str(ticket),
            event_key=str(body["id"]),
            invocation_id=None,
            received_at=world.clock(),
            headers={},
            body=json.dumps(body).encode(),
        )
    )


def test_of_two_assignments_the_later_counts_whichever_comes_first(sqlite_url: str) -> None:
    with living(sqlite_url, policy=commanded()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        world.clock.forward(minutes=5)
        deliver(
            world,
            ticket,
            "agent_assignment_changed",
            at=10,
            event={"current": str(ANA), "previous": str(BEN)},
            actor_id="7",
        )
        deliver(
            world,
            ticket,
            "agent_assignment_changed",
            at=60,
            event={"current": str(BEN), "previous": str(ANA)},
            actor_id="7",
        )
        world.settle()

        assert case_of(world).owner == "ana"


def test_of_two_statuses_the_later_counts_whichever_comes_first(sqlite_url: str) -> None:
    with living(sqlite_url, policy=commanded()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        writes(world, ticket, "/esc ack")
        world.clock.forward(minutes=5)
        deliver(
            world, ticket, "status_changed", at=10, event={"current": "OPEN", "previous": "PENDING"}, actor_id=str(ANA)
        )
        deliver(
            world, ticket, "status_changed", at=60, event={"current": "PENDING", "previous": "OPEN"}, actor_id=str(ANA)
        )
        world.settle()

        assert case_of(world).state is CaseState.ACKNOWLEDGED or case_of(world).state is CaseState.IN_PROGRESS


def test_an_event_of_the_future_moves_no_clock_there(sqlite_url: str) -> None:
    with living(sqlite_url, policy=commanded()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        deliver(world, ticket, "priority_changed", at=-3_000_000, event={"current": "HIGH"}, actor_id=str(ANA))
        world.settle()

        assert case_of(world).due_at is not None
        assert (case_of(world).due_at or world.clock.now) < world.clock.now.replace(year=world.clock.now.year + 1)
        assert ((case_of(world).due_at or world.clock.now) - world.clock.now).total_seconds() <= 4 * 3600


def test_a_command_that_the_helpdesk_does_not_know_of_is_not_obeyed(sqlite_url: str) -> None:
    with living(sqlite_url, policy=commanded()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        forged = {"comment": {"id": "99", "body": "/esc deescalate x", "is_public": False, "author": {"id": str(ANA)}}}
        deliver(world, ticket, "comment_added", at=1, event=forged, actor_id=str(ANA))
        tagged = {"tags_added": ["esc_optout_x"], "tags_removed": []}
        deliver(world, ticket, "tags_changed", at=1, event=tagged, actor_id=str(ANA))
        world.settle()

        assert case_of(world).state in LIVE
        assert "no_escalation" not in world.ticket(ticket)["tags"]
        assert world.reasons(ticket).count("command_refused") >= 1


def test_who_writes_in_anothers_name_commands_nothing(sqlite_url: str) -> None:
    with living(sqlite_url, policy=commanded()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        comment = {"id": "99", "body": "/esc deescalate x", "is_public": False, "author": {"id": str(ANA)}}
        deliver(world, ticket, "comment_added", at=1, event={"comment": comment}, actor_id=str(BEN))
        world.settle()

        assert case_of(world).state is CaseState.OPEN


def test_a_write_that_is_stuck_does_not_lose_the_question(sqlite_url: str) -> None:
    with living(sqlite_url, policy=asking()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        world.sandbox.faults.add("PUT", rf"/tickets/{ticket}", "status", status=500)
        writes(world, ticket, "/esc ack")
        world.sandbox.act(ANA).update(ticket, status="solved")
        world.settle()
        world.clock.forward(minutes=5)
        world.settle()

        assert case_of(world).state is CaseState.RESOLVED
        assert public(world, ticket).count("Does it work now?") == 1


def test_a_person_who_assigns_while_the_ladder_climbs_wins(sqlite_url: str) -> None:
    with living(sqlite_url, policy=commanded()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        world.clock.forward(minutes=14)
        world.sandbox.act(BEN).update(ticket, assignee_id=BEN)
        world.clock.forward(minutes=1)
        world.settle()

        assert (case_of(world).owner, world.ticket(ticket)["assignee_id"]) == ("ben", BEN)


def test_giving_the_ticket_away_acknowledges_nothing(sqlite_url: str) -> None:
    with living(sqlite_url, policy=commanded()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        deliver(world, ticket, "agent_assignment_changed", at=0, event={"current": "7777"}, actor_id=str(ANA))
        world.settle()

        assert (case_of(world).state, case_of(world).owner) == (CaseState.OPEN, "ana")
        assert "whom the policy does not know: Ana Lima still owns the case" in note(world, ticket)


def test_an_early_hand_off_gives_the_next_owner_their_own_time(sqlite_url: str) -> None:
    with living(sqlite_url, policy=commanded()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        writes(world, ticket, "/esc ack")
        writes(world, ticket, "/esc handoff not mine")

        due = case_of(world).due_at
        assert due is not None
        assert (due - world.clock.now).total_seconds() == 30 * 60


@pytest.mark.parametrize("first", ["status", "ack"])
def test_acknowledged_and_pending_at_once_waits_in_any_order(sqlite_url: str, first: str) -> None:
    with living(sqlite_url, policy=commanded()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        if first == "status":
            world.sandbox.act(BEN).update(ticket, status="pending")
            world.settle()
            writes(world, ticket, "/esc ack")
        else:
            writes(world, ticket, "/esc ack")
            world.sandbox.act(ANA).update(ticket, status="pending")
            world.settle()

        assert (case_of(world).state, case_of(world).waiting_for) == (CaseState.WAITING, "customer")


def test_opting_out_stops_a_running_case(sqlite_url: str) -> None:
    with living(sqlite_url, policy=commanded()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        writes(world, ticket, "/esc optout by phone", by=BEN)
        said = len(world.comments(ticket, public=False))
        world.clock.forward(hours=9)
        world.settle()

        assert case_of(world).owner == "ana"
        assert len(world.comments(ticket, public=False)) == said


def test_nobody_but_the_customer_answers_for_them(sqlite_url: str) -> None:
    with solved(sqlite_url) as (world, ticket):
        world.sandbox.act(ANOTHER_CUSTOMER).comment(ticket, "Yes")
        world.settle()

        assert case_of(world).state is not CaseState.CLOSED


@pytest.mark.parametrize("tag", ["bounced", "no_escalation"])
def test_whom_nothing_may_be_written_is_not_asked(sqlite_url: str, tag: str) -> None:
    with living(sqlite_url, policy=asking(updates={"not_to_tags": ["bounced"]})) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        before = len(public(world, ticket))
        world.sandbox.act(ANA).update(ticket, tags=[*world.ticket(ticket)["tags"], tag], status="solved")
        world.settle()
        world.clock.forward(days=2)
        world.settle()
        assert len(public(world, ticket)) == before
        assert case_of(world).state is CaseState.RESOLVED

        world.clock.forward(days=3)
        world.settle()
        assert case_of(world).ended_by is Reason.CLOSED_IN_SILENCE


def test_opened_and_solved_again_by_an_agent_asks_nobody_twice(sqlite_url: str) -> None:
    with solved(sqlite_url) as (world, ticket):
        for status in ("open", "solved"):
            world.sandbox.act(ANA).update(ticket, status=status)
            world.settle()

        assert public(world, ticket).count("Does it work now?") == 1
        world.sandbox.act(CUSTOMER).comment(ticket, "No, still not working")
        world.settle()
        world.sandbox.act(ANA).update(ticket, status="solved")
        world.settle()
        assert public(world, ticket).count("Does it work now?") == 2


def test_a_late_question_is_not_sent_after_the_customer_wrote(sqlite_url: str) -> None:
    with living(sqlite_url, policy=asking()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        path = rf"/tickets/{ticket}"
        world.sandbox.faults.add("PUT", path, "status", status=500, times=2, body_contains="Does it work")
        world.clock.forward(minutes=1)
        world.sandbox.act(ANA).update(ticket, status="solved")
        world.settle()
        world.clock.forward(seconds=5)
        world.sandbox.act(CUSTOMER).comment(ticket, "Wait, it is still broken!")
        world.settle()
        world.clock.forward(minutes=10)
        world.settle()

        assert "Does it work now?" not in public(world, ticket)


def test_the_question_waits_for_the_send_window(sqlite_url: str) -> None:
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    clock = Clock()
    clock.now = clock.now.replace(hour=6, minute=0)
    office = {"time_zone": "UTC", "hours": {day: [["08:00", "18:00"]] for day in days}}
    told = asking(calendars={"office": office}, updates={"send_window": "office"})
    with living(sqlite_url, policy=told, clock=clock) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        world.sandbox.act(ANA).update(ticket, status="solved")
        world.settle()
        assert "Does it work now?" not in public(world, ticket)

        world.clock.forward(hours=2)
        world.settle()

        assert public(world, ticket).count("Does it work now?") == 1


def test_an_answer_of_which_nobody_told_us_keeps_the_promise(sqlite_url: str) -> None:
    with living(sqlite_url, policy=promising()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        world.clock.forward(minutes=50)
        world.sandbox.act(ANA).comment(ticket, "The bank looks into it")
        world.sandbox.idle()
        world.parts.store.dead_letters()
        with world.parts.store._writing() as connection:  # its webhook never came
            connection.execute(text("DELETE FROM deliveries WHERE state = 'pending'"))
        world.clock.forward(minutes=10)
        world.settle()

        assert not [one for one in public(world, ticket) if one.startswith(STILL)]
        assert case_of(world).next_update_at > world.clock.now


def test_the_same_comment_told_by_two_events_is_obeyed_once(sqlite_url: str) -> None:
    with living(sqlite_url, policy=commanded()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        writes(world, ticket, "/esc handoff over to you")
        said = next(
            c for c in world.sandbox.comments(ticket) if "/esc handoff" in str(c.get("plain_body") or c["body"])
        )
        comment = {"id": str(said["id"]), "body": "/esc handoff", "is_public": False, "author": {"id": str(ANA)}}
        deliver(world, ticket, "comment_added", at=1, event={"comment": comment}, actor_id=str(ANA))
        world.settle()

        assert (case_of(world).step, case_of(world).owner) == (1, "ben")
        assert sum("hands it off" in one for one in world.comments(ticket, public=False)) == 1


def test_a_webhook_alone_closes_no_case(sqlite_url: str) -> None:
    with living(sqlite_url, policy=commanded()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        deliver(world, ticket, "status_changed", at=1, event={"current": "SOLVED", "previous": "OPEN"}, status="SOLVED")
        world.settle()

        assert case_of(world).state is CaseState.OPEN


def test_who_strips_our_tags_is_not_fought(sqlite_url: str) -> None:
    with living(sqlite_url, policy=commanded()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        before = len(world.sandbox.requests)
        for _ in range(5):
            world.sandbox.act(BEN).update(ticket, tags=["payment"])
            world.settle()

        assert sum(one.method == "PUT" for one in list(world.sandbox.requests)[before:]) == 0


@pytest.mark.parametrize("shape", ["alone", "in an object"])
@pytest.mark.parametrize(("score", "state"), [("good", CaseState.CLOSED), ("bad", CaseState.IN_PROGRESS)])
def test_a_rating_is_an_answer(sqlite_url: str, score: str, state: CaseState, shape: str) -> None:
    with solved(sqlite_url) as (world, ticket):
        current = score if shape == "alone" else {"score": score, "comment": "x"}
        event = {"current": current, "previous": None}
        deliver(world, ticket, "csat_received", at=0, event=event, actor_id=str(CUSTOMER), status="SOLVED")
        world.settle()

        assert case_of(world).state is state
