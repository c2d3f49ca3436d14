"""Hanging up on whoever takes too long: one thread watches over every call in hand.

Rule 1: a thread for each call takes longer to start than many a call takes.
Rule 2: it ends when there is nothing to watch over: a process that sleeps really sleeps.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

#: How often it looks, in seconds; so much longer than allowed may a call take.
TICK = 1.0


class Patience:
    """Ends calls that last too long; safe to share between threads."""

    def __init__(self) -> None:
        self._calls: dict[object, tuple[float, Callable[[], object]]] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @contextmanager
    def at_most(self, seconds: float, hang_up: Callable[[], object]) -> Iterator[None]:
        """Hang up when the time is over, and raise TimeoutError: what was read until then may end anywhere."""
        end, call = time.monotonic() + seconds, object()
        with self._lock:
            self._calls[call] = (end, hang_up)
            self._watch()
        try:
            yield
        finally:
            with self._lock:
                self._calls.pop(call, None)
        if time.monotonic() > end:
            raise TimeoutError("the answer takes too long")

    def _watch(self) -> None:
        if self._thread is None or not self._thread.is_alive():  # also after a fork
            self._thread = threading.Thread(target=self._look_around, name="patience", daemon=True)
            self._thread.start()

    def _look_around(self) -> None:
        while True:
            time.sleep(TICK)
            with self._lock:  # held while hanging up: a line that is done with may belong to another call by now
                self._hang_up(time.monotonic())
                if not self._calls:
                    self._thread = None
                    return

    def _hang_up(self, now: float) -> None:
        for call in [call for call, (end, _) in self._calls.items() if end <= now]:
            _, hang_up = self._calls.pop(call)
            with suppress(OSError, RuntimeError, ValueError):  # the answer came to its end just now
                hang_up()
