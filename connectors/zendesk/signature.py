"""Whether Zendesk stands behind a request.

Rule 1: base64(HMAC-SHA256(secret, timestamp header + raw body)); the secret is used as written, not decoded.
        https://developer.zendesk.com/documentation/webhooks/verifying/
Rule 2: the timestamp is that of the attempt, so five minutes either way are enough, however old the event is.
Rule 3: the secret Admin Center signs its trial requests with is public: it proves nothing, even when configured.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from connectors.errors import BadSignature
from connectors.signatures import hmac_sha256, is_any_of
from connectors.values import instant

SIGNATURE = "x-zendesk-webhook-signature"
TIMESTAMP = "x-zendesk-webhook-signature-timestamp"
INVOCATION = "x-zendesk-webhook-invocation-id"

#: How far the attempt's clock may be from ours.
WINDOW = timedelta(minutes=5)

# https://developer.zendesk.com/documentation/webhooks/verifying/#signing-secrets-for-test-webhooks
TEST_SECRET = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="  # noqa: S105 - published by Zendesk, proves nothing


def verify(
    headers: Mapping[str, str],
    body: bytes,
    *,
    secrets: Sequence[str],
    now: datetime,
    accept_test_secret: bool,
) -> None:
    """Return if one of the secrets signed this attempt within the last five minutes, else raise BadSignature."""
    given = _header(headers, SIGNATURE).encode(errors="replace")
    timestamp = _header(headers, TIMESTAMP)
    message = timestamp.encode(errors="replace") + body
    if not is_any_of(given, _signatures(_trusted(secrets, accept_test_secret), message)):
        raise BadSignature(_reason(given, message, secrets))
    _check_age(timestamp, now)


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature header Zendesk would send."""
    return base64.b64encode(hmac_sha256(secret, timestamp.encode() + body)).decode()


def _header(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "").strip()
    if not value:
        raise BadSignature(f"header {name} is missing")
    return value


def _trusted(secrets: Sequence[str], accept_test_secret: bool) -> list[str]:
    trusted = [secret for secret in secrets if secret and secret != TEST_SECRET]
    return [*trusted, TEST_SECRET] if accept_test_secret else trusted


def _signatures(secrets: Iterable[str], message: bytes) -> list[bytes]:
    return [base64.b64encode(hmac_sha256(secret, message)) for secret in secrets]


def _reason(given: bytes, message: bytes, secrets: Sequence[str]) -> str:
    if is_any_of(given, _signatures([TEST_SECRET], message)):
        return "signed with Zendesk's public test secret; set accept_test_secret to true to try things out"
    if not _trusted(secrets, accept_test_secret=False):
        return "the connection has no webhook secret; copy it from the webhook's page in Admin Center"
    return "no configured secret made this signature; if the secret was reset, add the new one to webhook_secrets"


def _check_age(timestamp: str, now: datetime) -> None:
    try:
        age = now - instant(timestamp)
    except ValueError as exc:
        raise BadSignature(f"header {TIMESTAMP} is no time") from exc
    if abs(age) > WINDOW:
        off, most = age.total_seconds(), WINDOW.total_seconds()
        raise BadSignature(f"signed {off:.0f} s ago; at most {most:.0f} s either way are allowed")
