"""What a platform's webhooks say."""

from __future__ import annotations

import pytest

from connectors.contract import Parsed, Platform
from connectors.errors import BadSignature, Unparseable
from connectors.model import EventKind, Party, TicketRef
from tests.connectors.conformance.driver import Delivery, Driver


def verify(platform: Platform, driver: Driver, delivery: Delivery, *secrets: str) -> None:
    platform.verify(
        delivery.headers,
        delivery.body,
        secrets=secrets or [driver.secret_of_webhook],
        now=driver.clock(),
        accept_test_secret=False,
        url_secret=delivery.url_secret,
    )


def heard(platform: Platform, driver: Driver) -> list[Parsed]:
    return [platform.parse(driver.account, one.headers, one.body) for one in driver.deliveries()]


def test_a_signed_delivery_is_let_in_and_no_other(platform: Platform, driver: Driver) -> None:
    driver.customer_opens("Parcel lost", "Where is it?")

    (delivery,) = driver.deliveries()

    verify(platform, driver, delivery)
    verify(platform, driver, delivery, "another", driver.secret_of_webhook)
    with pytest.raises(BadSignature):
        verify(platform, driver, delivery, "another")
    with pytest.raises(BadSignature):
        verify(platform, driver, Delivery(headers={}, body=delivery.body))
    if delivery.url_secret is None:
        with pytest.raises(BadSignature):
            verify(platform, driver, Delivery(headers=delivery.headers, body=delivery.body + b" "))


def test_a_new_ticket_is_heard_of(platform: Platform, driver: Driver) -> None:
    ticket_id = driver.customer_opens("Parcel lost", "Where is it?", tags=["vip"])

    (parsed,) = heard(platform, driver)

    (event,) = parsed.events
    assert event.kind is EventKind.CREATED
    assert event.ticket == TicketRef(connection=driver.account.name, id=ticket_id)
    assert event.actor_id == driver.customer_id
    assert event.known["tags"] == {"vip"}
    assert parsed.event_key


@pytest.mark.parametrize("who", ["customer", "agent"])
@pytest.mark.parametrize("public", [True, False])
def test_a_comment_is_heard_of_with_its_author(platform: Platform, driver: Driver, who: str, *, public: bool) -> None:
    ticket_id = driver.customer_opens("Parcel lost", "Where is it?")
    driver.deliveries()
    author = driver.customer_id if who == "customer" else driver.agent_id
    driver.clock.forward(seconds=2)

    driver.comment(ticket_id, author, "Hello", public=public)

    once = {one.event_key: one for one in reversed(heard(platform, driver))}  # one comment may come in two shapes
    (event,) = [e for one in once.values() for e in one.events if e.kind is EventKind.COMMENT_ADDED]
    comment = event.comment
    assert comment is not None
    assert (comment.author_id, comment.at) == (author, driver.clock())
    if not event.partly:  # what is not told is looked up
        assert (comment.by, comment.public) == (Party(who), public)


def test_a_retry_says_the_same_and_another_event_does_not(platform: Platform, driver: Driver) -> None:
    ticket_id = driver.customer_opens("Parcel lost", "Where is it?")
    driver.clock.forward(seconds=2)
    driver.agent_edits(ticket_id)
    deliveries = driver.deliveries()

    first = [platform.parse(driver.account, one.headers, one.body) for one in deliveries]
    again = [platform.parse(driver.account, one.headers, one.body) for one in deliveries]

    assert first == again
    assert len({one.event_key for one in first}) == len(deliveries) > 1


@pytest.mark.parametrize("body", [b"", b"{", b"\x80", b"null", b"[]", b'{"issue": {}}', b"[" * 50_000])
def test_a_body_that_cannot_be_read_is_refused_with_a_reason(platform: Platform, driver: Driver, body: bytes) -> None:
    with pytest.raises(Unparseable) as refused:
        platform.parse(driver.account, {}, body)

    assert len(str(refused.value)) > 10
