"""Who gets in, what goes wrong on request, and what the contract has against it."""

from __future__ import annotations

import base64
import re

import pytest
import requests

from tests.sandbox import ZendeskSandbox
from tests.sandbox.conftest import ADMINS_TOKEN, ANA, BEN, CUSTOMER, CUSTOMERS_TOKEN, OURS, Caller, Clock
from tests.sandbox.contract import ContractChecker

needs_contract = pytest.mark.skipif(ContractChecker.load() is None, reason="the vendor's description is not here")


def basic(pair: str) -> str:
    return "Basic " + base64.b64encode(pair.encode()).decode()


def client_token(sandbox: ZendeskSandbox, **fields: object) -> requests.Response:
    asked = {"grant_type": "client_credentials", "client_id": "plugin", "client_secret": "an-invented-secret", **fields}
    return requests.post(f"{sandbox.url}/oauth/tokens", json=asked, timeout=20)


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (basic(f"escalation@acme.test/token:{ADMINS_TOKEN}"), 200),
        (basic(f"ana@acme.test/token:{ADMINS_TOKEN}"), 401),
        (basic(f"escalation@acme.test:{ADMINS_TOKEN}"), 401),
        ("Basic ???", 401),
        (f"Bearer {ADMINS_TOKEN}", 200),
        (f"Bearer {CUSTOMERS_TOKEN}", 403),
        ("Bearer wrong", 401),
        ("", 401),
    ],
)
def test_only_staff_with_a_token_gets_in(sandbox: ZendeskSandbox, ticket: int, header: str, status: int) -> None:
    address = f"{sandbox.url}/api/v2/tickets/{ticket}.json"

    assert requests.get(address, headers={"Authorization": header}, timeout=20).status_code == status


def test_nobody_is_an_anonymous_user(sandbox: ZendeskSandbox, call: Caller) -> None:
    nobody = requests.get(f"{sandbox.url}/api/v2/users/me.json", timeout=20)

    assert (nobody.status_code, nobody.json()["user"]["id"]) == (200, None)
    assert call("GET", "users/me").json()["user"]["id"] == OURS


def test_access_tokens_end_and_keep_to_their_scope(sandbox: ZendeskSandbox, clock: Clock, ticket: int) -> None:
    given = client_token(sandbox, scope="read", expires_in=300).json()
    assert (given["expires_in"], given["scope"]) == (300, "read")
    caller = Caller(sandbox, given["access_token"])
    with caller.session:
        assert caller("GET", f"tickets/{ticket}").status_code == 200
        assert caller.put(ticket, priority="low").status_code == 403
        clock.forward(seconds=301)
        assert caller("GET", f"tickets/{ticket}").status_code == 401
    assert client_token(sandbox, client_secret="wrong").status_code == 401


def test_every_answer_tells_the_limits(call: Caller, ticket: int) -> None:
    for answer in (call("GET", f"tickets/{ticket}"), call("GET", "tickets/999"), call.put(ticket, priority="low")):
        assert {"x-rate-limit", "x-rate-limit-remaining", "ratelimit-reset"} <= {h.lower() for h in answer.headers}


def test_a_status_fault_happens_as_often_as_told(sandbox: ZendeskSandbox, call: Caller, ticket: int) -> None:
    sandbox.faults.add("PUT", rf"/tickets/{ticket}", "status", status=429, retry_after=7, body_contains="urgent")

    assert call.put(ticket, priority="low").status_code == 200
    refused = call.put(ticket, priority="urgent")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "7")
    assert call.put(ticket, priority="urgent").status_code == 200
    assert [r.status for r in sandbox.requests] == [200, 429, 200]


@pytest.mark.parametrize(("kind", "priority"), [("drop_after", "high"), ("drop_before", None)])
def test_a_dropped_answer_is_applied_or_not(
    sandbox: ZendeskSandbox, call: Caller, ticket: int, kind: str, priority: str | None
) -> None:
    sandbox.faults.add("PUT", rf"/tickets/{ticket}", kind)

    with pytest.raises(requests.ConnectionError):
        call.put(ticket, priority="high")

    assert sandbox.ticket(ticket)["priority"] == priority
    assert call.put(ticket, priority="high").status_code == 200


