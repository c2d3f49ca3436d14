"""How few calls things take, as the helpdesk counts them, and who goes first when few are left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from plugin.pipeline.together import Together
from plugin.pipeline.visiting import visit
from tests.scenarios.policies import policy, says
from tests.scenarios.world import ACME, ANA, LEASE, World, living

READ, WRITE = "GET /api/v2/tickets/:id", "PUT /api/v2/tickets/:id"


def _policy(**changes: Any) -> dict[str, Any]:
    told = policy({}, more={"rules": [{**_RULE, "name": name, "when": _tagged(name)} for name in ("quiet", "told")]})
    told["matrix"] = [
        {"issue_type": "quiet", "severity": "*", "owner": "ana", "changes": {**_CHANGES, **changes}},
        {"issue_type": "told", "severity": "*", "owner": "ana", "changes": {**_CHANGES, "public_comment": "told"}},
        {"issue_type": "*", "severity": "*", "owner": "ana"},
    ]
    told["rules"] = [{**rule, "escalate": {"issue_type": rule["name"], "severity": "sev2"}} for rule in told["rules"]]
    told["templates"] = {"note": "Owner {{ owner.name }}", "told": "{{ owner.name }} has your request."}
    return told


_RULE: dict[str, Any] = {"escalate": {"issue_type": "quiet", "severity": "sev2"}}
_CHANGES: dict[str, Any] = {"tags": ["escalated"], "priority": "high", "internal_note": "note"}


def _tagged(name: str) -> dict[str, Any]:
    return says("ticket.tags", "contains", name)


@contextmanager
def world_of(url: str, **changes: Any) -> Iterator[World]:
    with living(url, policy=_policy(**changes)) as world:
        world.parts.our_id(ACME)  # once in a process
        yield world


def calls(world: World, since: int = 0) -> list[str]:
    """Return the calls about tickets, as the helpdesk has them."""
    lines = world.sandbox.requests[since:]
    return [f"{one.method} {one.path.rsplit('/', 1)[0]}" for one in lines if "/tickets/" in one.path]


@pytest.mark.parametrize(
    ("tags", "wanted"),
    [
        ([], []),
        (["quiet"], ["GET", "PUT"]),
        (["told"], ["GET", "PUT", "PUT"]),
    ],
)
def test_what_an_event_takes(sqlite_url: str, tags: list[str], wanted: list[str]) -> None:
    with world_of(sqlite_url) as world:
        begun = len(world.sandbox.requests)
        ticket = world.customer_writes(tags=tags)
        world.settle()
        world.clock.forward(seconds=5)
        world.settle()

        made = [one for one in world.sandbox.requests[begun:] if f"/tickets/{ticket}" in one.path]
        assert [one.method for one in made] == wanted
        assert len(world.sandbox.requests) - begun == len(wanted)


def test_looking_at_the_sla_takes_one_more(sqlite_url: str) -> None:
    with world_of(sqlite_url, sla_tag="sla_sev1") as world:
        begun = len(world.sandbox.requests)
        metric = {"priority": "high", "metric": "first_reply_time", "target": 30, "business_hours": False}
        wanted = {"all": [{"field": "current_tags", "operator": "includes", "value": "sla_sev1"}], "any": []}
        sla = {"id": 1, "title": "One", "position": 1, "filter": wanted, "policy_metrics": [metric]}
        world.sandbox.helpdesk.seed({"sla_policies": [sla]})
        world.customer_writes(tags=["quiet"])
        world.settle()
        world.clock.forward(minutes=5)
        world.settle()

        assert [one.method for one in world.sandbox.requests[begun:]] == ["GET", "PUT", "GET"]


def test_calls_are_counted_for_the_case_and_the_rule(migrated_url: str) -> None:
    with world_of(migrated_url) as world:
        ticket = world.customer_writes(tags=["told"])
        world.customer_writes()
        world.settle()

        (case,) = world.parts.store.cases()
        found = world.parts.store.calls.counted(since=world.clock())
        of_case = {
            one.endpoint: (one.made, one.failed)
            for one in found
            if one.case_id == case.id and "/tickets" in one.endpoint
        }
        assert case.ticket.id == str(ticket)
        assert of_case == {READ: (1, 0), WRITE: (2, 0)}
        assert {one.rule for one in found if one.case_id} == {"told"}
        assert world.parts.store.calls.cases(since=world.clock()) == {ACME: 1}


def test_a_read_that_led_to_nothing_counts_for_the_rule_that_asked(sqlite_url: str) -> None:
    with world_of(sqlite_url) as world:
        ticket = world.customer_writes(tags=["quiet"])
        world.sandbox.act(ANA).update(ticket, tags=[])
        world.settle()

        found = [one for one in world.parts.store.calls.counted(since=world.clock()) if one.endpoint == READ]
        assert [(one.case_id, one.rule, one.made) for one in found] == [(None, "quiet", 1)]


def another_program(world: World, times: int, ticket: int, *, method: str = "GET") -> None:
    """Have another program of the same account make calls."""
    for number in range(times):
        answer = requests.request(
            method,
            f"{world.sandbox.url}/api/v2/tickets/{ticket}.json",
            headers={"Authorization": "Bearer an-invented-token"},
            json={"ticket": {"subject": str(number)}} if method == "PUT" else None,
            timeout=10,
        )
        assert answer.ok


def test_reads_wait_for_the_next_minute_when_few_calls_are_left(migrated_url: str) -> None:
    with world_of(migrated_url) as world:
        first, second = (world.customer_writes(tags=["quiet"]) for _ in range(2))
        world.sandbox.idle()
        world.sandbox.limit(account=30)
        another_program(world, 26, first)
        world.settle()

        written = ["escalated" in world.ticket(ticket)["tags"] for ticket in (first, second)]
        assert sorted(written) == [False, True]  # what one answer told keeps the next read back
        world.clock.forward(seconds=76)
        world.settle()
        assert all("escalated" in world.ticket(ticket)["tags"] for ticket in (first, second))
        assert all(one.status < 400 for one in world.sandbox.requests)


def test_a_write_for_a_customer_goes_where_one_for_agents_waits(migrated_url: str) -> None:
    with world_of(migrated_url) as world:
        world.sandbox.limit(updates=100)
        first, quiet, told = (world.customer_writes(tags=[name]) for name in ("quiet", "quiet", "told"))
        world.sandbox.idle()
        another_program(world, 94, world.customer_writes(), method="PUT")
        world.settle()

        assert len(world.comments(told, public=True)) == 1
        waits = [ticket for ticket in (first, quiet) if "few_calls_left" in world.reasons(ticket)]
        assert waits
        assert all(world.ticket(ticket)["tags"] == ["quiet"] for ticket in waits)
        world.clock.forward(seconds=76)
        world.settle()
        assert all("escalated" in world.ticket(ticket)["tags"] for ticket in (first, quiet))
        assert all(one.status < 400 for one in world.sandbox.requests)


def test_a_ticket_that_is_written_to_too_often_waits_before_it_is_refused(sqlite_url: str) -> None:
    every = {"name": "quiet", "when": _tagged("quiet"), "refire": {"every": "10s", "at_most": 100}}
    told = {**_policy(), "rules": [{**every, **_RULE}]}
    with living(sqlite_url, policy=told) as world:
        world.sandbox.limit(per_ticket=30)
        ticket = world.customer_writes(tags=["quiet"])
        for _ in range(40):
            world.settle()
            world.clock.forward(seconds=11)

        writes = [one for one in world.sandbox.requests if one.method == "PUT"]
        assert len(writes) == 20
        assert all(one.status == 200 for one in writes)
        assert "few_calls_left" in world.reasons(ticket)
        world.clock.forward(minutes=5)
        world.settle()
        assert len([one for one in world.sandbox.requests if one.method == "PUT"]) > 20


def test_tickets_that_wait_together_are_read_in_one_call(migrated_url: str) -> None:
    with world_of(migrated_url) as world:
        written = [world.customer_writes(tags=["quiet"]) for _ in range(3)]
        world.sandbox.idle()
        begun, store = len(world.sandbox.requests), world.parts.store
        claims = store.claim((ACME,), now=world.clock(), lease=LEASE, limit=10)
        together = Together()
        for claim in claims:  # as loaded by workers side by side
            together.join(claim.ticket)
        for claim in claims:
            visit(world.parts, claim, together)
        world.settle()

        made = [f"{one.method} {one.path.rsplit('/', 1)[1]}" for one in world.sandbox.requests[begun:]]
        assert made == ["GET show_many.json", *(f"PUT {claim.ticket.id}.json" for claim in claims)]
        assert all("escalated" in world.ticket(ticket)["tags"] for ticket in written)
