"""Stories run on every engine there is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenarios.world import World, living
from tests.scenarios.world import sqlite_url as url_in


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Give an empty database of the embedded engine, for what is the same on each."""
    return url_in(tmp_path)


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with living(database_url) as world:
        yield world
