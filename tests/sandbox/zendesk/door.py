"""The door of the API: who asks, what goes wrong on request, and what is written down of it.

Rule 1: every request is logged with its answer, also one that fails.
Rule 2: an end user gets no further than to themselves.
"""

from __future__ import annotations

import base64
import binascii
import json
import socket
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from flask import Request as FlaskRequest

from tests.sandbox.contract import ContractChecker
from tests.sandbox.faults import Fault, Faults
from tests.sandbox.zendesk import refusal
from tests.sandbox.zendesk.helpdesk import STAFF, Helpdesk
from tests.sandbox.zendesk.rates import Rates
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


@dataclass(frozen=True)
class Issued:
    """An access token of OAuth."""

    user_id: int
    until: datetime
    scope: str

    def may(self, method: str) -> bool:
        wanted = "read" if method == "GET" else "write"
        return any(word in (wanted, f"tickets:{wanted}") for word in self.scope.split())


_PATH = "sandbox.path"


class Api:
    """What the handlers share."""

    def __init__(self, helpdesk: Helpdesk, faults: Faults, contract: ContractChecker | None) -> None:
        self.helpdesk = helpdesk
        self.faults = faults
        self.contract = contract
        self.rates = Rates(helpdesk.clock)
        self.requests: list[Request] = []
        self.violations: list[str] = []
        self.issued: dict[str, Issued] = {}
        self.created: dict[str, tuple[bytes, dict[str, Any]]] = {}  # Idempotency-Key: body and answer

    def issue(self, scope: str, seconds: int) -> str:
        """Make an access token for the OAuth client's user."""
        token, until = uuid.uuid4().hex, self.helpdesk.clock() + timedelta(seconds=seconds)
        self.issued[token] = Issued(int(self.helpdesk.oauth["user_id"]), until, scope)
        return token

    def actor(self) -> int | None:
        """Return who asks, or None."""
        scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
        if scheme == "Bearer":
            held = self.issued.get(rest)
            if held:
                return held.user_id if self.helpdesk.clock() < held.until else None
            return self.helpdesk.tokens.get(rest)
        if scheme != "Basic":
            return None
        try:
            name, _, token = base64.b64decode(rest, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        user = self.helpdesk.tokens.get(token) if name.endswith("/token") else None
        return user if user and self.helpdesk.users[user].get("email") == name.removesuffix("/token") else None

    def forbidden(self) -> bool:
        """Tell whether whoever asks may not, though they are known."""
        held = self.issued.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        return self.helpdesk.users[g.actor].get("role") not in STAFF or bool(held and not held.may(request.method))

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

    def write_down(self, response: Response) -> None:
        """Log the request with its answer, and hold both against the contract."""
        at, query = self.helpdesk.clock(), request.query_string.decode()
        line = Request(request.method, request.path, query, parsed(g.body), response.status_code, g.actor, at)
        self.requests.append(line)
        if self.contract and not g.fault and request.url_rule and "anything" not in str(request.endpoint):
            self.violations += self.contract.check_answer(request, response)


def cut() -> None:
    """Close the line without an answer."""
    line = request.environ.get("werkzeug.socket")
    if line:
        line.shutdown(socket.SHUT_RDWR)


def parsed(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def member(name: str) -> dict[str, Any]:
    """Return the object a body is about, or refuse the body."""
    body = parsed(g.body)
    found = body.get(name) if isinstance(body, dict) else None
    if not isinstance(found, dict):
        raise Refusal(400, {"error": {"title": "Invalid attribute", "message": f"Parameter {name} is required"}})
    return found


def answer_of(problem: Refusal) -> Response:
    response = jsonify(problem.body)
    response.status_code = problem.status
    response.headers.update(problem.headers)
    return response


def guarded(api: Api) -> Blueprint:
    """Return a blueprint whose every request goes through the door."""
    routes = Blueprint("api", __name__)

    @routes.before_request
    def begin() -> Response | None:
        g.body = request.get_data(as_text=True)
        g.actor = api.actor()
        g.fault = api.faults.next(request.method, request.path, g.body)
        if api.contract:
            api.violations += api.contract.check(request)
        if g.fault and (failed := api.fail(g.fault)):
            return failed
        if too_many := api.rates.take(request.method, request.path, g.actor):
            return answer_of(too_many)
        if request.path.startswith("/oauth/") or "/users/me" in request.path:
            return None
        if g.actor is None:
            return answer_of(refusal.unauthorised())
        return answer_of(refusal.forbidden()) if api.forbidden() else None

    @routes.after_request
    def end(response: Response) -> Response:
        response.headers.update(api.rates.headers(request.method, request.path))
        api.write_down(response)
        if g.fault and g.fault.kind == "drop_after":
            cut()
        return response

    @routes.errorhandler(Refusal)
    def refuse(problem: Refusal) -> Response:
        return answer_of(problem)

    return routes


class Asked(FlaskRequest):
    """A request whose path is what was asked for, whatever it is routed by."""

    def __init__(self, environ: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(environ, *args, **kwargs)
        self.path = environ.get(_PATH, self.path)


def with_and_without_json(app: Callable[..., Any]) -> Callable[..., Any]:
    """Route `/tickets.json` as `/tickets`: a rule for each would take half of what a sandbox takes to start."""

    def routed(environ: dict[str, Any], start: Any) -> Any:
        path = environ["PATH_INFO"]
        if path.startswith("/api/v2/") and path.endswith(".json"):
            environ = {**environ, _PATH: path, "PATH_INFO": path.removesuffix(".json")}
        return app(environ, start)

    return routed
