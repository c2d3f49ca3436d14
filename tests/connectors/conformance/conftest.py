"""One platform after the other, each of its kinds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from connectors.contract import Connector, Platform
from connectors.registry import PLATFORMS
from tests.connectors.conformance.driver import Clock, Driver
from tests.connectors.conformance.drivers import DRIVERS


@pytest.fixture(params=sorted(DRIVERS))
def driver(request: pytest.FixtureRequest) -> Iterator[Driver]:
    with DRIVERS[request.param](Clock(datetime(2026, 11, 2, 12, tzinfo=UTC))) as driver:
        yield driver
        assert not driver.violations()


@pytest.fixture
def platform(driver: Driver) -> Platform:
    return PLATFORMS[driver.account.platform]


@pytest.fixture
def connector(platform: Platform, driver: Driver) -> Connector:
    return platform.open(driver.account, clock=driver.clock)
