"""A clock that stands still until it is moved."""

from __future__ import annotations

from datetime import datetime


class Clock:
    """Time that goes forward when it is told to, and never back."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return this instant."""
        return self.now

    def forward(self, to: datetime) -> None:
        """Go on to an instant; one that is past changes nothing."""
        self.now = max(self.now, to)
