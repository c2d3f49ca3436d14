"""Clocks of a ticket: how long something has lasted, or how long it is until something is due.

Rule 1: a clock only ever grows and a deadline only ever comes nearer, so each threshold is crossed once.
Rule 2: a clock may count in a calendar and stand still in pauses; both are arithmetic, never a counter.
Rule 3: a threshold "so long before" a deadline is the instant that a calendar gives, also if the office is closed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from plugin.core.working_hours import ALWAYS, Calendar, Pause

#: The grain of time: `more_than 1h` holds one millisecond after `at_least 1h`.
TICK = timedelta(milliseconds=1)
NOTHING = timedelta()


@dataclass(frozen=True, slots=True)
class Span:
    """A clock that has run since an instant; None: it is not running."""

    since: datetime | None


@dataclass(frozen=True, slots=True)
class Deadline:
    """An instant by which something is due; None: nothing is."""

    at: datetime | None
    target: timedelta | None = None  #: The whole time that was allowed, where somebody tells.


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole time: `75%`, of a length the policy names or of the deadline's own target."""

    part: float
    of: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """How a clock counts."""

    calendar: Calendar = ALWAYS
    #: Which values of which attributes make it stand still.
    pause_when: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def told(self) -> str | None:
        """Return the calendar's name where it is not every hour."""
        return None if self.calendar is ALWAYS else self.calendar.name


PLAIN = Timing()


#: How long a clock has run or a deadline is away, or a share of one.
Seen = timedelta | str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a clock says against a threshold."""

    holds: bool | None
    until: datetime | None
    seen: Seen | None


def read_span(
    span: Span, operator: str, length: timedelta, timing: Timing, pauses: Sequence[Pause], now: datetime
) -> Reading:
    """Compare a running clock with a length."""
    if span.since is None:
        return Reading(False, None, None)
    edge = length if operator in ("at_least", "less_than") else length + TICK
    plainly = timing.calendar is ALWAYS and not pauses  # most clocks; the calendar's own way is ten times as long
    ran = now - span.since if plainly else timing.calendar.between(span.since, now, pauses)
    passed = ran >= edge
    holds = passed is (operator in ("at_least", "more_than"))
    if passed:
        return Reading(holds, None, ran)
    return Reading(holds, span.since + edge if plainly else timing.calendar.add(span.since, edge, pauses), ran)


def read_deadline(
    deadline: Deadline, operator: str, threshold: timedelta | Share | None, timing: Timing, now: datetime
) -> Reading:
    """Compare the time that is left with a length, or the share that is used up with one."""
    if deadline.at is None:
        return Reading(False, None, None)
    left = remaining(deadline.at, timing.calendar, now)
    if isinstance(threshold, Share):
        whole = threshold.of or deadline.target
        if not whole:
            return Reading(None, None, "target unknown")
        seen = f"{100 * (1 - left / whole):.0f}%"
        return _crossed(
            operator in _GROWS, _FLIPPED[operator], deadline.at, whole * (1 - threshold.part), timing, now, seen
        )
    if threshold is None:
        return _crossed(operator == "passed", "at_most", deadline.at, NOTHING, timing, now, left)
    return _crossed(operator in _SHRINKS, operator, deadline.at, threshold, timing, now, left)


_GROWS, _SHRINKS = ("at_least", "more_than"), ("at_most", "less_than")
_FLIPPED = {"at_least": "at_most", "more_than": "less_than", "at_most": "at_least", "less_than": "more_than"}


def _crossed(
    holds_after: bool,
    operator: str,
    at: datetime,
    left: timedelta,
    timing: Timing,
    now: datetime,
    seen: timedelta | str,
) -> Reading:
    """Say on which side of the instant with so much left we are."""
    edge = _before(at, left, timing.calendar)
    if edge is None:
        return Reading(None, None, "beyond the calendar")
    edge += TICK if operator in ("less_than", "at_least") else NOTHING
    passed = now >= edge
    return Reading(passed is holds_after, None if passed else edge, seen)


def _before(at: datetime, left: timedelta, calendar: Calendar) -> datetime | None:
    """Return the instant with so much time left; the deadline itself is itself, open or closed."""
    if left == NOTHING:
        return at
    return calendar.subtract(at, left) if left > NOTHING else calendar.add(at, -left)


def remaining(at: datetime, calendar: Calendar, now: datetime) -> timedelta:
    """Return how much time is left; less than nothing after the deadline."""
    return calendar.between(now, at) if now <= at else -calendar.between(at, now)


def written(value: timedelta | None) -> str | None:
    """Write a duration as `1d 2h 3m 4s`, with a minus before it where it is less than nothing."""
    if value is None:
        return None
    seconds = int(abs(value.total_seconds()))
    parts = (
        (seconds // 86400, "d"),
        (seconds // 3600 % 24, "h"),
        (seconds // 60 % 60, "m"),
        (seconds % 60, "s"),
    )
    sign = "-" if value < NOTHING and seconds else ""
    return sign + (" ".join(f"{n}{unit}" for n, unit in parts if n) or "0s")
