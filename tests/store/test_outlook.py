"""What a worker may look forward to: which accounts are free, and when to wake."""

from __future__ import annotations

from connectors.model import TicketRef
from plugin.core.model import TimerKind
from plugin.store.records import Step
from plugin.store.store import Store
from tests.store.samples import ACME, HOUR, LEASE, NOON, OTHER, REF, SECOND, delivery, outgoing, put, take

BETA = TicketRef(connection="beta", id="7")


def test_a_paused_account_is_not_claimed_until_its_time(store: Store) -> None:
    store.receive(delivery())
    store.receive(delivery(ref=BETA))
    store.pause(ACME, NOON + HOUR)

    during, after = NOON + HOUR - SECOND, NOON + HOUR
    assert store.outlook([ACME, "beta"], now=during).paused == {ACME: NOON + HOUR}
    assert [claimed.ticket for claimed in store.claim([ACME, "beta"], now=during, lease=2 * HOUR, limit=10)] == [BETA]
    assert store.outlook([ACME, "beta"], now=after).paused == {}
    assert [claimed.ticket for claimed in store.claim([ACME, "beta"], now=after, lease=LEASE, limit=10)] == [REF]


def test_the_last_pause_counts(store: Store) -> None:
    store.pause(ACME, NOON + HOUR)

    store.pause(ACME, NOON + SECOND)

    assert store.outlook([ACME], now=NOON).paused == {ACME: NOON + SECOND}


def test_work_of_a_paused_account_wakes_nobody(store: Store) -> None:
    store.receive(delivery())

    store.pause(ACME, NOON + HOUR)

    assert store.outlook([ACME], now=NOON).wake is None


def test_without_accounts_there_is_nothing_to_claim(store: Store) -> None:
    store.receive(delivery())

    assert store.claim([], now=NOON, lease=LEASE, limit=10) == []


def test_an_account_that_is_not_connected_any_more_is_left_alone(store: Store) -> None:
    store.receive(delivery())

    assert store.claim(["beta"], now=NOON, lease=LEASE, limit=10) == []
    assert store.outlook(["beta"], now=NOON).wake is None


def test_an_empty_store_has_no_next_work(store: Store) -> None:
    assert store.outlook([ACME], now=NOON).wake is None


def test_the_earliest_ready_ticket_wakes(store: Store) -> None:
    put(store, Step(timers={TimerKind.RULE: NOON + 2 * HOUR}), REF)
    put(store, Step(operations=(outgoing(ref=OTHER, next_at=NOON + HOUR),)), OTHER)

    assert store.outlook([ACME], now=NOON).wake == NOON + HOUR


def test_work_that_is_due_already_wakes_at_once(store: Store) -> None:
    store.receive(delivery())

    wake = store.outlook([ACME], now=NOON + HOUR).wake

    assert wake is not None
    assert wake <= NOON + HOUR


def test_the_end_of_a_lease_wakes_before_later_work(store: Store) -> None:
    put(store, Step(timers={TimerKind.RULE: NOON + HOUR}), REF)
    take(store, OTHER)

    assert store.outlook([ACME], now=NOON).wake == NOON + LEASE


def test_the_end_of_a_lease_wakes_after_earlier_work(store: Store) -> None:
    put(store, Step(timers={TimerKind.RULE: NOON + SECOND}), REF)
    take(store, OTHER)

    assert store.outlook([ACME], now=NOON).wake == NOON + SECOND


def test_what_a_worker_has_in_hand_wakes_no_other_before_the_lease_ends(store: Store) -> None:
    take(store)

    assert store.outlook([ACME], now=NOON + SECOND).wake == NOON + LEASE


def test_the_work_of_a_dead_worker_is_due_at_once_after_its_lease(store: Store) -> None:
    take(store)

    wake = store.outlook([ACME], now=NOON + LEASE).wake

    assert wake is not None
    assert wake <= NOON + LEASE
