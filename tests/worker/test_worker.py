"""A real worker in a thread: it wakes at once, sleeps otherwise, and stops cleanly."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from connectors.model import TicketRef
from plugin.clock import utc_now
from plugin.store.records import Claim, NewDelivery
from plugin.store.setbacks import MOST
from plugin.worker import Worker
from tests.scenarios.world import ACME, ANA, LEASE, World, living

#: Longer than anything here takes; a test that waits so long has failed.
PATIENCE = 20.0


@pytest.fixture
def world(database_url: str) -> Iterator[World]:  # not one whose tables others go on using: some are spoilt here
    with living(database_url, clock=utc_now) as world:
        yield world


@contextmanager
def working(world: World, *, threads: int = 2) -> Iterator[Worker]:
    worker = Worker(world.parts, threads=threads, lease=LEASE)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def eventually(world: World, ticket: int, tag: str) -> bool:
    """Wait for a tag; the worker is told of it by nobody but the store."""
    bell = threading.Event()
    for _ in range(int(PATIENCE / 0.02)):
        if tag in world.ticket(ticket)["tags"]:
            return True
        bell.wait(0.02)
    return False


def test_a_delivery_wakes_a_sleeping_worker(world: World) -> None:
    with working(world):
        ticket = world.customer_writes(tags=["payment"])

        assert eventually(world, ticket, "escalated")

    assert world.ticket(ticket)["assignee_id"] == ANA


def test_many_tickets_are_worked_on_each_once(world: World) -> None:
    with working(world, threads=4):
        tickets = [world.customer_writes(tags=["payment"]) for _ in range(20)]

        assert all(eventually(world, ticket, "escalated") for ticket in tickets)

    assert len(world.parts.store.cases()) == len(tickets)


def test_what_was_asked_to_stop_takes_nothing_new_and_loses_nothing(world: World) -> None:
    with working(world) as worker:
        worker.stop()
    ticket = world.customer_writes(tags=["payment"])
    world.sandbox.idle()
    assert world.ticket(ticket)["tags"] == ["payment"]

    with working(world):
        assert eventually(world, ticket, "escalated")


def test_a_timer_wakes_it_without_any_event(world: World) -> None:
    ticket = world.customer_writes("Anybody?")
    world.sandbox.idle()
    with working(world):
        ref = TicketRef(connection=ACME, id=str(ticket))
        bell = threading.Event()
        while world.parts.store.figures().pending_deliveries or world.parts.store.figures().leased:
            bell.wait(0.02)
        assert world.parts.store.log(ref)
        outlook = world.parts.store.outlook([ACME], now=utc_now())

    assert outlook.wake is not None
    assert timedelta(hours=3, minutes=58) < outlook.wake - utc_now() < timedelta(hours=4, minutes=1)


def test_a_ticket_nobody_thought_of_is_pushed_back_and_stops_no_other(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    poisoned = NewDelivery(
        connection=ACME,
        ticket_id="99",
        event_key="poison",
        invocation_id=None,
        received_at=utc_now(),
        headers={},
        body=b'{"ticket_id": "99"}',
    )
    world.parts.store.receive(poisoned)
    (claimed,) = world.parts.store.claim([ACME], now=utc_now(), lease=LEASE, limit=1)
    with world.parts.store._writing() as connection:  # spoilt as no code of ours would
        connection.exec_driver_sql("UPDATE tickets SET mirror = 'spoilt'")
    world.parts.store.release(Claim(ticket=claimed.ticket, token=claimed.token, lease=LEASE), now=utc_now())

    with working(world):
        ticket = world.customer_writes(tags=["payment"])
        assert eventually(world, ticket, "escalated")

    (told,) = [line for line in caplog.messages if "pushed back" in line]
    assert told.startswith("ticket=acme#99 pushed back: JSONDecodeError at ")


def test_what_the_database_refuses_is_pushed_back_and_ends_as_a_dead_letter(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    ticket = world.customer_writes(tags=["payment"])
    world.sandbox.idle()
    with world.parts.store._writing() as connection:  # a database that takes one line of the log and no more
        connection.exec_driver_sql("CREATE UNIQUE INDEX spoilt ON case_log (connection)")
        connection.exec_driver_sql(f"UPDATE tickets SET setbacks = {MOST - 1}")

    with working(world):
        bell = threading.Event()
        while not world.parts.store.dead_letters():
            bell.wait(0.02)

    letters = world.parts.store.dead_letters()
    assert {letter.ticket_id for letter in letters} == {str(ticket)}
    assert re.match(rf"given up after {MOST} tries: \w+ at plugin/store/work.py:\d+$", letters[0].reason)
    assert any(line.startswith(f"ticket=acme#{ticket} given up") for line in caplog.messages)


def test_a_ticket_left_for_soon_is_looked_at_though_the_worker_planned_to_sleep_longer(world: World) -> None:
    world.sandbox.faults.add("PUT", r"/tickets/\d+", "status", status=409)
    world.sandbox.faults.add("PUT", r"/tickets/\d+", "status", status=429, retry_after=1)

    with working(world):
        ticket = world.customer_writes(tags=["payment"])

        assert eventually(world, ticket, "escalated")


def test_a_full_worker_takes_what_waits_as_soon_as_it_has_a_visitor_free(world: World) -> None:
    with working(world, threads=1):
        tickets = [world.customer_writes(tags=["payment"]) for _ in range(5)]

        assert all(eventually(world, ticket, "escalated") for ticket in tickets)
