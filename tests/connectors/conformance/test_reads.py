"""What a connector reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.accounts import unconnected
from connectors.contract import Connector, Platform
from connectors.errors import AuthFailure, ConnectorError, NotFound, TemporaryFailure
from connectors.model import EventKind, Party, Status, TicketRef
from tests.connectors.conformance.driver import Driver


def ref(driver: Driver, ticket_id: str) -> TicketRef:
    return TicketRef(connection=driver.account.name, id=ticket_id)


def test_our_own_user_is_known(driver: Driver, connector: Connector) -> None:
    assert connector.identity().id == driver.our_id


def test_credentials_that_are_refused_are_nobodys(platform: Platform, driver: Driver) -> None:
    connector = platform.open(driver.bad_account, clock=driver.clock)

    with pytest.raises(AuthFailure) as refused:
        connector.identity()

    assert driver.account.base_url.split("//")[1] in str(refused.value)


def test_rights_that_suffice_need_no_remedy(connector: Connector) -> None:
    assert connector.check_rights() == []


def test_missing_rights_are_told_in_words(platform: Platform, driver: Driver) -> None:
    remedies = platform.open(driver.bad_account, clock=driver.clock).check_rights()

    assert len(remedies) == 1
    assert len(remedies[0].split()) > 10


def test_the_catalogue_knows_what_a_policy_may_name(driver: Driver, connector: Connector) -> None:
    found = connector.catalogue()

    if found.agents is not None:
        assert found.agents[driver.agent_id].active
        assert found.agents[driver.agent_id].name
        assert driver.group_id in found.agents[driver.agent_id].groups
        assert driver.customer_id not in found.agents
    if driver.group_id:
        assert (found.groups or {}).keys() == {driver.group_id}
    else:
        assert "changes.group" in found.lacks
    assert (found.fields or {}).keys() >= {driver.field_id}
    assert set(driver.calls()) == {"GET"}


def test_a_catalogue_that_cannot_be_asked_for_is_an_error(platform: Platform, driver: Driver) -> None:
    with pytest.raises(AuthFailure):
        platform.open(driver.bad_account, clock=driver.clock).catalogue()
    with pytest.raises(TemporaryFailure):
        platform.open(replace(driver.account, base_url="http://127.0.0.1:9"), clock=driver.clock).catalogue()


def test_opening_sends_nothing(driver: Driver, connector: Connector) -> None:
    assert connector
    assert driver.calls() == []


def test_a_ticket_is_read_whole_in_one_call(driver: Driver, connector: Connector) -> None:
    ticket_id = driver.customer_opens("Parcel lost", "Where is it?", tags=["vip"])

    ticket = connector.read(ref(driver, ticket_id))

    assert driver.calls() == ["GET"]
    assert ticket.ref == ref(driver, ticket_id)
    assert (ticket.status, ticket.subject, ticket.description) == (Status.NEW, "Parcel lost", "Where is it?")
    assert ticket.tags == {"vip"}
    assert ticket.created_at == ticket.updated_at == driver.clock()
    assert ticket.url.startswith(driver.account.base_url)
    assert (ticket.assignee_id, ticket.priority) == (None, driver.new_priority)
    assert ticket.requester_id == driver.customer_id
    assert ticket.requester is not None
    assert ticket.requester.id == driver.customer_id
    assert ticket.requester.name
    assert ticket.version
    assert ticket.comments is None


def test_comments_come_oldest_first_with_who_wrote_them(driver: Driver, connector: Connector) -> None:
    ticket_id = driver.customer_opens("Parcel lost", "Where is it?")
    for author, text, public in (
        (driver.agent_id, "Looking", True),
        (driver.our_id, "Escalated", False),
        (driver.customer_id, "Thanks", True),
    ):
        driver.clock.forward(seconds=1)
        driver.comment(ticket_id, author, text, public=public)

    comments = connector.read(ref(driver, ticket_id), comments=True).comments

    assert comments is not None
    assert [(one.by, one.text, one.public) for one in comments] == [
        (Party.CUSTOMER, "Where is it?", True),
        (Party.AGENT, "Looking", True),
        (Party.US, "Escalated", False),
        (Party.CUSTOMER, "Thanks", True),
    ]
    assert len({one.id for one in comments}) == 4
    assert comments[-1].at == driver.clock()


def test_comments_on_many_pages_are_all_read(driver: Driver, connector: Connector) -> None:
    ticket_id = driver.customer_opens("Parcel lost", "0")
    for number in range(1, 221):
        driver.comment(ticket_id, driver.customer_id, str(number))

    comments = connector.read(ref(driver, ticket_id), comments=True).comments

    assert comments is not None
    assert sorted(int(one.text) for one in comments) == list(range(221))


def test_a_ticket_that_is_not_there_is_not_found(driver: Driver, connector: Connector) -> None:
    ticket_id = driver.customer_opens("Parcel lost", "Where is it?")
    driver.delete(ticket_id)

    for wrong in (ticket_id, "999999"):
        with pytest.raises(NotFound):
            connector.read(ref(driver, wrong))


@pytest.mark.parametrize("wrong", ["TICKET_ID", "1/../../users/me", "1?x=y", "", "%2e%2e"])
def test_an_id_cannot_lead_elsewhere(driver: Driver, connector: Connector, wrong: str) -> None:
    with pytest.raises(ConnectorError):
        connector.read(ref(driver, wrong))


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_read_that_fails_may_be_repeated_by_us_alone(driver: Driver, connector: Connector, status: int) -> None:
    ticket_id = driver.customer_opens("Parcel lost", "Where is it?")
    driver.fail("read", status, retry_after=7)

    with pytest.raises(TemporaryFailure) as failure:
        connector.read(ref(driver, ticket_id))

    assert driver.calls() == ["GET"]
    if status in (429, 503):
        assert (failure.value.retry_after, failure.value.whole_connection) == (7, True)
    assert connector.read(ref(driver, ticket_id)).subject == "Parcel lost"


def test_a_place_where_nobody_listens_is_a_temporary_failure(platform: Platform, driver: Driver) -> None:
    nowhere = replace(driver.account, base_url="http://127.0.0.1:9")

    with pytest.raises(TemporaryFailure):
        platform.open(nowhere, clock=driver.clock).identity()


def test_a_ticket_kept_as_json_is_read_alike(platform: Platform, driver: Driver, connector: Connector) -> None:
    ticket_id = driver.customer_opens("Parcel lost", "Where is it?", tags=["vip"])

    kept = platform.ticket(driver.account, driver.ticket_json(ticket_id))

    beside = {"url": "", "requester": None, "organization": None, "slas": None}
    assert replace(kept, **beside) == replace(connector.read(ref(driver, ticket_id)), **beside)


@pytest.mark.parametrize("body", [b"", b"nonsense", b"[]", b"{}", b'{"ticket": 1}', b'{"ticket": {"id": 1}}', b"\xff"])
def test_what_is_no_ticket_is_refused(platform: Platform, body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the platform's words
        platform.ticket(unconnected("acme", platform.name), body)


def test_many_are_read_as_one_is(driver: Driver, connector: Connector) -> None:
    ids = [driver.customer_opens(f"Parcel {number}", "Where is it?", tags=["vip"]) for number in range(3)]
    driver.delete(ids[1])
    refs = [ref(driver, one) for one in (*ids, "999999")]

    found = connector.read_many(refs)

    assert set(found) <= {refs[0], refs[2]}
    assert all(ticket == connector.read(one) for one, ticket in found.items())


def test_none_are_read_without_a_call(driver: Driver, connector: Connector) -> None:
    assert dict(connector.read_many([])) == {}
    assert driver.calls() == []


def test_what_changed_is_told_from_an_instant_on_and_then_from_where_it_ended(
    driver: Driver, connector: Connector
) -> None:
    begun = driver.clock()
    driver.clock.forward(minutes=1)
    first = driver.customer_opens("Parcel lost", "Where is it?")
    driver.clock.forward(minutes=10)

    page = connector.changed(None, since=begun)
    assert [one.ref for one in page.changed] == [ref(driver, first)]
    assert page.caught_up
    assert page.changed[0].version == connector.read(ref(driver, first)).version
    second = driver.customer_opens("Parcel late", "Where is it?")
    driver.clock.forward(minutes=10)

    later = connector.changed(page.cursor, since=begun)
    assert ref(driver, second) in [one.ref for one in later.changed]


def test_what_happened_on_a_ticket_is_told_as_webhooks_tell_it(driver: Driver, connector: Connector) -> None:
    driver.clock.forward(minutes=1)
    begun = driver.clock()
    ticket_id = driver.customer_opens("Parcel lost", "Where is it?")
    driver.clock.forward(minutes=1)
    driver.comment(ticket_id, driver.agent_id, "Looking", public=False)
    driver.clock.forward(minutes=1)
    driver.agent_edits(ticket_id)
    driver.clock.forward(minutes=1)
    driver.comment(ticket_id, driver.customer_id, "Thanks", public=True)

    told = connector.happened(ref(driver, ticket_id), since=begun)

    assert told[0].kind is EventKind.CREATED
    said = [one for one in told if one.kind is EventKind.COMMENT_ADDED]
    assert [(one.actor_id, one.comment.text, one.comment.public) for one in said if one.comment] == [
        (driver.agent_id, "Looking", False),
        (driver.customer_id, "Thanks", True),
    ]
    assert {one.actor_id for one in told} == {driver.customer_id, driver.agent_id}
    assert any(one.changed for one in told)
    assert [one.occurred_at for one in told] == sorted(one.occurred_at for one in told)
    assert connector.happened(ref(driver, ticket_id), since=driver.clock() + timedelta(seconds=1)) == ()


def test_of_a_ticket_that_is_gone_nothing_happened(driver: Driver, connector: Connector) -> None:
    ticket_id = driver.customer_opens("Parcel lost", "Where is it?")
    driver.delete(ticket_id)

    with pytest.raises(NotFound):
        connector.happened(ref(driver, ticket_id), since=driver.clock())
