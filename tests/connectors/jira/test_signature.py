"""Who may send us webhooks of a Jira."""

from __future__ import annotations

import pytest

from connectors.errors import BadSignature
from connectors.jira.signature import sign, verify

BODY = b'{"webhookEvent":"jira:issue_created"}'
SECRETS = ["old-secret", "new-secret"]


@pytest.mark.parametrize("secret", SECRETS)
def test_each_secret_signs(secret: str) -> None:
    verify({"x-hub-signature": sign(secret, BODY)}, BODY, secrets=SECRETS, url_secret=None)


@pytest.mark.parametrize(
    ("headers", "url_secret"),
    [
        ({"authorization": "Bearer new-secret"}, None),
        ({"authorization": "bearer  new-secret "}, None),
        ({"x-escalation-secret": "old-secret"}, None),
        ({}, "new-secret"),
    ],
)
def test_what_signs_nothing_brings_the_secret(headers: dict[str, str], url_secret: str | None) -> None:
    verify(headers, BODY, secrets=SECRETS, url_secret=url_secret)


@pytest.mark.parametrize(
    ("headers", "url_secret"),
    [
        ({}, None),
        ({}, ""),
        ({}, "another"),
        ({"authorization": "Bearer another"}, "new-secret"),
        ({"authorization": "Basic new-secret"}, None),
        ({"x-hub-signature": "sha256=00"}, "new-secret"),
        ({"x-hub-signature": "sha1=" + "0" * 40}, None),
        ({"x-hub-signature": sign("another", BODY)}, None),
        ({"x-hub-signature": sign("new-secret", BODY + b" ")}, None),
        ({"x-escalation-secret": "n\u00e9w"}, None),
    ],
)
def test_everything_else_is_refused(headers: dict[str, str], url_secret: str | None) -> None:
    with pytest.raises(BadSignature) as refused:
        verify(headers, BODY, secrets=SECRETS, url_secret=url_secret)

    assert 'secret"' not in str(refused.value)
    assert not any(secret in str(refused.value) for secret in SECRETS)


def test_without_a_secret_nobody_is_let_in() -> None:
    with pytest.raises(BadSignature, match="no webhook secret"):
        verify({}, BODY, secrets=[""], url_secret="")
