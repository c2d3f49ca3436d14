"""Who may speak for Zendesk."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import BadSignature
from connectors.zendesk.signature import SIGNATURE, TEST_SECRET, TIMESTAMP, sign, verify

SECRET, OLD_SECRET = "an-invented-secret", "the-one-before"
BODY = '{\n   "x": "é"\n}\n'.encode()
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)

#: Published by Zendesk, with its test secret.
PUBLISHED = (
    "2021-03-25T05:09:27Z",
    b'{"event":"ticket.updated","id":123}',
    "S/RDdU2ERmj7LHDDoWJ2onPYH+t7/f2+LTM4dL7UiLM=",
)

VECTORS = Path(__file__).parents[4] / "shared/data/payloads/zendesk/signature_vectors.json"


def headers(secret: str = SECRET, *, at: datetime = NOON, body: bytes = BODY) -> dict[str, str]:
    timestamp = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {SIGNATURE: sign(secret, timestamp, body), TIMESTAMP: timestamp}


def check(given: dict[str, str], body: bytes = BODY, **how: Any) -> None:
    asked = {"secrets": [SECRET], "now": NOON, "accept_test_secret": False} | how
    verify(given, body, **asked)


def test_the_published_vector_is_ours() -> None:
    timestamp, body, signature = PUBLISHED

    assert sign(TEST_SECRET, timestamp, body) == signature


def test_a_signed_request_is_let_in() -> None:
    check(headers())


def test_any_of_several_secrets_will_do_while_one_replaces_the_other() -> None:
    for secret in (SECRET, OLD_SECRET):
        check(headers(secret), secrets=["unused", OLD_SECRET, SECRET])


@pytest.mark.parametrize(
    "body", [BODY.strip(), json.dumps(json.loads(BODY)).encode(), BODY.replace(b"\n", b"\r\n"), b""]
)
def test_only_the_bytes_that_were_signed_will_do(body: bytes) -> None:
    with pytest.raises(BadSignature, match="no configured secret"):
        check(headers(), body)


@pytest.mark.parametrize("name", [SIGNATURE, TIMESTAMP])
@pytest.mark.parametrize("value", ["", "  ", "nonsense", "größer"])
def test_a_header_that_is_missing_or_altered_is_refused(name: str, value: str) -> None:
    with pytest.raises(BadSignature):
        check(headers() | {name: value})


@pytest.mark.parametrize("name", [SIGNATURE, TIMESTAMP])
def test_a_header_that_is_not_there_is_named(name: str) -> None:
    given = headers()
    del given[name]

    with pytest.raises(BadSignature, match=name):
        check(given)


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_an_attempt_within_five_minutes_is_let_in(seconds: int) -> None:
    check(headers(at=NOON + timedelta(seconds=seconds)))


@pytest.mark.parametrize("seconds", [-301, 301, -86400])
def test_an_attempt_of_another_time_is_refused(seconds: int) -> None:
    with pytest.raises(BadSignature, match="300 s either way"):
        check(headers(at=NOON + timedelta(seconds=seconds)))


def test_a_signed_timestamp_that_is_no_time_is_refused() -> None:
    given = {SIGNATURE: sign(SECRET, "yesterday", BODY), TIMESTAMP: "yesterday"}

    with pytest.raises(BadSignature, match="is no time"):
        check(given)


def test_zendesks_public_secret_proves_nothing_even_when_configured() -> None:
    with pytest.raises(BadSignature, match="public test secret"):
        check(headers(TEST_SECRET), secrets=[TEST_SECRET, SECRET])


@pytest.mark.parametrize("secrets", [[], [SECRET], [TEST_SECRET]])
def test_zendesks_public_secret_is_let_in_where_that_is_wished(secrets: list[str]) -> None:
    check(headers(TEST_SECRET), secrets=secrets, accept_test_secret=True)


@pytest.mark.parametrize("secrets", [[], [""], [TEST_SECRET]])
def test_without_a_secret_nobody_is_let_in(secrets: list[str]) -> None:
    with pytest.raises(BadSignature, match="has no webhook secret"):
        check(headers(""), secrets=secrets)


def test_a_reason_never_holds_a_secret() -> None:
    with pytest.raises(BadSignature) as refused:
        check(headers(OLD_SECRET))

    assert SECRET not in str(refused.value)
    assert sign(SECRET, "2026-11-02T12:00:00Z", BODY) not in str(refused.value)


@pytest.mark.skipif(not VECTORS.exists(), reason="the shared vectors are not here")
def test_every_known_vector_is_judged_right() -> None:
    for vector in json.loads(VECTORS.read_text("utf-8")):
        given = {SIGNATURE: vector["signature"], TIMESTAMP: vector["timestamp"]}
        now = datetime.fromisoformat(vector["timestamp"])
        try:
            check(given, vector["body"].encode(), secrets=[vector["secret"]], now=now, accept_test_secret=True)
        except BadSignature:
            assert not vector["valid"], vector["note"]
        else:
            assert vector["valid"], vector["note"]