def test_conflicts_slowness_and_people_come_on_request(sandbox: ZendeskSandbox, call: Caller, ticket: int) -> None:
    sandbox.faults.add("PUT", "/tickets/", "conflict")
    assert call.put(ticket, priority="low").status_code == 409
    sandbox.faults.add("PUT", "/tickets/", "slow", seconds=0.01)
    assert call.put(ticket, priority="low").status_code == 200
    sandbox.faults.add("PUT", "/tickets/", "human", run=lambda: sandbox.act(BEN).update(ticket, type="task"))
    assert call.put(ticket, priority="high").json()["ticket"]["type"] == "task"
    with pytest.raises(ValueError, match="expected one of"):
        sandbox.faults.add("PUT", "/tickets/", "flood")


def test_other_processes_can_do_all_that(sandbox: ZendeskSandbox, call: Caller) -> None:
    def control(what: str, **body: object) -> dict[str, object]:
        answer = requests.post(f"{sandbox.url}/_control/{what}", json=body, timeout=20)
        answer.raise_for_status()
        return dict(answer.json())

    ticket = int(str(control("act", user=CUSTOMER, do="create_ticket", subject="x", comment="y")["id"]))
    control("act", user=ANA, do="comment", ticket_id=ticket, text="note", public=False)
    person = {"user": BEN, "ticket_id": ticket, "fields": {"priority": "low"}}
    control("fault", method="GET", path="/tickets/", kind="human", **person)

    assert call("GET", f"tickets/{ticket}").json()["ticket"]["priority"] == "low"
    state = requests.get(f"{sandbox.url}/_control/state", timeout=20).json()
    assert [c["public"] for c in state["tickets"][0]["comments"]] == [True, False]
    assert [r["method"] for r in state["requests"]] == ["GET"]


def test_the_page_shows_tickets_and_runs_nothing_of_theirs(sandbox: ZendeskSandbox, ticket: int) -> None:
    sandbox.act(ANA).update(ticket, assignee_id=ANA, group_id=201, followers=[{"user_id": BEN}])
    sandbox.act(ANA).comment(ticket, "<script>alert(1)</script>", public=False)

    for path in ("/", f"/agent/tickets/{ticket}"):
        page = requests.get(sandbox.url + path, timeout=20).text
        assert "<script>" not in page
        assert "Oven &lt;b&gt;broken&lt;/b&gt;" in page
        assert all(word in page for word in ("Ana Lima", "Escalations", "Ben Ode", "internal note", "oven"))
    assert requests.get(f"{sandbox.url}/agent/tickets/999", timeout=20).status_code == 404


@needs_contract
def test_a_request_against_the_contract_is_written_down(sandbox: ZendeskSandbox, call: Caller, ticket: int) -> None:
    call.put(ticket, priority="low")
    assert not sandbox.violations
    call.put(ticket, priorty="high")

    assert re.search("PUT .*priorty", " ".join(sandbox.violations))


@needs_contract
def test_our_answers_keep_the_contract(sandbox: ZendeskSandbox, call: Caller, ticket: int) -> None:
    call.put(ticket, priority="urgent", tags=["sla_l2"], comment={"body": "x", "public": True})
    read = ("users/me", f"users/{ANA}", "groups", "organizations/401", "slas/policies", "tickets", "webhooks")
    about = ("?include=slas,users,organizations", "/audits?sort_order=desc", "/comments?include=users", "/tags")
    for path in (*read, *(f"tickets/{ticket}{rest}" for rest in about), f"tickets/show_many?ids={ticket}"):
        assert call("GET", path).status_code == 200, path
    assert call("GET", "incremental/tickets/cursor?start_time=0").status_code == 200
    assert call("POST", "tickets", json={"ticket": {"subject": "x", "comment": {"body": "y"}}}).status_code == 201
    assert client_token(sandbox, scope="read write", expires_in=300).status_code == 201

    assert not sandbox.violations
