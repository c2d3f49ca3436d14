"""Zendesk's API over the helpdesk's state."""

from __future__ import annotations

import base64
import json
import socket
import threading
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from tests.sandbox.zendesk import refusal
from tests.sandbox.zendesk.contract import ContractChecker
from tests.sandbox.zendesk.faults import Fault, Faults
from tests.sandbox.zendesk.helpdesk import Helpdesk, Json, stamp
from tests.sandbox.zendesk.refusal import Refusal


@dataclass
class Request:
    """One line of the log of requests."""

    method: str
    path: str
    query: str
    body: Any
    status: int
    user_id: int | None
    at: datetime


class Api:
    """What the blueprint's handlers share."""

    def __init__(self, helpdesk: Helpdesk, faults: Faults, contract: ContractChecker | None) -> None:
        self.helpdesk = helpdesk
        self.faults = faults
        self.contract = contract
        self.requests: list[Request] = []
        self.violations: list[str] = []
        self.issued: dict[str, datetime] = {}  # OAuth tokens and when they end

    def actor(self) -> int | None:
        """Return who asks, or None."""
        scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
        if scheme == "Bearer":
            if rest in self.issued:
                return int(self.helpdesk.oauth["user_id"]) if self.helpdesk.clock() < self.issued[rest] else None
            return self.helpdesk.tokens.get(rest)
        if scheme != "Basic":
            return None
        name, _, token = base64.b64decode(rest).decode().partition(":")
        email, slash, _ = name.partition("/token")
        user = self.helpdesk.tokens.get(token) if slash else None
        return user if user and self.helpdesk.users[user].get("email") == email else None

    def fail(self, fault: Fault) -> Response | None:
        """Go wrong before the request is carried out."""
        if fault.kind == "status":
            if fault.status == 429:
                return answer_of(refusal.throttled(fault.retry_after or 1))
            headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
            return answer_of(Refusal(fault.status, {"error": "Sandbox", "description": "told to fail"}, headers))
        if fault.kind == "conflict":
            return answer_of(refusal.conflict())
        if fault.kind == "drop_before":
            cut()
            return Response(status=500)
        if fault.kind == "slow":
            threading.Event().wait(fault.seconds)
        if fault.run:
            fault.run()
        return None


def cut() -> None:
    """Close the line without an answer."""
    line = request.environ.get("werkzeug.socket")
    if line:
        line.shutdown(socket.SHUT_RDWR)


def answer_of(problem: Refusal) -> Response:
    response = jsonify(problem.body)
    response.status_code = problem.status
    response.headers.update(problem.headers)
    return response


