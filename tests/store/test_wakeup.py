"""Whoever sleeps on an alarm is woken by work, wherever it was announced; a lost ear costs a short sleep only."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from plugin.store import wakeup
from plugin.store.engine import open_engine
from plugin.store.records import Receipt, Step
from plugin.store.store import Store
from plugin.store.wakeup import Alarm, folder_of
from tests.store.samples import ACME, LEASE, NOON, PATIENCE, delivery, sqlite_url, take

ROOT = Path(__file__).parents[2]
#: No test lasts so long: who sleeps it out was not woken.
FOR_EVER = 3600.0


@pytest.fixture
def alarm(store: Store) -> Iterator[Alarm]:
    alarm = store.alarm()
    assert woken(alarm)  # the first time it only begins to listen
    yield alarm
    alarm.close()


@contextmanager
def sleeping(alarm: Alarm) -> Iterator[None]:
    """Have someone sleep on an alarm that listens; the body must wake them."""
    thread = threading.Thread(target=alarm.wait, args=(FOR_EVER,), daemon=True)
    thread.start()
    try:
        yield
        thread.join(PATIENCE)
        assert not thread.is_alive(), "nobody woke the sleeper"
    finally:
        alarm.ring()
        thread.join(PATIENCE)


def woken(alarm: Alarm) -> bool:
    """Return True if what has happened so far wakes whoever goes to sleep now."""
    with sleeping(alarm):
        pass
    return True


def replay(store: Store) -> None:
    claimed = take(store)
    (found,) = store.load(claimed).deliveries
    store.write(claimed, Step(dead=((found.id, "unreadable"),)), now=NOON)
    (letter,) = store.dead_letters()
    store.replay(letter, now=NOON)


NEWS: dict[str, Callable[[Store], object]] = {
    "a delivery": lambda store: store.receive(delivery()),
    "a replayed letter": replay,
}


@pytest.mark.parametrize("news", NEWS.values(), ids=NEWS)
def test_news_wakes_a_sleeper(store: Store, alarm: Alarm, news: Callable[[Store], object]) -> None:
    with sleeping(alarm):
        news(store)


@pytest.mark.parametrize("news", NEWS.values(), ids=NEWS)
def test_news_of_another_process_wakes_a_sleeper(
    another_store: Store, alarm: Alarm, news: Callable[[Store], object]
) -> None:
    with sleeping(alarm):
        news(another_store)


def test_news_wakes_every_sleeper(store: Store, another_store: Store, alarm: Alarm) -> None:
    beside = another_store.alarm()
    assert woken(beside)

    with sleeping(alarm), sleeping(beside):
        store.receive(delivery())
    beside.close()


def test_a_ring_wakes_a_sleeper(alarm: Alarm) -> None:
    with sleeping(alarm):
        alarm.ring()


def test_a_ring_before_the_sleep_is_heard(alarm: Alarm) -> None:
    alarm.ring()

    assert woken(alarm)


def test_rings_beyond_count_never_block_who_rings(alarm: Alarm) -> None:
    for _ in range(100_000):
        alarm.ring()

    assert woken(alarm)


def test_an_alarm_may_be_closed_twice_and_rung_afterwards(store: Store, tmp_path: Path) -> None:
    alarm = store.alarm()
    alarm.close()
    with (tmp_path / "another").open("wb") as another:  # takes the number of what was closed
        alarm.ring()
        alarm.close()

        assert another.tell() == 0

    assert (tmp_path / "another").read_bytes() == b""


def test_whoever_begins_to_listen_is_sent_to_look_again(store: Store) -> None:
    alarm = store.alarm()
    store.receive(delivery())  # after the look, before the listening: nobody heard it

    assert woken(alarm)

    assert len(store.claim([ACME], now=NOON, lease=LEASE, limit=1)) == 1
    alarm.close()


def test_news_between_a_look_and_the_sleep_is_heard(store: Store, another_store: Store, alarm: Alarm) -> None:
    assert store.outlook([ACME], now=NOON).wake is None
    another_store.receive(delivery())

    assert woken(alarm)


def test_news_beyond_count_never_blocks_who_brings_it(store: Store, alarm: Alarm) -> None:
    for _ in range(300):
        store.poke()
    store.receive(delivery())

    assert woken(alarm)


def test_without_time_there_is_no_sleep(alarm: Alarm) -> None:
    alarm.wait(0.0)

    alarm.wait(-1.0)


def test_a_poke_that_nobody_hears_is_no_matter(store: Store) -> None:
    store.poke()

    store.receive(delivery())


# --- SQLite


def test_the_leftover_of_a_dead_listener_is_cleared_away(sqlite_store_url: str) -> None:
    store, engine = Store.open(sqlite_store_url), open_engine(sqlite_store_url)
    alarm = store.alarm()
    assert woken(alarm)
    leftover = folder_of(engine) / "0-dead.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as dead:
        dead.bind(str(leftover))

    with sleeping(alarm):
        store.poke()

    assert not leftover.exists()
    assert len(list(folder_of(engine).glob("*.sock"))) == 1
    alarm.close()
    store.close()


def test_a_closed_alarm_leaves_nothing_behind(sqlite_store_url: str) -> None:
    store, engine = Store.open(sqlite_store_url), open_engine(sqlite_store_url)
    alarm = store.alarm()
    assert woken(alarm)

    alarm.close()

    assert list(folder_of(engine).iterdir()) == []
    store.close()


def test_a_file_is_the_same_whichever_way_leads_to_it(sqlite_store_url: str, tmp_path: Path) -> None:
    way = tmp_path / "way"
    way.symlink_to(tmp_path)
    store, around = Store.open(sqlite_store_url), Store.open(sqlite_url(way))
    alarm = store.alarm()
    assert woken(alarm)

    with sleeping(alarm):
        around.receive(delivery())
    alarm.close()
    store.close()
    around.close()


def test_who_keeps_temporary_files_elsewhere_is_woken_all_the_same(
    sqlite_store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(sqlite_store_url)
    alarm = store.alarm()
    assert woken(alarm)
    program = "import sys; from plugin.store.store import Store; Store.open(sys.argv[1]).poke()"

    with sleeping(alarm):
        elsewhere = {**os.environ, "TMPDIR": str(tmp_path)}
        subprocess.run([sys.executable, "-c", program, sqlite_store_url], env=elsewhere, cwd=ROOT, check=True)
    alarm.close()
    store.close()


def long_url(migrated_file: Path, tmp_path: Path) -> str:
    folder = tmp_path / ("a-long-name-" * 8)
    folder.mkdir()
    shutil.copy(migrated_file, folder / "escalation.db")
    return sqlite_url(folder)


def test_a_path_too_long_for_a_socket_is_no_hindrance(migrated_file: Path, tmp_path: Path) -> None:
    store = Store.open(long_url(migrated_file, tmp_path))
    alarm = store.alarm()
    assert woken(alarm)

    with sleeping(alarm):
        store.poke()
    alarm.close()
    store.close()


@pytest.mark.parametrize("theirs", ["a link", "a file", "writable"])
def test_a_folder_that_is_not_ours_alone_is_not_used(
    sqlite_store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, theirs: str
) -> None:
    monkeypatch.setattr(wakeup, "DEAF_SECONDS", 0.01)
    folder, elsewhere = folder_of(open_engine(sqlite_store_url)), tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "important.sock").touch()
    if theirs == "a link":
        folder.symlink_to(elsewhere)
    elif theirs == "a file":
        folder.touch()
    else:
        folder.mkdir()
        folder.chmod(0o777)
        (folder / "important.sock").touch()
    store = Store.open(sqlite_store_url)
    alarm = store.alarm()

    store.poke()
    assert woken(alarm)  # by the end of a deaf sleep

    assert (elsewhere / "important.sock").exists()
    assert theirs != "writable" or [path.name for path in folder.iterdir()] == ["important.sock"]
    alarm.close()
    store.close()


def test_a_leftover_that_cannot_be_cleared_away_is_left(sqlite_store_url: str) -> None:
    store, folder = Store.open(sqlite_store_url), folder_of(open_engine(sqlite_store_url))
    (folder / "0-a-folder.sock").mkdir(parents=True, mode=0o700)
    folder.chmod(0o700)

    store.receive(delivery("e1"))

    assert store.receive(delivery("e1")) is Receipt.DUPLICATE
    store.close()


# --- PostgreSQL


@contextmanager
def cut_off(url: str) -> Iterator[None]:
    """End the listener's connection; let nobody in again before the body is over."""
    database = url.rpartition("/")[2]
    with psycopg.connect(url.replace(f"/{database}", "/postgres"), autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS false".encode())
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND query LIKE 'LISTEN%%'",
            (database,),
        )
        try:
            yield
        finally:
            admin.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS true".encode())


def test_a_cut_connection_wakes_the_sleeper_who_listens_again(postgresql_store_url: str) -> None:
    store = Store.open(postgresql_store_url)
    alarm = store.alarm()
    assert woken(alarm)
    with sleeping(alarm), cut_off(postgresql_store_url):
        pass

    assert woken(alarm)  # begins to listen again

    with sleeping(alarm):
        store.receive(delivery())
    alarm.close()
    store.close()


def test_the_deaf_sleep_briefly_until_they_can_listen(
    postgresql_store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wakeup, "DEAF_SECONDS", 0.01)
    store = Store.open(postgresql_store_url)
    alarm = store.alarm()
    assert woken(alarm)
    with cut_off(postgresql_store_url):
        assert woken(alarm)  # by the cut
        assert woken(alarm)  # by the end of a deaf sleep
        with sleeping(alarm):
            alarm.ring()  # which a ring ends as well

    assert woken(alarm)

    with sleeping(alarm):
        store.receive(delivery())
    alarm.close()
    store.close()
