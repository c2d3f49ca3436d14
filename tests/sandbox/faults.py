"""Things that go wrong on request."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

KINDS = ("status", "drop_after", "drop_before", "slow", "conflict", "human")


@dataclass
class Fault:
    """One thing that goes wrong, so many times."""

    method: str
    path: re.Pattern[str]
    kind: str
    times: int = 1
    after: int = 0  #: So many that fit go well first.
    status: int = 503
    retry_after: int | None = None
    seconds: float = 0.0
    body_contains: str | None = None
    run: Callable[[], None] | None = None


class Faults:
    """The list of what shall go wrong."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, method: str, path: str, kind: str, **rest: Any) -> None:
        if kind not in KINDS:
            raise ValueError(f"found {kind}, expected one of {KINDS}")
        with self._lock:
            self._faults.append(Fault(method, re.compile(path), kind, **rest))

    def next(self, method: str, path: str, body: str) -> Fault | None:
        """Return what goes wrong with this request, and count it."""
        with self._lock:
            for fault in self._faults:
                fits = fault.method == method and fault.path.search(path) and fault.times > 0
                if fits and (fault.body_contains is None or fault.body_contains in body):
                    if fault.after:
                        fault.after -= 1
                        continue
                    fault.times -= 1
                    return fault
        return None
