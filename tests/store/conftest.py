"""Databases of each engine, migrated and opened once: both take longer than most tests here."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from plugin.store.store import Store
from tests.conftest import EMPTY
from tests.store.samples import sqlite_url


@pytest.fixture(scope="session")
def shared_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a SQLite file that stays open."""
    return Path(shutil.copy(migrated_file, tmp_path_factory.mktemp("shared")))


@pytest.fixture(scope="session")
def opened() -> Iterator[Callable[[str], tuple[Store, Store]]]:
    """Open a database twice, as two processes would, and keep it open."""
    stores: dict[str, tuple[Store, Store]] = {}

    def at(url: str) -> tuple[Store, Store]:
        if url not in stores:
            stores[url] = (Store.open(url), Store.open(url))
        return stores[url]

    yield at
    for store in (store for pair in stores.values() for store in pair):
        store.close()


@pytest.fixture
def sqlite_store_url(migrated_sqlite_url: str) -> str:
    """Give a SQLite file with its tables that nobody else has open."""
    return migrated_sqlite_url


@pytest.fixture
def postgresql_store_url(migrated_postgresql_url: str) -> str:
    """Give a PostgreSQL database with empty tables."""
    return migrated_postgresql_url


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """Give a database of each engine, its tables there and empty."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql_store_url"))
    file: Path = request.getfixturevalue("shared_file")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executescript(";".join(("PRAGMA synchronous=OFF", "BEGIN", *EMPTY, "COMMIT")))
    return sqlite_url(file.parent)


@pytest.fixture
def store(opened: Callable[[str], tuple[Store, Store]], store_url: str) -> Store:
    return opened(store_url)[0]


@pytest.fixture
def another_store(opened: Callable[[str], tuple[Store, Store]], store_url: str) -> Store:
    """Give what another process would open on the same database."""
    return opened(store_url)[1]
