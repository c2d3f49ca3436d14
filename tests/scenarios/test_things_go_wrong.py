"""Duplicates, disorder, conflicts, lost answers, refusals."""

from __future__ import annotations

import pytest

from tests.sandbox.zendesk.refusal import Refusal
from tests.scenarios.world import ANA, BEN, CUSTOMER, OURS, World


def state(world: World, ticket: int) -> tuple[object, ...]:
    seen = world.ticket(ticket)
    return (
        sorted(seen["tags"]),
        seen["priority"],
        seen["assignee_id"],
        seen["group_id"],
        len(world.comments(ticket, public=True)),
        len(world.comments(ticket, public=False)),
    )


ESCALATED = (["escalated", "payment"], "urgent", ANA, 201, 1, 1)


@pytest.mark.parametrize("seed", range(6))
def test_duplicated_and_reordered_deliveries_end_in_the_same_state(world: World, seed: int) -> None:
    world.sandbox.hold = True
    ticket = world.customer_writes("Please help")
    world.clock.forward(seconds=2)
    world.sandbox.act(CUSTOMER).comment(ticket, "More", public=True)
    world.clock.forward(seconds=2)
    world.sandbox.act(BEN).update(ticket, tags=["payment"], status="open")

    world.sandbox.deliver(shuffle_seed=seed, twice=True)
    world.settle()
    world.sandbox.hold = False
    world.sandbox.deliver(shuffle_seed=seed, twice=True)
    world.settle()

    assert state(world, ticket) == ESCALATED
    assert len(world.parts.store.cases()) == 1


def test_an_agents_concurrent_edit_survives(world: World) -> None:
    edits = iter([{"tags": ["payment", "called_back"], "priority": "low", "assignee_id": BEN, "group_id": 202}])

    def edit(ticket: int) -> None:
        world.clock.forward(seconds=2)
        for fields in edits:
            world.sandbox.act(BEN).update(ticket, **fields)

    ticket = world.customer_writes(tags=["payment"])
    world.sandbox.faults.add("PUT", rf"/tickets/{ticket}", "human", run=lambda: edit(ticket))

    world.settle()

    seen = world.ticket(ticket)
    assert set(seen["tags"]) == {"payment", "called_back", "escalated"}
    assert (seen["priority"], seen["assignee_id"], seen["group_id"]) == ("low", BEN, 202)
    assert len(world.comments(ticket, public=True)) == 1
    assert "human_changed_it" in world.reasons(ticket)


def test_an_agent_who_takes_the_ground_away_stops_the_escalation(world: World) -> None:
    ticket = world.customer_writes(tags=["payment"])

    def untag() -> None:
        world.clock.forward(seconds=2)
        world.sandbox.act(BEN).update(ticket, tags=[])

    world.sandbox.faults.add("PUT", rf"/tickets/{ticket}", "human", run=untag)

    world.settle()

    assert world.ticket(ticket)["tags"] == []
    assert world.comments(ticket, public=True) == []
    (case,) = world.parts.store.cases()
    assert case.state == "cancelled"


def test_a_refused_assignee_keeps_neither_the_note_nor_the_customers_word_back(world: World) -> None:
    world.sandbox.helpdesk.groups[201]["members"] = [BEN]

    ticket = world.customer_writes(tags=["payment"])
    world.settle()

    seen = world.ticket(ticket)
    assert (seen["priority"], seen["group_id"], seen["assignee_id"]) == ("urgent", 201, None)
    assert "escalated" in seen["tags"]
    (note,) = world.comments(ticket, public=False)
    assert (
        "Not written, for the helpdesk refused it:\n- assignee Ana Lima (101), for the group escalations (201)" in note
    )
    assert len(world.comments(ticket, public=True)) == 1
    (line,) = [entry for entry in world.log(ticket) if entry.reason == "refused_in_part"]
    assert line.evidence["place"] == "matrix[0].changes"
    assert world.parts.store.dead_letters() == []


def test_of_two_refused_places_both_are_left_out(world: World) -> None:
    del world.sandbox.helpdesk.groups[201]

    ticket = world.customer_writes(tags=["payment"])
    world.sandbox.helpdesk.users[ANA]["role"] = "end-user"
    world.settle()

    seen = world.ticket(ticket)
    assert (seen["priority"], seen["group_id"], seen["assignee_id"]) == ("urgent", None, None)
    (note,) = world.comments(ticket, public=False)
    assert "- assignee Ana Lima (101)" in note
    assert "- group escalations (201)" in note


