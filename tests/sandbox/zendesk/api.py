"""Zendesk's API of tickets over the helpdesk's state."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, jsonify, request

from tests.sandbox.zendesk.changes import WRITABLE
from tests.sandbox.zendesk.door import Api, member, parsed
from tests.sandbox.zendesk.helpdesk import Helpdesk, Json
from tests.sandbox.zendesk.paging import page_of
from tests.sandbox.zendesk.refusal import Refusal


def add_tickets(routes: Blueprint, api: Api) -> None:
    desk = api.helpdesk

    @routes.route("/api/v2/tickets/<int:ticket_id>", methods=["GET"])
    def show(ticket_id: int) -> Any:
        with desk.lock:
            return jsonify(shown(desk, [desk.ticket(ticket_id)], single=True))

    @routes.route("/api/v2/tickets/show_many", methods=["GET"])
    def show_many() -> Any:
        ids = [int(i) for i in request.args.get("ids", "").split(",") if i.isdigit()]
        with desk.lock:
            return jsonify(shown(desk, [desk.tickets[i] for i in ids if i in desk.tickets], single=False))

    @routes.route("/api/v2/tickets", methods=["GET"])
    def listing() -> Any:
        named = request.args.get("external_id")
        with desk.lock:
            found = [one for one in desk.tickets.values() if named is None or one["external_id"] == named]
            return jsonify(page_of("tickets", found))

    @routes.route("/api/v2/tickets", methods=["POST"])
    def create() -> Any:
        key, sent = request.headers.get("Idempotency-Key"), request.get_data()
        with desk.lock:
            if key and key in api.created:
                body, made = api.created[key]
                if body != sent:
                    raise Refusal(400, {"error": "IdempotentRequestError", "description": "Same key, other body"})
                return jsonify(made), 201, {"x-idempotency-lookup": "hit"}
            ticket_id = desk.create(g.actor, member("ticket"))
            made = {"ticket": dict(desk.ticket(ticket_id)), "audit": desk.audits[ticket_id][0]}
            if key:
                api.created[key] = (sent, made)
            return jsonify(made), 201, {"x-idempotency-lookup": "miss"} if key else {}

    @routes.route("/api/v2/tickets/<int:ticket_id>", methods=["PUT"])
    def update(ticket_id: int) -> Any:
        fields = member("ticket")
        with desk.lock:
            audit = desk.update(g.actor, ticket_id, fields)
            unknown = sorted(set(fields) - WRITABLE)
            warning = {"x-zendesk-api-warn": f"unpermitted_keys=>{unknown}".replace("'", '"')} if unknown else {}
            return jsonify(ticket=desk.ticket(ticket_id), audit=audit), 200, warning

    @routes.route("/api/v2/tickets/<int:ticket_id>/audits", methods=["GET"])
    def audits(ticket_id: int) -> Any:
        with desk.lock:
            desk.ticket(ticket_id)
            document = page_of("audits", sorted_as_asked(desk.audits[ticket_id]))
            if "users" in request.args.get("include", "").split(","):
                authors = {audit["author_id"] for audit in document["audits"]}
                document["users"] = [desk.users[i] for i in sorted(authors) if i in desk.users]
            return jsonify(document)

    @routes.route("/api/v2/tickets/<int:ticket_id>/comments", methods=["GET"])
    def comments(ticket_id: int) -> Any:
        with desk.lock:
            desk.ticket(ticket_id)
            document = page_of("comments", sorted_as_asked(desk.comments[ticket_id]))
            if "users" in request.args.get("include", "").split(","):
                authors = {comment["author_id"] for comment in document["comments"]}
                document["users"] = [desk.users[i] for i in sorted(authors) if i in desk.users]
            return jsonify(document)

    @routes.route("/api/v2/tickets/<int:ticket_id>/tags", methods=["GET", "PUT", "POST", "DELETE"])
    def tags(ticket_id: int) -> Any:
        with desk.lock:
            ticket = desk.ticket(ticket_id)
            if request.method == "GET":
                return jsonify(tags=ticket["tags"])
            body = parsed(g.body) or {}
            given, held = set(body.get("tags") or ()), set(ticket["tags"])
            new = {"PUT": held | given, "POST": given, "DELETE": held - given}[request.method]
            safe = {name: body[name] for name in ("safe_update", "updated_stamp") if name in body}
            desk.update(g.actor, ticket_id, {**safe, "tags": sorted(new)})
            return jsonify(tags=ticket["tags"]), 201 if request.method == "POST" else 200


def by_metric(events: list[Json]) -> Json:
    return {metric: [e for e in events if e["metric"] == metric] for metric in sorted({e["metric"] for e in events})}


def sorted_as_asked(found: list[Json]) -> list[Json]:
    descending = request.args.get("sort_order") == "desc" or request.args.get("sort", "").startswith("-")
    return list(reversed(found)) if descending else list(found)


def shown(desk: Helpdesk, tickets: list[Json], *, single: bool) -> Json:
    """Return tickets with the side-loads that were asked for."""
    include = set(request.args.get("include", "").split(","))
    found = [{**t, **({"slas": desk.slas(t)} if "slas" in include else {})} for t in tickets]
    if "metric_events" in include:  # which policy it is by is told to admins only
        told = desk.metric_events if desk.users[g.actor].get("role") == "admin" else {}
        found = [{**t, "metric_events": by_metric(told.get(t["id"], []))} for t in found]
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
