"""`/readyz` tells the truth, and soon."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from connectors.model import Mode
from plugin.pipeline.parts import Parts
from plugin.store.records import NewDelivery
from plugin.web.app import create_app
from plugin.web.health import readiness
from plugin.web.looks import Looks
from tests.scenarios.world import ACME, Clock, make_parts, sqlite_url
from tests.web.test_receiver import account

CLOCK = Clock()


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    made = make_parts(sqlite_url(tmp_path), {ACME: account()}, CLOCK)
    made.store.migrate()
    made.store.worker_seen("w", CLOCK())
    made.store.policies.save("p1", {}, now=CLOCK())
    yield made
    made.store.close()


def ready(parts: Parts) -> tuple[int, Any]:
    answer = create_app(parts).test_client().get("/readyz")
    return answer.status_code, answer.get_json()


def receive(parts: Parts, connection: str) -> None:
    parts.store.receive(
        NewDelivery(
            connection=connection,
            ticket_id="7",
            event_key="e",
            invocation_id=None,
            received_at=CLOCK() - timedelta(hours=1),
            headers={},
            body=b"{}",
        )
    )


def test_all_is_well(parts: Parts) -> None:
    status, told = ready(parts)

    assert (status, set(told["checks"].values())) == (200, {"ok"})


def test_without_a_policy_in_use_nothing_is_ready(parts: Parts) -> None:
    with parts.store._writing() as connection:
        connection.exec_driver_sql("DELETE FROM policy_loads")

    status, told = ready(parts)

    assert (status, told["checks"]["policy"]) == (503, "none was ever taken into use; run: escalation worker")


def test_a_worker_whose_clock_is_far_ahead_was_not_seen_now(parts: Parts) -> None:
    parts.store.worker_gone("w")
    parts.store.worker_seen("another", CLOCK() + timedelta(hours=1))

    status, told = ready(parts)

    assert (status, told["checks"]["worker"]) == (503, "none seen lately; run: escalation worker")


def test_a_worker_whose_clock_is_a_little_ahead_is_seen(parts: Parts) -> None:
    parts.store.worker_gone("w")
    parts.store.worker_seen("another", CLOCK() + timedelta(seconds=30))
    parts.store.worker_seen("mad", CLOCK() + timedelta(days=30))

    assert ready(parts)[0] == 200


def test_a_delivery_that_waits_too_long_is_told(parts: Parts) -> None:
    receive(parts, ACME)

    status, told = ready(parts)

    assert (status, "is a worker running" in told["checks"]["deliveries"]) == (503, True)


@pytest.mark.parametrize("accounts", [{}, {ACME: account(mode=Mode.OFF)}])
def test_a_delivery_nobody_is_to_work_on_is_named_and_makes_nothing_unready(parts: Parts, accounts: Any) -> None:
    receive(parts, ACME)

    status, told = ready(replace(parts, accounts=accounts))

    assert status == 200
    assert f"the connection {ACME} wait since" in told["notices"][0]
    assert "CONNECTIONS_FILE" in told["notices"][0]


def test_a_store_that_can_be_read_but_not_written_is_noticed(parts: Parts) -> None:
    with parts.store._writing() as connection:  # as on a full disk: what is there can still be read
        full = "BEFORE INSERT ON cursors BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
        connection.exec_driver_sql(f"CREATE TRIGGER full {full}")

    status, told = ready(parts)

    assert status == 503
    assert told["checks"]["store"] != "ok"


@pytest.fixture
def postgresql(database_url: str) -> Iterator[Parts]:
    made = make_parts(database_url, {}, CLOCK)
    made.store.migrate()
    yield made
    made.store.close()


@contextmanager
def frozen(database_url: str) -> Iterator[None]:
    """Stop the server's processes that serve this program, as a machine that hangs does."""
    with psycopg.connect(database_url, autocommit=True) as admin:
        mine = admin.info.backend_pid
        found = admin.execute("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'").fetchall()
        others = [pid for (pid,) in found if pid != mine]
        for pid in others:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in others:
                os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_database_that_hangs_is_told_to_everyone_who_asks(postgresql: Parts, database_url: str) -> None:
    looks = Looks(postgresql, patience=0.2)
    assert looks.look() is not None  # has a connection from now on
    answers: list[tuple[bool, dict[str, Any]]] = []

    with frozen(database_url):
        askers = [threading.Thread(target=lambda: answers.append(readiness(postgresql, looks))) for _ in range(20)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
        looking = [thread for thread in threading.enumerate() if thread.name == "look"]

    assert {(well, told["checks"]["store"]) for well, told in answers} == {
        (False, "it does not answer within 0.2 s; is it overloaded, or frozen?")
    }
    assert len(looking) == 1
    looking[0].join()
