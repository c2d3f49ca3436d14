"""What the tests of connectors share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.connectors.wire import Wire, serving


@pytest.fixture
def wire() -> Iterator[Wire]:
    with serving() as wire:
        yield wire
