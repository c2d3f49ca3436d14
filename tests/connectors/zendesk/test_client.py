"""What is Zendesk's own in the talking half; what all connectors do alike is in the conformance suite."""

from __future__ import annotations

import base64
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.accounts import Account, ApiToken, BearerToken, OAuthClient
from connectors.contract import Connector
from connectors.errors import AuthFailure, PermanentFailure, TemporaryFailure, UnknownOutcome
from connectors.model import AddComment, Operation, SlaMetric, Status, Ticket, TicketRef
from connectors.zendesk.platform import Zendesk
from tests.connectors.conformance.driver import Clock
from tests.connectors.wire import Answer, Wire
from tests.connectors.zendesk.driver import CORA, ZendeskDriver, zendesk

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
REF = TicketRef(connection="acme", id="42")
WISH = Operation(id="op-1", ticket=REF, changes=(AddComment(text="Hi", public=False),))
READ = Ticket(ref=REF, version="2026-11-02T12:00:00Z", created_at=NOON, updated_at=NOON, status=Status.OPEN)
OAUTH = OAuthClient(client_id="an-id", client_secret="a-secret")


@pytest.fixture
def driver() -> Iterator[ZendeskDriver]:
    with zendesk(Clock(NOON)) as driver:
        assert isinstance(driver, ZendeskDriver)
        yield driver
        assert not driver.violations()


def opened(driver: ZendeskDriver, auth: Any, platform: Zendesk | None = None) -> Connector:
    return (platform or Zendesk()).open(replace(driver.account, auth=auth), clock=driver.clock)


def on(wire: Wire, auth: Any = BearerToken(token="x")) -> Connector:  # noqa: B008
    account = Account(name="acme", platform="zendesk", base_url=wire.url, auth=auth, webhook_secrets=())
    return Zendesk().open(account, clock=lambda: NOON)


def answer(document: object, status: int = 200) -> Answer:
    return Answer(status=status, body=json.dumps(document).encode())


# Credentials


def tokens_issued(driver: ZendeskDriver) -> int:
    return sum(one.path == "/oauth/tokens" for one in driver.sandbox.requests)


@pytest.mark.parametrize("auth", [OAUTH, ApiToken(email="escalation@acme.test", api_token="a-good-token")])
def test_every_way_to_prove_who_we_are_works(driver: ZendeskDriver, auth: Any) -> None:
    assert opened(driver, auth).identity().id == driver.our_id


def test_all_threads_of_an_account_use_one_token(driver: ZendeskDriver) -> None:
    platform, start = Zendesk(), threading.Barrier(6)
    found: list[str] = []

    def ask() -> None:
        connector = opened(driver, OAUTH, platform)
        start.wait()
        found.append(connector.identity().id)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [driver.our_id] * 6
    assert tokens_issued(driver) == 1


def test_a_token_that_ended_is_renewed_before_a_call_is_lost(driver: ZendeskDriver) -> None:
    connector = opened(driver, OAUTH)
    ticket_id = driver.customer_opens("Parcel lost", "Where is it?")
    connector.read(TicketRef(connection="acme", id=ticket_id))

    driver.clock.forward(hours=2)
    connector.read(TicketRef(connection="acme", id=ticket_id))

    assert tokens_issued(driver) == 2
    assert [one.status for one in driver.sandbox.requests] == [201, 200, 201, 200]  # a token is made, a ticket read


def test_a_token_taken_away_is_renewed_once(driver: ZendeskDriver) -> None:
    connector = opened(driver, OAUTH)
    connector.identity()
    ticket_id = driver.customer_opens("Parcel lost", "Where is it?")
    driver.sandbox._api.issued.clear()

    connector.read(TicketRef(connection="acme", id=ticket_id))

    assert tokens_issued(driver) == 2


def test_a_wrong_client_secret_is_told_as_such(driver: ZendeskDriver) -> None:
    connector = opened(driver, replace(OAUTH, client_secret="wrong-secret"))

    with pytest.raises(AuthFailure, match="check client id and secret") as refused:
        connector.identity()

    assert refused.value.status == 401
    assert "wrong-secret" not in str(refused.value)


def test_a_write_whose_token_could_not_be_had_was_not_sent(wire: Wire) -> None:
    wire.will(Answer(status=502, body=b"<html>"))

    with pytest.raises(TemporaryFailure, match="no access token"):
        on(wire, OAUTH).apply(WISH, base=READ)

    assert [asked.path for asked in wire.asked] == ["/oauth/tokens"]


@pytest.mark.parametrize("document", [{}, [], {"access_token": ""}, {"access_token": 5}])
def test_an_answer_without_a_token_is_a_refusal(wire: Wire, document: object) -> None:
    wire.will(answer(document))

    with pytest.raises(AuthFailure, match="gave no access token"):
        on(wire, OAUTH).identity()


def test_a_token_without_an_end_is_used_until_it_is_refused(wire: Wire) -> None:
    wire.will(answer({"access_token": "t"}), answer({"user": {"id": 1, "role": "admin"}}))

    assert on(wire, OAUTH).identity().id == "1"


