"""The half that sets an account up, against answers that no sandbox gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from connectors.accounts import Account, BearerToken
from connectors.contract import Provisioner
from connectors.errors import AuthFailure, PermanentFailure, TemporaryFailure, UnknownOutcome
from connectors.provisions import Step, Verb
from connectors.zendesk.platform import Zendesk
from tests.connectors.wire import Answer, Wire, serving
from tests.connectors.zendesk.provisioning.samples import ADDRESS

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
MAKE = Step(verb=Verb.CREATE, kind="macro", key="ack", what="macro", name="Ack", facts={"title": "Ack"})


@pytest.fixture
def wire() -> Iterator[Wire]:
    with serving() as found:
        yield found


@pytest.fixture
def provisioner(wire: Wire) -> Provisioner:
    account = Account(
        name="acme", platform="zendesk", base_url=wire.url, auth=BearerToken(token="x"), webhook_secrets=()
    )
    return Zendesk().provisioner(account, clock=lambda: NOON)


def answer(document: object, status: int = 200) -> Answer:
    return Answer(status=status, body=json.dumps(document).encode())


ADMIN = answer({"user": {"id": 900, "role": "admin"}})


@pytest.mark.parametrize("user", [None, {}, {"id": None, "role": "end-user"}, {"id": 1, "role": "end-user"}])
def test_who_is_nobody_may_not_even_look(wire: Wire, provisioner: Provisioner, user: object) -> None:
    wire.will(answer({"user": user}))

    with pytest.raises(AuthFailure, match="does not take our credentials"):
        provisioner.look(["macro"])


def test_a_list_is_read_to_its_end_and_what_is_odd_in_it_is_passed_over(wire: Wire, provisioner: Provisioner) -> None:
    first = {"macros": [{"id": 1, "title": "One"}, "odd", {"id": 2}], "meta": {"has_more": True}}
    following = {"links": {"next": f"{wire.url}/api/v2/macros?page%5Bafter%5D=x"}}
    last = {"macros": [{"id": 3, "title": "Three"}], "next_page": None}
    wire.will(ADMIN, answer({**first, **following}), answer(last))

    found = provisioner.look(["macro"])

    assert [thing.name for thing in found.things["macro"]] == ["One", "Three"]
    assert wire.asked[2].path == "/api/v2/macros?page%5Bafter%5D=x"


def test_a_list_without_an_end_is_given_up(wire: Wire, provisioner: Provisioner) -> None:
    again = answer({"views": [], "next_page": f"{wire.url}/api/v2/views?page=2"})
    wire.will(ADMIN, *[again] * 100)

    found = provisioner.look(["view"])

    assert "view" not in found.things
    assert "too many" in found.hindrances[0].says


def test_a_list_that_leads_elsewhere_is_not_followed(wire: Wire, provisioner: Provisioner) -> None:
    wire.will(ADMIN, answer({"views": [], "next_page": "https://elsewhere.test/"}))

    found = provisioner.look(["view"])

    assert "may only talk to" in found.hindrances[0].says


def test_a_helpdesk_that_cannot_answer_now_ends_the_look(wire: Wire, provisioner: Provisioner) -> None:
    wire.will(ADMIN, answer({}, status=503))

    with pytest.raises(TemporaryFailure):
        provisioner.look(["view"])


def test_an_answer_that_is_no_object_is_told(wire: Wire, provisioner: Provisioner) -> None:
    wire.will(answer([]))

    with pytest.raises(PermanentFailure, match="does not answer like Zendesk"):
        provisioner.look([])


@pytest.mark.parametrize("document", [{}, {"macro": None}, {"macro": {"title": "no id"}}, []])
def test_what_was_made_must_be_shown(wire: Wire, provisioner: Provisioner, document: object) -> None:
    wire.will(answer(document))

    with pytest.raises(UnknownOutcome, match="no macro"):
        provisioner.carry_out(MAKE, {})


@pytest.mark.parametrize("document", [{}, {"signing_secret": None}, {"signing_secret": {"secret": ""}}])
def test_a_secret_that_is_not_told_is_an_error(wire: Wire, provisioner: Provisioner, document: object) -> None:
    wire.will(answer(document))

    with pytest.raises(PermanentFailure, match="no signing secret"):
        provisioner.secret("01A")


@pytest.mark.parametrize(
    ("document", "status"),
    [
        ({"response": {"status_code": 200}}, 200),
        ({"response": {"status_code": 0}}, None),
        ({"response": {"status_code": "200"}}, None),
        ({"response": None}, None),
        ([], None),
    ],
)
def test_of_a_test_the_answers_status_is_told(
    wire: Wire, provisioner: Provisioner, document: object, status: int | None
) -> None:
    wire.will(answer(document))

    assert provisioner.test("01A", ADDRESS, {"a": 1}).status == status
    assert wire.asked[0].path == "/api/v2/webhooks/test?webhook_id=01A"
