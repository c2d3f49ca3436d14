"""Open time counted quickly: a table for each year, added up and bisected.

Rule 1: a table holds what is open within one UTC year, so tables neither overlap nor leave anything out.
Rule 2: tables are made when first asked for; the newest are kept, and of all years only the total.
Rule 3: what is not found within HORIZON years is None: no search is endless.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Protocol

from plugin.core.opening_hours.opening import Schedule, Stretch

ZERO = timedelta(0)
#: Years to look ahead or back.
HORIZON = 400
_TABLES_KEPT = 64
#: Outside of these years nothing is open: their edges would leave the range of `datetime`.
_FIRST, _LAST = 2, 9997


class Timeline(Protocol):
    """The open time of a calendar, which passes only while it is open."""

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the open time from start to end; zero when end is earlier."""

    def earliest(self, at: datetime, passed: timedelta) -> datetime | None:
        """Return the first instant to which `passed` lies between; negative: before `at`."""

    def latest(self, at: datetime, passed: timedelta) -> datetime | None:
        """Return the last such instant: the same, or the next opening."""


class Unbroken:
    """Time that is always open."""

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the time from start to end."""
        return max(end - start, ZERO)

    def earliest(self, at: datetime, passed: timedelta) -> datetime | None:
        """Return the one instant to which `passed` lies between."""
        try:
            return at + passed
        except OverflowError:
            return None

    latest = earliest


@dataclass(frozen=True, slots=True)
class Table:
    """The open stretches of a year and the open time before each of them; the last of these is the total."""

    opens: tuple[datetime, ...]
    closes: tuple[datetime, ...]
    before: tuple[timedelta, ...]

    @classmethod
    def of(cls, stretches: list[Stretch]) -> Table:
        """Add up the stretches."""
        lengths = (closes - opens for opens, closes in stretches)
        return cls(
            opens=tuple(opens for opens, _ in stretches),
            closes=tuple(closes for _, closes in stretches),
            before=tuple(accumulate(lengths, initial=ZERO)),
        )

    def passed(self, at: datetime) -> timedelta:
        """Return the open time from the year's beginning."""
        i = bisect_right(self.opens, at) - 1
        return self.before[i] + (min(at, self.closes[i]) - self.opens[i]) if i >= 0 else ZERO

    def earliest(self, passed: timedelta) -> datetime:
        """Return the first instant at which this much has passed, more than nothing."""
        i = bisect_left(self.before, passed) - 1
        return self.opens[i] + (passed - self.before[i])

    def latest(self, passed: timedelta) -> datetime:
        """Return the last instant at which no more than this has passed, less than all."""
        i = bisect_right(self.before, passed) - 1
        return self.opens[i] + (passed - self.before[i])


class Years:
    """The timeline of a schedule."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._table = lru_cache(maxsize=_TABLES_KEPT)(self._build)
        self._total = lru_cache(maxsize=None)(lambda year: self._table(year).before[-1])

    def _build(self, year: int) -> Table:
        if not _FIRST <= year <= _LAST:
            return Table.of([])
        return Table.of(
            self._schedule.stretches(datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC))
        )

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the open time from start to end; zero when end is earlier."""
        if end <= start:
            return ZERO
        whole = sum((self._total(year) for year in range(start.year, end.year)), ZERO)
        return whole + self._table(end.year).passed(end) - self._table(start.year).passed(start)

    def earliest(self, at: datetime, passed: timedelta) -> datetime | None:
        """Return the first instant to which `passed` lies between; negative: before `at`."""
        year, rest = at.year, self._table(at.year).passed(at) + passed
        while rest <= ZERO and at.year - year < HORIZON:
            year -= 1
            rest += self._total(year)
        while rest > self._total(year) and year - at.year < HORIZON:
            rest -= self._total(year)
            year += 1
        return self._table(year).earliest(rest) if ZERO < rest <= self._total(year) else None

    def latest(self, at: datetime, passed: timedelta) -> datetime | None:
        """Return the last such instant: the same, or the next opening."""
        year, rest = at.year, self._table(at.year).passed(at) + passed
        while rest < ZERO and at.year - year < HORIZON:
            year -= 1
            rest += self._total(year)
        while rest >= self._total(year) and year - at.year < HORIZON:
            rest -= self._total(year)
            year += 1
        return self._table(year).latest(rest) if ZERO <= rest < self._total(year) else None
