"""Rules that count: other tickets that name the same, and their own firings."""

from __future__ import annotations

import json
from typing import Any

import pytest

from plugin.core.rules import compile_policy
from plugin.store.records import NewDelivery
from tests.scenarios.policies import OPEN, policy, says
from tests.scenarios.world import ACME, ANA, ANOTHER_CUSTOMER, CUSTOMER, OURS, World, living

ORDERS = {"entities": {"order": {"in": ["ticket.subject", "ticket.description"], "pattern": r"\bORD-(\d+)\b"}}}
RECURS = {"recurrence": "order", "within": "30d", "operator": "at_least", "value": 1}


def opens(world: World, subject: str, customer: int = CUSTOMER) -> int:
    return int(world.sandbox.act(customer).create_ticket(subject=subject, comment="Late", requester_id=customer))


def escalated(world: World, *tickets: int) -> list[bool]:
    return ["escalated" in world.ticket(ticket)["tags"] for ticket in tickets]


def test_the_same_order_of_another_customer_is_a_recurrence(sqlite_url: str) -> None:
    with living(sqlite_url, policy=policy({"all": [OPEN, RECURS]}, more=ORDERS)) as world:
        first, own = opens(world, "Where is ord-17?"), opens(world, "Again: ORD-17")
        world.settle()
        assert escalated(world, first, own) == [False, False]

        other, else_ = opens(world, "ORD-17 too", ANOTHER_CUSTOMER), opens(world, "ORD-18", ANOTHER_CUSTOMER)
        world.settle()

        assert escalated(world, other, else_) == [True, False]
        assert (
            "recurrence of order at least 1 other requester within 30d (seen: 1)"
            in world.comments(other, public=False)[0]
        )


def test_what_left_the_window_or_the_helpdesk_is_not_counted(sqlite_url: str) -> None:
    with living(sqlite_url, policy=policy({"all": [OPEN, RECURS]}, more=ORDERS)) as world:
        opens(world, "ORD-1")
        deleted = opens(world, "ORD-2")
        world.settle()
        tell(world, deleted, "soft_deleted")
        world.clock.forward(days=31)

        late, after = opens(world, "ORD-1", ANOTHER_CUSTOMER), opens(world, "ORD-2", ANOTHER_CUSTOMER)
        world.settle()

        assert escalated(world, late, after) == [False, False]


def test_a_merged_ticket_counts_as_the_one_it_became(sqlite_url: str) -> None:
    twice = {**RECURS, "value": 2, "distinct": "ticket"}
    with living(sqlite_url, policy=policy({"all": [OPEN, twice]}, more=ORDERS)) as world:
        first, second = opens(world, "ORD-5"), opens(world, "ORD-5")
        world.settle()
        tell(world, second, "merged", {"target_ticket_id": str(first)})

        third = opens(world, "ORD-5", ANOTHER_CUSTOMER)
        world.settle()
        assert escalated(world, third) == [False]
        fourth = opens(world, "ORD-5", ANOTHER_CUSTOMER)
        world.settle()

        assert escalated(world, fourth) == [True]


def tell(world: World, ticket: int, name: str, event: dict[str, Any] | None = None) -> None:
    """Have the plugin hear of what the sandbox has no button for."""
    body = {
        "type": f"zen:event-type:ticket.{name}",
        "id": f"{name}-{ticket}",
        "detail": {"id": str(ticket)},
        "event": event or {},
    }
    world.parts.store.receive(
        NewDelivery(
            connection=ACME,
            ticket_id=str(ticket),
            event_key=f"{name}-{ticket}",
            invocation_id=None,
            received_at=world.clock(),
            headers={},
            body=json.dumps(body).encode(),
        )
    )
    world.settle()


PAYMENT = says("ticket.tags", "contains", "payment")


def test_a_rule_acts_again_on_each_entry_and_says_nothing_more_to_the_customer(world: World) -> None:
    world.parts.policy = compile_policy(policy({"all": [OPEN, PAYMENT]}, refire="on_each_entry"))
    ticket = world.customer_writes(tags=["payment"])
    world.settle()
    world.sandbox.act(ANA).update(ticket, tags=["escalated"])
    world.settle()
    world.clock.forward(minutes=1)

    world.sandbox.act(ANA).update(ticket, tags=["escalated", "payment"])
    world.settle()

    assert len(world.comments(ticket, public=False)) == 2
    assert len(world.comments(ticket, public=True)) == 1
    assert "repeated" in world.reasons(ticket)


