"""What a connector writes, once and safely."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace

import pytest

from connectors.contract import Connector, Platform
from connectors.errors import (
    AuthFailure,
    Conflict,
    ConnectorError,
    NotFound,
    PermanentFailure,
    TemporaryFailure,
    UnknownOutcome,
)
from connectors.model import (
    AddComment,
    AddFollowers,
    AddTags,
    Assign,
    Change,
    Operation,
    SetField,
    SetGroup,
    SetPriority,
    Ticket,
)
from tests.connectors.conformance.driver import Driver
from tests.connectors.conformance.test_reads import ref

CUSTOMERS_WORDS = "my card is 4111"
NOTE = AddComment(text="Escalated", public=False)


@pytest.fixture
def ticket(driver: Driver, connector: Connector) -> Ticket:
    ticket_id = driver.customer_opens(f"Parcel lost, {CUSTOMERS_WORDS}", CUSTOMERS_WORDS, tags=["vip"])
    driver.clock.forward(seconds=2)
    return connector.read(ref(driver, ticket_id))


def operation(ticket: Ticket, *changes: Change) -> Operation:
    return Operation(id=uuid.uuid4().hex, ticket=ticket.ref, changes=changes)


def all_changes(driver: Driver) -> tuple[Change, ...]:
    group: tuple[Change, ...] = (SetGroup(group_id=driver.group_id),) if driver.group_id else ()
    return (
        SetPriority(priority="urgent"),
        Assign(person_id=driver.agent_id),
        *group,
        AddTags(tags=("sev1",)),
        AddFollowers(person_ids=(driver.agent_id,)),
        SetField(field_id=driver.field_id, value="yes"),
        NOTE,
    )


def first_call(platform: Platform, driver: Driver) -> tuple[Change, ...]:
    """Return what of all changes travels in the first call."""
    return platform.parcels(all_changes(driver))[0]


def writes(driver: Driver) -> int:
    """Count the calls that may change something."""
    return sum(verb != "GET" for verb in driver.calls())


def test_each_parcel_of_a_decision_is_one_write(
    platform: Platform, driver: Driver, connector: Connector, ticket: Ticket
) -> None:
    parcels, after = platform.parcels(all_changes(driver)), ticket
    for number, parcel in enumerate(parcels, 1):
        driver.clock.forward(seconds=1)
        after = connector.apply(operation(ticket, *parcel), base=after)
        assert writes(driver) == number

    assert (after.priority, after.assignee_id) == ("urgent", driver.agent_id)
    assert (after.group_id or "") == driver.group_id
    assert after.tags == {"vip", "sev1"}
    assert after.follower_ids == {driver.agent_id}
    assert after.custom_fields[driver.field_id] == "yes"
    assert (after.ref, after.subject, after.url) == (ticket.ref, ticket.subject, ticket.url)
    assert after.version != ticket.version
    assert driver.comments(ticket.ref.id)[-1].text == NOTE.text
    alone = {"requester": None, "organization": None, "slas": None, "follower_ids": frozenset()}
    assert replace(after, **alone) == replace(connector.read(ticket.ref), **alone)


@pytest.mark.parametrize("public", [False, True])
def test_a_comment_is_seen_by_whom_it_is_for(
    driver: Driver, connector: Connector, ticket: Ticket, *, public: bool
) -> None:
    connector.apply(operation(ticket, AddComment(text="One\n\nTwo & more", public=public)), base=ticket)

    last = driver.comments(ticket.ref.id)[-1]
    assert (last.text, last.public, last.author_id) == ("One\n\nTwo & more", public, driver.our_id)


def test_a_field_can_be_cleared(driver: Driver, connector: Connector, ticket: Ticket) -> None:
    filled = connector.apply(operation(ticket, SetField(field_id=driver.field_id, value="yes")), base=ticket)

    after = connector.apply(operation(ticket, SetField(field_id=driver.field_id, value=None)), base=filled)

    assert after.custom_fields.get(driver.field_id) is None


def test_a_ticket_that_changed_meanwhile_is_left_alone(
    platform: Platform, driver: Driver, connector: Connector, ticket: Ticket
) -> None:
    driver.clock.forward(seconds=2)
    driver.agent_edits(ticket.ref.id)

    with pytest.raises(Conflict):
        connector.apply(operation(ticket, *first_call(platform, driver)), base=ticket)

    now = connector.read(ticket.ref)
    assert "sev1" not in now.tags
    assert len(driver.comments(ticket.ref.id)) == 1
    assert connector.apply(operation(ticket, *first_call(platform, driver)), base=now).tags >= {"sev1", "vip"}


def test_a_lone_comment_is_refused_too_where_the_ticket_changed(
    driver: Driver, connector: Connector, ticket: Ticket
) -> None:
    driver.clock.forward(seconds=2)
    driver.agent_edits(ticket.ref.id)

    with pytest.raises(Conflict):
        connector.apply(operation(ticket, NOTE), base=ticket)

    assert len(driver.comments(ticket.ref.id)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "{{ticket.requester.email}} {{ticket.id}}",
        "{% for x in y %}{{x}}{% endfor %}",
        "<script>alert(1)</script> <b>bold</b> &amp; &lt;",
        "h1. heading *bold* _it_ [a link|https://x.example] !image.png! {code}x{code}",
        "# heading **bold** [a](https://x.example) `code`",
        "@everybody [~accountid:1]",
        "quotes \" ' \\ and an end",
    ],
)
def test_nothing_in_a_text_acts(driver: Driver, connector: Connector, ticket: Ticket, text: str) -> None:
    connector.apply(operation(ticket, AddComment(text=text, public=True)), base=ticket)

    shown = driver.comments(ticket.ref.id)[-1].text
    assert re.sub("[\u200b\u2060]", "", shown) == text


def test_a_very_long_text_arrives_cut(driver: Driver, connector: Connector, ticket: Ticket) -> None:
    connector.apply(operation(ticket, AddComment(text="word " * 40_000, public=False)), base=ticket)

    shown = driver.comments(ticket.ref.id)[-1].text
    assert shown.startswith("word word")
    assert len(shown) < 100_000


def test_an_operation_is_found_by_its_marker(connector: Connector, ticket: Ticket) -> None:
    done, other = operation(ticket, NOTE), operation(ticket, NOTE)
    assert connector.landed(ticket.ref, [done.id]) == frozenset()

    connector.apply(done, base=ticket)

    assert connector.landed(ticket.ref, [done.id, other.id]) == {done.id}
    assert connector.landed(ticket.ref, []) == frozenset()


def test_markers_are_found_under_later_changes(driver: Driver, connector: Connector, ticket: Ticket) -> None:
    first, second = operation(ticket, NOTE), operation(ticket, AddComment(text="Told", public=True))
    connector.apply(second, base=connector.apply(first, base=ticket))
    for number in range(30):
        driver.comment(ticket.ref.id, driver.agent_id, str(number))

    assert connector.landed(ticket.ref, [first.id, second.id]) == {first.id, second.id}


@pytest.mark.parametrize("applied", [True, False])
def test_after_a_lost_answer_the_marker_tells(
    driver: Driver, connector: Connector, ticket: Ticket, *, applied: bool
) -> None:
    wish = operation(ticket, NOTE)
    driver.drop(applied=applied)

    with pytest.raises(UnknownOutcome):
        connector.apply(wish, base=ticket)

    assert writes(driver) <= 1
    assert len(driver.comments(ticket.ref.id)) == 1 + applied
    assert connector.landed(ticket.ref, [wish.id]) == ({wish.id} if applied else frozenset())


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (403, AuthFailure),
        (404, NotFound),
        (409, Conflict),
        (422, PermanentFailure),
        (429, TemporaryFailure),
        (500, UnknownOutcome),
        (502, UnknownOutcome),
        (503, TemporaryFailure),
        (504, UnknownOutcome),
    ],
)
def test_a_write_that_fails_says_if_it_will_ever_help_and_is_not_repeated(
    platform: Platform,
    driver: Driver,
    connector: Connector,
    ticket: Ticket,
    status: int,
    expected: type[ConnectorError],
) -> None:
    driver.fail("write", status, retry_after=7)

    with pytest.raises(ConnectorError) as failure:
        connector.apply(operation(ticket, *first_call(platform, driver)), base=ticket)

    assert type(failure.value) is expected
    assert writes(driver) == 1
    assert CUSTOMERS_WORDS not in str(failure.value)
    assert len(driver.comments(ticket.ref.id)) == 1
    if status in (429, 503):
        assert isinstance(failure.value, TemporaryFailure)
        assert (failure.value.retry_after, failure.value.whole_connection) == (7, True)


@pytest.mark.parametrize("change", [Assign(person_id="a b/c"), SetGroup(group_id=""), SetField(field_id="x", value=1)])
def test_an_id_that_cannot_be_is_refused_before_it_is_sent(
    driver: Driver, connector: Connector, ticket: Ticket, change: Change
) -> None:
    with pytest.raises(PermanentFailure):
        connector.apply(operation(ticket, change), base=ticket)

    assert connector.read(ticket.ref).version == ticket.version


def test_a_person_who_cannot_be_assigned_is_named_to_the_admin(
    driver: Driver, connector: Connector, ticket: Ticket
) -> None:
    with pytest.raises(PermanentFailure) as refused:
        connector.apply(operation(ticket, Assign(person_id=driver.customer_id), AddTags(tags=("sev1",))), base=ticket)

    assert "assignee" in str(refused.value)
    assert refused.value.refused.keys() == {"assignee"}
    assert connector.read(ticket.ref).tags == {"vip"}


def test_a_ticket_that_went_away_is_not_found(driver: Driver, connector: Connector, ticket: Ticket) -> None:
    driver.delete(ticket.ref.id)

    with pytest.raises(NotFound):
        connector.apply(operation(ticket, NOTE), base=ticket)
    with pytest.raises(NotFound):
        connector.landed(ticket.ref, ["x"])


def test_a_failure_leaves_the_connector_fit_for_use(driver: Driver, connector: Connector, ticket: Ticket) -> None:
    driver.drop(applied=False)
    with pytest.raises(UnknownOutcome):
        connector.apply(operation(ticket, NOTE), base=ticket)

    connector.apply(operation(ticket, NOTE), base=ticket)

    assert len(driver.comments(ticket.ref.id)) == 2
