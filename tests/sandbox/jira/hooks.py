"""Jira's API of admin webhooks; from Data Center 10 on a filter is taken and ignored."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from tests.sandbox.jira.post import Post, Webhook
from tests.sandbox.jira.site import Json, Refused

_FILTER = "issue-related-events-section"
_PLACE = "/rest/webhooks/1.0/webhook"


def add_webhooks(routes: Blueprint, post: Post) -> None:
    def admins_only() -> None:
        if not post.site.may(g.actor, "ADMINISTER"):
            raise Refused(403, "You are not authorized to perform this operation.")

    def found(number: str) -> Webhook:
        admins_only()
        for webhook in post.webhooks:
            if webhook.id == number:
                return webhook
        raise Refused(404, "The webhook does not exist")

    def written(webhook: Webhook, given: Json) -> Webhook:
        webhook.name, webhook.url = given["name"], given["url"]
        webhook.events = tuple(given["events"])
        webhook.enabled = given.get("enabled", True)
        webhook.secret = given.get("secret", webhook.secret)
        webhook.jql = "" if post.site.major == 10 else given.get("filters", {}).get(_FILTER, "")
        return webhook

    @routes.get(_PLACE)
    def listed() -> Any:
        admins_only()
        return jsonify([shown(one) for one in post.webhooks])

    @routes.post(_PLACE)
    def made() -> Any:
        admins_only()
        given = request.get_json()
        if not given.get("name") or not given.get("url"):
            raise Refused(400, "Name and URL are needed")
        webhook = written(Webhook(given["url"]), given)
        post.webhooks.append(webhook)
        return jsonify(shown(webhook)), 201

    @routes.get(f"{_PLACE}/<number>")
    def one(number: str) -> Any:
        return jsonify(shown(found(number)))

    @routes.put(f"{_PLACE}/<number>")
    def changed(number: str) -> Any:
        return jsonify(shown(written(found(number), request.get_json())))

    @routes.delete(f"{_PLACE}/<number>")
    def removed(number: str) -> Any:
        post.webhooks.remove(found(number))
        return Response(status=204)


def shown(webhook: Webhook) -> Json:
    """Return a webhook as the API tells it: never its secret, but for what stands in the address."""
    return {
        "name": webhook.name,
        "url": webhook.url,
        "events": list(webhook.events),
        "filters": {_FILTER: webhook.jql},
        "excludeBody": False,
        "enabled": webhook.enabled,
        "self": f"https://sandbox.invalid{_PLACE}/{webhook.id}",
    }
