"""The store as those see it who tell destinations: short transactions, beside those of the tickets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from plugin.store import messages
from plugin.store.records import Posting, Reached


@dataclass(frozen=True)
class Postings:
    """What waits for destinations; safe to share between threads."""

    writing: Callable[..., AbstractContextManager[Connection]]
    reading: Callable[[], AbstractContextManager[Connection]]

    def take(self, *, now: datetime, lease: timedelta) -> Posting | None:
        """Take a destination that may be told now, with what waits for it; None: there is none."""
        with self.writing(fleeting=True) as connection:
            return messages.take(connection, now=now, lease=lease)

    def sent(self, posting: Posting, *, now: datetime, next_at: datetime) -> None:
        """Note that a destination was told, and when it may be told again."""
        with self.writing() as connection:
            messages.sent(connection, posting, now=now, next_at=next_at)

    def failed(self, posting: Posting, why: str, *, now: datetime, next_at: datetime, for_good: bool = False) -> int:
        """Note that a destination could not be told; return how many of the messages wait for a person now."""
        with self.writing() as connection:
            return messages.failed(connection, posting, why, now=now, next_at=next_at, for_good=for_good)

    def next_at(self) -> datetime | None:
        """Return when a destination may be told next of what waits for it."""
        with self.reading() as connection:
            return messages.next_wake(connection)

    def reached(self) -> Mapping[str, Reached]:
        """Return how it stands with every destination that was ever to be told."""
        with self.reading() as connection:
            return messages.reached(connection)
