"""The sandbox on a port, and what tests and other processes tell it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Flask, Response
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.sandbox.contract import ContractChecker
from tests.sandbox.faults import Faults
from tests.sandbox.routing import Routed
from tests.sandbox.zendesk import control, door, pages
from tests.sandbox.zendesk.administration import add_administration
from tests.sandbox.zendesk.api import add_tickets
from tests.sandbox.zendesk.business_rules import add_business_rules
from tests.sandbox.zendesk.deliveries import Delivery, Post, Webhook
from tests.sandbox.zendesk.directory import add_directory, add_rest
from tests.sandbox.zendesk.helpdesk import SECOND, Helpdesk
from tests.sandbox.zendesk.hooks import add_webhooks
from tests.sandbox.zendesk.rates import Limits
from tests.sandbox.zendesk.refusal import Refusal
from tests.sandbox.zendesk.service_levels import add_service_levels


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
        self,
        *,
        clock: Callable[[], datetime] = utc_now,
        contract: ContractChecker | None = None,
        port: int = 0,
        stamp_grain: timedelta = SECOND,
    ) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.helpdesk = Helpdesk(clock, stamp_grain)
        self.post = Post(self.helpdesk)
        self.faults = Faults()
        self._api = door.Api(self.helpdesk, self.faults, contract)
        self._server = make_server("127.0.0.1", port, self._app(), threaded=True, request_handler=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.002}, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def _app(self) -> Flask:
        app = Flask("sandbox", static_folder=None)
        app.request_class, app.url_rule_class = door.Asked, Routed
        app.wsgi_app = door.with_and_without_json(app.wsgi_app)  # type: ignore[method-assign]
        app.register_blueprint(self._routes())
        app.register_blueprint(pages.blueprint(self.helpdesk))
        app.register_blueprint(control.blueprint(self))

        @app.errorhandler(Refusal)
        def refuse(problem: Refusal) -> Response:
            return door.answer_of(problem)

        return app

    def _routes(self) -> Blueprint:
        routes = door.guarded(self._api)
        add_tickets(routes, self._api)
        add_directory(routes, self._api)
        add_administration(routes, self._api)
        add_business_rules(routes, self.post)
        add_service_levels(routes, self._api)
        add_webhooks(routes, self.post)
        add_rest(routes)
        return routes

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
        self, url: str, secret: str, subscriptions: Sequence[str] | None = None, template: str | None = None
    ) -> Webhook:
        """Have changes told to an address: all of them, some kinds, or each as a trigger's template."""
        wanted = None if subscriptions is None else tuple(subscriptions)
        webhook = Webhook(url, secret, wanted, template)
        self.post.webhooks.append(webhook)
        return webhook

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
    def deliveries(self) -> list[Delivery]:
        """Everything sent so far, with what was answered."""
        return self.post.sent

    def limit(self, **limits: int | None) -> None:
        """Enforce rate limits from now on: `account`, `updates`, `per_ticket`, `exports`."""
        self._api.rates.limits = Limits(**limits)

    @property
    def requests(self) -> list[door.Request]:
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
