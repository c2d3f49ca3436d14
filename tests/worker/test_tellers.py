"""A real worker tells destinations beside its visits, when each may be told and not before."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.notices import Destination
from plugin.clock import utc_now
from plugin.store.records import Step
from plugin.tellers import MOMENT, MOST, Tellers
from plugin.worker import SAFETY_POLL, Worker
from tests.connectors.wire import Answer
from tests.scenarios.destinations import Told, at, listening
from tests.scenarios.world import LEASE, World
from tests.store.samples import message, posting, put

#: Longer than anything here takes, and shorter than the safety poll: who is told by then was woken.
PATIENCE = 15.0


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


def eventually(seen: Callable[[], bool]) -> bool:
    bell = threading.Event()
    for _ in range(int(PATIENCE / 0.02)):
        if seen():
            return True
        bell.wait(0.02)
    return False


def throttled(told: Told, seconds: float) -> dict[str, Destination]:
    return {name: at(told.wire, name, throttle=timedelta(seconds=seconds)) for name in ("chat", "managers")}


def test_a_decision_wakes_who_tells_of_it(migrated_url: str) -> None:
    assert SAFETY_POLL.total_seconds() > PATIENCE
    with listening(migrated_url, clock=utc_now) as (world, told), working(world):
        world.customer_writes(tags=["payment"])

        assert eventually(lambda: len(told()) == 1)


def test_what_waits_for_a_throttle_is_told_when_it_is_over(migrated_url: str) -> None:
    with listening(migrated_url, clock=utc_now) as (world, told):
        world.parts.destinations = throttled(told, 1)
        with working(world):
            for number in range(3):
                ticket = world.customer_writes(tags=["payment"])
                assert eventually(lambda n=ticket: "escalated" in world.ticket(n)["tags"]), number

            assert eventually(lambda: world.parts.store.figures().waiting_messages == 0)

    assert sum(title.startswith("sev2") or "messages" in title for title in told.titles()) == len(told()) <= 3


def test_a_chat_that_does_not_answer_holds_up_no_ticket(migrated_sqlite_url: str) -> None:
    with listening(migrated_sqlite_url, clock=utc_now) as (world, told):
        told.wire.will(Answer(silent=True), Answer(silent=True))
        with working(world, threads=1):
            first = world.customer_writes(tags=["payment"])
            assert eventually(lambda: len(told.wire.asked) == 1)

            second = world.customer_writes(tags=["payment"])

            assert eventually(lambda: "escalated" in world.ticket(second)["tags"])
            assert world.parts.store.figures().waiting_messages > 0  # the first is still being said
            assert "escalated" in world.ticket(first)["tags"]
            told.wire.over.set()


def test_a_chat_that_hangs_holds_up_no_stop(migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tellers.part, "__defaults__", (0.1,))
    with listening(migrated_sqlite_url, clock=utc_now) as (world, told):
        told.wire.will(Answer(silent=True), Answer(silent=True))
        with working(world):
            world.customer_writes(tags=["payment"])
            assert eventually(lambda: len(told.wire.asked) == 1)
            begun = time.monotonic()

        assert time.monotonic() - begun < 3
        assert world.parts.store.figures().waiting_messages > 0
        assert all(thread.daemon for thread in threading.enumerate() if thread.name == "tell")


def write(world: World, *names: str) -> None:
    put(world.parts.store, Step(messages=tuple(message(destination=name, at=utc_now()) for name in names)))


def test_no_more_are_told_at_once_than_there_are_tellers(migrated_sqlite_url: str) -> None:
    with listening(migrated_sqlite_url) as (world, told):
        told.wire.will(*[Answer(silent=True)] * MOST)
        write(world, "chat", "managers", "third")
        rung = threading.Event()
        tellers = Tellers(parts=world.parts, ring=rung.set)

        assert tellers.hand_out(world.clock()) is None
        assert eventually(lambda: len(told.wire.asked) == MOST)
        told.wire.over.set()

        assert rung.wait(PATIENCE)
        assert eventually(lambda: tellers.hand_out(world.clock()) is not None)
        tellers.part(PATIENCE)
        assert [letter.reason for letter in world.parts.store.dead_letters()] == [
            "third: the connections file has no such destination"
        ]


def test_a_destination_that_another_holds_is_looked_for_in_a_moment(migrated_postgresql_url: str) -> None:
    with listening(migrated_postgresql_url) as (world, _):
        write(world, "chat")
        tellers = Tellers(parts=world.parts, ring=lambda: None)

        with world.parts.store._writing() as connection:
            connection.exec_driver_sql("SELECT * FROM destinations FOR UPDATE")
            assert tellers.hand_out(world.clock()) == MOMENT


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        ("UPDATE messages SET document = 'spoilt'", "left to its lease: JSONDecodeError"),
        ("ALTER TABLE messages RENAME COLUMN done_at TO other", "left to its lease: "),
    ],
)
def test_what_nobody_thought_of_stops_no_other_destination(
    migrated_sqlite_url: str, caplog: pytest.LogCaptureFixture, spoil: str, says: str
) -> None:
    with listening(migrated_sqlite_url) as (world, _):
        write(world, "chat")
        taken = posting(world.parts.store, now=world.clock())
        with world.parts.store._writing() as connection:  # as no code of ours would
            connection.exec_driver_sql(spoil)
        spoilt = replace(taken, documents=("spoilt",)) if "spoilt" in spoil else taken

        tellers = Tellers(parts=world.parts, ring=lambda: None)
        tellers._submit(spoilt)
        tellers.part(PATIENCE)

        assert any(f"destination=chat {says}" in line for line in caplog.messages)
