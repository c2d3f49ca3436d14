"""Webhooks: what is told, signed how, and in which order."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from tests.sandbox import ZendeskSandbox
from tests.sandbox.conftest import ANA, BEN, CUSTOMER, OURS, Caller, Receiver
from tests.sandbox.zendesk.deliveries import signature

SECRET = "an-invented-secret"


def names(receiver: Receiver) -> list[str]:
    return [json.loads(body)["type"].rpartition(".")[2] for body in receiver.bodies]


@pytest.mark.parametrize(
    ("at", "body", "expected"),
    [
        (
            "2021-03-25T05:09:27Z",
            b'{"event":"ticket.updated","id":123}',
            "S/RDdU2ERmj7LHDDoWJ2onPYH+t7/f2+LTM4dL7UiLM=",
        ),
        ("2026-01-01T00:00:00Z", b"", "3oJmZ0ji7b+iOyoxyTZdQvIjlUaHYF+GNZ7cSymja8w="),
    ],
)
def test_signatures_are_zendesks(at: str, body: bytes, expected: str) -> None:
    assert signature("dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==", at, body) == expected


def test_one_write_is_told_in_several_signed_deliveries(
    sandbox: ZendeskSandbox, call: Caller, receiver: Receiver, ticket: int
) -> None:
    sandbox.add_webhook(receiver.url, SECRET)
    fields = {"priority": "urgent", "assignee_id": ANA, "group_id": 201, "tags": ["a"]}
    more = {"custom_fields": [{"id": 7, "value": "x"}], "followers": [{"user_id": BEN, "action": "put"}]}
    call.put(ticket, **fields, **more, comment={"body": "note", "public": False})
    assert sandbox.idle()

    changed = ("status", "priority", "agent_assignment", "group_assignment", "tags", "followers", "custom_field")
    assert sorted(names(receiver)) == sorted([*(f"{name}_changed" for name in changed), "comment_added"])
    for body, headers in zip(receiver.bodies, receiver.headers, strict=True):
        at = headers["X-Zendesk-Webhook-Signature-Timestamp"]
        digest = hmac.new(SECRET.encode(), at.encode() + body, hashlib.sha256).digest()
        assert headers["X-Zendesk-Webhook-Signature"] == base64.b64encode(digest).decode()
    told = {json.loads(body)["type"].rpartition(".")[2]: json.loads(body) for body in receiver.bodies}
    priority = told["priority_changed"]
    assert (priority["event"]["previous"], priority["event"]["current"]) == (None, "URGENT")
    assert priority["detail"]["id"] == str(ticket)
    assert (priority["detail"]["actor_id"], priority["detail"]["status"]) == (str(OURS), "OPEN")
    assert told["tags_changed"]["event"]["tags_removed"] == ["oven"]
    assert told["followers_changed"]["event"]["users_added"] == [str(BEN)]
    assert told["comment_added"]["event"]["comment"]["author"]["is_staff"] is True
    assert len({one["event"]["meta"]["sequence"]["id"] for one in told.values()}) == 1
    assert len({one["event"]["meta"]["sequence"]["position"] for one in told.values()}) == len(told)
    assert [delivery.answers for delivery in sandbox.deliveries] == [[200]] * len(told)


def test_people_are_told_of_too_and_only_what_was_subscribed(sandbox: ZendeskSandbox, receiver: Receiver) -> None:
    sandbox.add_webhook(receiver.url, SECRET, ["zen:event-type:ticket.created", "priority_changed"])
    ticket = sandbox.act(CUSTOMER).create_ticket(subject="x", comment="y")
    sandbox.idle()
    sandbox.act(ANA).update(ticket, priority="low", tags=["a"])
    sandbox.idle()

    assert names(receiver) == ["created", "priority_changed"]


def test_a_trigger_tells_its_template(sandbox: ZendeskSandbox, receiver: Receiver, ticket: int) -> None:
    template = '{"id":"{{ticket.id}}","status":"{{ ticket.status }}","at":"{{ticket.updated_at_with_timestamp}}"}'
    sandbox.add_webhook(receiver.url, SECRET, template=template)
    sandbox.act(ANA).update(ticket, status="pending", tags=["a"])
    sandbox.idle()

    assert [json.loads(body) for body in receiver.bodies] == [
        {"id": str(ticket), "status": "Pending", "at": "2026-11-02T09:00:00Z"}
    ]


def test_what_is_held_comes_shuffled_and_twice_when_told(
    sandbox: ZendeskSandbox, receiver: Receiver, ticket: int
) -> None:
    sandbox.add_webhook(receiver.url, SECRET)
    sandbox.hold = True
    for priority in ("low", "normal", "high", "urgent"):
        sandbox.act(ANA).update(ticket, priority=priority)
    assert receiver.bodies == []

    sandbox.deliver(shuffle_seed=3, twice=True)

    assert len(receiver.bodies) == 8
    assert len({headers["X-Zendesk-Webhook-Invocation-Id"] for headers in receiver.headers}) == 4
    order = [json.loads(body)["event"]["current"] for body in receiver.bodies]
    assert order != ["LOW", "NORMAL", "HIGH", "URGENT"] * 2
    sandbox.act(ANA).update(ticket, priority="low")
    sandbox.deliver(drop=1.0)
    assert len(receiver.bodies) == 8


def test_who_asks_for_patience_is_told_again(sandbox: ZendeskSandbox, receiver: Receiver, ticket: int) -> None:
    receiver.answers = [503, 429, 200]
    sandbox.add_webhook(receiver.url, SECRET)
    sandbox.act(ANA).update(ticket, priority="low")
    sandbox.idle()
    receiver.answers = [500]
    sandbox.act(ANA).update(ticket, priority="high")
    sandbox.idle()

    assert [delivery.answers for delivery in sandbox.deliveries] == [[503, 429, 200], [500]]


def test_a_webhook_can_be_installed_tried_and_removed_by_api(
    sandbox: ZendeskSandbox, call: Caller, receiver: Receiver, ticket: int
) -> None:
    subscriptions = ["zen:event-type:ticket.priority_changed"]
    wish = {"name": "w", "endpoint": receiver.url, "http_method": "POST", "request_format": "json", "status": "active"}
    made = call("POST", "webhooks", json={"webhook": {**wish, "subscriptions": subscriptions}})
    where = f"webhooks/{made.json()['webhook']['id']}"

    assert made.status_code == 201
    secret = call("GET", f"{where}/signing_secret").json()["signing_secret"]["secret"]
    assert secret
    assert secret not in call("GET", where).text
    sandbox.act(ANA).update(ticket, priority="low")
    sandbox.idle()
    assert names(receiver) == ["priority_changed"]
    [invoked] = call("GET", f"{where}/invocations").json()["invocations"]
    [attempt] = call("GET", f"{where}/invocations/{invoked['id']}/attempts").json()["attempts"]
    assert attempt["request"]["payload"].encode() == receiver.bodies[0]
    assert call("PATCH", where, json={"webhook": {"status": "inactive"}}).status_code == 204
    assert call("DELETE", where).status_code == 204
    assert call("GET", where).status_code == 404
