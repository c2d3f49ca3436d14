"""What every room of the tests may use."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from sqlalchemy.engine import make_url

from plugin.log import logger
from plugin.store.schema import metadata
from plugin.store.store import Store
from tests import postgres
from tests.sandbox.contract import SPECIFICATION

settings.register_profile("quick", max_examples=60, deadline=None)
settings.load_profile("quick")

#: Quicker than TRUNCATE where there is little, and than a new database by far.
EMPTY = [f"DELETE FROM {table}" for table in metadata.tables]


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Give the URL of a running server."""
    if postgres.binaries() is None:
        pytest.skip("no PostgreSQL server is installed here")
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give an empty database of each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'escalation.db'}"
    url: str = request.getfixturevalue("postgres_url")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return url


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a SQLite file with its tables, to copy: quicker than migrating anew."""
    file = tmp_path_factory.mktemp("migrated") / "escalation.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_postgresql(postgres_url: str) -> str:
    """Give a database beside the one that other tests drop and make anew."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE migrated")
    url = make_url(postgres_url).set(database="migrated").render_as_string()
    _migrate(url)
    return url


@pytest.fixture
def migrated_sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """Give a SQLite file with its tables, and nothing in them."""
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path)}"


@pytest.fixture
def migrated_postgresql_url(migrated_postgresql: str) -> str:
    """Give a PostgreSQL database with its tables, and nothing in them."""
    with psycopg.connect(migrated_postgresql) as connection:
        connection.execute(";".join(EMPTY).encode())
    return migrated_postgresql


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest) -> str:
    """Give a database of each engine with its tables, and nothing in them."""
    return str(request.getfixturevalue(f"migrated_{request.param}_url"))


def _migrate(url: str) -> None:
    store = Store.open(url)
    store.migrate()
    store.close()


@pytest.fixture(autouse=True)
def _log_as_it_was() -> Iterator[None]:
    """Undo what a command that ran in the test's own process did to our log."""
    before = logger.handlers[:], logger.level, logger.propagate
    yield
    logger.handlers[:], logger.level, logger.propagate = before


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it if no request was held against the vendor's description, which is not ours to hand on."""
    if not SPECIFICATION.exists():
        terminalreporter.write_line(f"contract not checked: there is no {SPECIFICATION}")
