"""The figures of health and metrics count what waits and what is stuck."""

from __future__ import annotations

from plugin.core.model import CaseState, TimerKind
from plugin.store.overview import Figures
from plugin.store.records import Progress, Step
from plugin.store.store import Store
from tests.store.samples import (
    ACME,
    HOUR,
    LEASE,
    NOON,
    OTHER,
    SECOND,
    case,
    delivery,
    message,
    outgoing,
    posting,
    put,
    settled,
)

QUIET = Figures(
    oldest_pending=None,
    pending_deliveries=0,
    dead_deliveries=0,
    open_operations=0,
    dead_operations=0,
    open_cases=0,
    silent_cases=0,
    woken_cases=0,
    worker_seen=None,
    leased=0,
    waiting_messages=0,
    oldest_message=None,
    dead_messages=0,
)


def test_an_empty_store_has_nothing_to_count(store: Store) -> None:
    assert store.figures() == QUIET


def test_the_figures_count_what_waits_and_what_is_stuck(store: Store) -> None:
    put(store, Step(operations=(outgoing("o3", ref=OTHER, state=Progress.DEAD),)), OTHER)
    put(store, Step(case=case(), timers={TimerKind.PROMISE: NOON + HOUR}, operations=(outgoing("o1"), outgoing("o2"))))
    put(store, Step(messages=(message(destination="gone"),)))
    store.postings.failed(posting(store), "it is no more", now=NOON, next_at=NOON, for_good=True)
    put(store, Step(messages=(message(), message(at=NOON + SECOND))))
    store.receive(delivery("e1", dead="body: no JSON"))
    store.receive(delivery("e2", received_at=NOON + SECOND))
    store.receive(delivery("e3", received_at=NOON - SECOND, ref=OTHER))
    store.claim([ACME], now=NOON, lease=LEASE, limit=1)

    assert store.figures() == Figures(
        oldest_pending=NOON - SECOND,
        pending_deliveries=2,
        dead_deliveries=1,
        open_operations=2,
        dead_operations=1,
        open_cases=1,
        silent_cases=0,
        woken_cases=0,
        worker_seen=None,
        leased=1,
        waiting_messages=2,
        oldest_message=NOON,
        dead_messages=1,
    )


def test_an_open_case_without_a_promise_is_silent(store: Store) -> None:
    put(store, Step(case=case("c1"), timers={TimerKind.PROMISE: NOON + HOUR}))
    put(store, Step(case=case("c2", ref=OTHER), timers={TimerKind.RULE: NOON + HOUR}), OTHER)

    found = store.figures()

    assert (found.open_cases, found.silent_cases) == (2, 1)


def test_a_case_that_ended_may_be_silent(store: Store) -> None:
    put(store, Step(case=case(state=CaseState.CLOSED, ended_at=NOON)))

    assert store.figures() == QUIET


def test_the_worker_seen_last_counts_until_it_stops(store: Store) -> None:
    store.worker_seen("w1", NOON + HOUR)
    store.worker_seen("w2", NOON)
    store.pause(ACME, NOON + 2 * HOUR)
    assert store.figures().worker_seen == NOON + HOUR

    store.worker_gone("w1")

    assert store.figures().worker_seen == NOON
    store.worker_seen("w2", NOON + SECOND)
    assert store.figures().worker_seen == NOON + SECOND


def test_a_ticket_given_back_is_in_nobodys_hand(store: Store) -> None:
    claimed = settled(store)
    assert store.figures().leased == 1

    store.release(claimed, now=NOON)

    assert store.figures().leased == 0
