"""What the platform is told, and what is kept."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from connectors.accounts import Account, BearerToken
from plugin.pipeline.parts import Parts
from plugin.web.app import create_app
from tests.scenarios.world import ACME, SECRET, Clock, make_parts, sqlite_url

TEST_SECRET = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="
CLOCK = Clock()


def account(**changed: Any) -> Account:
    values: dict[str, Any] = {
        "name": ACME,
        "platform": "zendesk",
        "base_url": "http://127.0.0.1:9",
        "auth": BearerToken(token="x"),
        "webhook_secrets": (SECRET, "the-next-secret"),
    }
    return Account(**{**values, **changed})


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    made = make_parts(sqlite_url(tmp_path), {ACME: account()}, CLOCK)
    made.store.migrate()
    yield made
    made.store.close()


@pytest.fixture
def client(parts: Parts) -> FlaskClient:
    return create_app(parts, max_body_bytes=10_000).test_client()


def event(event_id: str = "e-1", kind: str = "ticket.status_changed", **changed: Any) -> bytes:
    body = {
        "id": event_id,
        "type": f"zen:event-type:{kind}",
        "subject": "zen:ticket:7",
        "time": "2026-11-24T08:00:00.123456789Z",
        "detail": {"id": "7", "status": "OPEN"},
        "event": {"current": "OPEN", "previous": "NEW"},
    }
    return (json.dumps({**body, **changed}, indent=3) + "\n").encode()


def signed(
    body: bytes, *, secret: str = SECRET, late: timedelta = timedelta(), invocation: str | None = None
) -> dict[str, str]:
    at = (CLOCK() - late).strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hmac.new(secret.encode(), at.encode() + body, hashlib.sha256).digest()
    headers = {
        "Content-Type": "application/json",
        "X-Zendesk-Webhook-Signature": base64.b64encode(digest).decode(),
        "X-Zendesk-Webhook-Signature-Timestamp": at,
    }
    return headers | ({"X-Zendesk-Webhook-Invocation-Id": invocation} if invocation else {})


def post(client: FlaskClient, body: bytes, headers: Mapping[str, str], to: str = ACME) -> tuple[int, Any]:
    answer = client.post(f"/webhooks/{to}", data=body, headers=dict(headers))
    return answer.status_code, answer.get_json()


def test_a_signed_event_is_stored_before_it_is_accepted(client: FlaskClient, parts: Parts) -> None:
    answer = post(client, event(), signed(event()))

    assert answer == (200, {"status": "accepted"})
    assert parts.store.figures().pending_deliveries == 1


def test_each_of_several_secrets_is_good(client: FlaskClient) -> None:
    assert post(client, event(), signed(event(), secret="the-next-secret")) == (200, {"status": "accepted"})


def test_the_same_event_again_is_a_duplicate(client: FlaskClient, parts: Parts) -> None:
    post(client, event(), signed(event(), invocation="one"))

    assert post(client, event(), signed(event(), invocation="two")) == (200, {"status": "duplicate"})
    assert parts.store.figures().pending_deliveries == 1


def test_the_same_invocation_again_is_a_duplicate(client: FlaskClient) -> None:
    template = b'{"ticket_id": "7"}'
    post(client, template, signed(template, invocation="one"))

    assert post(client, template, signed(template, invocation="one")) == (200, {"status": "duplicate"})
    assert post(client, template, signed(template, invocation="two")) == (200, {"status": "accepted"})


def test_a_trigger_template_with_a_time_is_known_again_without_an_invocation_id(client: FlaskClient) -> None:
    template = b'{"ticket_id": "7", "updated_at": "2026-11-24T08:00:00Z"}'
    post(client, template, signed(template))

    assert post(client, template, signed(template)) == (200, {"status": "duplicate"})


@pytest.mark.parametrize(
    ("headers", "word"),
    [
        ({}, "missing"),
        (signed(event(), secret="wrong"), "no configured secret"),
        (signed(event(), late=timedelta(minutes=6)), "signed 360 s ago"),
        (signed(event(), late=timedelta(minutes=-6)), "signed -360 s ago"),
        (signed(event(), secret=TEST_SECRET), "public test secret"),
        (signed(event() + b" "), "no configured secret"),
    ],
)
def test_why_a_request_is_refused_stands_in_the_log_alone(
    client: FlaskClient, parts: Parts, caplog: pytest.LogCaptureFixture, headers: dict[str, str], word: str
) -> None:
    logging.getLogger("escalation").propagate = True
    answer = post(client, event(), headers)

    assert answer == (401, {"status": "refused"})
    assert word in caplog.text
    assert parts.store.figures().pending_deliveries == 0


def test_the_public_test_secret_counts_only_where_it_is_allowed(tmp_path: Path) -> None:
    for allowed, status in ((False, 401), (True, 200)):
        accounts = {ACME: account(accept_test_secret=allowed, webhook_secrets=(TEST_SECRET,))}
        parts = make_parts(sqlite_url(tmp_path), accounts, CLOCK)
        parts.store.migrate()

        answer = post(create_app(parts).test_client(), event(), signed(event(), secret=TEST_SECRET))

        assert answer[0] == status
        parts.store.close()


def test_an_unknown_connection_is_not_found(client: FlaskClient) -> None:
    assert post(client, event(), signed(event()), to="nobody")[0] == 404


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(client: FlaskClient) -> None:
    body = event(padding="x" * 10_000)

    assert post(client, body, signed(body))[0] == 413


def test_an_event_of_something_else_is_ignored(client: FlaskClient, parts: Parts) -> None:
    body = event(kind="user.created")

    assert post(client, body, signed(body)) == (200, {"status": "ignored"})
    assert parts.store.figures().pending_deliveries == 0


@pytest.mark.parametrize("body", [b"not json", b"[]", b'{"type": "zen:event-type:ticket.created"}', b"\xff\xfe", b""])
def test_what_cannot_be_read_is_kept_as_a_dead_letter(client: FlaskClient, parts: Parts, body: bytes) -> None:
    answer = post(client, body, signed(body))

    assert answer == (200, {"status": "accepted"})
    (letter,) = parts.store.dead_letters()
    assert letter.reason


def test_a_store_that_fails_asks_the_platform_to_come_back(parts: Parts, tmp_path: Path) -> None:
    broken = make_parts(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.db'}", parts.accounts, CLOCK)

    answer = create_app(broken).test_client().post(f"/webhooks/{ACME}", data=event(), headers=signed(event()))

    assert answer.status_code == 503
    assert 5 <= int(answer.headers["Retry-After"]) <= 59


def test_health_is_not_readiness(client: FlaskClient) -> None:
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert "escalation worker" in answer.get_json()["checks"]["worker"]


def test_with_a_worker_alive_all_is_ready(client: FlaskClient, parts: Parts) -> None:
    parts.store.worker_seen("w", CLOCK())
    parts.store.policies.save("p1", {}, now=CLOCK())

    answer = client.get("/readyz")

    assert (answer.status_code, answer.get_json()["status"]) == (200, "ready")


def test_tables_that_are_not_there_are_named_with_the_remedy(tmp_path: Path) -> None:
    parts = make_parts(sqlite_url(tmp_path), {}, CLOCK)

    answer = create_app(parts).test_client().get("/readyz")

    assert answer.status_code == 503
    assert "escalation migrate" in answer.get_json()["checks"]["store"]
    parts.store.close()


def test_figures_are_for_prometheus(client: FlaskClient) -> None:
    post(client, event(), signed(event()))

    text = client.get("/metrics").get_data(as_text=True)

    assert "escalation_deliveries_pending 1.0" in text
    assert 'escalation_webhook_requests_total{answer="accepted",connection="acme",status="200"} 1.0' in text
