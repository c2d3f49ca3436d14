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
from plugin.store.store import Store
from tests import postgres
from tests.sandbox.zendesk.contract import SPECIFICATION

settings.register_profile("quick", max_examples=60, deadline=None)
settings.load_profile("quick")


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
def migrated_template(postgres_url: str) -> str:
    """Give the name of a PostgreSQL database with its tables, to copy."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE migrated")
    _migrate(_beside(postgres_url, "migrated"))
    return "migrated"


@pytest.fixture
def migrated_sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """Give a SQLite file with its tables, and nothing in them."""
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path)}"


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest) -> str:
    """Give a database of each engine with its tables, and nothing in them."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("migrated_sqlite_url"))
    url: str = request.getfixturevalue("postgres_url")
    template: str = request.getfixturevalue("migrated_template")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS copied WITH (FORCE)")
        connection.execute(f"CREATE DATABASE copied TEMPLATE {template}".encode())
    return _beside(url, "copied")


def _migrate(url: str) -> None:
    store = Store.open(url)
    store.migrate()
    store.close()


def _beside(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string()


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
