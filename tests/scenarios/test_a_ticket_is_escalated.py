"""The main job, as a support team sees it."""

from __future__ import annotations

import copy

import pytest

from connectors.model import Mode
from tests.scenarios.world import ANA, BEN, CUSTOMER, POLICY, World, living


def test_a_matching_ticket_is_escalated_to_one_named_owner(world: World) -> None:
    ticket = world.customer_writes(tags=["payment"], subject="Charged twice")

    world.settle()

    seen = world.ticket(ticket)
    assert set(seen["tags"]) == {"payment", "escalated"}
    assert (seen["priority"], seen["assignee_id"], seen["group_id"]) == ("urgent", ANA, 201)
    assert len(world.comments(ticket, public=False)) == 1
    assert len(world.comments(ticket, public=True)) == 1
    assert "Ana Lima has your request Charged twice" in world.comments(ticket, public=True)[0]
    (case,) = world.parts.store.cases()
    assert (case.owner, case.state) == ("ana", "open")


def test_an_escalation_costs_one_read_and_two_writes(world: World) -> None:
    ticket = world.customer_writes(tags=["payment"])

    world.settle()

    calls = [(r.method, r.path) for r in world.sandbox.requests if f"/tickets/{ticket}" in r.path]
    assert [method for method, _ in calls] == ["GET", "PUT", "PUT"]


def test_an_ordinary_ticket_costs_no_call_at_all(world: World) -> None:
    ticket = world.customer_writes("A question")

    world.settle()

    assert not [r for r in world.sandbox.requests if f"/tickets/{ticket}" in r.path]
    assert world.ticket(ticket)["tags"] == []


def test_our_own_changes_start_nothing(world: World) -> None:
    ticket = world.customer_writes(tags=["payment"])
    world.settle()
    calls = len(world.sandbox.requests)

    world.settle()

    assert len(world.sandbox.requests) == calls
    assert "our_own_echo" in world.reasons(ticket)
    assert len(world.parts.store.cases()) == 1


def test_time_alone_escalates_an_unanswered_ticket(world: World) -> None:
    ticket = world.customer_writes("Anybody?")
    world.settle()
    world.clock.forward(hours=4, seconds=-1)
    world.settle()
    assert "escalated" not in world.ticket(ticket)["tags"]

    world.clock.forward(seconds=1)
    world.settle()

    assert "escalated" in world.ticket(ticket)["tags"]
    assert world.ticket(ticket)["assignee_id"] == BEN


def test_a_public_answer_stops_the_clock_and_an_internal_note_does_not(world: World) -> None:
    answered = world.customer_writes("Anybody?")
    noted = world.customer_writes("Anybody there?")
    world.settle()
    world.clock.forward(hours=1)
    world.sandbox.act(ANA).comment(answered, "Here I am", public=True)
    world.sandbox.act(ANA).comment(noted, "Looks hard", public=False)
    world.settle()

    world.clock.forward(hours=3, seconds=1)
    world.settle()

    assert "escalated" not in world.ticket(answered)["tags"]
    assert "escalated" in world.ticket(noted)["tags"]


def test_a_lost_event_about_an_answer_does_not_escalate(world: World) -> None:
    ticket = world.customer_writes("Anybody?")
    world.settle()
    world.sandbox.hold = True
    world.clock.forward(hours=1)
    world.sandbox.act(ANA).comment(ticket, "Here I am", public=True)

    world.clock.forward(hours=4)
    world.settle()

    assert "escalated" not in world.ticket(ticket)["tags"]


def test_an_open_case_prompts_its_owner_when_the_promise_is_due(world: World) -> None:
    ticket = world.customer_writes(tags=["payment"])
    world.settle()

    world.clock.forward(hours=1)
    world.settle()

    assert "nobody has written yet" in world.comments(ticket, public=False)[-1]
    assert len(world.comments(ticket, public=True)) == 1


def test_an_agents_public_answer_keeps_the_promise(world: World) -> None:
    ticket = world.customer_writes(tags=["payment"])
    world.settle()
    world.clock.forward(minutes=50)
    world.sandbox.act(ANA).comment(ticket, "We are on it", public=True)
    world.settle()

    world.clock.forward(minutes=11)
    world.settle()

    assert len(world.comments(ticket, public=False)) == 1
    assert "promise_kept" in world.reasons(ticket)


def test_prompts_are_bounded_and_the_case_is_never_silent(world: World) -> None:
    ticket = world.customer_writes(tags=["payment"])
    world.settle()

    for _ in range(8):
        world.clock.forward(days=1)
        world.settle()
        assert world.parts.store.figures().silent_cases == 0

    assert len(world.comments(ticket, public=False)) == 1 + 3
    assert "prompts_exhausted" in world.reasons(ticket)


def test_a_solved_ticket_ends_its_case(world: World) -> None:
    ticket = world.customer_writes(tags=["payment"])
    world.settle()

    world.sandbox.act(ANA).update(ticket, status="solved")
    world.settle()
    world.clock.forward(days=2)
    world.settle()

    (case,) = world.parts.store.cases()
    assert case.state == "closed"
    assert len(world.comments(ticket, public=False)) == 1


def test_a_more_severe_rule_raises_the_open_case(world: World) -> None:
    ticket = world.customer_writes("Anybody?")
    world.settle()
    world.clock.forward(hours=4)
    world.settle()

    world.sandbox.act(BEN).update(ticket, tags=["escalated", "payment"])
    world.settle()

    (case,) = world.parts.store.cases()
    assert (case.severity, case.owner) == ("sev1", "ana")
    assert "raised" in world.reasons(ticket)


def test_customer_text_is_inert_in_what_we_send(world: World) -> None:
    ticket = world.customer_writes(subject="{{ticket.requester.email}} <b>{% x %}", tags=["payment"])

    world.settle()

    told = world.comments(ticket, public=True)[0]
    assert "cora@customer.test" not in told
    bodies = [r.body["ticket"]["comment"]["html_body"] for r in world.sandbox.requests if r.method == "PUT"]
    assert all("{{" not in body and "<b>" not in body and "{%" not in body for body in bodies)


def test_a_shadow_rule_tells_and_writes_nothing(migrated_url: str) -> None:
    policy = copy.deepcopy(dict(POLICY))
    policy["rules"][0]["mode"] = "shadow"
    with living(migrated_url, policy=policy) as world:
        ticket = world.customer_writes(tags=["payment"])

        world.settle()

        assert world.reasons(ticket) == ["shadow", "shadow"]
        assert not [r for r in world.sandbox.requests if r.method == "PUT"]
        assert world.parts.store.cases() == []


@pytest.mark.parametrize("mode", [Mode.SHADOW, Mode.OFF])
def test_a_connection_that_may_not_write_does_not(migrated_url: str, mode: Mode) -> None:
    with living(migrated_url, mode=mode) as world:
        world.customer_writes(tags=["payment"])

        world.settle()

        assert not [r for r in world.sandbox.requests if r.method == "PUT"]


def test_a_customers_own_comment_on_an_open_case_opens_no_second_one(world: World) -> None:
    ticket = world.customer_writes(tags=["payment"])
    world.settle()

    world.sandbox.act(CUSTOMER).comment(ticket, "Hello?", public=True)
    world.settle()

    assert len(world.parts.store.cases()) == 1
    assert len(world.comments(ticket, public=True)) == 1
