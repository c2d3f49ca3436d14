"""Calls of code that is not ours, and that nobody waits for longer than allowed.

Rule 1: a call that is given up goes on in a thread that holds up nothing, not even the end of the process.
Rule 2: while it goes on, no second one of its name is begun: whoever hangs gathers no threads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress


class StillOut(Exception):
    """The call before, which was given up, has not ended yet."""


class Errands:
    """Runs calls by name; safe to share between threads."""

    def __init__(self) -> None:
        self._out: dict[str, threading.Thread] = {}
        self._lock = threading.Lock()

    def run(self, name: str, call: Callable[[], None], *, seconds: float) -> None:
        """Run a call and raise what it raises; TimeoutError where it takes too long, StillOut if one is out."""
        raised: list[BaseException] = []

        def go() -> None:
            try:
                call()
            except BaseException as problem:  # noqa: BLE001  raised again by who waits
                raised.append(problem)

        thread = threading.Thread(target=go, name=f"errand {name}", daemon=True)
        with self._lock:
            if (before := self._out.get(name)) and before.is_alive():
                raise StillOut(name)
            self._out[name] = thread
            thread.start()
        thread.join(seconds)
        if thread.is_alive():
            raise TimeoutError(f"longer than {seconds:g} s")
        with self._lock, suppress(KeyError):
            if self._out[name] is thread:
                del self._out[name]
        if raised:
            raise raised[0]
