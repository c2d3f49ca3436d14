"""One thing that a helpdesk told, kept for a while: who we are there, what its priorities are.

Rule 1: it has a name and a life; after that, or when somebody missed something in it, it is asked for anew.
Rule 2: it belongs to one thread, as its connector does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from connectors.contract import Clock

T = TypeVar("T")
#: What hardly ever changes.
LIFE = timedelta(hours=1)


@dataclass
class Remembered(Generic[T]):
    """What was told, until it is too old."""

    name: str
    ask: Callable[[], T]
    clock: Clock
    life: timedelta = LIFE
    _told: T | None = None
    _until: datetime | None = None

    def get(self) -> T:
        """Return it, asked for anew where it is too old; what cannot be asked for raises, and is asked for again."""
        now = self.clock()
        if self._told is None or self._until is None or now >= self._until:
            self._told, self._until = self.ask(), now + self.life
        return self._told

    def missed(self) -> T:
        """Return it asked for anew: something was looked for in it that was not there."""
        self._until = None
        return self.get()