def blueprint(api: Api) -> Blueprint:
    routes = Blueprint("api", __name__)
    desk = api.helpdesk

    @routes.before_request
    def begin() -> Response | None:
        g.body = request.get_data(as_text=True)
        g.actor = api.actor()
        g.fault = api.faults.next(request.method, request.path, g.body)
        if api.contract:
            api.violations += api.contract.check(request)
        if g.fault and (failed := api.fail(g.fault)):
            return failed
        open_to_all = request.path.startswith("/oauth/") or "/users/me" in request.path
        return None if g.actor or open_to_all else answer_of(refusal.unauthorised())

    @routes.after_request
    def end(response: Response) -> Response:
        body = json.loads(g.body) if g.body.startswith(("{", "[")) else None
        api.requests.append(
            Request(
                request.method,
                request.path,
                request.query_string.decode(),
                body,
                response.status_code,
                g.actor,
                desk.clock(),
            )
        )
        response.headers["x-rate-limit"] = "700"
        response.headers["x-rate-limit-remaining"] = "650"
        if g.fault and g.fault.kind == "drop_after":
            cut()
        return response

    @routes.errorhandler(Refusal)
    def refuse(problem: Refusal) -> Response:
        return answer_of(problem)

    def both(path: str, **options: Any) -> Any:
        """Answer with and without `.json`."""

        def add(function: Any) -> Any:
            for ending in ("", ".json"):
                routes.add_url_rule(path + ending, f"{function.__name__}{ending[1:]}", function, **options)
            return function

        return add

    @both("/api/v2/tickets/<int:ticket_id>", methods=["GET"])
    def show(ticket_id: int) -> Any:
        with desk.lock:
            return jsonify(shown(desk, [desk.ticket(ticket_id)], single=True))

    @both("/api/v2/tickets/show_many", methods=["GET"])
    def show_many() -> Any:
        ids = [int(i) for i in request.args.get("ids", "").split(",") if i]
        with desk.lock:
            return jsonify(shown(desk, [desk.tickets[i] for i in ids if i in desk.tickets], single=False))

    @both("/api/v2/tickets", methods=["GET"])
    def listing() -> Any:
        with desk.lock:
            found = list(desk.tickets.values())[:100]
            return jsonify(tickets=found, count=len(found), next_page=None, previous_page=None)

    @both("/api/v2/tickets", methods=["POST"])
    def create() -> Any:
        ticket_id = desk.create(g.actor, request.get_json()["ticket"])
        return jsonify(ticket=desk.ticket(ticket_id), audit=desk.audits[ticket_id][0]), 201

    @both("/api/v2/tickets/<int:ticket_id>", methods=["PUT"])
    def update(ticket_id: int) -> Any:
        with desk.lock:
            audit = desk.update(g.actor, ticket_id, request.get_json()["ticket"])
            return jsonify(ticket=desk.ticket(ticket_id), audit=audit)

    @both("/api/v2/tickets/<int:ticket_id>/audits", methods=["GET"])
    def audits(ticket_id: int) -> Any:
        desk.ticket(ticket_id)
        found = list(desk.audits[ticket_id])
        if request.args.get("sort_order") == "desc":
            found.reverse()
        return jsonify(audits=found, count=len(found), next_page=None, previous_page=None)

    @both("/api/v2/tickets/<int:ticket_id>/comments", methods=["GET"])
    def comments(ticket_id: int) -> Any:
        desk.ticket(ticket_id)
        return jsonify(paged(desk, desk.comments[ticket_id]))

    @both("/api/v2/tickets/<int:ticket_id>/tags", methods=["GET", "PUT", "POST", "DELETE"])
    def tags(ticket_id: int) -> Any:
        with desk.lock:
            ticket = desk.ticket(ticket_id)
            if request.method == "GET":
                return jsonify(tags=ticket["tags"])
            body = request.get_json()
            given, held = set(body["tags"]), set(ticket["tags"])
            new = {"PUT": held | given, "POST": given, "DELETE": held - given}[request.method]
            desk.update(g.actor, ticket_id, {**body, "tags": sorted(new)})
            return jsonify(tags=ticket["tags"]), 201 if request.method == "POST" else 200

    @both("/api/v2/users/me", methods=["GET"])
    def me() -> Any:
        if g.actor is None:
            return jsonify(user={"id": None, "name": "Anonymous user", "role": "end-user"})
        return jsonify(user=desk.users[g.actor])

    @both("/api/v2/users/<int:user_id>", methods=["GET"])
    def user(user_id: int) -> Any:
        if user_id not in desk.users:
            raise refusal.not_found()
        return jsonify(user=desk.users[user_id])

    @both("/api/v2/groups", methods=["GET"])
    def groups() -> Any:
        return jsonify(groups=list(desk.groups.values()), count=len(desk.groups), next_page=None, previous_page=None)

    @both("/api/v2/slas/policies", methods=["GET"])
    def policies() -> Any:
        return jsonify(sla_policies=desk.policies, count=len(desk.policies), next_page=None, previous_page=None)

    @both("/api/v2/incremental/tickets/cursor", methods=["GET"])
    def export() -> Any:
        """Return changed tickets, the last minute left out."""
        start = int(request.args.get("start_time") or request.args.get("cursor") or 0)
        edge = desk.clock() - timedelta(minutes=1)
        since, until = stamp(datetime.fromtimestamp(start, edge.tzinfo)), stamp(edge)
        found = [t for t in desk.tickets.values() if since <= t["updated_at"] <= until]
        cursor = str(int(edge.timestamp()))
        return jsonify(tickets=found, after_cursor=cursor, after_url=None, before_cursor=None, end_of_stream=True)

    @routes.post("/oauth/tokens")
    def token() -> Any:
        asked, client = request.get_json(), desk.oauth
        if not client or any(asked.get(k) != client[k] for k in ("client_id", "client_secret")):
            return answer_of(
                Refusal(401, {"error": "invalid_client", "error_description": "Client authentication failed"})
            )
        issued, life = uuid.uuid4().hex, int(asked.get("expires_in", 1800))
        api.issued[issued] = desk.clock() + timedelta(seconds=life)
        return jsonify(access_token=issued, token_type="bearer", scope=asked.get("scope"), expires_in=life)

    return routes


def shown(desk: Helpdesk, tickets: list[Json], *, single: bool) -> Json:
    """Return tickets with the side-loads that were asked for."""
    include = set(request.args.get("include", "").split(","))
    found = [{**t, **({"slas": desk.slas(t)} if "slas" in include else {})} for t in tickets]
    document: Json = {"ticket": found[0]} if single else {"tickets": found, "count": len(found)}
    if "users" in include:
        wanted = {t[k] for t in tickets for k in ("requester_id", "submitter_id", "assignee_id")}
        document["users"] = [desk.users[i] for i in sorted(w for w in wanted if w in desk.users)]
    if "organizations" in include:
        wanted = {t["organization_id"] for t in tickets}
        document["organizations"] = [
            desk.organizations[i] for i in sorted(w for w in wanted if w in desk.organizations)
        ]
    return document


def paged(desk: Helpdesk, comments: list[Json]) -> Json:
    """Return a page of comments by cursor."""
    size, after = int(request.args.get("page[size]", 100)), int(request.args.get("page[after]", 0))
    page = comments[after : after + size]
    more = after + size < len(comments)
    following = f"{request.base_url}?include=users&page%5Bsize%5D={size}&page%5Bafter%5D={after + size}"
    document: Json = {"comments": page, "meta": {"has_more": more}, "links": {"next": following if more else None}}
    if "users" in request.args.get("include", ""):
        document["users"] = [desk.users[i] for i in sorted({c["author_id"] for c in page}) if i in desk.users]
    return document
