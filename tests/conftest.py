"""What every room of the tests may use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings

from tests import postgres

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
