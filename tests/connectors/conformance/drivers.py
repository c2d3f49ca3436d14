"""Which driver works which kind of a platform: one line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

from tests.connectors.conformance.driver import Clock, Driver
from tests.connectors.jira.driver import cloud, data_center
from tests.connectors.zendesk.driver import zendesk

DRIVERS: Mapping[str, Callable[[Clock], AbstractContextManager[Driver]]] = {
    "jira-cloud": cloud,
    "jira-data-center": data_center,
    "zendesk": zendesk,
}
