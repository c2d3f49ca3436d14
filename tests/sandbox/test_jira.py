"""The sandbox Jira behaves as its vendor says: Cloud, and Data Center."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from tests.sandbox import JiraSandbox
from tests.sandbox.conftest import Clock
from tests.sandbox.contract import ContractChecker
from tests.sandbox.jira.site import REASON

BOT, ANA, CORA = "bot", "ana", "cora"
SEED = {
    "users": [
        {"id": BOT, "name": "Escalation", "email": "bot@acme.test", "agent": True},
        {"id": ANA, "name": "Ana Lima", "agent": True},
        {"id": CORA, "name": "Cora Nunes", "agent": False, "organization": 401},
    ],
    "projects": [{"id": "10001", "key": "DEV", "projectTypeKey": "software"}],
    "organizations": [{"id": 401, "name": "Bakery"}],
    "goals": [{"label": "sla_sev1", "minutes": 60}, {"priority": "1", "minutes": 240}],
    "tokens": {"a-token": BOT},
}


class Caller:
    """The API in few words."""

    def __init__(self, sandbox: JiraSandbox) -> None:
        self.sandbox = sandbox
        self.session = requests.Session()
        if sandbox.site.cloud:
            self.session.auth = ("bot@acme.test", "a-token")
        else:
            self.session.headers["Authorization"] = "Bearer a-token"

    def __call__(self, method: str, path: str, body: Any = None) -> requests.Response:
        return self.session.request(method, f"{self.sandbox.url}/rest/{path}", json=body, timeout=10)

    def issue(self, number: str) -> dict[str, Any]:
        return dict(self("GET", f"api/2/issue/{number}?expand=schema,changelog&properties=esc").json())


@pytest.fixture
def sandbox(clock: Clock, *, cloud: bool) -> Iterator[JiraSandbox]:
    with JiraSandbox(cloud=cloud, clock=clock, contract=ContractChecker.load("jira")) as sandbox:
        sandbox.seed(SEED)
        yield sandbox
        assert not sandbox.violations, sandbox.violations


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=[True, False], ids=["cloud", "data_center"])
def cloud(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def call(sandbox: JiraSandbox) -> Caller:
    return Caller(sandbox)


@pytest.fixture
def number(sandbox: JiraSandbox) -> str:
    return sandbox.act(CORA).create(summary="Heater", description="It smells", labels=["vip"])


def test_who_we_are_is_told_by_account_or_by_name(call: Caller, *, cloud: bool) -> None:
    found = call("GET", "api/2/myself").json()

    assert ("accountId" in found, "name" in found) == (cloud, not cloud)
    assert call("GET", "api/2/serverInfo").json()["deploymentType"] == ("Cloud" if cloud else "Server")


def test_nobody_gets_nothing(sandbox: JiraSandbox, number: str) -> None:
    wrong = requests.get(f"{sandbox.url}/rest/api/2/issue/{number}", auth=("bot@acme.test", "wrong"), timeout=10)

    assert wrong.status_code == 401


def test_an_edit_takes_fields_verbs_and_properties_at_once(call: Caller, number: str, *, cloud: bool) -> None:
    body = {
        "fields": {"assignee": {"accountId" if cloud else "name": ANA}, "priority": {"id": "1"}, REASON: "late"},
        "update": {"labels": [{"add": "esc"}, {"remove": "vip"}]},
        "properties": [{"key": "esc", "value": {"runs": ["1"]}}],
    }
    assert call("PUT", f"api/2/issue/{number}", body).status_code == 204

    found = call.issue(number)
    assert found["properties"] == {"esc": {"runs": ["1"]}}
    assert (found["fields"]["labels"], found["fields"]["priority"]["name"]) == (["esc"], "Highest")
    items = found["changelog"]["histories"][0]["items"]
    assert {item["field"] for item in items} == {"assignee", "priority", "labels", "Reason"}
    assert all(("fieldId" in item) is cloud for item in items)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"fields": {"priority": {"id": "77"}}}, "priority"),
        ({"fields": {"customfield_1": "x"}}, "customfield_1"),
        ({"fields": {"labels": ["x"]}, "update": {"labels": [{"add": "y"}]}}, "labels"),
        ({"update": {"labels": [{"add": "two words"}]}}, "labels"),
        ({"fields": {"assignee": {"accountId": CORA, "name": CORA}}}, "assignee"),
    ],
)
def test_an_edit_is_refused_whole_and_names_the_field(
    call: Caller, number: str, body: dict[str, Any], field: str
) -> None:
    refused = call("PUT", f"api/2/issue/{number}", {**body, "properties": [{"key": "esc", "value": 1}]})

    assert refused.status_code == 400
    assert list(refused.json()["errors"]) == [field]
    assert call.issue(number)["properties"] == {}


def test_a_comment_is_for_all_unless_it_says_otherwise(sandbox: JiraSandbox, call: Caller, number: str) -> None:
    internal = {"key": "sd.public.comment", "value": {"internal": True}}
    call("POST", f"api/2/issue/{number}/comment", {"body": "for all"})
    made = call("POST", f"api/2/issue/{number}/comment", {"body": "for us", "properties": [internal]}).json()

    told = call("GET", f"servicedeskapi/request/{number}/comment").json()["values"]
    assert [(one["body"], one["public"]) for one in told] == [("for all", True), ("for us", False)]
    held = call("GET", f"api/2/comment/{made['id']}/properties/sd.public.comment").json()
    assert held["value"] == {"internal": True}
    assert call("GET", f"api/2/comment/{made['id']}/properties/other").status_code == 404


def test_on_a_plain_project_nothing_is_internal(sandbox: JiraSandbox, call: Caller) -> None:
    number = sandbox.act(ANA).create(summary="Bug", project="DEV")
    internal = {"key": "sd.public.comment", "value": {"internal": True}}
    call("POST", f"api/2/issue/{number}/comment", {"body": "for us", "properties": [internal]})

    assert sandbox.site.comments[number][0]["public"]
    assert call("GET", f"servicedeskapi/request/{number}/comment").status_code == 404


def test_a_transition_is_named_by_text_and_may_want_fields(sandbox: JiraSandbox, call: Caller, number: str) -> None:
    sandbox.site.required["5"] = ["resolution"]
    told = call("GET", f"api/2/issue/{number}/transitions?expand=transitions.fields").json()["transitions"]
    to_done = next(one for one in told if one["to"]["id"] == "5")
    place = f"api/2/issue/{number}/transitions"

    assert list(to_done["fields"]) == ["resolution"]
    assert call("POST", place, {"transition": {"id": to_done["id"]}}).status_code == 400
    assert call("POST", place, {"transition": {"id": "93"}}).status_code == 204
    assert call.issue(number)["fields"]["status"]["statusCategory"]["key"] == "indeterminate"


def test_the_first_goal_that_fits_gives_the_target(
    sandbox: JiraSandbox, call: Caller, number: str, clock: Clock
) -> None:
    def sla() -> dict[str, Any]:
        return dict(call("GET", f"servicedeskapi/request/{number}/sla").json()["values"][0])

    assert "ongoingCycle" not in sla()
    sandbox.act(ANA).edit(number, priority="1")
    assert sla()["ongoingCycle"]["goalDuration"]["millis"] == 240 * 60_000
    sandbox.act(ANA).edit(number, labels=["sla_sev1"])
    clock.forward(minutes=90)
    cycle = sla()["ongoingCycle"]
    assert (cycle["goalDuration"]["millis"], cycle["breached"], cycle["paused"]) == (60 * 60_000, True, False)
    sandbox.act(ANA).edit(number, status="10100")
    assert sla()["ongoingCycle"]["paused"]
    sandbox.act(ANA).edit(number, status="5")
    assert len(sla()["completedCycles"]) == 1


def test_each_kind_has_its_own_search(
    sandbox: JiraSandbox, call: Caller, number: str, clock: Clock, *, cloud: bool
) -> None:
    clock.forward(minutes=5)
    jql = "updated >= -6m AND (project = SD) ORDER BY updated ASC"
    new = call("POST", "api/3/search/jql", {"jql": jql, "fields": ["updated"], "maxResults": 1})
    old = call("GET", f"api/2/search?jql={jql}&maxResults=1")

    assert (new.status_code, old.status_code) == ((200, 410) if cloud else (404, 200))
    assert [one["id"] for one in (new if cloud else old).json()["issues"]] == [number]
    if cloud:
        assert call("POST", "api/3/search/jql", {"jql": "project = SD"}).status_code == 400


def test_permissions_are_told_and_kept(sandbox: JiraSandbox, call: Caller, number: str) -> None:
    sandbox.site.denied |= {"EDIT_ISSUES", "MANAGE_WATCHERS"}
    told = call("GET", "api/2/mypermissions?permissions=EDIT_ISSUES,ADD_COMMENTS").json()["permissions"]

    assert {name: one["havePermission"] for name, one in told.items()} == {"EDIT_ISSUES": False, "ADD_COMMENTS": True}
    assert call("PUT", f"api/2/issue/{number}", {"fields": {"summary": "x"}}).status_code == 403
    assert call("POST", f"api/2/issue/{number}/watchers", ANA).status_code == 403


def test_an_issues_people_are_told_as_the_kind_tells_them(call: Caller, number: str, *, cloud: bool) -> None:
    fields = call.issue(number)["fields"]

    assert fields["customfield_10002"] == [{"id": "401", "name": "Bakery", "_links": {}}]
    assert fields["reporter"].get("accountType") == ("customer" if cloud else None)


def test_webhooks_tell_what_their_kind_tells(sandbox: JiraSandbox, number: str, *, cloud: bool) -> None:
    sandbox.post.hold = True
    sandbox.add_webhook("http://127.0.0.1:9/", "a-secret")
    sandbox.act(ANA).edit(number, labels=["a", "b"])
    sandbox.act(ANA).comment(number, "Hello", public=False)

    edited, *_, said = (json.loads(one.body) for one in sandbox.post.held)
    [item] = edited["changelog"]["items"]
    assert (item["fromString"], item["toString"]) == ("vip", "a b")
    assert ("issue" in said, "jsdPublic" in said["comment"]) == (cloud, cloud)
    headers = sandbox.post.headers(sandbox.post.held[0])
    assert ("X-Hub-Signature" in headers) is cloud
    assert sandbox.post.webhooks[0].url.endswith("/" if cloud else "?secret=a-secret")
    sandbox.post.held.clear()


def test_nobody_is_told_of_a_transition_that_is_none(sandbox: JiraSandbox, call: Caller, number: str) -> None:
    assert call("POST", f"api/2/issue/{number}/transitions", {"transition": {"id": "999"}}).status_code == 400
    assert sandbox.site.histories[number] == []


def test_a_page_shows_issues_and_what_was_said(sandbox: JiraSandbox, number: str) -> None:
    sandbox.act(ANA).comment(number, "<b>for us</b>", public=False)
    key = sandbox.site.issues[number]["key"]

    assert "Heater" in requests.get(sandbox.url, timeout=10).text
    page = requests.get(f"{sandbox.url}/browse/{key}", timeout=10).text
    assert "&lt;b&gt;for us" in page
    assert "(internal)" in page


def test_an_issue_takes_so_many_writes_in_two_seconds(sandbox: JiraSandbox, call: Caller, number: str) -> None:
    sandbox.rates.per_issue = True
    answers = [call("PUT", f"api/2/issue/{number}", {"fields": {"summary": str(one)}}) for one in range(21)]

    assert [one.status_code for one in answers] == [204] * 20 + [429]
    told = answers[-1].headers
    assert (told["RateLimit-Reason"], told["Retry-After"]) == ("jira-per-issue-on-write", "2")
    assert call("GET", f"api/2/issue/{number}").status_code == 200


def test_bursts_are_refused_with_a_reason_and_by_a_gateway_without(
    sandbox: JiraSandbox, call: Caller, number: str
) -> None:
    sandbox.rates.burst = 2
    answers = [call("GET", f"api/2/issue/{number}") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[-1].headers["RateLimit-Reason"] == "jira-burst-based"

    sandbox.rates.burst, sandbox.rates.gateway = None, 1
    refused = call("GET", f"api/2/issue/{number}")
    assert (refused.status_code, "Retry-After" in refused.headers) == (429, False)


def test_two_issues_are_linked_once(sandbox: JiraSandbox, call: Caller, number: str) -> None:
    other = sandbox.act(CORA).create(summary="Another")
    wanted = {"type": {"name": "Relates"}, "inwardIssue": {"id": number}, "outwardIssue": {"id": other}}

    assert [call("POST", "api/2/issueLink", wanted).status_code for _ in range(2)] == [201, 201]

    (link,) = call("GET", f"api/2/issue/{number}").json()["fields"]["issuelinks"]
    assert (link["type"]["name"], link["outwardIssue"]["id"]) == ("Relates", other)
    (link,) = call("GET", f"api/2/issue/{other}").json()["fields"]["issuelinks"]
    assert link["inwardIssue"]["id"] == number
    unknown = call("POST", "api/2/issueLink", {**wanted, "type": {"name": "Nope"}})
    assert unknown.status_code == 404


def test_an_issue_is_created_whole_or_not_at_all(sandbox: JiraSandbox, call: Caller) -> None:
    good = {"project": {"key": "DEV"}, "issuetype": {"name": "Bug"}, "summary": "x", "labels": ["a"]}
    for lacking in ("project", "issuetype", "summary"):
        answer = call("POST", "api/2/issue", {"fields": {k: v for k, v in good.items() if k != lacking}})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [lacking])
    assert sandbox.site.issues == {}

    made = call("POST", "api/2/issue", {"fields": good})

    assert made.status_code == 201
    assert sandbox.site.issues[made.json()["id"]]["labels"] == ["a"]
    sandbox.site.denied.add("CREATE_ISSUES")
    assert call("POST", "api/2/issue", {"fields": good}).status_code == 403


def test_a_search_knows_of_a_new_issue_a_little_later(sandbox: JiraSandbox, call: Caller, *, cloud: bool) -> None:
    number = sandbox.act(CORA).create(summary="x", labels=["found"])
    sandbox.site.index_lag = timedelta(seconds=20)

    def found(**more: Any) -> list[str]:
        jql = 'labels = "found"'
        if not cloud:
            return [one["id"] for one in call("GET", f"api/2/search?jql={jql}").json()["issues"]]
        answer = call("POST", "api/3/search/jql", {"jql": jql, **more})
        return [one["id"] for one in answer.json()["issues"]]

    assert found() == []
    if cloud:
        assert found(reconcileIssues=[int(number)]) == [number]
    sandbox.site.index_lag = timedelta()
    assert found() == [number]


def test_of_one_comment_data_center_tells_twice(sandbox: JiraSandbox, number: str, *, cloud: bool) -> None:
    sandbox.post.hold = True
    sandbox.add_webhook("http://127.0.0.1:9/", "s")

    sandbox.act(ANA).comment(number, "Hello")

    told = [json.loads(one.body) for one in sandbox.post.held]
    assert (
        [one["webhookEvent"] for one in told] == ["comment_created"]
        if cloud
        else [
            "jira:issue_updated",
            "comment_created",
        ]
    )
    assert len({one["comment"]["id"] for one in told}) == 1


def test_with_an_issue_its_comments_are_deleted(sandbox: JiraSandbox, number: str) -> None:
    sandbox.act(ANA).comment(number, "Hello")
    sandbox.post.hold = True
    sandbox.add_webhook("http://127.0.0.1:9/", "s")

    sandbox.site.delete(ANA, number)

    told = [json.loads(one.body)["webhookEvent"] for one in sandbox.post.held]
    assert told == ["comment_deleted", "jira:issue_deleted"]
