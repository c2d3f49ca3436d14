"""Which driver works which platform: one line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

from tests.connectors.conformance.driver import Clock, Driver
from tests.connectors.zendesk.driver import zendesk

DRIVERS: Mapping[str, Callable[[Clock], AbstractContextManager[Driver]]] = {"zendesk": zendesk}
