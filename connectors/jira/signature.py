"""Whether Jira stands behind a request.

Rule 1: Cloud signs: X-Hub-Signature is `sha256=` and the hex HMAC-SHA256 of the raw body. One that is there must fit.
Rule 2: what signs nothing, Data Center and automation rules, brings the secret itself: in a header, or in the address.
Rule 3: no time is signed; a request that is sent again is known by its content.

https://developer.atlassian.com/cloud/jira/platform/webhooks/#secure-admin-webhooks
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connectors.errors import BadSignature
from connectors.signatures import hmac_sha256, is_any_of

SIGNATURE = "x-hub-signature"
SECRET = "x-escalation-secret"  # noqa: S105  a header's name
_BEARER = "bearer "
_METHOD = "sha256"


def verify(headers: Mapping[str, str], body: bytes, *, secrets: Sequence[str], url_secret: str | None) -> None:
    """Return if one of the secrets signed the body, or came along with it; else raise BadSignature."""
    known = [secret for secret in secrets if secret]
    if not known:
        raise BadSignature("the connection has no webhook secret; see docs/how-to/connect-jira.md")
    signed = headers.get(SIGNATURE, "").strip()
    if signed:
        _check(signed, body, known)
        return
    given = _given(headers, url_secret)
    if not given:
        raise BadSignature(f"neither a header {SIGNATURE} nor a secret in a header or the address")
    if not is_any_of(given.encode(errors="replace"), [secret.encode() for secret in known]):
        raise BadSignature("the secret that came along is none of webhook_secrets")


def sign(secret: str, body: bytes) -> str:
    """Return the signature header that Jira would send."""
    return f"{_METHOD}={hmac_sha256(secret, body).hex()}"


def _check(signed: str, body: bytes, secrets: Sequence[str]) -> None:
    method, _, digest = signed.partition("=")
    if method.strip().lower() != _METHOD:
        raise BadSignature(f"header {SIGNATURE} is signed by another method than {_METHOD}")
    made = [hmac_sha256(secret, body).hex().encode() for secret in secrets]
    if not is_any_of(digest.strip().lower().encode(errors="replace"), made):
        raise BadSignature(
            "no configured secret made this signature; if it was changed, add the new one to webhook_secrets"
        )


def _given(headers: Mapping[str, str], url_secret: str | None) -> str:
    bearer = headers.get("authorization", "")
    if bearer.lower().startswith(_BEARER):
        return bearer[len(_BEARER) :].strip()
    return headers.get(SECRET, "").strip() or (url_secret or "")
