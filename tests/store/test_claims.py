"""A ticket is one worker's at a time; it comes back when its next piece of work is due, and never later."""

from __future__ import annotations

import threading

import pytest

from connectors.model import TicketRef
from plugin.core.model import TimerKind
from plugin.store.records import LeaseLost, Step
from plugin.store.store import Store
from plugin.store.work import DELIVERIES_AT_ONCE
from tests.store.samples import (
    ACME,
    HOUR,
    LEASE,
    NOON,
    PATIENCE,
    SECOND,
    delivery,
    outgoing,
    put,
    rows,
    settled,
    take,
    together,
    whole_step,
)

FREE = TicketRef(connection="beta", id="7")


def test_many_workers_claim_each_ticket_exactly_once(store: Store, another_store: Store) -> None:
    refs = [TicketRef(connection=ACME, id=str(number)) for number in range(30)]
    for ref in refs:
        store.receive(delivery(ref=ref))
    taken: list[TicketRef] = []
    start = threading.Barrier(6)

    def work_on(place: Store) -> None:
        start.wait(PATIENCE)
        while claims := place.claim([ACME], now=NOON, lease=LEASE, limit=3):
            taken.extend(claimed.ticket for claimed in claims)

    with together(*[lambda: work_on(store)] * 3, *[lambda: work_on(another_store)] * 3):
        pass

    assert sorted(taken) == sorted(refs)


def test_whoever_waits_longest_comes_first(store: Store) -> None:
    for number in (3, 1, 2):
        store.receive(delivery(ref=TicketRef(connection=ACME, id=str(number)), received_at=NOON + number * SECOND))

    claims = [store.claim([ACME], now=NOON + HOUR, lease=LEASE, limit=1) for _ in range(4)]

    assert [[claimed.ticket.id for claimed in found] for found in claims] == [["1"], ["2"], ["3"], []]


def test_a_lease_that_runs_out_is_taken_over_and_not_before(store: Store, another_store: Store) -> None:
    claimed = take(store)

    early = another_store.claim([ACME], now=NOON + LEASE - SECOND, lease=LEASE, limit=1)
    late = another_store.claim([ACME], now=NOON + LEASE, lease=LEASE, limit=1)

    assert early == []
    assert [c.ticket for c in late] == [claimed.ticket]
    assert late[0].token != claimed.token


def test_a_worker_that_lost_its_lease_writes_nothing(store: Store, another_store: Store, store_url: str) -> None:
    claimed = take(store)
    store.receive(delivery())
    step = whole_step(store.load(claimed).deliveries)
    (new,) = another_store.claim([ACME], now=NOON + LEASE, lease=LEASE, limit=1)
    before = rows(store_url)

    with pytest.raises(LeaseLost, match="acme#42"):
        store.write(claimed, step, now=NOON + LEASE)

    assert rows(store_url) == before
    another_store.write(new, step, now=NOON + LEASE)
    after = rows(store_url)
    for table in ("deliveries", "tickets", "cases", "timers", "operations", "case_log"):
        assert after[table] != before[table]


def test_a_worker_that_lost_its_lease_gives_nothing_back(store: Store, another_store: Store, store_url: str) -> None:
    claimed = take(store)
    another_store.claim([ACME], now=NOON + LEASE, lease=LEASE, limit=1)
    before = rows(store_url)

    assert store.release(claimed, now=NOON + LEASE) is None

    assert rows(store_url) == before


def test_a_claim_that_was_given_back_writes_nothing_more(store: Store) -> None:
    claimed = settled(store)
    store.release(claimed, now=NOON)

    with pytest.raises(LeaseLost):
        store.write(claimed, Step(), now=NOON)


def test_every_write_renews_the_lease(store: Store) -> None:
    claimed = take(store)

    store.write(claimed, Step(), now=NOON + LEASE - SECOND)

    renewed = NOON + LEASE - SECOND + LEASE
    assert store.claim([ACME], now=renewed - SECOND, lease=LEASE, limit=1) == []
    assert len(store.claim([ACME], now=renewed, lease=LEASE, limit=1)) == 1


