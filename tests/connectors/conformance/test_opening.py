"""What a connector opens for a ticket of another account, once."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.contract import Connector
from connectors.errors import PermanentFailure, TemporaryFailure, UnknownOutcome
from connectors.model import NewTicket, Status, TicketRef
from tests.connectors.conformance.driver import Driver
from tests.connectors.conformance.test_reads import ref

ORIGIN = "https://other.example.test/tickets/42"


def wish(driver: Driver, **other: Any) -> NewTicket:
    told: dict[str, Any] = {
        "marker": "escalation-0a1b2c",
        "subject": "Payments fail since noon",
        "text": f"Reported by a customer, see {ORIGIN}",
        "origin": ORIGIN,
        "origin_ref": TicketRef(connection="other", id="42"),
        "origin_name": "other#42",
        "priority": "high",
        "tags": ("escalation_linked", "payments"),
        "custom_fields": {driver.field_id: "yes"},
        **driver.place,
    }
    return NewTicket(**{**told, **other})


def test_a_ticket_is_opened_as_wished(driver: Driver, connector: Connector) -> None:
    opened = connector.open_ticket(wish(driver), again=False)

    assert opened.ref == ref(driver, opened.ref.id)
    assert opened.url.startswith(driver.account.base_url)
    found = connector.read(opened.ref, comments=True)
    assert (found.subject, found.status, found.priority) == ("Payments fail since noon", Status.NEW, "high")
    assert found.tags >= {"escalation_linked", "payments"}
    assert found.custom_fields[driver.field_id] == "yes"
    if driver.group_id:
        assert found.group_id == driver.group_id
    assert [one.text for one in driver.comments(opened.ref.id)] == [wish(driver).text]


def test_nobody_but_agents_reads_what_is_opened(driver: Driver, connector: Connector) -> None:
    opened = connector.open_ticket(wish(driver), again=False)

    found = connector.read(opened.ref)
    assert found.requester_id == driver.our_id
    if driver.group_id:  # of an issue the site's own rules say who sees it
        assert not found.is_public


def test_what_customers_wrote_is_inert_in_it(driver: Driver, connector: Connector) -> None:
    text = "{{ ticket.id }} [~ana] <b>x</b> h1. y"

    opened = connector.open_ticket(wish(driver, subject=f"{text}\n{'x' * 400}", text=text), again=False)

    assert next(one.text for one in driver.comments(opened.ref.id)).replace("\u200b", "") == text
    assert len(connector.read(opened.ref).subject) <= 255


@pytest.mark.parametrize("applied", [True, False])
def test_a_lost_answer_opens_no_second_one(driver: Driver, connector: Connector, applied: bool) -> None:
    driver.drop_opening(applied=applied)
    with pytest.raises((UnknownOutcome, TemporaryFailure)):
        connector.open_ticket(wish(driver), again=False)
    driver.clock.forward(minutes=1)

    opened = connector.open_ticket(wish(driver), again=True)

    assert driver.tickets() == [opened.ref.id]


def test_one_is_found_by_its_marker_alone(driver: Driver, connector: Connector) -> None:
    assert connector.opened("escalation-0a1b2c") is None
    opened = connector.open_ticket(wish(driver), again=False)
    driver.clock.forward(minutes=1)

    found = connector.opened("escalation-0a1b2c")

    assert found is not None
    assert found.ref == opened.ref
    assert connector.opened("escalation-0a1b") is None


def test_one_that_is_there_is_returned_as_it_is_now(driver: Driver, connector: Connector) -> None:
    first = connector.open_ticket(wish(driver), again=False)
    driver.clock.forward(minutes=1)
    driver.agent_edits(first.ref.id)

    again = connector.open_ticket(wish(driver, subject="Written otherwise by now"), again=True)

    assert (again.ref, again.priority, again.subject) == (first.ref, "low", "Payments fail since noon")


def test_another_marker_is_another_ticket(driver: Driver, connector: Connector) -> None:
    first = connector.open_ticket(wish(driver), again=False)

    second = connector.open_ticket(wish(driver, marker="escalation-0a1b2c9"), again=True)

    assert sorted(driver.tickets()) == sorted([first.ref.id, second.ref.id])


def test_what_there_is_none_of_is_refused_in_words(driver: Driver, connector: Connector) -> None:
    lacking = {"group_id": "1"} if "project" in driver.place else {"project": "ENG"}

    with pytest.raises(PermanentFailure) as refused:
        connector.open_ticket(wish(driver, **lacking), again=False)

    assert next(iter(lacking)).removesuffix("_id") in str(refused.value)
    assert driver.tickets() == []


def test_what_cannot_be_opened_there_is_known_beforehand(driver: Driver, connector: Connector) -> None:
    found = connector.catalogue()

    lacks = {name for name in found.lacks if name.startswith("open_ticket.")}
    if "project" in driver.place:
        assert (lacks, found.needs.keys()) == ({"open_ticket.group", "open_ticket.form"}, {"open_ticket.project"})
    else:
        assert (lacks, found.needs.keys()) == ({"open_ticket.project"}, set())
