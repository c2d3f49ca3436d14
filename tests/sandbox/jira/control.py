"""What other processes may ask of the sandbox, in the words of the sandbox Zendesk: one story is played on either."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, request

from tests.sandbox.jira.site import REASON, Json

if TYPE_CHECKING:
    from tests.sandbox.jira.server import JiraSandbox

_PRIORITIES = {"urgent": "1", "high": "2", "normal": "3", "low": "4"}
_STATUSES = {"new": "1", "open": "3", "pending": "10100", "hold": "10101", "solved": "5"}
_TICKET = re.compile(r"/tickets/(\d+)")
#: Of a Zendesk's write the part that is a call of its own here.
_PUBLIC = '"public": true'


def blueprint(sandbox: JiraSandbox) -> Blueprint:
    routes = Blueprint("control", __name__, url_prefix="/_control")
    site = sandbox.site

    @routes.post("/seed")
    def seed() -> Response:
        sandbox.seed(seed_of(request.get_json()))
        return jsonify(done=True)

    @routes.post("/webhook")
    def webhook() -> Response:
        given = request.get_json()
        return jsonify(id=sandbox.add_webhook(given["url"], given["secret"]).id)

    @routes.post("/act")
    def act() -> Response:
        given = request.get_json()
        actor, what = sandbox.act(str(given.pop("user"))), given.pop("do")
        if what == "create_ticket":
            return jsonify(id=int(actor.create(**_new(given))))
        number = str(given.pop("ticket_id"))
        if what == "comment":
            actor.comment(number, given["text"], public=given.get("public", True))
        else:
            actor.edit(number, **fields_of(given))
        return jsonify(done=True)

    @routes.post("/fault")
    def fault() -> Response:
        given = request.get_json()
        user, ticket, fields = (given.pop(name, None) for name in ("user", "ticket_id", "fields"))
        method, path, kind = given.pop("method"), given.pop("path"), given.pop("kind")
        if kind == "human":
            given["run"] = lambda: sandbox.act(str(user)).edit(str(ticket), **fields_of(fields))
        ending = "$"
        if given.get("body_contains") == _PUBLIC:
            method, ending, given["body_contains"] = "POST", "/comment$", '"internal": false'
        elif kind == "human":  # it is read twice, as more is asked of it, and once more before the write: there
            method, given["after"] = "GET", 2
        found = _TICKET.search(path.replace(r"\b", ""))
        sandbox.faults.add(method, rf"/issue/{found[1]}{ending}" if found else ending, kind, **given)
        return jsonify(done=True)

    @routes.post("/hold")
    def hold() -> Response:
        sandbox.post.hold = bool(request.get_json()["on"])
        return jsonify(done=True)

    @routes.post("/deliver")
    def deliver() -> Response:
        sandbox.post.deliver(**request.get_json())
        return jsonify(done=True)

    @routes.get("/idle")
    def idle() -> Response:
        return jsonify(idle=sandbox.post.is_idle())

    @routes.get("/state")
    def state() -> Response:
        with site.lock:
            return jsonify(
                tickets=[_shown(sandbox, one) for one in site.issues.values()], violations=sandbox.violations
            )

    return routes


def seed_of(given: Mapping[str, Any]) -> Json:
    """Return people, organizations and tokens as the site has them; groups and SLA policies it has none of."""
    users = [
        {
            "id": str(one["id"]),
            "name": one["name"],
            "email": one["email"],
            "agent": one["role"] != "end-user",
            "organization": one.get("organization_id"),
        }
        for one in given.get("users", ())
    ]
    tokens = {token: str(user) for token, user in given.get("tokens", {}).items()}
    goals = [{"label": "sla_sev1", "minutes": 60}, {"label": "sla_sev2", "minutes": 240}]
    beside = {name: given.get(name, ()) for name in ("organizations", "projects")}
    return {"users": users, **beside, "tokens": tokens, "goals": goals}


def fields_of(given: Mapping[str, Any]) -> Json:
    """Return fields as the site has them."""
    found: Json = {}
    for name, value in given.items():
        if name == "tags":
            found["labels"] = sorted(value)
        elif name == "priority":
            found["priority"] = _PRIORITIES[value]
        elif name == "status":
            found["status"] = _STATUSES[value]
        elif name == "assignee_id":
            found["assignee"] = str(value) if value else None
    return found


def _new(given: Mapping[str, Any]) -> Json:
    told = {"summary": given["subject"], "description": given["comment"], "reporter": str(given["requester_id"])}
    return {**told, **{name: value for name, value in fields_of(given).items() if name in ("labels", "priority")}}


def _shown(sandbox: JiraSandbox, issue: Json) -> Json:
    """Return an issue with its comments, in the words of the other sandbox."""
    site, number = sandbox.site, issue["id"]
    said = [
        {"author_id": int(one["author"]), "public": one["public"], "plain_body": _seen(one["body"])}
        for one in site.comments[number]
    ]
    first = {"author_id": int(issue["reporter"]), "public": True, "plain_body": issue["description"]}
    return {
        "id": int(number),
        "key": issue["key"],
        "subject": issue["summary"],
        "tags": list(issue["labels"]),
        "assignee_id": int(issue["assignee"]) if issue["assignee"] else None,
        "group_id": None,
        "priority": next(name for name, value in [*_PRIORITIES.items(), ("low", "5")] if value == issue["priority"]),
        "status": next(name for name, value in _STATUSES.items() if value == issue["status"]),
        "follower_ids": [int(one) for one in site.watchers[number]],
        "reason": issue["custom"].get(REASON),
        "comments": [first, *said],
    }


def _seen(text: str) -> str:
    """Return a text as a reader sees it."""
    return text.replace("\u2060", "").replace("\\!", "!")