def test_an_api_token_is_a_basic_header(wire: Wire) -> None:
    wire.will(answer({"user": {"id": 1, "role": "agent"}}))

    on(wire, ApiToken(email="é@acme.test", api_token="t")).identity()

    encoded = wire.asked[0].headers["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(encoded).decode() == "é@acme.test/token:t"


# Who we are and what we may


@pytest.mark.parametrize("token", ["a-customers-token", "nobodys"])
def test_a_user_who_is_no_agent_is_refused_though_the_answer_is_200(driver: ZendeskDriver, token: str) -> None:
    with pytest.raises(AuthFailure, match="agent's or admin's"):
        opened(driver, BearerToken(token=token)).identity()


def test_a_restricted_user_is_told_with_the_remedy(driver: ZendeskDriver) -> None:
    driver.sandbox.helpdesk.users[int(driver.our_id)]["ticket_restriction"] = "groups"

    (remedy,) = opened(driver, driver.account.auth).check_rights()

    assert "access to all tickets" in remedy


def test_a_token_that_may_not_read_tickets_is_told(driver: ZendeskDriver) -> None:
    driver.sandbox.faults.add("GET", r"/tickets(\.json)?$", "status", status=403)

    (remedy,) = opened(driver, driver.account.auth).check_rights()

    assert "lacks the right" in remedy
    assert "OAuth clients" in remedy


def test_a_helpdesk_that_is_down_is_no_missing_right(driver: ZendeskDriver) -> None:
    driver.sandbox.faults.add("GET", "/users/me", "status", status=503)

    (remedy,) = opened(driver, driver.account.auth).check_rights()

    assert "could not be asked" in remedy


# Answers that are not what they should be


def test_a_ticket_comes_with_its_targets_and_its_requesters_facts(driver: ZendeskDriver) -> None:
    driver.sandbox.seed(
        {
            "sla_policies": [
                {
                    "id": 1,
                    "title": "Gold",
                    "position": 1,
                    "filter": {"all": [{"field": "current_tags", "operator": "includes", "value": "vip"}]},
                    "policy_metrics": [{"priority": None, "metric": "first_reply_time", "target": 60}],
                }
            ]
        }
    )
    ticket_id = driver.customer_opens("Parcel lost", "Where is it?", tags=["vip"])

    ticket = opened(driver, driver.account.auth).read(TicketRef(connection="acme", id=ticket_id))

    due = datetime(2026, 11, 2, 13, tzinfo=UTC)
    assert ticket.slas == (SlaMetric(metric="first_reply_time", stage="active", breach_at=due),)
    assert ticket.requester is not None
    assert (ticket.requester.role, ticket.requester.tags) == ("end-user", {"gold"})
    assert ticket.requester_id == str(CORA)


@pytest.mark.parametrize("document", [{}, {"ticket": {}}, {"ticket": "x"}])
def test_something_else_than_a_ticket_is_a_fault_to_look_at(wire: Wire, document: object) -> None:
    wire.will(answer(document))

    with pytest.raises(PermanentFailure, match="no ticket as the API gives it"):
        on(wire).read(REF)


def test_something_else_than_zendesk_is_told(wire: Wire) -> None:
    wire.will(answer(["not", "zendesk"]))

    with pytest.raises(PermanentFailure, match="base_url"):
        on(wire).read(REF)


@pytest.mark.parametrize(
    "document",
    [{}, {"ok": True}, {"ticket": {"id": 42}}, {"ticket": {"id": 42}, "audit": {"id": 1, "events": []}}, [], "x"],
)
def test_a_write_answered_with_something_else_may_have_been_carried_out(wire: Wire, document: object) -> None:
    wire.will(answer(document))

    with pytest.raises(UnknownOutcome):
        on(wire).apply(WISH, base=READ)

    assert len(wire.asked) == 1


def test_a_cursor_that_leads_elsewhere_is_not_followed(wire: Wire) -> None:
    page = {"audits": [], "meta": {"has_more": True}, "links": {"next": "https://evil.example/api"}}
    wire.will(answer(page))

    with pytest.raises(PermanentFailure, match=r"evil\.example was refused"):
        on(wire).landed(REF, ["op-1"])


def test_pages_without_end_are_bounded(wire: Wire) -> None:
    page = {"audits": [{}], "meta": {"has_more": True}, "links": {"next": f"{wire.url}/again"}}
    wire.will(*[answer(page)] * 100)

    assert on(wire).landed(REF, ["op-1"]) == frozenset()
    assert len(wire.asked) == 60


def test_looking_stops_where_everything_was_found(wire: Wire) -> None:
    audit = {"metadata": {"custom": {"escalation_operation": "op-1"}}}
    wire.will(answer({"audits": [audit], "meta": {"has_more": True}, "links": {"next": f"{wire.url}/again"}}))

    assert on(wire).landed(REF, ["op-1"]) == {"op-1"}
    assert len(wire.asked) == 1


# The process around it


def test_a_ticket_that_cannot_be_is_refused_before_it_is_sent(wire: Wire) -> None:
    with pytest.raises(PermanentFailure, match="ids of Zendesk are numbers"):
        on(wire).apply(replace(WISH, ticket=replace(REF, id="TICKET_ID")), base=READ)

    assert wire.asked == []


def test_no_comment_gets_into_a_debug_log(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(UnknownOutcome):
        on(wire).apply(replace(WISH, changes=(AddComment(text="my card is 4111", public=False),)), base=READ)

    assert "4111" not in caplog.text


def test_who_only_receives_imports_no_http_client() -> None:
    asked = "import sys, connectors.registry; print({'requests', 'zenpy'} & set(sys.modules))"

    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"


def test_who_we_are_is_asked_once(wire: Wire) -> None:
    wire.will(answer({"user": {"id": 1, "role": "agent"}}))
    connector = on(wire)

    assert connector.identity() == connector.identity()
    assert len(wire.asked) == 1
