"""Messages are written with their decision, and each destination is told by one worker at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert

from plugin.store.messages import MOST_AT_ONCE, MOST_TRIES
from plugin.store.records import LeaseLost, Reached, Step
from plugin.store.schema import destinations as table
from plugin.store.store import Store
from tests.store.samples import HOUR, LEASE, NOON, SECOND, message, posting, put, rows, settled, together

MINUTE = timedelta(minutes=1)


def told(store: Store, *names: str) -> None:
    put(store, Step(messages=tuple(message(destination=name) for name in names)))


def test_nothing_waits_in_an_empty_store(store: Store) -> None:
    assert store.postings.take(now=NOON, lease=LEASE) is None
    assert store.postings.next_at() is None
    assert store.postings.reached() == {}


def test_what_waits_for_one_destination_is_taken_together_in_order(store: Store) -> None:
    first, second = message(headline="first"), message(headline="second")
    put(store, Step(messages=(first, message(destination="mail"), second)))

    found = posting(store)

    assert (found.destination, found.messages) == ("chat", (first, second))
    assert posting(store).destination == "mail"
    assert store.postings.take(now=NOON, lease=LEASE) is None


def test_a_decision_that_is_not_written_tells_nobody(store: Store, store_url: str) -> None:
    claimed = settled(store)
    store.release(claimed, now=NOON)
    before = rows(store_url)

    with pytest.raises(LeaseLost):
        store.write(claimed, Step(messages=(message(),)), now=NOON)

    assert rows(store_url) == before


def test_a_destination_is_told_by_one_worker_alone(store: Store, another_store: Store) -> None:
    told(store, "chat")
    taken: list[object] = []

    with together(*[lambda s=s: taken.append(s.postings.take(now=NOON, lease=LEASE)) for s in (store, another_store)]):
        pass

    assert sum(one is not None for one in taken) == 1


def test_a_destination_is_left_alone_for_its_throttle(store: Store, another_store: Store) -> None:
    told(store, "chat")
    store.postings.sent(posting(store), now=NOON, next_at=NOON + MINUTE)
    told(store, "chat", "chat")

    assert another_store.postings.take(now=NOON + MINUTE - SECOND, lease=LEASE) is None
    assert another_store.postings.next_at() == NOON + MINUTE
    assert len(posting(another_store, now=NOON + MINUTE).ids) == 2


def test_what_a_dead_worker_took_is_taken_again_when_its_lease_ends(store: Store) -> None:
    told(store, "chat")
    posting(store)

    assert store.postings.next_at() == NOON + LEASE
    assert store.postings.take(now=NOON + LEASE - SECOND, lease=LEASE) is None
    assert len(posting(store, now=NOON + LEASE).ids) == 1


def test_who_lost_the_lease_gives_nothing_back_but_what_was_sent_is_sent(store: Store) -> None:
    told(store, "chat")
    lost = posting(store)
    posting(store, now=NOON + LEASE)

    store.postings.sent(lost, now=NOON + LEASE, next_at=NOON + LEASE)

    assert store.figures().waiting_messages == 0
    told(store, "chat")
    assert store.postings.take(now=NOON + LEASE, lease=LEASE) is None


def test_what_failed_waits_and_the_failures_are_counted(store: Store) -> None:
    told(store, "chat")
    for failures in range(3):
        now = NOON + failures * MINUTE
        found = posting(store, now=now)
        assert found.failures == failures
        assert store.postings.failed(found, "status 503", now=now, next_at=now + MINUTE) == 0

    assert store.postings.reached()["chat"] == Reached(waiting=1, next_at=NOON + 3 * MINUTE, problem="status 503")


def test_after_too_many_tries_a_person_must_look(store: Store) -> None:
    told(store, "chat")
    dead = [store.postings.failed(posting(store), "no", now=NOON, next_at=NOON) for _ in range(MOST_TRIES)]

    assert dead == [0] * (MOST_TRIES - 1) + [1]
    (letter,) = store.dead_letters()
    assert (letter.kind, letter.reason, letter.ticket_id) == ("message", "chat: no", "42")
    assert "is escalated" in letter.body
    assert store.postings.next_at() is None


def test_a_message_whose_worker_dies_each_time_is_not_tried_for_ever(store: Store) -> None:
    told(store, "chat")
    for tries in range(MOST_TRIES):
        posting(store, now=NOON + tries * LEASE)

    assert store.postings.take(now=NOON + MOST_TRIES * LEASE, lease=LEASE) is None
    (letter,) = store.dead_letters()
    assert "no answer was kept" in letter.reason


def test_a_replayed_message_is_tried_at_once_from_the_start(store: Store) -> None:
    told(store, "chat")
    store.postings.failed(posting(store), "no", now=NOON, next_at=NOON + HOUR, for_good=True)
    (letter,) = store.dead_letters()

    store.replay(letter, now=NOON + SECOND)
    store.replay(letter, now=NOON + SECOND)

    found = posting(store, now=NOON + SECOND)
    assert (len(found.ids), found.failures) == (1, 0)
    assert store.dead_letters() == []


def test_one_notice_stands_for_no_more_than_a_number_of_messages(store: Store) -> None:
    put(store, Step(messages=tuple(message() for _ in range(MOST_AT_ONCE + 1))))

    found = posting(store)
    store.postings.sent(found, now=NOON, next_at=NOON)

    assert len(found.ids) == MOST_AT_ONCE
    assert len(posting(store).ids) == 1


def test_a_destination_for_which_nothing_waits_wakes_nobody(store: Store) -> None:
    with store._writing() as connection:
        row = {"name": "old", "next_at": 0, "lease_until": 0, "lease_token": "", "failures": 0}
        connection.execute(insert(table), row)

    assert store.postings.next_at() is None
    assert store.postings.reached()["old"] == Reached()
