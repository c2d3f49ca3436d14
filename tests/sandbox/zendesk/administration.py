"""What an account has set up: members of groups, fields, statuses, brands, forms."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from tests.sandbox.zendesk import refusal
from tests.sandbox.zendesk.door import Api, member
from tests.sandbox.zendesk.helpdesk import Helpdesk, Json
from tests.sandbox.zendesk.paging import page_of


def add_administration(routes: Blueprint, api: Api) -> None:
    desk = api.helpdesk

    @routes.route("/api/v2/group_memberships", methods=["GET"])
    def memberships() -> Any:
        return jsonify(page_of("group_memberships", members(desk)))

    @routes.route("/api/v2/users/show_many", methods=["GET"])
    def many_users() -> Any:
        ids = [int(i) for i in request.args.get("ids", "").split(",") if i.isdigit()]
        return jsonify(users=[desk.users[i] for i in ids[:100] if i in desk.users])

    @routes.route("/api/v2/ticket_fields", methods=["GET"])
    def fields() -> Any:
        return jsonify(page_of("ticket_fields", list(desk.fields.values())))

    @routes.route("/api/v2/ticket_fields", methods=["POST"])
    def create_field() -> Any:
        admins_only(desk)
        given = member("ticket_field")
        for name in ("title", "type"):
            if not given.get(name):
                raise refusal.invalid(name, f"{name.capitalize()}: cannot be blank")
        field = {"id": desk.new_id(), "active": True, "position": 9999, "tag": None, **given}
        desk.fields[field["id"]] = field
        return jsonify(ticket_field=field), 201

    @routes.route("/api/v2/ticket_fields/<int:field_id>", methods=["GET", "PUT", "DELETE"])
    def one_field(field_id: int) -> Any:
        if field_id not in desk.fields:
            raise refusal.not_found()
        if request.method == "GET":
            return jsonify(ticket_field=desk.fields[field_id])
        admins_only(desk)
        if request.method == "DELETE":
            del desk.fields[field_id]
            return Response(status=204)
        desk.fields[field_id] |= {k: v for k, v in member("ticket_field").items() if k not in ("id", "type")}
        return jsonify(ticket_field=desk.fields[field_id])

    @routes.route("/api/v2/custom_statuses", methods=["GET"])
    def statuses() -> Any:
        return jsonify(custom_statuses=list(desk.statuses.values()))

    @routes.route("/api/v2/triggers/definitions", methods=["GET"])
    def definitions() -> Any:
        admins_only(desk)
        found = [("brand_id", "Brand", desk.brands), ("ticket_form_id", "Form", desk.forms)]
        told = [choice(*one) for one in found if len(one[2]) > 1]
        return jsonify(definitions={"actions": [], "conditions_all": told, "conditions_any": told})


def admins_only(desk: Helpdesk) -> None:
    if desk.users[g.actor].get("role") != "admin":
        raise refusal.forbidden()


def members(desk: Helpdesk) -> list[Json]:
    """Return who is in which group; in one more than once is in it once."""
    pairs = [(group, person) for group in desk.groups for person in desk.groups[group].get("members", ())]
    return [
        {"id": 7_000 + n, "group_id": group, "user_id": person, "default": True}
        for n, (group, person) in enumerate(pairs)
    ]


def choice(subject: str, title: str, entries: dict[int, Json]) -> Json:
    """Return what a trigger may compare; a single brand or form is no choice, and not listed."""
    values = [{"value": str(id_), "title": entry["name"], "enabled": True} for id_, entry in entries.items()]
    operators = [{"value": "is", "title": "Is", "terminal": False}]
    return {
        **{"subject": subject, "title": title, "type": "list", "group": "ticket"},
        **{"nullable": False, "repeatable": False, "operators": operators, "values": values},
    }
