"""When a calendar is open: from wall-clock hours on local dates to stretches of UTC.

Rule 1: hours are half-open, [open, close); 24:00 is the next date's midnight.
Rule 2: a local time that the clock skips moves forward by the length of the gap; one it shows twice is the first.
Rule 3: an exception replaces its date's hours, holiday or not; a holiday closes its own date only.
Rule 4: stretches that touch or overlap are one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from plugin.core.opening_hours.wall_clock import instant

DAY = timedelta(days=1)
#: Wall-clock hours of one date, since its midnight.
Hours = tuple[tuple[timedelta, timedelta], ...]
#: From one instant to another, both UTC.
Stretch = tuple[datetime, datetime]

ALL_DAY: Hours = ((timedelta(0), DAY),)
_SATURDAY = 5
_MIDNIGHT = time()
#: No zone is farther from UTC, and no clock was ever set by more.
_MARGIN = 3 * DAY


def no_holidays(_: date) -> str | None:
    """Return what a place without holidays has: none."""
    return None


def wall_time(text: str) -> datetime:
    """Read `2026-12-24 09:00`, where 24:00 ends the day; raise ValueError where it is no local time."""
    ends_a_day = text[10:].strip("T ") in ("24:00", "24:00:00")
    local = datetime.fromisoformat(text[:10] if ends_a_day else text)
    if local.tzinfo:
        raise ValueError(f'found "{text}", expected a local time without an offset')
    return local + DAY if ends_a_day else local


@dataclass(frozen=True, kw_only=True, eq=False)
class Schedule:
    """The hours of each date, on the clocks of one zone."""

    zone: tzinfo
    week: tuple[Hours, ...]  #: Monday first.
    holiday: Callable[[date], str | None] = no_holidays  #: The holiday's name, None on other dates.
    exceptions: Mapping[date, Hours] = field(default_factory=dict)

    def hours(self, day: date) -> Hours:
        """Return the hours of a local date."""
        if day in self.exceptions:
            return self.exceptions[day]
        hours = self.week[day.weekday()]
        return hours if not hours or self.holiday(day) is None else ()

    def remark(self, day: date) -> str:
        """Say what is unusual about a date, or why it is closed; empty on a usual working day."""
        if day in self.exceptions:
            return "exception"
        if (name := self.holiday(day)) is not None:
            return name
        if self.week[day.weekday()]:
            return ""
        return "weekend" if day.weekday() >= _SATURDAY else "no hours"

    def never_closes(self) -> bool:
        """Tell if no instant is closed."""
        return self.holiday is no_holidays and not self.exceptions and set(self.week) == {ALL_DAY}

    def localise(self, local: datetime) -> datetime:
        """Return the instant of a local time."""
        return instant(local, self.zone)

    def open_on(self, day: date) -> Iterator[Stretch]:
        """Yield the stretches of a local date."""
        midnight = datetime.combine(day, _MIDNIGHT, tzinfo=self.zone)  # sums of it move the wall clock's hands
        for opens, closes in self.hours(day):
            yield (midnight + opens).astimezone(UTC), (midnight + closes).astimezone(UTC)

    def stretches(self, since: datetime, until: datetime) -> list[Stretch]:
        """Return the open stretches between two instants, in order."""
        first = (since - _MARGIN).date()
        days = (first + n * DAY for n in range((until + _MARGIN - since + _MARGIN).days + 1))
        found = merged(stretch for day in days for stretch in self.open_on(day))
        return [(max(a, since), min(b, until)) for a, b in found if a < until and b > since]


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return the same time as sorted stretches that neither overlap nor touch."""
    whole: list[Stretch] = []
    for since, until in sorted(s for s in stretches if s[0] < s[1]):
        if whole and since <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(until, whole[-1][1]))
        else:
            whole.append((since, until))
    return whole
