"""Triggers, macros, views, fields and SLA policies: made, changed and taken down, by admins where the plan has them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox import ZendeskSandbox
from tests.sandbox.conftest import ANA, CUSTOMER, Caller, Receiver

AGENTS_TOKEN = "an-agents-invented-token"
TEMPLATE = '{"ticket_id":"{{ticket.id}}"}'
SLA = {
    "title": "Escalated",
    "filter": {"all": [{"field": "current_tags", "operator": "includes", "value": "sla_sev1"}], "any": []},
    "policy_metrics": [{"priority": "urgent", "metric": "first_reply_time", "target": 10, "business_hours": False}],
}
VIEW = {
    "title": "Escalated tickets",
    "all": [{"field": "current_tags", "operator": "includes", "value": "esc"}],
    "output": {"columns": ["status", "subject"], "sort_by": "updated"},
}
#: By path: the key of one, a body that makes it, and what making it is answered with.
BODIES: dict[str, tuple[str, dict[str, Any], int]] = {
    "macros": ("macro", {"title": "Ack", "actions": [{"field": "current_tags", "value": "esc_ack"}]}, 200),
    "views": ("view", VIEW, 200),
    "trigger_categories": ("trigger_category", {"name": "Escalation"}, 200),
    "ticket_fields": ("ticket_field", {"title": "Owner", "type": "text"}, 201),
    "slas/policies": ("sla_policy", SLA, 201),
}


@pytest.fixture
def agent(sandbox: ZendeskSandbox) -> Iterator[Caller]:
    sandbox.seed({"tokens": {AGENTS_TOKEN: ANA}})
    caller = Caller(sandbox, AGENTS_TOKEN)
    with caller.session:
        yield caller


def webhook(call: Caller, address: str, **more: Any) -> str:
    wish = {"name": "w", "endpoint": address, "http_method": "POST", "request_format": "json", "status": "active"}
    made = call("POST", "webhooks", json={"webhook": {"subscriptions": ["conditional_ticket_events"], **wish, **more}})
    assert made.status_code == 201, made.text
    return str(made.json()["webhook"]["id"])


def trigger(call: Caller, webhook_id: str, **more: Any) -> Any:
    category = call("POST", "trigger_categories", json={"trigger_category": {"name": "Escalation"}}).json()
    body = {
        "title": "Tell",
        "category_id": category["trigger_category"]["id"],
        "conditions": {"all": [{"field": "current_via_id", "operator": "is_not", "value": "5"}], "any": []},
        "actions": [{"field": "notification_webhook", "value": [webhook_id, TEMPLATE]}],
        **more,
    }
    return call("POST", "triggers", json={"trigger": body})


@pytest.mark.parametrize("path", BODIES)
def test_things_are_made_read_changed_and_taken_down(sandbox: ZendeskSandbox, call: Caller, path: str) -> None:
    one, body, status = BODIES[path]
    name = "name" if "name" in body else "title"

    made = call("POST", path, json={one: body})

    assert made.status_code == status
    place = f"{path}/{made.json()[one]['id']}"
    assert call("GET", place).json()[one][name] == body[name]
    verb = "PATCH" if path == "trigger_categories" else "PUT"
    assert call(verb, place, json={one: {**body, name: "Another"}}).json()[one][name] == "Another"
    assert "Another" in call("GET", path).text
    assert call("DELETE", place).status_code == 204
    assert call("GET", place).status_code == 404
    assert not sandbox.violations


@pytest.mark.parametrize("path", [*BODIES, "triggers", "webhooks"])
def test_only_admins_make_anything(sandbox: ZendeskSandbox, agent: Caller, path: str) -> None:
    one, body, _ = BODIES.get(path, (path.removesuffix("s"), {"title": "x", "actions": []}, 0))

    assert agent("POST", path, json={one: body}).status_code == 403


@pytest.mark.parametrize("path", ["webhooks", "triggers", "trigger_categories", "slas/policies"])
def test_some_lists_are_for_admins_alone(agent: Caller, path: str) -> None:
    assert agent("GET", path).status_code == 403


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("macros", {"title": ""}),
        ("macros", {"actions": [{"field": "no_such", "value": "x"}]}),
        ("views", {"all": []}),
        ("views", {"output": {"columns": ["no_such"]}}),
        ("ticket_fields", {"type": ""}),
        ("slas/policies", {"filter": {"all": [{"field": "priority", "operator": "is", "value": "urgent"}]}}),
        ("slas/policies", {"filter": {"all": [{"field": "current_tags", "operator": "is", "value": "a"}]}}),
        ("slas/policies", {"policy_metrics": [{"metric": "no_such", "target": 1, "priority": "low"}]}),
    ],
)
def test_what_is_none_is_refused(call: Caller, path: str, wrong: dict[str, Any]) -> None:
    one, body, _ = BODIES[path]

    assert call("POST", path, json={one: {**body, **wrong}}).status_code == 422


def test_a_view_is_read_as_conditions_and_execution(call: Caller) -> None:
    answered = call("POST", "views", json={"view": VIEW}).json()["view"]
    made = call("GET", f"views/{answered['id']}").json()["view"]

    assert "execution" not in answered
    assert made["conditions"] == {"all": VIEW["all"], "any": []}
    assert [column["id"] for column in made["execution"]["columns"]] == ["status", "subject"]
    assert made["execution"]["sort_by"] == "updated"
    assert "output" not in made


def test_a_plan_without_service_levels_has_no_such_place(sandbox: ZendeskSandbox, call: Caller) -> None:
    sandbox.seed({"plan": {"sla": False}})

    assert call("GET", "slas/policies").status_code == 404
    assert call("POST", "slas/policies", json={"sla_policy": SLA}).status_code == 404


def test_policies_stand_in_the_order_they_are_put_in(sandbox: ZendeskSandbox, call: Caller) -> None:
    made = call("POST", "slas/policies", json={"sla_policy": SLA}).json()["sla_policy"]["id"]

    assert [one["id"] for one in call("GET", "slas/policies").json()["sla_policies"]] == [501, made]
    assert call("PUT", "slas/policies/reorder", json={"sla_policy_ids": [made]}).status_code == 422
    assert call("PUT", "slas/policies/reorder", json={"sla_policy_ids": [made, 501]}).status_code == 200
    assert [one["id"] for one in call("GET", "slas/policies").json()["sla_policies"]] == [made, 501]
    definitions = call("GET", "slas/policies/definitions").json()["definitions"]
    assert {one["value"] for one in definitions["all"]} >= {"current_tags", "group_id"}
    assert not sandbox.violations


def test_a_trigger_tells_its_webhook_what_people_do_and_not_what_the_api_does(
    sandbox: ZendeskSandbox, call: Caller, receiver: Receiver, ticket: int
) -> None:
    assert trigger(call, webhook(call, receiver.url)).status_code == 201
    sandbox.act(ANA).update(ticket, priority="low")
    sandbox.idle()
    call.put(ticket, priority="high")
    sandbox.idle()

    assert [json.loads(body) for body in receiver.bodies] == [{"ticket_id": str(ticket)}]
    assert not sandbox.violations


def test_a_trigger_that_is_switched_off_or_not_met_tells_nothing(
    sandbox: ZendeskSandbox, call: Caller, receiver: Receiver
) -> None:
    every = [{"field": "status", "operator": "less_than", "value": "pending"}]
    some = [{"field": "current_via_id", "operator": "is", "value": "5"}]
    hook = webhook(call, receiver.url)
    trigger(call, hook, active=False)
    trigger(call, hook, conditions={"all": every, "any": some})
    sandbox.act(CUSTOMER).create_ticket(subject="x", comment="y")
    sandbox.idle()

    assert receiver.bodies == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"conditions": {"all": [], "any": []}},
        {"conditions": {"all": [{"field": "no_such", "operator": "is", "value": "x"}]}},
        {"category_id": "1"},
        {"actions": [{"field": "notification_webhook", "value": ["NONE", TEMPLATE]}]},
        {"title": ""},
    ],
)
def test_a_trigger_that_cannot_be_is_refused(call: Caller, receiver: Receiver, wrong: dict[str, Any]) -> None:
    assert trigger(call, webhook(call, receiver.url), **wrong).status_code == 422


def test_a_webhook_in_use_and_a_category_with_triggers_stay(call: Caller, receiver: Receiver) -> None:
    hook = webhook(call, receiver.url)
    made = trigger(call, hook).json()["trigger"]

    assert call("DELETE", f"webhooks/{hook}").status_code == 422
    assert call("DELETE", f"trigger_categories/{made['category_id']}").status_code == 422
    assert call("DELETE", f"triggers/{made['id']}").status_code == 204
    assert call("DELETE", f"webhooks/{hook}").status_code == 204


def test_a_webhook_stays_of_its_kind_and_knows_its_events(call: Caller, receiver: Receiver) -> None:
    hook = webhook(call, receiver.url)
    events = ["zen:event-type:ticket.created"]

    assert call("PATCH", f"webhooks/{hook}", json={"webhook": {"subscriptions": events}}).status_code == 422
    wish = {"name": "w", "endpoint": receiver.url, "http_method": "POST", "request_format": "json", "status": "active"}
    for subscriptions in (["zen:event-type:ticket.updated"], ["conditional_ticket_events", *events]):
        made = call("POST", "webhooks", json={"webhook": {**wish, "subscriptions": subscriptions}})
        assert made.status_code == 422


def test_an_account_has_no_more_webhooks_than_its_plan(sandbox: ZendeskSandbox, call: Caller) -> None:
    sandbox.seed({"plan": {"most_webhooks": 1}})
    webhook(call, "https://one.test/")
    wish = {"name": "w", "endpoint": "https://b.test", "http_method": "POST", "request_format": "json"}

    assert call("POST", "webhooks", json={"webhook": {**wish, "status": "active"}}).status_code == 422


def test_a_test_goes_to_the_address_it_names_and_is_signed(
    sandbox: ZendeskSandbox, call: Caller, receiver: Receiver
) -> None:
    hook = webhook(call, "http://127.0.0.1:9/")
    asked = {"endpoint": receiver.url, "http_method": "POST", "request_format": "json", "payload": '{"a":1}'}

    answer = call("POST", f"webhooks/test?webhook_id={hook}", json={"request": asked}).json()["response"]

    assert answer["status_code"] == 200
    assert receiver.bodies == [b'{"a":1}']
    assert receiver.headers[0]["X-Zendesk-Webhook-Signature"]
    assert not sandbox.violations
