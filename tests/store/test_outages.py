"""A store that cannot take something says so at once, in one word of ours, and takes it later."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import make_url

from plugin.store import engine as engine_module
from plugin.store import inbox
from plugin.store.engine import open_engine
from plugin.store.inbox import Inbox
from plugin.store.records import Claim, Receipt, Step, StoreError
from plugin.store.store import Store
from tests.store.samples import ACME, LEASE, NOON, PATIENCE, REF, delivery, together

CLAIM = Claim(ticket=REF, token="t1", lease=LEASE)

DEEDS: dict[str, Callable[[Store], object]] = {
    "receive": lambda store: store.receive(delivery()),
    "migrate": lambda store: store.migrate(),
    "is_current": lambda store: store.is_current(),
    "claim": lambda store: store.claim([ACME], now=NOON, lease=LEASE, limit=1),
    "outlook": lambda store: store.outlook([ACME], now=NOON),
    "load": lambda store: store.load(CLAIM),
    "write": lambda store: store.write(CLAIM, Step(), now=NOON),
    "release": lambda store: store.release(CLAIM, now=NOON),
    "figures": lambda store: store.figures(),
    "policy": lambda store: store.policies.document("p1"),
}


@pytest.fixture(params=["sqlite:///{folder}/missing/escalation.db", "postgresql://nobody@127.0.0.1:1/nothing"])
def nowhere(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return Store.open(request.param.format(folder=tmp_path))


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_what_is_asked_of_an_unreachable_store_fails_in_our_words(
    nowhere: Store, deed: Callable[[Store], object]
) -> None:
    with pytest.raises(StoreError):
        deed(nowhere)

    nowhere.close()


@pytest.mark.parametrize("url", ["mysql://localhost/escalation", "escalation.db", "", "sqlite+aiosqlite:///x.db"])
def test_a_url_of_no_database_of_ours_is_refused_at_once(url: str) -> None:
    with pytest.raises(StoreError, match="DATABASE_URL"):
        Store.open(url)


def test_a_store_without_tables_takes_a_delivery_once_they_are_there(database_url: str) -> None:
    store = Store.open(database_url)
    with pytest.raises(StoreError):
        store.receive(delivery("e1"))

    store.migrate()

    assert store.receive(delivery("e1")) is Receipt.ACCEPTED
    store.close()


def test_a_delivery_no_database_can_hold_is_refused_and_the_next_is_stored(store: Store) -> None:
    with pytest.raises(StoreError, match="refused"):
        store.receive(delivery("half a letter: \ud83d"))

    assert store.receive(delivery("e1")) is Receipt.ACCEPTED
    assert store.figures().pending_deliveries == 1


def test_a_receiver_does_not_wait_for_ever_and_a_retry_finds_what_was_stored(
    store_url: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    engine = open_engine(store_url)
    slow = Inbox(engine, lambda: None if go_on.wait(PATIENCE) else pytest.fail("was never let go"))
    monkeypatch.setattr(inbox, "PATIENCE_SECONDS", 0.01)
    with pytest.raises(StoreError, match="in time"):
        slow.receive(delivery("e1"))

    go_on.set()
    slow.close()
    engine.dispose()

    monkeypatch.undo()
    assert store.receive(delivery("e1")) is Receipt.DUPLICATE


def test_writers_wait_for_each_other_and_none_fails(store: Store, another_store: Store) -> None:
    def arrive() -> None:
        for _ in range(10):
            assert another_store.receive(delivery()) is Receipt.ACCEPTED

    def seen() -> None:
        for _ in range(10):
            store.worker_seen("w1", NOON)

    with together(arrive, arrive, seen, seen):
        pass

    assert store.figures().pending_deliveries == 20


def test_connections_that_died_while_they_lay_idle_are_replaced(
    postgresql_store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "IDLE_SECONDS", 0.0)
    mine = make_url(postgresql_store_url).update_query_dict({"application_name": "soon dead"})
    store, admin = Store.open(mine.render_as_string(hide_password=False)), open_engine(postgresql_store_url)
    store.receive(delivery("e1"))
    with together(*[store.figures] * 4):
        pass
    with admin.connect() as connection:
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'soon dead'"
        assert len(connection.exec_driver_sql(ended).all()) > 1

    assert store.receive(delivery("e2")) is Receipt.ACCEPTED
    assert store.figures().pending_deliveries == 2
    admin.dispose()
    store.close()
