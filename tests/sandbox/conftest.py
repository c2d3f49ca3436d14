"""What the sandbox's own tests stand on."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from flask import Flask, Response, request
from werkzeug.serving import make_server

from tests.sandbox import ZendeskSandbox
from tests.sandbox.contract import ContractChecker

OURS, ANA, BEN, CUSTOMER = 900, 101, 102, 301
ADMINS_TOKEN, CUSTOMERS_TOKEN = "an-invented-token", "a-customers-invented-token"
SEED: Mapping[str, Any] = {
    "users": [
        {"id": OURS, "name": "Escalation", "email": "escalation@acme.test", "role": "admin"},
        {"id": ANA, "name": "Ana Lima", "email": "ana@acme.test", "role": "agent"},
        {"id": BEN, "name": "Ben Ode", "email": "ben@acme.test", "role": "agent"},
        {"id": CUSTOMER, "name": "Cora Nunes", "email": "cora@b.test", "role": "end-user", "organization_id": 401},
    ],
    "groups": [
        {"id": 201, "name": "Escalations", "members": [ANA]},
        {"id": 202, "name": "Frontline", "members": [BEN]},
    ],
    "organizations": [{"id": 401, "name": "Bakery"}],
    "sla_policies": [
        {
            "id": 501,
            "title": "Escalated",
            "position": 1,
            "filter": {"all": [{"field": "current_tags", "operator": "includes", "value": "sla_l2"}], "any": []},
            "policy_metrics": [
                {"priority": "urgent", "metric": "first_reply_time", "target": 10, "business_hours": False},
                {"priority": "urgent", "metric": "requester_wait_time", "target": 60, "business_hours": False},
            ],
        }
    ],
    "tokens": {ADMINS_TOKEN: OURS, CUSTOMERS_TOKEN: CUSTOMER},
    "oauth": {"client_id": "plugin", "client_secret": "an-invented-secret", "user_id": OURS},
}


class Clock:
    """Time that moves when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **length: float) -> None:
        self.now += timedelta(**length)


class Caller:
    """A client of the API with one user's token."""

    def __init__(self, sandbox: ZendeskSandbox, token: str = ADMINS_TOKEN) -> None:
        self._url = sandbox.url
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {token}"

    def __call__(self, method: str, path: str, **rest: Any) -> requests.Response:
        return self.session.request(method, f"{self._url}/api/v2/{path}", timeout=20, **rest)

    def put(self, ticket_id: int, **fields: Any) -> requests.Response:
        return self("PUT", f"tickets/{ticket_id}.json", json={"ticket": fields})


@dataclass
class Receiver:
    """Somebody webhooks are told to."""

    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)  #: Said one after the other; then 200.


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[ZendeskSandbox]:
    with ZendeskSandbox(clock=clock, contract=ContractChecker.load()) as sandbox:
        sandbox.seed(SEED)
        yield sandbox


@pytest.fixture
def call(sandbox: ZendeskSandbox) -> Iterator[Caller]:
    caller = Caller(sandbox)
    with caller.session:
        yield caller


@pytest.fixture
def ticket(sandbox: ZendeskSandbox) -> int:
    return sandbox.act(CUSTOMER).create_ticket(subject="Oven <b>broken</b>", comment="Please help", tags=["oven"])


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    heard = Receiver()
    app = Flask("receiver")

    @app.post("/")
    def hear() -> Response:
        heard.bodies.append(request.get_data())
        heard.headers.append(dict(request.headers))
        return Response(status=heard.answers.pop(0) if heard.answers else 200)

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.002}, daemon=True)
    thread.start()
    heard.url = f"http://127.0.0.1:{server.server_port}/"
    yield heard
    server.shutdown()
    thread.join()
    server.server_close()
