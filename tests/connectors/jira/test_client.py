"""What is Jira's alone, of the half that talks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.registry import PLATFORMS
from tests.connectors.conformance.driver import Clock
from tests.connectors.jira.driver import JiraDriver, cloud, data_center

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize("kind", [cloud, data_center])
@pytest.mark.parametrize("denied", [True, False])
def test_a_user_who_may_not_create_issues_opens_none(kind: type, denied: bool) -> None:
    with kind(Clock(NOON)) as driver:
        assert isinstance(driver, JiraDriver)
        driver.sandbox.site.denied |= {"CREATE_ISSUES"} if denied else set()

        lacks = PLATFORMS["jira"].open(driver.account, clock=driver.clock).catalogue().lacks

    assert ("Create Issues" in lacks.get("open_ticket", "")) is denied
