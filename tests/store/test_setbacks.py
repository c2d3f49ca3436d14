"""Work that fails again and again is tried ever later, and ends with a person."""

from __future__ import annotations

from datetime import datetime, timedelta

from plugin.core.model import TimerKind
from plugin.store.records import Claim, Step
from plugin.store.setbacks import MOST
from plugin.store.store import Store
from tests.store.samples import ACME, HOUR, LEASE, NOON, REF, delivery, outgoing, settled, take

WHY = "KeyError at plugin/x.py:1"


def claim_at(store: Store, now: datetime) -> Claim:
    (claimed,) = store.claim([ACME], now=now, lease=LEASE, limit=10)
    return claimed


def next_at(store: Store, now: datetime) -> datetime:
    wake = store.outlook([ACME], now=now).wake
    assert wake is not None
    return wake


def fail(store: Store, claimed: Claim, times: int, *, now: datetime = NOON) -> list[timedelta]:
    """Fail so often, each time as soon as may be; return how long each failure had to wait."""
    waits = []
    for _ in range(times):
        store.push_back(claimed, WHY, now=now)
        then = next_at(store, now)
        waits.append(then - now)
        now = then
        claimed = claim_at(store, now)
    return waits


def test_each_failure_waits_longer_up_to_an_hour(store: Store) -> None:
    waits = fail(store, take(store), MOST - 1)

    assert waits == [timedelta(minutes=m) for m in (1, 2, 4, 8, 16, 32, 60)]
    assert store.dead_letters() == []


def test_after_too_many_a_person_is_told_why(store: Store) -> None:
    claimed = settled(store)
    timers = {TimerKind.RULE: NOON, TimerKind.PROMISE: NOON + 5 * HOUR}
    store.write(claimed, Step(timers=timers, operations=(outgoing(),)), now=NOON)
    store.receive(delivery("e2"))
    last = NOON
    for _ in range(MOST - 1):
        store.push_back(claimed, WHY, now=last)
        last = next_at(store, last)
        claimed = claim_at(store, last)

    assert store.push_back(claimed, WHY, now=last) == MOST

    assert {(letter.kind, letter.reason) for letter in store.dead_letters()} == {
        ("delivery", f"given up after {MOST} tries: {WHY}"),
        ("operation", f"given up after {MOST} tries: {WHY}"),
    }
    assert store.figures().pending_deliveries == 0
    assert next_at(store, last) == NOON + 5 * HOUR
    later = claim_at(store, NOON + 5 * HOUR)
    assert store.load(later).timers == {TimerKind.RULE: last + timedelta(days=1), TimerKind.PROMISE: NOON + 5 * HOUR}


def test_what_was_given_up_may_be_replayed_and_is_counted_anew(store: Store) -> None:
    claimed = take(store)
    fail(store, claimed, MOST - 1)
    store.push_back(claimed_again(store), WHY, now=NOON + 10 * HOUR)
    (letter,) = store.dead_letters()

    store.replay(letter, now=NOON + 11 * HOUR)

    assert store.dead_letters() == []
    again = claim_at(store, NOON + 11 * HOUR)
    assert store.push_back(again, WHY, now=NOON + 11 * HOUR) == 1


def claimed_again(store: Store) -> Claim:
    """Take over what another worker held when its lease ran out."""
    return claim_at(store, NOON + 10 * HOUR)


def test_work_that_succeeds_starts_the_count_anew(store: Store) -> None:
    claimed = take(store)
    fail(store, claimed, 3)
    again = claimed_again(store)

    store.release(again, now=NOON + 10 * HOUR)

    assert store.push_back(claimed_again(store), WHY, now=NOON + 10 * HOUR) == 1


def test_who_lost_the_lease_pushes_nothing_back(store: Store) -> None:
    claimed = take(store)
    (taken_over,) = store.claim([ACME], now=NOON + HOUR, lease=LEASE, limit=1)

    assert store.push_back(claimed, WHY, now=NOON + HOUR) is None
    assert store.load(taken_over).deliveries[0].ticket_id == REF.id
