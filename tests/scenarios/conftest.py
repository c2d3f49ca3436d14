"""Stories run on every engine there is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.scenarios.world import World, living


@pytest.fixture
def sqlite_url(migrated_sqlite_url: str) -> str:
    """Give a database of the embedded engine, for what is the same on each."""
    return migrated_sqlite_url


@pytest.fixture
def world(migrated_url: str) -> Iterator[World]:
    with living(migrated_url) as world:
        yield world
