"""The same policy, the same life, on Jira: Cloud and Data Center."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import requests

from connectors.model import TicketRef
from plugin.reconciling import Reconciler
from tests.scenarios.jira import ANA, BEN, CORA, SD, JiraWorld, living_jira
from tests.scenarios.policies import says

#: Each kind on the engine that it is likelier to stand beside; the engines are compared elsewhere.
KINDS = pytest.mark.parametrize(
    ("engine", "cloud"), [("postgresql", True), ("sqlite", False)], ids=["cloud", "data_center"]
)


@pytest.fixture
def url(request: pytest.FixtureRequest, engine: str) -> str:
    return str(request.getfixturevalue(f"migrated_{engine}_url"))


POLICY: dict[str, Any] = {
    "format": 2,
    "rules": [
        {
            "name": "payment",
            "when": {
                "all": [
                    says("ticket.status", "not_in", ["solved", "closed"]),
                    says("ticket.tags", "contains", "payment"),
                ]
            },
            "escalate": {"issue_type": "payment", "severity": "sev1"},
        },
        {
            "name": "unanswered",
            "when": {
                "all": [says("ticket.status", "in", ["new", "open"]), says("unanswered", "at_least", "4h")],
            },
            "escalate": {"issue_type": "waiting", "severity": "sev3"},
        },
    ],
    "matrix": [
        {
            "issue_type": "payment",
            "severity": "*",
            "owner": "ana",
            "watchers": ["ben"],
            "targets": {"acknowledge": "1h", "update_every": "4h"},
            "changes": {
                "tags": ["escalated"],
                "priority": "urgent",
                "sla_tag": "sla_sev1",
                "internal_note": "note",
                "public_comment": "told",
            },
        },
        {
            "issue_type": "*",
            "severity": "*",
            "owner": "ben",
            "changes": {"tags": ["escalated"], "internal_note": "note"},
        },
    ],
    "people": {"ana": {"name": "Ana Lima", "ids": {SD: ANA}}, "ben": {"name": "Ben Ode", "ids": {SD: BEN}}},
    "templates": {"note": "Owner {{ owner.name }}", "told": "{{ owner.name }} has your request {{ ticket.subject }}."},
    "resolution": {"ask": "told", "close_after": "3d"},
    "state_tags": "esc",
}


@contextmanager
def world_of(url: str, *, cloud: bool) -> Iterator[JiraWorld]:
    with living_jira(url, POLICY, cloud=cloud) as world:
        world.parts.store.reconciliations.begin(SD, now=world.clock())
        world.clock.forward(minutes=1)
        yield world


@KINDS
def test_an_issue_is_escalated_with_everything_that_belongs_to_it(url: str, *, cloud: bool) -> None:
    with world_of(url, cloud=cloud) as world:
        number = world.customer_writes(labels=["payment"])
        world.settle()

        issue = world.issue(number)
        assert {"escalated", "payment", "sla_sev1", "esc_awaiting_ack"} <= set(issue["labels"])
        assert (issue["priority"], issue["assignee"]) == ("1", ANA)
        assert world.sandbox.site.watchers[number] == [BEN]
        assert world.said(number, public=True) == ["Ana Lima has your request Help."]
        assert "Owner Ana Lima" in world.said(number, public=False)[0]
        assert world.case(number).owner == "ana"
        world.clock.forward(seconds=5)
        world.settle()
        assert "sla_applied" in world.reasons(number)


@KINDS
def test_what_people_do_moves_the_case(url: str, *, cloud: bool) -> None:
    with world_of(url, cloud=cloud) as world:
        number = world.customer_writes(labels=["payment"])
        world.settle()
        for text, state in (("/esc ack", "acknowledged"), ("/esc wait customer", "waiting")):
            world.clock.forward(minutes=1)
            world.sandbox.act(ANA).comment(number, text, public=False)
            world.settle()
            assert world.case(number).state.value == state
        world.clock.forward(minutes=1)
        world.sandbox.act(CORA).comment(number, "Here is the invoice.")
        world.settle()
        assert world.case(number).state.value == "in_progress"
        world.clock.forward(minutes=1)
        world.sandbox.act(ANA).comment(number, "/esc resolve", public=False)
        world.settle()
        world.clock.forward(minutes=1)
        world.sandbox.act(CORA).comment(number, "Yes, it works, thank you!")
        world.settle()

        assert world.case(number).state.value == "closed"


@KINDS
def test_a_customers_command_is_none(url: str, *, cloud: bool) -> None:
    with world_of(url, cloud=cloud) as world:
        number = world.customer_writes(labels=["payment"])
        world.settle()
        world.clock.forward(minutes=1)
        world.sandbox.act(CORA).comment(number, "/esc resolve")
        world.settle()

        assert world.case(number).state.value == "open"


@KINDS
def test_time_alone_escalates(url: str, *, cloud: bool) -> None:
    with world_of(url, cloud=cloud) as world:
        waiting, answered = world.customer_writes(), world.customer_writes()
        world.settle()
        world.clock.forward(minutes=1)
        world.sandbox.act(ANA).comment(answered, "Look here.", public=True)
        world.settle()
        world.clock.forward(hours=4, seconds=1)
        world.settle()

        assert "escalated" in world.issue(waiting)["labels"]
        assert "escalated" not in world.issue(answered)["labels"]


@KINDS
@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
def test_a_lost_answer_doubles_no_comment(url: str, kind: str, *, cloud: bool) -> None:
    with world_of(url, cloud=cloud) as world:
        world.sandbox.faults.add("POST", r"/comment$", kind, body_contains='"internal": false')
        number = world.customer_writes(labels=["payment"])
        world.settle()
        world.clock.forward(seconds=20)
        world.settle()

        assert len(world.said(number, public=True)) == 1


@KINDS
def test_a_persons_edit_meanwhile_stays(url: str, *, cloud: bool) -> None:
    with world_of(url, cloud=cloud) as world:
        number = world.customer_writes(labels=["payment"])
        world.sandbox.post.idle()
        reads = iter(range(1, 9))

        def human() -> None:
            if next(reads) == 2:
                world.clock.forward(seconds=1)
                world.sandbox.act(BEN).edit(number, assignee=BEN, labels=["payment", "called"])

        world.sandbox.faults.add("GET", rf"/issue/{number}$", "human", run=human, times=2)
        world.settle()

        issue = world.issue(number)
        assert issue["assignee"] == BEN
        assert {"called", "escalated"} <= set(issue["labels"])


@KINDS
def test_nothing_is_missed(url: str, *, cloud: bool) -> None:
    with world_of(url, cloud=cloud) as world:
        number = world.customer_writes(labels=["payment"])
        world.settle()
        world.clock.forward(minutes=1)
        world.sandbox.post.hold = True
        world.sandbox.act(ANA).comment(number, "/esc ack", public=False)
        lost = world.customer_writes(labels=["payment"])
        world.sandbox.post.held.clear()
        world.clock.forward(minutes=10)
        Reconciler(parts=world.parts, every=timedelta(minutes=15)).look(SD)
        world.settle()

        assert world.case(number).state.value == "acknowledged"
        assert world.case(lost).owner == "ana"
        assert [len(world.said(one, public=True)) for one in (number, lost)] == [1, 1]
        world.sandbox.post.held.clear()


@KINDS
def test_on_a_project_without_customers_nobody_is_written_to(url: str, *, cloud: bool) -> None:
    with world_of(url, cloud=cloud) as world:
        number = world.customer_writes(labels=["payment"], project="DEV")
        world.settle()

        texts = [one["body"] for one in world.sandbox.site.comments[number]]
        assert not any("has your request" in text for text in texts)
        assert world.issue(number)["assignee"] == ANA
        assert "refused" in world.reasons(number)


@KINDS
def test_an_owner_who_may_not_be_assigned_is_said_in_the_note(url: str, *, cloud: bool) -> None:
    with world_of(url, cloud=cloud) as world:
        world.sandbox.site.users[ANA]["agent"] = False
        number = world.customer_writes(labels=["payment"])
        world.settle()

        assert world.issue(number)["priority"] == "1"
        assert any("Assignable User" in text for text in world.said(number, public=False))


def test_the_secret_in_the_address_is_all_that_data_center_has(sqlite_url: str) -> None:
    with world_of(sqlite_url, cloud=False) as world:
        url = world.sandbox.post.webhooks[0].url
        body = b'{"webhookEvent": "worklog_created"}'

        assert requests.post(url, data=body, timeout=10).json() == {"status": "ignored"}
        wrong = requests.post(f"{url}x", data=body, timeout=10)
        none = requests.post(url.split("?")[0], data=body, timeout=10)
        assert (wrong.status_code, none.status_code) == (401, 401)


@pytest.mark.parametrize("cloud", [True, False], ids=["cloud", "data_center"])
def test_what_one_issue_takes_is_never_exceeded(sqlite_url: str, *, cloud: bool) -> None:
    """Many moves at one instant: each is written, and the site refuses none."""
    with world_of(sqlite_url, cloud=cloud) as world:
        world.sandbox.rates.per_issue = True
        number = world.customer_writes(labels=["payment"])
        world.settle()
        for turn in range(16):
            world.sandbox.act(ANA).comment(number, f"/esc wait vendor for {turn + 1}h", public=False)
            world.settle()
        for _ in range(60):
            world.clock.forward(seconds=2)
            world.settle()

        statuses = [one.status for one in world.sandbox.requests]
        assert 429 not in statuses
        assert world.parts.store.figures().open_operations == 0
        assert world.parts.store.figures().pending_deliveries == 0
        assert world.case(number).state.value == "waiting"


@pytest.mark.parametrize("kind", ["burst", "gateway"])
@pytest.mark.parametrize("cloud", [True, False], ids=["cloud", "data_center"])
def test_whatever_a_429_says_what_it_refused_comes_later(sqlite_url: str, kind: str, *, cloud: bool) -> None:
    with world_of(sqlite_url, cloud=cloud) as world:
        setattr(world.sandbox.rates, kind, {"burst": 6, "gateway": 2}[kind])
        number = world.customer_writes(labels=["payment"])
        for _ in range(40):
            world.settle()
            world.clock.forward(seconds=3)

        assert 429 in [one.status for one in world.sandbox.requests]
        assert "escalated" in world.issue(number)["labels"]
        assert world.said(number, public=True) == ["Ana Lima has your request Help."]
        assert len(world.said(number, public=False)) == 1


@KINDS
def test_an_issue_is_found_by_what_people_call_it(url: str, *, cloud: bool) -> None:
    with world_of(url, cloud=cloud) as world:
        number = world.customer_writes(labels=["payment"])
        world.customer_writes(labels=["SD-1"])
        world.settle()
        store, key = world.parts.store, world.issue(number)["key"]

        assert store.named(TicketRef(connection=SD, id=key)) == TicketRef(connection=SD, id=number)
        for other in (TicketRef(connection=SD, id=number), TicketRef(connection="acme", id=key)):
            assert store.named(other) == other
