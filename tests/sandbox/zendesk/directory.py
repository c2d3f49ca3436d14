"""The rest of Zendesk's API: people, the export, access tokens."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, jsonify, request

from tests.sandbox.zendesk import refusal
from tests.sandbox.zendesk.administration import admins_only
from tests.sandbox.zendesk.door import Api, answer_of, parsed
from tests.sandbox.zendesk.helpdesk import Json
from tests.sandbox.zendesk.paging import page_of
from tests.sandbox.zendesk.refusal import Refusal

_ANONYMOUS = {"id": None, "name": "Anonymous user", "email": "invalid@example.com", "role": "end-user"}
_EXPORT_LAG_SECONDS = 60
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def add_directory(routes: Blueprint, api: Api) -> None:
    desk = api.helpdesk

    def held(store: dict[int, Json], item_id: int) -> Json:
        if item_id not in store:
            raise refusal.not_found()
        return store[item_id]

    @routes.route("/api/v2/users/me", methods=["GET"])
    def me() -> Any:
        return jsonify(user=_ANONYMOUS if g.actor is None else desk.users[g.actor])

    @routes.route("/api/v2/users/<int:user_id>", methods=["GET"])
    def user(user_id: int) -> Any:
        return jsonify(user=held(desk.users, user_id))

    @routes.route("/api/v2/groups", methods=["GET"])
    def groups() -> Any:
        return jsonify(page_of("groups", list(desk.groups.values())))

    @routes.route("/api/v2/groups/<int:group_id>", methods=["GET"])
    def group(group_id: int) -> Any:
        return jsonify(group=held(desk.groups, group_id))

    @routes.route("/api/v2/organizations/<int:organization_id>", methods=["GET"])
    def organization(organization_id: int) -> Any:
        return jsonify(organization=held(desk.organizations, organization_id))

    @routes.route("/api/v2/incremental/tickets/cursor", methods=["GET"])
    def export() -> Any:
        """Return changed tickets in the order of their change, the last minute left out."""
        admins_only(desk)
        since, after = _place()
        size = min(int(request.args.get("per_page", 1000)), 1000)
        edge = int(desk.clock().timestamp()) - _EXPORT_LAG_SECONDS
        with desk.lock:
            changed = sorted((t["generated_timestamp"], i) for i, t in desk.tickets.items())
            waiting = [(at, i) for at, i in changed if (since, after) < (at, i) and at <= edge]
            page = waiting[:size]
            at, last = page[-1] if page else (since, after)
            following = f"{request.base_url}?cursor={at}.{last}"
            return jsonify(
                tickets=[desk.tickets[i] for _, i in page],
                after_cursor=f"{at}.{last}",
                after_url=following,
                before_cursor=None,
                before_url=None,
                end_of_stream=len(waiting) <= size,
            )

    @routes.post("/oauth/tokens")
    def token() -> Any:
        asked, client = parsed(g.body) or {}, desk.oauth
        if not client or any(asked.get(k) != client[k] for k in ("client_id", "client_secret")):
            return answer_of(
                Refusal(401, {"error": "invalid_client", "error_description": "Client authentication failed"})
            )
        if asked.get("grant_type") != "client_credentials":
            return answer_of(Refusal(400, {"error": "unsupported_grant_type"}))
        life, scope = int(asked.get("expires_in", 1800)), str(asked.get("scope", "read write"))
        answer = {"access_token": api.issue(scope, life), "token_type": "bearer", "scope": scope, "expires_in": life}
        return jsonify(answer), 201


def add_rest(routes: Blueprint) -> None:
    """Refuse any other address of the API."""

    @routes.route("/api/<path:_rest>", methods=_METHODS)
    def anything(_rest: str) -> Any:
        raise Refusal(404, {"error": "InvalidEndpoint", "description": "Not found"})


def _place() -> tuple[int, int]:
    """Return after which change the export goes on."""
    if cursor := request.args.get("cursor"):
        at, _, ticket_id = cursor.partition(".")
        return int(at), int(ticket_id or 0)
    return int(request.args.get("start_time", 0)) - 1, 1 << 62