def test_a_solved_ticket_that_comes_back_is_an_entry_anew(sqlite_url: str) -> None:
    with living(sqlite_url, policy=policy({"all": [OPEN, PAYMENT]}, refire="on_each_entry")) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        for status in ("solved", "open"):
            world.clock.forward(minutes=1)
            world.sandbox.act(ANA).update(ticket, status=status)
            world.settle()

        assert [case.state.value for case in world.parts.store.cases()] == ["closed", "open"]


def test_a_tickets_own_order_is_no_other_order(sqlite_url: str) -> None:
    entities = {**ORDERS["entities"], "product": {"in": ["ticket.subject"], "pattern": r"\bP-(\d+)\b"}}
    orders = {"recurrence": "product", "within": "7d", "distinct": "order", "operator": "at_least", "value": 1}
    with living(sqlite_url, policy=policy({"all": [OPEN, orders]}, more={"entities": entities})) as world:
        first, same = opens(world, "P-1 of ORD-5"), opens(world, "P-1 of ORD-5", ANOTHER_CUSTOMER)
        world.settle()
        other = opens(world, "P-1 of ORD-6")
        world.settle()

        assert escalated(world, first, same, other) == [False, False, True]


def test_a_rule_that_acts_every_hour_stops_at_its_bound(sqlite_url: str) -> None:
    rule = policy({"all": [OPEN, PAYMENT]}, refire={"every": "1h", "at_most": 3})
    with living(sqlite_url, policy=rule) as world:
        ticket = world.customer_writes(tags=["payment"])
        notes = []
        for _ in range(6):
            world.settle()
            notes.append(sum("payment" in note for note in world.comments(ticket, public=False)))
            world.clock.forward(hours=1)

    assert notes == [1, 2, 3, 3, 3, 3]


def test_a_cool_down_puts_off_and_does_not_lose(sqlite_url: str) -> None:
    rule = policy({"all": [OPEN, PAYMENT]}, refire="on_each_entry", cool_down="2h")
    with living(sqlite_url, policy=rule) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        for tags in (["escalated"], ["escalated", "payment"]):
            world.clock.forward(minutes=1)
            world.sandbox.act(ANA).update(ticket, tags=tags)
            world.settle()
        assert len(world.comments(ticket, public=False)) == 1

        world.clock.forward(hours=2)
        world.settle()

        assert len([n for n in world.comments(ticket, public=False) if n.startswith("it:")]) == 2


def test_a_rule_beyond_its_blast_radius_is_held_until_a_person_releases_it(world: World) -> None:
    world.parts.policy = compile_policy(policy({"all": [OPEN, PAYMENT]}, max_per_hour=2))
    tickets = [world.customer_writes(tags=["payment"]) for _ in range(4)]
    world.settle()

    assert sorted(escalated(world, *tickets)) == [False, False, True, True]
    (held,) = world.parts.store.held()
    assert (held.rule, held.tickets) == ("it", 2)
    world.clock.forward(hours=5)
    late = world.customer_writes(tags=["payment"])
    world.settle()
    assert escalated(world, late) == [False]

    assert world.parts.store.release_rule("it", now=world.clock()) == 3
    world.settle()

    assert escalated(world, *tickets, late).count(True) == 4
    assert world.parts.store.held()[0].tickets == 1


def test_what_was_heard_before_a_rule_is_held_stays_heard(world: World) -> None:
    world.parts.policy = compile_policy(policy({"all": [OPEN, PAYMENT]}, max_per_hour=1))
    first = world.customer_writes(tags=["payment"])
    world.settle()
    second = world.customer_writes(tags=["payment"])
    world.settle()

    assert escalated(world, first, second) == [True, False]
    assert set(world.reasons(second)) == {"held"}
    assert not world.parts.store.figures().pending_deliveries


def test_an_opt_out_tag_keeps_the_policy_off(world: World) -> None:
    world.parts.policy = compile_policy(policy({"all": [OPEN, PAYMENT]}))

    ticket = world.customer_writes(tags=["payment", "no_escalation"])
    world.settle()

    assert escalated(world, ticket) == [False]
    assert set(world.reasons(ticket)) == {"opted_out"}


@pytest.mark.parametrize(("actor", "acts"), [(ANA, True), (OURS, False)])
def test_a_change_counts_by_what_it_changed_and_by_whom(world: World, actor: int, acts: bool) -> None:
    raised = [says("ticket.priority", "changed_to", "urgent"), says("ticket.priority", "changed_from", "low")]
    world.parts.policy = compile_policy(policy({"all": [OPEN, *raised]}))
    ticket = world.customer_writes(priority="low")
    world.settle()

    world.sandbox.act(actor).update(ticket, priority="urgent")
    world.settle()

    assert escalated(world, ticket) == [acts]
