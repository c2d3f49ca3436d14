"""The sandbox on a port, and what tests and other processes tell it."""

from __future__ import annotations

import base64
import binascii
import json
import logging
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Flask, Response, g, jsonify, request
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.sandbox.contract import ContractChecker
from tests.sandbox.faults import Fault, Faults
from tests.sandbox.jira import control, pages
from tests.sandbox.jira.api import add_comments, add_platform, add_search
from tests.sandbox.jira.hooks import add_webhooks
from tests.sandbox.jira.post import Post, Webhook
from tests.sandbox.jira.rates import Rates
from tests.sandbox.jira.site import Refused, Site
from tests.sandbox.routing import Routed


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Request:
    """One line of the log of requests."""

    method: str
    path: str
    query: str
    body: Any
    status: int
    user_id: str | None
    at: datetime


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""


class Actor:
    """A person at work on the site."""

    def __init__(self, site: Site, user: str) -> None:
        self._site = site
        self._user = user

    def create(self, **fields: Any) -> str:
        return self._site.create(self._user, fields)

    def comment(self, number: str, text: str, *, public: bool = True) -> None:
        self._site.comment(self._user, number, text, public=public)

    def edit(self, number: str, **fields: Any) -> None:
        self._site.edit(self._user, number, fields)


class JiraSandbox:
    """A Jira on loopback."""

    def __init__(
        self,
        *,
        cloud: bool,
        clock: Callable[[], datetime] = utc_now,
        contract: ContractChecker | None = None,
        port: int = 0,
    ) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.site = Site(clock, cloud=cloud)
        self.post = Post(self.site)
        self.faults = Faults()
        self.rates = Rates(clock)
        self.requests: list[Request] = []
        self.violations: list[str] = []
        self._contract = contract
        self._server = make_server("127.0.0.1", port, self._app(), threaded=True, request_handler=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.002}, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def _app(self) -> Flask:
        app = Flask("sandbox-jira", static_folder=None)
        app.url_rule_class = Routed
        routes = self._guarded()
        add_platform(routes, self.site)
        add_comments(routes, self.site)
        add_search(routes, self.site)
        add_webhooks(routes, self.post)
        app.register_blueprint(routes)
        app.register_blueprint(pages.blueprint(self.site))
        app.register_blueprint(control.blueprint(self))
        return app

    def _guarded(self) -> Blueprint:
        """Return a blueprint whose every request goes through the door."""
        routes = Blueprint("api", __name__)

        @routes.before_request
        def begin() -> Response | None:
            g.body = request.get_data(as_text=True)
            g.actor = self._actor()
            g.fault = self.faults.next(request.method, request.path, g.body)
            if self._contract:
                self.violations += self._contract.check(request)
            if g.fault and (failed := self._fail(g.fault)):
                return failed
            if not g.actor:
                return _answer(Refused(401, "You are not authenticated."))
            throttled = self.rates.take(request.method, request.path)
            return _answer(throttled) if throttled else None

        @routes.after_request
        def end(response: Response) -> Response:
            query = request.query_string.decode()
            self.requests.append(
                Request(
                    *(request.method, request.path, query, _parsed(g.body), response.status_code, g.actor),
                    at=self.site.clock(),
                )
            )
            if self._contract and not g.fault and request.url_rule:
                self.violations += self._contract.check_answer(request, response)
            if g.fault and g.fault.kind == "drop_after":
                _cut()
            return response

        @routes.errorhandler(Refused)
        def refuse(problem: Refused) -> Response:
            return _answer(problem)

        return routes

    def _actor(self) -> str | None:
        scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
        if scheme == "Bearer":
            return None if self.site.cloud else self.site.tokens.get(rest)
        try:
            name, _, token = base64.b64decode(rest, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        user = self.site.tokens.get(token) if scheme == "Basic" and self.site.cloud else None
        return user if user and self.site.users[user].get("email") == name else None

    def _fail(self, fault: Fault) -> Response | None:
        if fault.kind == "status":
            response = _answer(Refused(fault.status, "told to fail"))
            if fault.retry_after is not None:
                response.headers["Retry-After"] = str(fault.retry_after)
            return response
        if fault.kind == "conflict":
            return _answer(Refused(409, "conflicting update"))
        if fault.kind == "drop_before":
            _cut()
            return Response(status=500)
        if fault.kind == "slow":
            threading.Event().wait(fault.seconds)
        if fault.run:
            fault.run()
        return None

    def __enter__(self) -> JiraSandbox:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.post.close()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def seed(self, given: Mapping[str, Any]) -> None:
        self.site.seed(given)

    def act(self, user: str) -> Actor:
        return Actor(self.site, user)

    def add_webhook(self, url: str, secret: str = "") -> Webhook:
        """Have changes told to an address; on Data Center the secret stands in it."""
        at = url if self.site.cloud or not secret else f"{url}?secret={secret}"
        webhook = Webhook(at, secret)
        self.post.webhooks.append(webhook)
        return webhook


def _answer(problem: Refused) -> Response:
    response = jsonify(problem.body)
    response.status_code = problem.status
    response.headers.update(problem.headers)
    return response


def _cut() -> None:
    """Close the line without an answer."""
    line = request.environ.get("werkzeug.socket")
    if line:
        line.shutdown(socket.SHUT_RDWR)


def _parsed(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
