"""What other processes may ask of the sandbox that a helpdesk would not do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, request

from tests.sandbox.zendesk.deliveries import Delivery

if TYPE_CHECKING:
    from tests.sandbox.zendesk.server import ZendeskSandbox


def blueprint(sandbox: ZendeskSandbox) -> Blueprint:
    routes = Blueprint("control", __name__, url_prefix="/_control")
    desk = sandbox.helpdesk

    @routes.post("/seed")
    def seed() -> Response:
        sandbox.seed(request.get_json())
        return jsonify(done=True)

    @routes.post("/webhook")
    def webhook() -> Response:
        given = request.get_json()
        made = sandbox.add_webhook(given["url"], given["secret"], given.get("subscriptions"), given.get("template"))
        return jsonify(id=made.id)

    @routes.post("/act")
    def act() -> Response:
        given = request.get_json()
        actor, what = sandbox.act(given.pop("user")), given.pop("do")
        if what == "create_ticket":
            return jsonify(id=actor.create_ticket(**given))
        {"comment": actor.comment, "update": actor.update}[what](given.pop("ticket_id"), **given)
        return jsonify(done=True)

    @routes.post("/fault")
    def fault() -> Response:
        given = request.get_json()
        user, ticket, fields = (given.pop(name, None) for name in ("user", "ticket_id", "fields"))
        if given["kind"] == "human":
            given["run"] = lambda: sandbox.act(user).update(ticket, **fields)
        sandbox.faults.add(given.pop("method"), given.pop("path"), given.pop("kind"), **given)
        return jsonify(done=True)

    @routes.post("/hold")
    def hold() -> Response:
        sandbox.hold = bool(request.get_json()["on"])
        return jsonify(done=True)

    @routes.post("/deliver")
    def deliver() -> Response:
        sandbox.deliver(**request.get_json())
        return jsonify(done=True)

    @routes.get("/idle")
    def idle() -> Response:
        return jsonify(idle=sandbox.post.is_idle())

    @routes.get("/state")
    def state() -> Response:
        with desk.lock:
            tickets = [{**t, "comments": desk.comments[i], "audits": desk.audits[i]} for i, t in desk.tickets.items()]
            asked = [{**vars(line), "at": line.at.isoformat()} for line in list(sandbox.requests)]
            sent = [_sent(delivery) for delivery in list(sandbox.deliveries)]
            return jsonify(tickets=tickets, requests=asked, deliveries=sent, violations=sandbox.violations)

    return routes


def _sent(delivery: Delivery) -> dict[str, Any]:
    body = delivery.body.decode()
    return {"invocation": delivery.invocation, "url": delivery.webhook.url, "answers": delivery.answers, "body": body}
