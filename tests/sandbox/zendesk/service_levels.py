"""Zendesk's API of SLA policies: where the plan has them, for admins alone."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from tests.sandbox.zendesk import refusal
from tests.sandbox.zendesk.administration import admins_only
from tests.sandbox.zendesk.door import Api, member, parsed
from tests.sandbox.zendesk.helpdesk import Helpdesk, Json
from tests.sandbox.zendesk.paging import page_of

_METRICS = frozenset(
    {
        *("first_reply_time", "next_reply_time", "requester_wait_time", "agent_work_time"),
        *("pausable_update_time", "periodic_update_time", "total_resolution_time"),
    }
)
_FIELDS = ("current_tags", "group_id", "assignee_id", "organization_id", "brand_id", "ticket_form_id", "type")
_OPERATORS = {"current_tags": ("includes", "not_includes")}


def add_service_levels(routes: Blueprint, api: Api) -> None:
    desk = api.helpdesk

    @routes.route("/api/v2/slas/policies", methods=["GET"])
    def policies() -> Any:
        allowed(desk)
        found = sorted(desk.policies, key=lambda one: one.get("position", 0))
        return jsonify({**page_of("sla_policies", found), "count": len(found)})

    @routes.route("/api/v2/slas/policies", methods=["POST"])
    def create_policy() -> Any:
        allowed(desk)
        last = max((one.get("position", 0) for one in desk.policies), default=0)
        made = {"id": desk.new_id(), "position": last + 1, **checked(member("sla_policy"))}
        desk.policies.append(made)
        return jsonify(sla_policy=made), 201

    @routes.route("/api/v2/slas/policies/<int:policy_id>", methods=["GET", "PUT", "DELETE"])
    def one_policy(policy_id: int) -> Any:
        allowed(desk)
        policy = next((one for one in desk.policies if one["id"] == policy_id), None)
        if policy is None:
            raise refusal.not_found()
        if request.method == "DELETE":
            desk.policies.remove(policy)
            return Response(status=204)
        if request.method == "PUT":
            policy |= checked(member("sla_policy"))
        return jsonify(sla_policy=policy)

    @routes.route("/api/v2/slas/policies/reorder", methods=["PUT"])
    def reorder() -> Any:
        allowed(desk)
        ids = (parsed(request.get_data(as_text=True)) or {}).get("sla_policy_ids")
        if not isinstance(ids, list) or sorted(ids) != sorted(one["id"] for one in desk.policies):
            raise refusal.invalid("sla_policy_ids", "All policies must be named, each once")
        for policy in desk.policies:
            policy["position"] = ids.index(policy["id"]) + 1
        return jsonify("")

    @routes.route("/api/v2/slas/policies/definitions", methods=["GET"])
    def sla_definitions() -> Any:
        allowed(desk)
        return jsonify(definitions={"all": [definition(one) for one in _FIELDS], "any": []})


def allowed(desk: Helpdesk) -> None:
    if not desk.plan["sla"]:
        raise refusal.not_found()
    admins_only(desk)


def checked(given: Json) -> Json:
    """Return a policy's body if it is one, or refuse it."""
    every = (given.get("filter") or {}).get("all") or []
    known = (c["field"] in _FIELDS and c["operator"] in _OPERATORS.get(c["field"], (c["operator"],)) for c in every)
    if not given.get("title") or not every or not all(known):
        raise refusal.invalid("filter", "Filter: not known")
    rows = given.get("policy_metrics") or []
    if any(row["metric"] not in _METRICS or int(row["target"]) < 1 for row in rows):
        raise refusal.invalid("policy_metrics", "Metric: not known")
    return given


def definition(field: str) -> Json:
    operators = [{"title": name, "value": name} for name in _OPERATORS.get(field, ("is", "is_not"))]
    return {"group": "ticket", "title": field, "value": field, "target": None, "operators": operators, "values": {}}
