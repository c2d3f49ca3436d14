"""Zendesk's API of webhooks: enough to install one, look at it, try it, and take it down."""

from __future__ import annotations

import uuid
from typing import Any

import requests
from flask import Blueprint, Response, jsonify, request

from tests.sandbox.zendesk import refusal
from tests.sandbox.zendesk.deliveries import PREFIX, Delivery, Post, Webhook
from tests.sandbox.zendesk.door import both, member
from tests.sandbox.zendesk.paging import page_of

_TRIGGERED = ["conditional_ticket_events"]


def add_webhooks(routes: Blueprint, post: Post) -> None:
    def found(webhook_id: str) -> Webhook:
        for webhook in post.webhooks:
            if webhook.id == webhook_id:
                return webhook
        raise refusal.not_found()

    def written(webhook: Webhook, given: dict[str, Any]) -> None:
        webhook.name = given.get("name", webhook.name)
        webhook.url = given.get("endpoint", webhook.url)
        webhook.active = given.get("status", "active" if webhook.active else "inactive") == "active"
        if "subscriptions" in given:
            webhook.template = "" if given["subscriptions"] == _TRIGGERED else None
            webhook.subscriptions = tuple(name.removeprefix(PREFIX) for name in given["subscriptions"])

    @both(routes, "/api/v2/webhooks", methods=["GET"])
    def webhooks() -> Any:
        part = request.args.get("filter[name_contains]", "")
        return jsonify(page_of("webhooks", [shown(w) for w in post.webhooks if part in w.name]))

    @both(routes, "/api/v2/webhooks", methods=["POST"])
    def create_webhook() -> Any:
        given = member("webhook")
        if not given.get("endpoint") or not given.get("name"):
            raise refusal.invalid("endpoint", "Endpoint and name cannot be blank")
        webhook = Webhook(given["endpoint"], uuid.uuid4().hex)
        written(webhook, given)
        post.webhooks.append(webhook)
        return jsonify(webhook=shown(webhook)), 201

    @both(routes, "/api/v2/webhooks/<webhook_id>", methods=["GET", "PUT", "PATCH", "DELETE"])
    def one_webhook(webhook_id: str) -> Any:
        webhook = found(webhook_id)
        if request.method == "GET":
            return jsonify(webhook=shown(webhook))
        if request.method == "DELETE":
            post.webhooks.remove(webhook)
        else:
            written(webhook, member("webhook"))
        return Response(status=204)

    @both(routes, "/api/v2/webhooks/<webhook_id>/signing_secret", methods=["GET", "POST"])
    def signing_secret(webhook_id: str) -> Any:
        webhook = found(webhook_id)
        if request.method == "POST":
            webhook.secret = uuid.uuid4().hex
        answer = {"secret": webhook.secret, "algorithm": "SHA256"}
        return jsonify(signing_secret=answer), 201 if request.method == "POST" else 200

    @both(routes, "/api/v2/webhooks/test", methods=["POST"])
    def try_webhook() -> Any:
        webhook = found(request.args.get("webhook_id", ""))
        given = member("request")
        try:
            body = str(given.get("payload") or "").encode()
            status = requests.post(webhook.url, data=body, headers=post.headers(Delivery(webhook, body)), timeout=12)
        except requests.RequestException:
            return jsonify(response={"headers": [], "status_code": 0, "payload": ""})
        told = [{"key": name, "value": value} for name, value in status.headers.items()]
        return jsonify(response={"headers": told, "status_code": status.status_code, "payload": status.text})

    @both(routes, "/api/v2/webhooks/<webhook_id>/invocations", methods=["GET"])
    def invocations(webhook_id: str) -> Any:
        mine = [d for d in list(post.sent) if d.webhook is found(webhook_id)]
        return jsonify(page_of("invocations", [invocation(delivery) for delivery in mine]))

    @both(routes, "/api/v2/webhooks/<webhook_id>/invocations/<invocation_id>/attempts", methods=["GET"])
    def attempts(webhook_id: str, invocation_id: str) -> Any:
        mine = [d for d in list(post.sent) if d.webhook is found(webhook_id) and d.invocation == invocation_id]
        if not mine:
            raise refusal.not_found()
        asked = {"headers": [], "payload": mine[0].body.decode()}
        made = [
            {"id": f"{invocation_id}{n}", "status_code": status, "request": asked, "response": {"status_code": status}}
            for n, status in enumerate(mine[0].answers)
        ]
        return jsonify(page_of("attempts", made))


def invocation(delivery: Delivery) -> dict[str, Any]:
    status = delivery.answers[-1]
    told = "success" if 200 <= status < 300 else "failed"
    return {"id": delivery.invocation, "status_code": status, "status": told, "latest_completed_at": delivery.at}


def shown(webhook: Webhook) -> dict[str, Any]:
    """Return a webhook as reads bring it, without its secret."""
    every = webhook.subscriptions if webhook.subscriptions is not None else ("*",)
    return {
        "id": webhook.id,
        "name": webhook.name,
        "endpoint": webhook.url,
        "http_method": "POST",
        "request_format": "json",
        "status": "active" if webhook.active else "inactive",
        "subscriptions": _TRIGGERED if webhook.template is not None else [PREFIX + name for name in every],
    }
