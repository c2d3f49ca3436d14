"""A ticket about a known issue is told the answer, linked, and not escalated; once, and only as long as it is known."""

from __future__ import annotations

from typing import Any

import pytest

from plugin.core.rules import compile_policy
from tests.scenarios.policies import OPEN, policy, says
from tests.scenarios.world import ACME, ANA, CUSTOMER, World, living

WAITS = {"all": [OPEN, says("ticket.tags", "contains", "payment")]}
LOGIN = {
    "name": "login-down",
    "when": says("ticket.text", "mentions", ["log in", "login"]),
    "answer": "answer",
    "tags": ["Known_Login"],
}
TEMPLATES = {
    "note": "{{ rule.name }}: {{ because | join('; ') }}",
    "told": "{{ owner.name }} cares.",
    "answer": "{{ known_issue.name }} instead of {{ rule.name }}: clear the cache. {{ because | join('; ') }}",
    "known": "Dear {{ requester.name }}, we know.",
}


def known(*, severity: str = "sev3", more: dict[str, Any] | None = None, **issue: Any) -> dict[str, Any]:
    """Return a policy with one rule and one known issue."""
    rule = {"issue_type": "it", "severity": severity}
    sections = {"known_issues": [{**LOGIN, **issue}], "templates": TEMPLATES, **(more or {})}
    return policy(WAITS, more=sections, escalate=rule)


def asks(world: World, text: str = "I cannot log in", **fields: Any) -> int:
    ticket = world.customer_writes(text, tags=["payment"], **fields)
    world.settle()
    return ticket


def escalated(world: World, ticket: int) -> bool:
    return "escalated" in world.ticket(ticket)["tags"]


def notes(world: World, ticket: int) -> list[str]:
    return world.comments(ticket, public=False)


def test_a_ticket_about_it_is_told_the_answer_and_linked(migrated_url: str) -> None:
    with living(migrated_url) as world:
        problem = world.customer_writes("The login page is down", type="problem")
        world.parts.policy = compile_policy(known(problem={ACME: str(problem)}, tell_customer="known"))

        ticket, other = asks(world), asks(world, "Where is my order?")

        told = world.ticket(ticket)
        assert (told["problem_id"], told["type"]) == (problem, "incident")
        assert "known_login" in told["tags"]
        assert not escalated(world, ticket)
        assert world.comments(ticket, public=True) == ["Dear Cora Nunes, we know."]
        assert notes(world, ticket) == [
            "login-down instead of it: clear the cache. ticket.text mentions log in, login (seen: log in)"
        ]
        assert escalated(world, other)
        assert [case.ticket.id for case in world.parts.store.cases()] == [str(other)]


def test_it_is_told_once_and_the_log_says_why(sqlite_url: str) -> None:
    with living(sqlite_url, policy=known()) as world:
        ticket = asks(world)
        for text in ("Still not", "And now?"):
            world.clock.forward(hours=5)
            world.sandbox.act(CUSTOMER).comment(ticket, text, public=True)
            world.settle()

        assert len(notes(world, ticket)) == 1
        assert world.comments(ticket, public=True) == []
        decided = [line for line in world.log(ticket) if line.what == "decided" and line.reason == "known_issue"]
        assert [line.evidence["known_issue"] for line in decided] == ["login-down"] * 3
        rules = [line.evidence["rule"] for line in world.log(ticket) if line.what == "rule"]
        assert rules == ["it"] * 3
        assert world.parts.store.figures().silent_cases == 0


@pytest.mark.parametrize(("severity", "up_to"), [("sev2", None), ("sev1", "sev2")])
def test_a_worse_rule_is_not_held_back(sqlite_url: str, severity: str, up_to: str | None) -> None:
    told = known(severity=severity, **({"up_to": up_to} if up_to else {}))
    with living(sqlite_url, policy=told) as world:
        assert escalated(world, asks(world))


def test_a_rule_that_goes_before_known_issues_is_not_held_back(sqlite_url: str) -> None:
    told = known()
    told["rules"][0]["despite_known_issues"] = True
    with living(sqlite_url, policy=told) as world:
        assert escalated(world, asks(world))


def test_the_policy_may_hold_back_more(sqlite_url: str) -> None:
    with living(sqlite_url, policy=known(severity="sev1", up_to="sev1")) as world:
        assert not escalated(world, asks(world))


