"""What waits for a person is listed, and tried once more when the person says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from plugin.core.model import Reason
from plugin.store.records import DeadLetter, Progress, Step
from plugin.store.store import Store
from tests.store.samples import ACME, HOUR, LEASE, NOON, REF, SECOND, delivery, outgoing, put, rows, take

DEAD = replace(outgoing(), state=Progress.DEAD, attempts=1, conflicts=2, reason=Reason.REFUSED, detail="no such group")


def letter_of(store: Store, kind: str) -> DeadLetter:
    """Have one dead letter of a kind, of a ticket that nobody holds."""
    if kind == "operation":
        put(store, Step(operations=(DEAD,)))
    else:
        claimed = take(store)
        (found,) = store.load(claimed).deliveries
        store.write(claimed, Step(dead=((found.id, "unreadable"),)), now=NOON)
        store.release(claimed, now=NOON)
    (letter,) = store.dead_letters()
    return letter


def test_both_kinds_of_dead_letters_are_listed(store: Store) -> None:
    put(store, Step(operations=(DEAD,)))
    store.receive(delivery("e1", body=b"\xffnot ours", dead="body: no JSON"))

    first, second = store.dead_letters()

    assert (first.kind, first.ticket_id, first.at, first.reason) == ("delivery", REF.id, NOON, "body: no JSON")
    assert first.body == "\ufffdnot ours"
    assert (second.kind, second.ticket_id, second.at, second.reason) == (
        "operation",
        REF.id,
        NOON,
        "refused: no such group",
    )
    assert "escalated" in second.body


@pytest.mark.parametrize("kind", ["delivery", "operation"])
def test_a_dead_letter_waits_for_a_person_and_nobody_else(store: Store, kind: str) -> None:
    letter_of(store, kind)

    assert store.claim([ACME], now=NOON + timedelta(days=365), lease=LEASE, limit=1) == []


@pytest.mark.parametrize("kind", ["delivery", "operation"])
def test_a_replayed_letter_is_in_its_place_again(store: Store, kind: str) -> None:
    letter = letter_of(store, kind)

    store.replay(letter, now=NOON + HOUR)

    assert store.dead_letters() == []
    assert store.claim([ACME], now=NOON + HOUR - SECOND, lease=LEASE, limit=1) == []
    (claimed,) = store.claim([ACME], now=NOON + HOUR, lease=LEASE, limit=1)
    found = store.load(claimed)
    assert len(found.deliveries) == (kind == "delivery")
    assert len(found.operations) == (kind == "operation")


def test_a_replayed_operation_remembers_that_it_may_have_arrived(store: Store) -> None:
    store.replay(letter_of(store, "operation"), now=NOON + HOUR)

    (claimed,) = store.claim([ACME], now=NOON + HOUR, lease=LEASE, limit=1)
    (found,) = store.load(claimed).operations

    assert found == replace(outgoing(), attempts=1, next_at=NOON + HOUR)


@pytest.mark.parametrize("kind", ["delivery", "operation"])
def test_a_letter_that_was_replayed_and_done_is_not_done_again(store: Store, store_url: str, kind: str) -> None:
    letter = letter_of(store, kind)
    store.replay(letter, now=NOON)
    (claimed,) = store.claim([ACME], now=NOON, lease=LEASE, limit=1)
    work = store.load(claimed)
    done = tuple(replace(found, state=Progress.APPLIED) for found in work.operations)
    store.write(claimed, Step(done=tuple(found.id for found in work.deliveries), operations=done), now=NOON)
    store.release(claimed, now=NOON)
    before = rows(store_url)

    store.replay(letter, now=NOON + HOUR)

    assert rows(store_url) == before
