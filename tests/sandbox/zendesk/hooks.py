"""Zendesk's API of webhooks: enough to install one, look at it, try it, and take it down."""

from __future__ import annotations

import uuid
from typing import Any

import requests
from flask import Blueprint, Response, jsonify, request

from tests.sandbox.zendesk import refusal, triggers
from tests.sandbox.zendesk.administration import admins_only
from tests.sandbox.zendesk.deliveries import PREFIX, Delivery, Post, Webhook
from tests.sandbox.zendesk.door import member
from tests.sandbox.zendesk.paging import page_of

_TRIGGERED = ["conditional_ticket_events"]
#: What a webhook may subscribe to.
EVENTS = frozenset(
    {
        *("agent_assignment_changed", "attachment_linked_to_comment", "attachment_redacted_from_comment"),
        *("brand_changed", "comment_added", "comment_made_private", "comment_redacted", "created", "csat_received"),
        *("csat_requested", "custom_field_changed", "custom_status_changed", "description_changed"),
        *("email_ccs_changed", "external_id_changed", "followers_changed", "form_changed"),
        *("group_assignment_changed", "marked_as_spam", "merged", "next_sla_breach_changed", "ola_policy_changed"),
        *("organization_changed", "permanently_deleted", "priority_changed", "problem_link_changed"),
        *("requester_changed", "schedule_changed", "sla_policy_changed", "soft_deleted", "status_changed"),
        *("subject_changed", "submitter_changed", "tags_changed", "task_due_at_changed", "type_changed", "undeleted"),
    }
)


def add_webhooks(routes: Blueprint, post: Post) -> None:
    desk = post.helpdesk

    def found(webhook_id: str) -> Webhook:
        admins_only(desk)
        for webhook in post.webhooks:
            if webhook.id == webhook_id:
                return webhook
        raise refusal.not_found()

    def written(webhook: Webhook, given: dict[str, Any]) -> None:
        webhook.name = given.get("name", webhook.name)
        webhook.url = given.get("endpoint", webhook.url)
        webhook.active = given.get("status", "active" if webhook.active else "inactive") == "active"
        webhook.description = given.get("description", webhook.description)
        if "subscriptions" in given:
            webhook.triggered = given["subscriptions"] == _TRIGGERED
            webhook.subscriptions = tuple(name.removeprefix(PREFIX) for name in given["subscriptions"])

    @routes.route("/api/v2/webhooks", methods=["GET"])
    def webhooks() -> Any:
        admins_only(desk)
        part = request.args.get("filter[name_contains]", "")
        return jsonify(page_of("webhooks", [shown(w) for w in post.webhooks if part in w.name]))

    @routes.route("/api/v2/webhooks", methods=["POST"])
    def create_webhook() -> Any:
        admins_only(desk)
        given = member("webhook")
        if not given.get("endpoint") or not given.get("name"):
            raise refusal.invalid("endpoint", "Endpoint and name cannot be blank")
        if desk.plan["most_webhooks"] is not None and len(post.webhooks) >= desk.plan["most_webhooks"]:
            raise refusal.invalid("base", "The account has as many webhooks as it may")
        check(given)
        webhook = Webhook(given["endpoint"], uuid.uuid4().hex)
        written(webhook, given)
        post.webhooks.append(webhook)
        return jsonify(webhook=shown(webhook)), 201

    @routes.route("/api/v2/webhooks/<webhook_id>", methods=["GET", "PUT", "PATCH", "DELETE"])
    def one_webhook(webhook_id: str) -> Any:
        webhook = found(webhook_id)
        if request.method == "GET":
            return jsonify(webhook=shown(webhook))
        if request.method == "DELETE":
            if any(webhook_id == used for used, _ in triggers.notified(desk)):
                raise refusal.invalid("base", "An active trigger notifies this webhook")
            post.webhooks.remove(webhook)
        else:
            given = member("webhook")
            check(given)
            if "subscriptions" in given and webhook.triggered is not (given["subscriptions"] == _TRIGGERED):
                raise refusal.invalid("subscriptions", "A webhook stays of its kind")
            written(webhook, given)
        return Response(status=204)

    @routes.route("/api/v2/webhooks/<webhook_id>/signing_secret", methods=["GET", "POST"])
    def signing_secret(webhook_id: str) -> Any:
        webhook = found(webhook_id)
        if request.method == "POST":
            webhook.secret = uuid.uuid4().hex
        answer = {"secret": webhook.secret, "algorithm": "SHA256"}
        return jsonify(signing_secret=answer), 201 if request.method == "POST" else 200

    @routes.route("/api/v2/webhooks/test", methods=["POST"])
    def try_webhook() -> Any:
        webhook = found(request.args.get("webhook_id", ""))
        given = member("request")
        try:
            body = str(given.get("payload") or "").encode()
            asked = given.get("endpoint") or webhook.url
            status = requests.post(asked, data=body, headers=post.headers(Delivery(webhook, body)), timeout=12)
        except requests.RequestException:
            return jsonify(response={"headers": [], "status_code": 0, "payload": ""})
        told = [{"key": name, "value": value} for name, value in status.headers.items()]
        return jsonify(response={"headers": told, "status_code": status.status_code, "payload": status.text})

    @routes.route("/api/v2/webhooks/<webhook_id>/invocations", methods=["GET"])
    def invocations(webhook_id: str) -> Any:
        mine = [d for d in list(post.sent) if d.webhook is found(webhook_id)]
        return jsonify(page_of("invocations", [invocation(delivery) for delivery in mine]))

    @routes.route("/api/v2/webhooks/<webhook_id>/invocations/<invocation_id>/attempts", methods=["GET"])
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


def check(given: dict[str, Any]) -> None:
    """Refuse subscriptions that there are not, or that do not go together."""
    asked = given.get("subscriptions", [])
    unknown = [name for name in asked if name.removeprefix(PREFIX) not in EVENTS]
    if unknown and asked != _TRIGGERED:
        raise refusal.invalid("subscriptions", "Subscriptions: not known, or not beside each other")


def invocation(delivery: Delivery) -> dict[str, Any]:
    status = delivery.answers[-1]
    told = "success" if 200 <= status < 300 else "failed"
    return {"id": delivery.invocation, "status_code": status, "status": told, "latest_completed_at": delivery.at}


def shown(webhook: Webhook) -> dict[str, Any]:
    """Return a webhook as reads bring it, without its secret."""
    triggered = webhook.triggered or webhook.template is not None
    every = webhook.subscriptions if webhook.subscriptions is not None else ("*",)
    return {
        "id": webhook.id,
        "name": webhook.name,
        "description": webhook.description,
        "endpoint": webhook.url,
        "http_method": "POST",
        "request_format": "json",
        "status": "active" if webhook.active else "inactive",
        "subscriptions": _TRIGGERED if triggered else [PREFIX + name for name in every],
    }
