"""The helpdesk is to choose an SLA policy: the tag is written, read back, told of, and taken away again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.scenarios.policies import policy, says
from tests.scenarios.world import ANA, CUSTOMER, OURS, SEED, Clock, World, living


def _sla(number: int, title: str, tag: str | None, *, position: int) -> dict[str, Any]:
    wanted = [{"field": "current_tags", "operator": "includes", "value": tag}] if tag else []
    metric = {"priority": "urgent", "metric": "first_reply_time", "target": 30, "business_hours": False}
    return {
        "id": number,
        "title": title,
        "position": position,
        "filter": {"all": wanted, "any": []},
        "policy_metrics": [metric],
    }


WORST = _sla(1, "Severity 1", "sla_sev1", position=1)
BAD = _sla(2, "Severity 2", "sla_sev2", position=2)
USUAL = _sla(9, "Usual", None, position=9)


def _rule(name: str, severity: str) -> dict[str, Any]:
    return {
        "name": name,
        "when": says("ticket.tags", "contains", name),
        "escalate": {"issue_type": "it", "severity": severity},
    }


def _row(severity: str, **changes: Any) -> dict[str, Any]:
    return {"issue_type": "it", "severity": severity, "owner": "ana", "changes": changes}


def _policy(priority: str | None = "urgent", **more: Any) -> dict[str, Any]:
    told = policy({}, more={"rules": [_rule("bad", "sev2"), _rule("worst", "sev1")]})
    urgent = {"priority": priority} if priority else {}
    told["matrix"] = [
        _row("sev1", sla_tag="sla_sev1", sla_policy="Severity 1", **urgent),
        _row("sev2", sla_tag="sla_sev2", sla_policy="Severity 2", **urgent),
        {"issue_type": "*", "severity": "*", "owner": "ana"},
    ]
    return {**told, **more}


@contextmanager
def world_of(url: str, *policies: dict[str, Any], **more: Any) -> Iterator[World]:
    with living(url, policy=_policy(**more), clock=Clock()) as world:
        world.sandbox.helpdesk.seed({"sla_policies": list(policies)})
        yield world


def told(world: World, ticket: int) -> list[dict[str, object]]:
    """Return what the log tells of SLA policies."""
    return [{"reason": e.reason.value, **e.evidence} for e in world.log(ticket) if e.what == "sla"]


def brought(world: World, ticket: int) -> list[tuple[object, object]]:
    return [(line["reason"], line.get("policy")) for line in told(world, ticket)]


def later(world: World, **length: float) -> None:
    world.clock.forward(**length)
    world.settle()


def test_the_policy_that_won_is_told_after_one_read(sqlite_url: str) -> None:
    with world_of(sqlite_url, WORST, BAD, USUAL) as world:
        ticket = world.customer_writes(tags=["bad"])
        world.settle()
        later(world, seconds=5)
        before = len(world.sandbox.requests)

        later(world, days=1)

        assert brought(world, ticket) == [("sla_applied", "Severity 2")]
        looks = [one for one in world.sandbox.requests[:before] if "metric_events" in one.query]
        assert len(looks) == 1


def test_another_policy_that_stands_before_is_named(sqlite_url: str) -> None:
    first = {**USUAL, "position": 0}
    with world_of(sqlite_url, WORST, BAD, first) as world:
        ticket = world.customer_writes(tags=["bad"])
        world.settle()
        later(world, seconds=5)
        assert told(world, ticket) == []
        later(world, seconds=30)
        later(world, minutes=2)

        (line,) = told(world, ticket)

        assert (line["reason"], line["policy"], line["wanted"]) == ("sla_not_applied", "Usual", "Severity 2")


def test_a_ticket_without_priority_gets_no_target_and_the_log_says_why(sqlite_url: str) -> None:
    with world_of(sqlite_url, WORST, BAD, priority=None) as world:
        ticket = world.customer_writes(tags=["bad"])
        world.settle()
        for length in (5, 30, 120):
            later(world, seconds=length)

        (line,) = told(world, ticket)

        assert line["reason"] == "sla_not_applied"
        assert "no priority" in str(line["problem"])


def test_an_agent_who_may_not_see_policies_learns_that_targets_run(sqlite_url: str) -> None:
    with world_of(sqlite_url, WORST, BAD) as world:
        world.sandbox.helpdesk.users[OURS] = {**SEED["users"][0], "role": "agent", "tags": []}
        ticket = world.customer_writes(tags=["bad"])
        world.settle()
        later(world, seconds=5)

        assert brought(world, ticket) == [("sla_applied", None)]


def test_a_raise_brings_the_worse_policy_and_takes_the_first_tag_away(sqlite_url: str) -> None:
    with world_of(sqlite_url, {**BAD, "position": 0}, WORST, USUAL) as world:
        ticket = world.customer_writes(tags=["bad"])
        world.settle()
        later(world, seconds=5)
        tags = [*world.ticket(ticket)["tags"], "worst"]
        world.sandbox.act(ANA).update(ticket, tags=tags)
        world.settle()
        later(world, seconds=5)

        assert [tag for tag in world.ticket(ticket)["tags"] if tag.startswith("sla_")] == ["sla_sev1"]
        assert brought(world, ticket)[-1] == ("sla_applied", "Severity 1")


def test_de_escalated_the_ticket_gets_its_usual_targets_back(sqlite_url: str) -> None:
    with world_of(sqlite_url, WORST, BAD, USUAL) as world:
        ticket = world.customer_writes(tags=["bad"])
        world.settle()
        later(world, seconds=5)
        world.sandbox.act(ANA).comment(ticket, "/esc deescalate a duplicate", public=False)
        world.settle()
        later(world, seconds=5)

        assert "sla_sev2" not in world.ticket(ticket)["tags"]
        assert brought(world, ticket) == [("sla_applied", "Severity 2"), ("sla_removed", "Usual")]


def test_a_tag_that_an_agent_wrote_is_left_alone(sqlite_url: str) -> None:
    with world_of(sqlite_url, WORST, BAD, USUAL) as world:
        ticket = world.customer_writes(tags=["bad", "sla_sev2"])
        world.settle()
        world.sandbox.act(ANA).comment(ticket, "/esc deescalate a duplicate", public=False)
        world.settle()
        later(world, minutes=5)

        assert "sla_sev2" in world.ticket(ticket)["tags"]
        assert told(world, ticket) == []


def test_solved_the_ticket_keeps_the_policy_it_was_solved_by(sqlite_url: str) -> None:
    with world_of(sqlite_url, WORST, BAD, USUAL) as world:
        ticket = world.customer_writes(tags=["bad"])
        world.settle()
        later(world, seconds=5)
        world.sandbox.act(ANA).update(ticket, status="solved")
        world.settle()
        later(world, minutes=5)

        assert "sla_sev2" in world.ticket(ticket)["tags"]


@pytest.mark.parametrize("status", [404, 403, 500])
def test_a_ticket_that_cannot_be_looked_at_is_not_asked_for_again_and_again(sqlite_url: str, status: int) -> None:
    with world_of(sqlite_url) as world:  # without policies no event tells of targets
        ticket = world.customer_writes(tags=["bad"])
        world.settle()
        world.sandbox.faults.add("GET", rf"/tickets/{ticket}", "status", status=status, times=99)
        before = len(world.sandbox.requests)

        later(world, seconds=5)
        later(world, seconds=1)

        assert 0 < len(world.sandbox.requests) - before <= 2


def test_a_breach_that_moves_moves_the_timer(sqlite_url: str) -> None:
    near = says("sla.first_reply_time.remaining", "at_most", "10m")
    with living(sqlite_url, policy=policy(near), clock=Clock()) as world:
        world.sandbox.helpdesk.seed({"sla_policies": [USUAL]})
        ticket = world.customer_writes(priority="urgent")
        world.settle()
        world.sandbox.helpdesk.policies[0]["policy_metrics"][0]["target"] = 120
        world.sandbox.act(CUSTOMER).comment(ticket, "Anybody there?")
        world.settle()
        later(world, minutes=25)
        assert "escalated" not in world.ticket(ticket)["tags"]

        later(world, minutes=85)

        assert "escalated" in world.ticket(ticket)["tags"]
