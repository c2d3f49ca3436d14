"""One platform after the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from connectors.contract import Connector, Platform
from connectors.registry import PLATFORMS
from tests.connectors.conformance.driver import Clock, Driver
from tests.connectors.conformance.drivers import DRIVERS


@pytest.fixture(params=sorted(PLATFORMS))
def platform(request: pytest.FixtureRequest) -> Platform:
    return PLATFORMS[request.param]


@pytest.fixture
def driver(platform: Platform) -> Iterator[Driver]:
    with DRIVERS[platform.name](Clock(datetime(2026, 11, 2, 12, tzinfo=UTC))) as driver:
        yield driver
        assert not driver.violations()


@pytest.fixture
def connector(platform: Platform, driver: Driver) -> Connector:
    return platform.open(driver.account, clock=driver.clock)
