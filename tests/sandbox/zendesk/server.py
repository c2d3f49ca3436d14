"""The sandbox on a port, and what tests and other processes tell it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.sandbox.zendesk import api, pages
from tests.sandbox.zendesk.contract import ContractChecker
from tests.sandbox.zendesk.deliveries import Post, Webhook
from tests.sandbox.zendesk.faults import Faults
from tests.sandbox.zendesk.helpdesk import Helpdesk
from tests.sandbox.zendesk.refusal import Refusal


def utc_now() -> datetime:
    return datetime.now(UTC)


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""


class Actor:
    """A person at work in the helpdesk."""

    def __init__(self, helpdesk: Helpdesk, user_id: int) -> None:
        self._helpdesk = helpdesk
        self._user = user_id

    def create_ticket(self, **fields: Any) -> int:
        return self._helpdesk.create(self._user, fields)

    def comment(self, ticket_id: int, text: str, *, public: bool = True) -> None:
        self._helpdesk.update(self._user, ticket_id, {"comment": {"body": text, "public": public}})

    def update(self, ticket_id: int, **fields: Any) -> None:
        self._helpdesk.update(self._user, ticket_id, fields)


class ZendeskSandbox:
    """A Zendesk account on loopback."""

    def __init__(
        self, *, clock: Callable[[], datetime] = utc_now, contract: ContractChecker | None = None, port: int = 0
    ) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.helpdesk = Helpdesk(clock)
        self.post = Post(self.helpdesk)
        self.faults = Faults()
        self._api = api.Api(self.helpdesk, self.faults, contract)
        self._server = make_server("127.0.0.1", port, self._app(), threaded=True, request_handler=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def _app(self) -> Flask:
        app = Flask("sandbox", static_folder=None)
        app.register_blueprint(api.blueprint(self._api))
        app.register_blueprint(pages.blueprint(self.helpdesk))
        app.register_blueprint(control(self))

        @app.errorhandler(Refusal)
        def refuse(problem: Refusal) -> Response:
            return api.answer_of(problem)

        return app

    def __enter__(self) -> ZendeskSandbox:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.post.close()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def seed(self, given: Mapping[str, Any]) -> None:
        self.helpdesk.seed(given)

    def act(self, user_id: int) -> Actor:
        return Actor(self.helpdesk, user_id)

    def add_webhook(
        self, url: str, secret: str, subscriptions: tuple[str, ...] | None = None, template: str | None = None
    ) -> None:
        self.post.webhooks.append(Webhook(url, secret, subscriptions, template))

    @property
    def hold(self) -> bool:
        """Whether deliveries wait to be told to go."""
        return self.post.hold

    @hold.setter
    def hold(self, on: bool) -> None:
        self.post.hold = on

    def deliver(self, **how: Any) -> None:
        self.post.deliver(**how)

    def idle(self) -> bool:
        return self.post.idle()

    @property
    def requests(self) -> list[api.Request]:
        """Every call of the API so far."""
        return self._api.requests

    @property
    def violations(self) -> list[str]:
        """What the contract has against the calls so far."""
        return self._api.violations

    def ticket(self, ticket_id: int) -> dict[str, Any]:
        return self.helpdesk.ticket(ticket_id)

    def comments(self, ticket_id: int) -> list[dict[str, Any]]:
        return self.helpdesk.comments[ticket_id]

    def audits(self, ticket_id: int) -> list[dict[str, Any]]:
        return self.helpdesk.audits[ticket_id]


def control(sandbox: ZendeskSandbox) -> Blueprint:
    """Return what other processes may ask that a helpdesk would not do."""
    routes = Blueprint("control", __name__, url_prefix="/_control")
    desk = sandbox.helpdesk

    @routes.post("/seed")
    def seed() -> Response:
        sandbox.seed(request.get_json())
        return jsonify(done=True)

    @routes.post("/webhook")
    def webhook() -> Response:
        given = request.get_json()
        sandbox.add_webhook(given["url"], given["secret"], given.get("subscriptions"), given.get("template"))
        return jsonify(done=True)

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
            return jsonify(tickets=[{**t, "comments": desk.comments[i]} for i, t in desk.tickets.items()])

    return routes
