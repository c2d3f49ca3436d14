"""Processes of one parent.

Rule 1: each is in a session of its own, so that a terminal's or a supervisor's signal to all reaches the parent alone,
        and a signal of the parent's reaches a child with all its own.
Rule 2: they are told to stop every second until they have, and killed when that takes too long.
Rule 3: when the parent is killed, they stop by themselves.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType

from plugin.lifeline import GRACE, LIFELINE
from plugin.log import logger

_STOPS = (signal.SIGTERM, signal.SIGINT)


class Children:
    """Commands of ours, each in its own process."""

    def __init__(self, commands: Sequence[str], *, grace: float = GRACE) -> None:
        self._grace = grace
        self._asked = False
        self._news = _wake_on_signals()
        for number in (*_STOPS, signal.SIGCHLD):
            signal.signal(number, self._hear)
        ours, self._lifeline = os.pipe()
        self._all = [_start(command, ours) for command in commands]
        os.close(ours)

    def wait(self) -> int:
        """Return the exit code, when all are gone: because a signal asked for it, or because one ended by itself."""
        while not self._asked and all(child.poll() is None for child in self._all):
            select.select([self._news], [], [])
            os.read(self._news, 512)
        if not self._asked:
            logger.error("a process ended by itself; stopping the other")
        codes = self._end()
        return 0 if self._asked else max(map(abs, codes)) or 1

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        self._asked = self._asked or number in _STOPS

    def _end(self) -> list[int]:
        until = time.monotonic() + self._grace
        while alive := [child for child in self._all if child.poll() is None]:
            _tell(alive, signal.SIGTERM if time.monotonic() < until else signal.SIGKILL)
            with suppress(subprocess.TimeoutExpired):
                alive[0].wait(timeout=1.0)
        return [child.wait() for child in self._all]


def _wake_on_signals() -> int:
    """Return what can be read from when a signal has come."""
    news, ring = os.pipe()
    os.set_blocking(ring, False)
    signal.set_wakeup_fd(ring, warn_on_full_buffer=False)
    return news


def _start(command: str, lifeline: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  ourselves
        [sys.executable, "-m", "plugin", command],
        env={**os.environ, LIFELINE: str(lifeline)},
        pass_fds=(lifeline,),
        start_new_session=True,
    )


def _tell(children: Sequence[subprocess.Popen[bytes]], number: int) -> None:
    for child in children:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, number)