def test_what_is_refused_whole_waits_for_a_person(world: World) -> None:
    ticket = world.customer_writes(tags=["payment"])
    world.sandbox.faults.add("PUT", rf"/tickets/{ticket}", "status", status=422)

    world.settle()

    assert [letter.kind for letter in world.parts.store.dead_letters()] == ["operation"]


def test_five_conflicts_in_a_row_end_in_patience_not_in_a_storm(world: World) -> None:
    ticket = world.customer_writes(tags=["payment"])
    world.sandbox.faults.add("PUT", rf"/tickets/{ticket}", "conflict", times=7)

    world.settle()
    assert len([r for r in world.sandbox.requests if r.method == "PUT"]) == 5
    world.clock.forward(minutes=5)
    world.settle()

    assert state(world, ticket) == ESCALATED


@pytest.mark.parametrize("which", ["handover", "told"])
def test_a_lost_answer_never_makes_a_second_comment(world: World, which: str) -> None:
    ticket = world.customer_writes(tags=["payment"])
    public = '"public": false' if which == "handover" else '"public": true'
    world.sandbox.faults.add("PUT", rf"/tickets/{ticket}", "drop_after", body_contains=public)

    world.settle()
    world.clock.forward(seconds=20)
    world.settle()

    assert state(world, ticket) == ESCALATED
    assert "already_landed" in world.reasons(ticket)


def test_a_request_that_never_arrived_is_sent_again(world: World) -> None:
    ticket = world.customer_writes(tags=["payment"])
    world.sandbox.faults.add("PUT", rf"/tickets/{ticket}", "drop_before")

    world.settle()
    world.clock.forward(seconds=20)
    world.settle()

    assert state(world, ticket) == ESCALATED


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("status", [500, 503])
def test_a_failing_helpdesk_is_tried_again(world: World, method: str, status: int) -> None:
    ticket = world.customer_writes(tags=["payment"])
    world.sandbox.faults.add(method, rf"/tickets/{ticket}", "status", times=3, status=status)

    for _ in range(8):
        world.settle()
        world.clock.forward(minutes=5)

    assert state(world, ticket)[:5] == ESCALATED[:5]
    assert world.parts.store.dead_letters() == []


def test_a_refused_write_is_a_dead_letter_and_can_be_replayed(world: World) -> None:
    ticket = world.customer_writes(tags=["payment"])
    world.sandbox.faults.add("PUT", rf"/tickets/{ticket}", "status", status=422)

    world.settle()
    (letter,) = world.parts.store.dead_letters()
    assert world.comments(ticket, public=True) == []
    world.parts.store.replay(letter, now=world.clock())
    world.settle()

    assert letter.kind == "operation"
    assert "escalated" in world.ticket(ticket)["tags"]


def test_a_replay_brings_back_the_comment_that_hung_on_the_refused_note(world: World) -> None:
    ticket = world.customer_writes(tags=["payment"])
    world.sandbox.faults.add("PUT", rf"/tickets/{ticket}", "status", status=422)
    world.settle()
    assert world.comments(ticket, public=True) == []
    (letter,) = world.parts.store.dead_letters()

    world.parts.store.replay(letter, now=world.clock())
    world.settle()

    assert len(world.comments(ticket, public=False)) == 1
    assert len(world.comments(ticket, public=True)) == 1


def test_a_deleted_ticket_ends_its_case(world: World) -> None:
    ticket = world.customer_writes(tags=["payment"])
    world.sandbox.faults.add("GET", rf"/tickets/{ticket}", "status", status=404)

    world.settle()

    assert "ticket_gone" in world.reasons(ticket)
    assert world.parts.store.dead_letters() == []


def test_a_first_send_that_lands_long_after_its_repeat_is_refused(world: World) -> None:
    ticket = world.customer_writes(tags=["payment"])
    world.sandbox.faults.add("PUT", rf"/tickets/{ticket}", "drop_before", body_contains="has your request")
    world.settle()
    late = [one for one in world.sandbox.requests if one.method == "PUT"][-1]
    world.clock.forward(seconds=13)
    world.settle()
    assert len(world.comments(ticket, public=True)) == 1

    with pytest.raises(Refusal) as refused:
        world.sandbox.helpdesk.update(OURS, ticket, late.body["ticket"])

    assert refused.value.status == 409
    assert len(world.comments(ticket, public=True)) == 1
