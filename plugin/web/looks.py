"""What health and figures are told of the store.

Rule 1: one look at a time; who asks meanwhile is told the same.
Rule 2: nobody waits longer than a moment for a database that does not answer.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime

from plugin.pipeline.parts import Parts
from plugin.store.overview import Figures
from plugin.store.records import HeldRule, PolicyLoad, Reconciled, StoreError

#: Seconds a look may take.
PATIENCE = 3.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What was seen."""

    figures: Figures
    oldest: Mapping[str, datetime]  #: The oldest undone delivery of each connection that has one.
    policy: PolicyLoad | None
    held: tuple[HeldRule, ...]
    reconciled: tuple[Reconciled, ...]
    calls: Mapping[str, tuple[int, int]]  #: Of each connection: calls made today, and those of them that failed.


class Looks:
    """Looks at one store."""

    def __init__(self, parts: Parts, *, patience: float = PATIENCE) -> None:
        self._parts = parts
        self._patience = patience
        self._lock = threading.Lock()
        self._running: Future[Look | None] | None = None

    def look(self) -> Look | None:
        """Return what is seen now, None where the tables are not current; StoreError if it does not come."""
        try:
            return self._begun().result(timeout=self._patience)
        except TimeoutError as problem:
            raise StoreError(
                f"it does not answer within {self._patience:g} s; is it overloaded, or frozen?"
            ) from problem

    def _begun(self) -> Future[Look | None]:
        with self._lock:
            if self._running is None or self._running.done():
                self._running = Future()
                threading.Thread(target=self._see, args=(self._running,), name="look", daemon=True).start()
            return self._running

    def _see(self, future: Future[Look | None]) -> None:
        try:
            future.set_result(self._seen())
        except Exception as problem:  # noqa: BLE001  whoever waits raises it
            future.set_exception(problem)

    def _seen(self) -> Look | None:
        store, now = self._parts.store, self._parts.clock()
        if not store.is_current():
            return None
        store.probe(now)
        return Look(
            figures=store.figures(now=now),
            oldest=store.oldest_pending(),
            policy=store.policies.last_load(),
            held=store.held(),
            reconciled=store.reconciliations.all(),
            calls=store.calls.today(now=now),
        )
