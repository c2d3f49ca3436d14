"""A delivery is stored before it is answered, once, and is never lost to a ticket that is being worked on."""

from __future__ import annotations

import queue
import threading
from collections import Counter
from typing import Any

import pytest

from connectors.model import TicketRef
from plugin.store import work
from plugin.store.engine import open_engine
from plugin.store.inbox import Inbox
from plugin.store.records import Receipt, Step
from plugin.store.store import Store
from tests.store.samples import ACME, HOUR, LEASE, NOON, OTHER, PATIENCE, REF, SECOND, delivery, settled, take, together


class Held:
    """An inbox whose first commit is followed by a pause, so that others arrive meanwhile."""

    def __init__(self, url: str) -> None:
        self.commits = 0
        self.committed, self.go_on = threading.Event(), threading.Event()
        self.waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.engine = open_engine(url)
        self.inbox = Inbox(self.engine, self._pause, _queue=self.waiting)

    def _pause(self) -> None:
        self.commits += 1
        self.committed.set()
        assert self.go_on.wait(PATIENCE)

    def fill(self, number: int) -> None:
        """Return once so many deliveries wait."""
        bell = threading.Event()
        for _ in range(int(PATIENCE / 0.005)):
            if self.waiting.qsize() >= number:
                return
            bell.wait(0.005)
        raise AssertionError(f"only {self.waiting.qsize()} of {number} deliveries arrived")

    def close(self) -> None:
        self.go_on.set()
        self.inbox.close()
        self.engine.dispose()


@pytest.mark.parametrize("keys", [{"key": "e1"}, {"invocation_id": "i1"}, {"key": "e1", "invocation_id": "i1"}])
def test_the_same_delivery_again_is_a_duplicate(store: Store, keys: dict[str, str]) -> None:
    receipts = [store.receive(delivery(**keys)) for _ in range(3)]

    assert receipts == [Receipt.ACCEPTED, Receipt.DUPLICATE, Receipt.DUPLICATE]
    assert store.figures().pending_deliveries == 1


def test_either_key_alone_makes_a_duplicate(store: Store) -> None:
    store.receive(delivery("e1", invocation_id="i1"))

    assert store.receive(delivery("e1", invocation_id="i2")) is Receipt.DUPLICATE
    assert store.receive(delivery("e2", invocation_id="i1")) is Receipt.DUPLICATE
    assert store.receive(delivery("e2", invocation_id="i2")) is Receipt.ACCEPTED


def test_deliveries_without_keys_are_never_duplicates(store: Store) -> None:
    receipts = {store.receive(delivery()) for _ in range(3)}

    assert receipts == {Receipt.ACCEPTED}
    assert store.figures().pending_deliveries == 3


def test_another_account_may_use_the_same_keys(store: Store) -> None:
    store.receive(delivery("e1", invocation_id="i1"))

    elsewhere = delivery("e1", invocation_id="i1", ref=TicketRef(connection="beta", id=REF.id))

    assert store.receive(elsewhere) is Receipt.ACCEPTED


def test_a_duplicate_wakes_no_ticket_that_is_done(store: Store) -> None:
    claimed = take(store, key="e1")
    store.write(claimed, Step(done=tuple(d.id for d in store.load(claimed).deliveries)), now=NOON)
    store.release(claimed, now=NOON)

    store.receive(delivery("e1"))

    assert store.claim([ACME], now=NOON + HOUR, lease=LEASE, limit=10) == []


def test_a_delivery_comes_out_as_it_went_in(store: Store) -> None:
    claimed = take(store)
    store.receive(delivery(headers={"x-time": "now", "x-ünusual": "☎"}, body=bytes(range(256)), received_at=NOON))

    _, found = store.load(claimed).deliveries

    assert (found.connection, found.ticket_id, found.received_at) == (REF.connection, REF.id, NOON)
    assert found.headers == {"x-time": "now", "x-ünusual": "☎"}
    assert found.body == bytes(range(256))