def test_when_it_is_over_the_rule_acts_by_itself(migrated_url: str) -> None:
    with living(migrated_url) as world:
        over = world.clock().replace(microsecond=0)
        world.clock.forward(hours=-3)
        world.parts.policy = compile_policy(known(until=over.isoformat()))
        ticket = asks(world)
        world.clock.forward(hours=2, minutes=59, seconds=59)
        world.settle()
        assert not escalated(world, ticket)

        world.clock.forward(seconds=1)
        world.settle()

        assert escalated(world, ticket)


def test_a_ticket_that_is_not_about_it_any_more_is_escalated(sqlite_url: str) -> None:
    tagged = says("ticket.tags", "contains", "login")
    with living(sqlite_url, policy=known(when=tagged)) as world:
        ticket = world.customer_writes(tags=["payment", "login"])
        world.settle()
        assert not escalated(world, ticket)

        world.sandbox.act(ANA).update(ticket, tags=["payment"])
        world.settle()

        assert escalated(world, ticket)


@pytest.mark.parametrize("own", [True, False])
def test_the_problem_itself_is_escalated(sqlite_url: str, own: bool) -> None:
    with living(sqlite_url) as world:
        problem = world.customer_writes("Nobody can log in", tags=["payment"], type="problem" if not own else None)
        world.parts.policy = compile_policy(known(problem={ACME: str(problem)} if own else {}))

        world.settle()

        assert escalated(world, problem)
        assert world.ticket(problem)["problem_id"] is None


@pytest.mark.parametrize(("kind", "linked"), [("question", True), ("task", False)])
def test_a_task_stays_one(sqlite_url: str, kind: str, linked: bool) -> None:
    with living(sqlite_url) as world:
        problem = world.customer_writes("Down", type="problem")
        world.parts.policy = compile_policy(known(problem={ACME: str(problem)}))

        told = world.ticket(asks(world, type=kind))

        assert (told["type"], told["problem_id"]) == (("incident", problem) if linked else (kind, None))
        assert "known_login" in told["tags"]


def test_an_open_case_is_left_to_its_owner(sqlite_url: str) -> None:
    tagged = says("ticket.tags", "contains", "login")
    with living(sqlite_url, policy=known(when=tagged)) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()

        world.sandbox.act(ANA).update(ticket, tags=["escalated", "payment", "login"])
        world.settle()

        assert len(notes(world, ticket)) == 1
        assert "known_issue" not in world.reasons(ticket)


def test_answers_count_for_the_blast_radius(sqlite_url: str) -> None:
    told = known()
    told["rules"][0]["max_per_hour"] = 2
    with living(sqlite_url, policy=told) as world:
        tickets = [asks(world) for _ in range(4)]

        assert [len(notes(world, ticket)) for ticket in tickets] == [1, 1, 0, 0]
        assert [held.tickets for held in world.parts.store.held()] == [2]


def test_a_text_that_fails_is_replaced_by_a_plain_one(sqlite_url: str) -> None:
    failing = {**TEMPLATES, "answer": "{{ ticket.url[99] }}", "known": "{% if ticket.id == '0' %}x{% endif %}"}
    with living(sqlite_url) as world:
        told = known(tell_customer="known", more={"templates": TEMPLATES})
        policy_ = compile_policy(told)
        object.__setattr__(policy_.texts, "by_name", {name: {"en": text} for name, text in failing.items()})
        world.parts.policy = policy_

        ticket = asks(world)

        assert notes(world, ticket) == [
            "This is a known issue, so the ticket is not escalated.\nKnown issue: login-down"
        ]
        assert world.comments(ticket, public=True) == ["We know of this problem and are looking after it."]


def test_taken_out_of_the_policy_it_holds_nothing_back(sqlite_url: str) -> None:
    with living(sqlite_url, policy=known()) as world:
        ticket = asks(world)
        assert not escalated(world, ticket)
        world.parts.policy = compile_policy(known() | {"known_issues": []})

        world.parts.store.look_again(now=world.clock())
        world.settle()

        assert escalated(world, ticket)


@pytest.mark.parametrize("lost", ["Dear", "clear the cache"])
def test_a_lost_answer_says_nothing_twice(sqlite_url: str, lost: str) -> None:
    with living(sqlite_url, policy=known(tell_customer="known")) as world:
        world.sandbox.faults.add("PUT", "/tickets/", "drop_after", body_contains=lost)
        ticket = asks(world)
        world.clock.forward(minutes=1)
        world.settle()

        assert "already_landed" in world.reasons(ticket)
        assert (len(notes(world, ticket)), len(world.comments(ticket, public=True))) == (1, 1)
