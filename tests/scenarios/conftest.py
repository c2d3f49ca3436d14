"""Stories run on every engine there is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.scenarios.world import World, living


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with living(database_url) as world:
        yield world