def test_each_of_many_receivers_gets_its_own_receipt(store: Store, another_store: Store) -> None:
    receipts: list[tuple[str, Receipt]] = []
    start = threading.Barrier(24)

    def receive(number: int) -> None:
        key, place = f"e{number % 8}", (store, another_store)[number % 2]
        start.wait(PATIENCE)
        receipts.append((key, place.receive(delivery(key, ref=TicketRef(connection=ACME, id=key)))))

    with together(*[lambda number=number: receive(number) for number in range(24)]):
        pass

    assert Counter(receipts) == {
        (f"e{number}", receipt): count
        for number in range(8)
        for receipt, count in ((Receipt.ACCEPTED, 1), (Receipt.DUPLICATE, 2))
    }


def test_receivers_that_arrive_together_share_a_commit(store_url: str) -> None:
    held = Held(store_url)
    receipts: dict[int, Receipt] = {}

    def receive(number: int) -> None:
        receipts[number] = held.inbox.receive(delivery(f"e{number // 2}", ref=(REF, OTHER)[number % 2]))

    with together(lambda: receive(0)):
        held.committed.wait(PATIENCE)
        with together(*[lambda number=number: receive(number) for number in range(1, 30)]):
            held.fill(29)
            held.go_on.set()
    held.close()

    assert held.commits == 2
    assert len(receipts) == 30
    pairs = [{receipts[number], receipts[number + 1]} for number in range(0, 30, 2)]
    assert pairs == [{Receipt.ACCEPTED, Receipt.DUPLICATE}] * 15


def test_closing_stores_what_waits(store_url: str, store: Store) -> None:
    held = Held(store_url)
    receipts: list[Receipt] = []

    def receive() -> None:
        receipts.append(held.inbox.receive(delivery()))

    with together(receive):
        held.committed.wait(PATIENCE)
        with together(*[receive] * 10):
            held.fill(10)
            with together(held.close):
                pass

    assert receipts == [Receipt.ACCEPTED] * 11
    assert store.figures().pending_deliveries == 11


def test_a_closed_inbox_opens_for_whoever_comes_late(store: Store) -> None:
    store.receive(delivery("e1"))
    store.close()

    assert store.receive(delivery("e2")) is Receipt.ACCEPTED
    assert store.figures().pending_deliveries == 2


def test_a_dead_delivery_makes_no_ticket_ready(store: Store) -> None:
    receipt = store.receive(delivery("e1", dead="body: no JSON"))

    assert receipt is Receipt.ACCEPTED
    assert store.figures().dead_deliveries == 1
    assert store.claim([ACME], now=NOON + HOUR, lease=LEASE, limit=10) == []
    assert store.outlook([ACME], now=NOON).wake is None


def test_a_delivery_of_a_busy_ticket_is_ready_after_its_release(store: Store) -> None:
    claimed = settled(store)
    store.receive(delivery("late"))
    assert store.claim([ACME], now=NOON, lease=LEASE, limit=10) == []

    ready = store.release(claimed, now=NOON + SECOND)

    assert ready == NOON + SECOND
    (again,) = store.claim([ACME], now=NOON + SECOND, lease=LEASE, limit=10)
    assert len(store.load(again).deliveries) == 1


def test_a_delivery_that_meets_a_release_half_way_is_not_lost(store: Store, store_url: str) -> None:
    claimed, engine = settled(store), open_engine(store_url)

    with engine.begin() as connection:
        ready = work.release(connection, claimed, now=NOON)
        with together(lambda: store.receive(delivery("late"))):
            connection.commit()
    engine.dispose()

    assert ready is None
    assert [c.ticket for c in store.claim([ACME], now=NOON, lease=LEASE, limit=10)] == [REF]


def test_no_delivery_is_stranded_while_its_ticket_is_worked_on(store: Store, another_store: Store) -> None:
    done: list[int] = []
    bell = threading.Event()

    def arrive() -> None:
        for number in range(20):
            another_store.receive(delivery(ref=(REF, OTHER)[number % 2]))

    def work_on() -> None:
        while len(done) < 60 and not bell.is_set():
            for claimed in store.claim([ACME], now=NOON, lease=LEASE, limit=1):
                found = tuple(d.id for d in store.load(claimed).deliveries)
                store.write(claimed, Step(done=found), now=NOON)
                done.extend(found)
                store.release(claimed, now=NOON)

    stop = threading.Timer(PATIENCE / 2, bell.set)
    stop.start()
    with together(arrive, arrive, arrive, work_on):
        pass
    stop.cancel()

    assert len(set(done)) == len(done) == 60
    assert store.outlook([ACME], now=NOON).wake is None
