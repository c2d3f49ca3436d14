"""What our own write's webhook does not tell is not forgotten because of it."""

from __future__ import annotations

from typing import Any

from tests.scenarios.policies import OPEN, policy, says
from tests.scenarios.test_clocks_and_pauses import FIRST_REPLY
from tests.scenarios.world import Clock, living


def _rule(name: str, left: str, severity: str) -> dict[str, Any]:
    when = {"all": [OPEN, says("sla.first_reply_time.remaining", "at_most", left)]}
    return {"name": name, "when": when, "escalate": {"issue_type": "sla", "severity": severity}}


def test_a_deadline_still_wakes_after_our_own_write(sqlite_url: str) -> None:
    told = policy(OPEN, more={"rules": [_rule("near", "15m", "sev3"), _rule("past", "0m", "sev2")]})
    told["matrix"][0]["changes"] = {"tags": ["escalated"], "internal_note": "note"}
    with living(sqlite_url, policy=told, clock=Clock()) as world:
        world.sandbox.helpdesk.seed({"sla_policies": [FIRST_REPLY]})
        world.customer_writes(tags=["vip"], priority="normal")
        world.settle()
        world.clock.forward(minutes=45)
        world.settle()
        (case,) = world.parts.store.cases()
        assert case.rule == "near"

        world.clock.forward(minutes=15)
        world.settle()

        (case,) = world.parts.store.cases()
        assert case.rule == "past"


def test_a_rule_acts_again_though_our_echo_cannot_tell_that_it_holds(sqlite_url: str) -> None:
    again = {"every": "1h", "at_most": 3}
    told = policy({"all": [OPEN, says("requester.role", "is", "end-user")]}, refire=again)
    with living(sqlite_url, policy=told, clock=Clock()) as world:
        ticket = world.customer_writes()
        world.settle()
        assert world.reasons(ticket).count("repeated") == 0

        for _ in range(4):
            world.clock.forward(hours=1)
            world.settle()

        assert world.reasons(ticket).count("repeated") == 2


def test_a_rule_that_our_own_write_makes_relevant_gets_its_timer(sqlite_url: str) -> None:
    first = {
        "name": "first",
        "when": says("ticket.tags", "contains", "vip"),
        "escalate": {"issue_type": "a", "severity": "sev3"},
    }
    second = _rule("second", "30m", "sev2")
    second["when"]["all"].append(says("ticket.tags", "contains", "escalated"))
    told = policy(OPEN, more={"rules": [first, second]})
    told["matrix"][0]["changes"] = {
        "tags": ["escalated"],
        "internal_note": "note",
    }  # a public word were the first reply
    with living(sqlite_url, policy=told, clock=Clock()) as world:
        world.sandbox.helpdesk.seed({"sla_policies": [FIRST_REPLY]})
        ticket = world.customer_writes(tags=["vip"], priority="normal")
        world.settle()
        assert [case.rule for case in world.parts.store.cases()] == ["first"]
        reads = sum(
            one.method == "GET" and one.path.endswith(f"/tickets/{ticket}.json") for one in world.sandbox.requests
        )
        assert (
            reads == 3
        )  # to escalate, and for the policy and the breach that the helpdesk tells of: none for the echo

        world.clock.forward(minutes=30)
        world.settle()

        assert [case.rule for case in world.parts.store.cases()] == ["second"]
