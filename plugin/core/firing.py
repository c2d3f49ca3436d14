"""When a rule that holds may act again on the same ticket.

Rule 1: once per ticket, unless the rule says otherwise.
Rule 2: `on_each_entry` acts each time the rule comes to hold anew; `every` acts again while it goes on holding.
Rule 3: whatever the policy says, an act again never writes to the customer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from plugin.core.model import Firing, Reason


class Repeat(StrEnum):
    """How a rule repeats."""

    ONCE = "once"
    ON_EACH_ENTRY = "on_each_entry"
    EVERY = "every"


@dataclass(frozen=True, kw_only=True, slots=True)
class Refire:
    """A rule's re-fire policy."""

    repeat: Repeat = Repeat.ONCE
    every: timedelta | None = None
    at_most: int | None = None  #: Firings in all, on one ticket.
    cool_down: timedelta | None = None  #: Time that passes at least between two firings on one ticket.

    def spent(self, last: Firing | None) -> bool:
        """Return True if the rule will never act on the ticket again."""
        if last is None:
            return False
        return self.repeat is Repeat.ONCE or (self.at_most is not None and last.count >= self.at_most)

    def waits(self, last: Firing | None, now: datetime) -> tuple[Reason, datetime | None] | None:
        """Return why a rule that holds may not act now, and when it may; None: it may."""
        if last is None:
            return None
        if self.spent(last) or (self.repeat is Repeat.ON_EACH_ENTRY and last.inside):
            return Reason.ALREADY_FIRED, None
        pause = max(self.every or timedelta(), self.cool_down or timedelta())
        if now < last.at + pause:
            return Reason.COOLING_DOWN, last.at + pause
        return None


ONCE = Refire()


def fired(firings: Mapping[str, Firing], names: Iterable[str], now: datetime) -> dict[str, Firing]:
    """Return the firings after rules acted."""
    after = dict(firings)
    for name in names:
        count = after[name].count + 1 if name in after else 1
        after[name] = Firing(at=now, count=count, inside=True)
    return after


def left(firings: Mapping[str, Firing], names: Iterable[str]) -> dict[str, Firing]:
    """Return the firings after rules ceased to hold: they may be entered anew."""
    gone = frozenset(names)
    return {name: replace(one, inside=False) if name in gone else one for name, one in firings.items()}