def test_a_late_worker_whom_nobody_replaced_still_writes(store: Store) -> None:
    claimed = take(store)

    store.write(claimed, Step(timers={TimerKind.RULE: NOON + HOUR}), now=NOON + 2 * LEASE)

    assert store.load(claimed).timers == {TimerKind.RULE: NOON + HOUR}


NEXT = {
    "nothing": (Step(), None),
    "the earliest timer": (
        Step(timers={TimerKind.RULE: NOON + 2 * HOUR, TimerKind.PROMISE: NOON + HOUR}),
        NOON + HOUR,
    ),
    "an operation before an earlier timer": (
        Step(timers={TimerKind.RULE: NOON}, operations=(outgoing(next_at=NOON + HOUR),)),
        NOON + HOUR,
    ),
    "the first operation before an earlier one behind it": (
        Step(operations=(outgoing("o2", next_at=NOON + HOUR), outgoing("o1", next_at=NOON + SECOND))),
        NOON + HOUR,
    ),
}


@pytest.mark.parametrize(("step", "due"), NEXT.values(), ids=NEXT)
def test_a_released_ticket_is_ready_when_its_next_work_is(store: Store, step: Step, due: object) -> None:
    claimed = settled(store)
    store.write(claimed, step, now=NOON)

    assert store.release(claimed, now=NOON) == due

    assert store.outlook([ACME], now=NOON).wake == due


def test_a_released_ticket_is_taken_when_due_and_not_before(store: Store) -> None:
    put(store, Step(timers={TimerKind.RULE: NOON + HOUR}))

    assert store.claim([ACME], now=NOON + HOUR - SECOND, lease=LEASE, limit=1) == []
    assert len(store.claim([ACME], now=NOON + HOUR, lease=LEASE, limit=1)) == 1


def test_a_delivery_comes_before_a_timer(store: Store) -> None:
    claimed = settled(store)
    store.write(claimed, Step(timers={TimerKind.RULE: NOON + HOUR}), now=NOON)
    store.receive(delivery())

    assert store.release(claimed, now=NOON + SECOND) == NOON + SECOND


def test_an_unfinished_operation_holds_up_the_deliveries_behind_it(store: Store) -> None:
    claimed = settled(store)
    store.write(claimed, Step(operations=(outgoing(next_at=NOON + HOUR),)), now=NOON)
    store.receive(delivery())

    assert store.release(claimed, now=NOON) == NOON + HOUR

    assert store.claim([ACME], now=NOON + HOUR - SECOND, lease=LEASE, limit=1) == []


def test_a_ticket_pushed_back_is_not_ready_sooner_however_much_waits(store: Store) -> None:
    claimed = take(store)

    assert store.release(claimed, now=NOON, not_before=NOON + HOUR) == NOON + HOUR

    assert store.claim([ACME], now=NOON + HOUR - SECOND, lease=LEASE, limit=1) == []


def test_a_ticket_pushed_back_with_nothing_to_do_stays_quiet(store: Store) -> None:
    assert store.release(settled(store), now=NOON, not_before=NOON + HOUR) is None


def test_deliveries_of_a_ticket_come_in_the_order_they_were_stored(store: Store) -> None:
    claimed = take(store)
    for number in range(DELIVERIES_AT_ONCE + 5):
        store.receive(delivery(body=str(number).encode(), received_at=NOON - number * SECOND))
        store.receive(delivery(ref=FREE))
    first = store.load(claimed).deliveries
    store.write(claimed, Step(done=tuple(found.id for found in first)), now=NOON)

    rest = store.load(claimed).deliveries

    assert len(first) == DELIVERIES_AT_ONCE
    bodies = [found.body for found in (*first, *rest)]
    assert bodies == [b"{}", *[str(number).encode() for number in range(DELIVERIES_AT_ONCE + 5)]]
