"""Clocks on a living ticket: they pause, they are rebuilt from its history, and they fire to the second."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from tests.scenarios.policies import OPEN, policy, says
from tests.scenarios.world import ANA, BEN, CUSTOMER, OURS, Clock, World, living

HOUR = timedelta(hours=1)
FIRST_REPLY = {
    "id": 1,
    "title": "First reply",
    "position": 1,
    "filter": {"all": [{"field": "current_tags", "operator": "includes", "value": "vip"}], "any": []},
    "policy_metrics": [{"priority": "normal", "metric": "first_reply_time", "target": 60, "business_hours": False}],
}


@contextmanager
def world_of(url: str, when: dict[str, Any], **more: Any) -> Iterator[World]:
    with living(url, policy=policy(when, **more), clock=Clock()) as world:
        yield world


def escalated(world: World, ticket: int) -> bool:
    return "escalated" in world.ticket(ticket)["tags"]


def test_a_clock_that_pauses_fires_when_its_own_time_is_up(sqlite_url: str) -> None:
    aged = says("ticket.age", "at_least", "4h", pause_when=["pending"])
    with world_of(sqlite_url, {"all": [OPEN, aged]}) as world:
        ticket = world.customer_writes()
        world.settle()
        world.clock.forward(hours=1)
        world.sandbox.act(ANA).update(ticket, status="pending")
        world.settle()
        world.clock.forward(hours=10)
        world.settle()
        assert not escalated(world, ticket)
        world.sandbox.act(ANA).update(ticket, status="open")
        world.settle()

        world.clock.forward(hours=3, seconds=-1)
        world.settle()
        assert not escalated(world, ticket)
        world.clock.forward(seconds=1)
        world.settle()

        assert escalated(world, ticket)


def test_pauses_are_rebuilt_from_the_audits_where_a_webhook_was_lost(sqlite_url: str) -> None:
    aged = says("ticket.age", "at_least", "4h", pause_when=["pending"])
    with world_of(sqlite_url, {"all": [OPEN, aged]}) as world:
        ticket = world.customer_writes()
        world.settle()
        world.sandbox.hold = True
        world.clock.forward(hours=1)
        world.sandbox.act(ANA).update(ticket, status="pending")
        world.clock.forward(hours=2)
        world.sandbox.act(ANA).update(ticket, status="open")
        world.sandbox.post.held.clear()
        world.sandbox.hold = False

        world.clock.forward(hours=1)
        world.sandbox.act(ANA).update(ticket, priority="high")
        world.settle()
        assert not escalated(world, ticket)
        world.clock.forward(hours=2)
        world.settle()

        assert escalated(world, ticket)


def test_our_own_writes_are_no_activity_and_a_persons_are(sqlite_url: str) -> None:
    idle = says("idle", "at_least", "2h")
    with world_of(sqlite_url, {"all": [OPEN, idle]}) as world:
        ticket = world.customer_writes()
        world.settle()
        world.clock.forward(hours=1, minutes=30)
        world.sandbox.act(BEN).comment(ticket, "Looking into it", public=False)
        world.settle()
        world.clock.forward(hours=1)
        world.sandbox.act(OURS).update(ticket, priority="low")
        world.settle()
        world.clock.forward(minutes=59)
        world.settle()
        assert not escalated(world, ticket)

        world.clock.forward(minutes=1)
        world.settle()

        assert escalated(world, ticket)


def test_time_in_a_group_begins_anew_with_each_group(sqlite_url: str) -> None:
    stuck = {"all": [says("ticket.group", "is", "frontline"), says("in_group", "at_least", "3h")]}
    groups = {"groups": {"frontline": {"name": "Frontline", "ids": {"acme": "202"}}}}
    with world_of(sqlite_url, stuck, more=groups) as world:
        ticket = world.customer_writes()
        world.settle()
        world.clock.forward(hours=5)
        world.sandbox.act(ANA).update(ticket, group_id=202)
        world.settle()
        world.clock.forward(hours=2, minutes=59, seconds=59)
        world.settle()
        assert not escalated(world, ticket)

        world.clock.forward(seconds=1)
        world.settle()

        assert escalated(world, ticket)


def test_a_ticket_that_bounces_and_comes_back_is_noticed(sqlite_url: str) -> None:
    bounced = {"any": [says("ticket.reassignments", "at_least", 2), says("ticket.reopens", "at_least", 2)]}
    with world_of(sqlite_url, {"all": [OPEN, bounced]}) as world:
        handed, reopened = world.customer_writes(), world.customer_writes()
        for assignee in (ANA, BEN):
            world.clock.forward(minutes=5)
            world.sandbox.act(ANA).update(handed, assignee_id=assignee)
            world.settle()
        for status in ("solved", "open", "solved"):
            world.clock.forward(minutes=5)
            world.sandbox.act(ANA).update(reopened, status=status)
            world.settle()
        assert not escalated(world, handed)
        assert not escalated(world, reopened)

        world.clock.forward(minutes=5)
        world.sandbox.act(BEN).update(handed, assignee_id=ANA)
        world.sandbox.act(CUSTOMER).comment(reopened, "Still broken")
        world.sandbox.act(ANA).update(reopened, status="open")
        world.settle()

        assert escalated(world, handed)
        assert escalated(world, reopened)


def test_half_an_hour_before_a_promised_date_it_fires(sqlite_url: str) -> None:
    near = says("due.fields.delivery", "at_most", "30m")
    fields = {"fields": {"delivery": {"ids": {"acme": "77"}}}}
    with world_of(sqlite_url, {"all": [OPEN, near]}, more=fields) as world:
        due = world.clock() + 5 * HOUR
        ticket = world.customer_writes(custom_fields=[{"id": 77, "value": due.isoformat()}])
        world.settle()
        world.clock.forward(hours=4, minutes=29, seconds=59)
        world.settle()
        assert not escalated(world, ticket)

        world.clock.forward(seconds=1)
        world.settle()

        assert escalated(world, ticket)


def test_an_sla_about_to_breach_is_read_anew_before_anything_is_done(sqlite_url: str) -> None:
    near = says("sla.first_reply_time.remaining", "at_most", "15m")
    with world_of(sqlite_url, {"all": [OPEN, near]}) as world:
        world.sandbox.helpdesk.seed({"sla_policies": [FIRST_REPLY]})
        ticket = world.customer_writes(tags=["vip"], priority="normal")
        answered = world.customer_writes(tags=["vip"], priority="normal")
        world.settle()
        world.clock.forward(minutes=30)
        world.sandbox.act(ANA).comment(answered, "Hello", public=True)
        world.settle()

        world.clock.forward(minutes=15)
        world.settle()

        assert escalated(world, ticket)
        assert not escalated(world, answered)


def test_a_clock_pauses_by_the_policys_own_word_for_a_group(sqlite_url: str) -> None:
    aged = says("ticket.age", "at_least", "4h", pause_when={"ticket.group": ["Frontline"]})
    groups = {"groups": {"frontline": {"name": "Frontline", "ids": {"acme": "202"}}}}
    with world_of(sqlite_url, {"all": [OPEN, aged]}, more=groups) as world:
        ticket = world.customer_writes(group_id=202)
        world.settle()
        world.clock.forward(hours=10)
        world.settle()
        assert not escalated(world, ticket)

        world.sandbox.act(ANA).update(ticket, group_id=201)
        world.settle()
        world.clock.forward(hours=4)
        world.settle()

        assert escalated(world, ticket)


def test_a_clock_pauses_by_a_custom_status(sqlite_url: str) -> None:
    aged = says("ticket.age", "at_least", "4h", pause_when={"ticket.custom_status": ["77"]})
    with world_of(sqlite_url, {"all": [OPEN, aged]}) as world:
        ticket = world.customer_writes()
        world.settle()
        world.sandbox.act(ANA).update(ticket, custom_status_id=77)
        world.settle()
        world.clock.forward(hours=10)
        world.settle()
        assert not escalated(world, ticket)

        world.sandbox.act(ANA).update(ticket, custom_status_id=78)
        world.settle()
        world.clock.forward(hours=4)
        world.settle()

        assert escalated(world, ticket)


def test_a_history_that_webhooks_told_whole_is_not_read_again(sqlite_url: str) -> None:
    aged = says("ticket.age", "at_least", "4h", pause_when=["pending"])
    with world_of(sqlite_url, {"all": [OPEN, aged]}) as world:
        ticket = world.customer_writes()
        world.settle()
        world.clock.forward(hours=4)
        world.settle()

        assert escalated(world, ticket)
        assert not [one for one in world.sandbox.requests if one.path.endswith("audits.json")]
