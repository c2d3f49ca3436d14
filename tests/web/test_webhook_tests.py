"""The test of a webhook is noted where it is well signed, and becomes no delivery."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from connectors.model import Mode
from plugin.pipeline.parts import Parts
from plugin.pipeline.trials import number_of, payload
from plugin.web.app import create_app
from tests.scenarios.world import ACME, make_parts, sqlite_url
from tests.web.test_receiver import CLOCK, account, signed

BODY = json.dumps(payload(7)).encode()


@pytest.fixture(params=list(Mode))
def parts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Parts]:
    made = make_parts(sqlite_url(tmp_path), {ACME: account(mode=request.param)}, CLOCK)
    made.store.migrate()
    yield made
    made.store.close()


@pytest.fixture
def client(parts: Parts) -> FlaskClient:
    return create_app(parts).test_client()


def test_a_test_is_noted_in_every_mode_and_is_no_delivery(client: FlaskClient, parts: Parts) -> None:
    response = client.post(f"/webhooks/{ACME}", data=BODY, headers=signed(BODY))

    assert (response.status_code, response.get_json()) == (200, {"status": "test"})
    assert parts.store.provisions.has_arrived(ACME, 7)
    assert parts.store.dead_letters() == []
    assert parts.store.claim((ACME,), now=CLOCK(), lease=CLOCK() - CLOCK(), limit=1) == []


def test_a_test_with_another_signature_is_refused_and_not_noted(client: FlaskClient, parts: Parts) -> None:
    response = client.post(f"/webhooks/{ACME}", data=BODY, headers=signed(BODY, secret="another"))

    assert response.status_code == 401
    assert not parts.store.provisions.has_arrived(ACME, 7)


@pytest.mark.parametrize(
    "body",
    [
        b'{"escalation_test": "7"}',
        b'{"escalation_test": true}',
        b'{"escalation_test": -1}',
        b'{"escalation_test": 1e999}',
        b'{"escalation_test": 9007199254740992}',
        b'["escalation_test"]',
        b"escalation_test",
        b'{"escalation_test": 7, "more": "' + b"x" * 300 + b'"}',
        b'{"ticket_id": 7}',
    ],
)
def test_what_is_no_test_of_ours_has_no_number(body: bytes) -> None:
    assert number_of(body) is None


@given(st.integers(min_value=0, max_value=2**53 - 1))
def test_every_test_is_known_by_its_number(number: int) -> None:
    assert number_of(json.dumps(payload(number)).encode()) == number
