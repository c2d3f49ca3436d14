"""A calendar counted on the fingers: every minute of a few days is asked whether it is open.

Written apart from the engine, from the decisions alone: it reads the wall clock at each UTC minute, and knows of a
local time only when the clock showed it first, or by how far the clock jumped over it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MARGIN = timedelta(days=3)  # around what is asked for: hours of yesterday may be open today


class MinuteByMinute:
    """The open minutes from `first` to `last`."""

    def __init__(
        self,
        document: Mapping[str, Any],
        first: datetime,
        last: datetime,
        pauses: Sequence[tuple[datetime, datetime | None]] = (),
    ) -> None:
        self.first, self.last = first - _MARGIN, last + _MARGIN
        self._document = document
        self._walls = self._wall_clock(ZoneInfo(document["time_zone"]))
        self._shown_first: dict[datetime, int] = {}
        for minute, wall in enumerate(self._walls):
            self._shown_first.setdefault(wall, minute)
        self._open = self._opened()
        for since, until in pauses:
            self._close(since, until)

    def _wall_clock(self, zone: ZoneInfo) -> list[datetime]:
        count = (self.last - self.first) // MINUTE
        return [(self.first + n * MINUTE).astimezone(zone).replace(tzinfo=None) for n in range(count)]

    def _opened(self) -> list[bool]:
        is_open = [False] * len(self._walls)
        day, end = self._walls[0].date() + timedelta(days=1), self._walls[-1].date()
        while day < end:
            for opens, closes in self._hours(day):
                for minute in range(self._minute(day, opens), self._minute(day, closes)):
                    is_open[minute] = True
            day += timedelta(days=1)
        return is_open

    def _hours(self, day: date) -> Sequence[tuple[str, str]]:
        exceptions: Mapping[str, Any] = self._document.get("exceptions", {})
        if str(day) in exceptions:
            hours: Sequence[tuple[str, str]] = exceptions[str(day)]
            return hours
        closed = str(day) in self._document.get("holidays", {}).get("dates", ())
        return () if closed else self._document["hours"].get(_WEEKDAYS[day.weekday()], ())

    def _minute(self, day: date, text: str) -> int:
        hour, minute = map(int, text.split(":"))
        wall = datetime(day.year, day.month, day.day) + timedelta(hours=hour, minutes=minute)  # noqa: DTZ001 - wall
        if wall in self._shown_first:
            return self._shown_first[wall]
        after = next(n for n, shown in enumerate(self._walls) if n and shown > wall > self._walls[n - 1])
        return after + (wall - self._walls[after - 1] - MINUTE) // MINUTE

    def _close(self, since: datetime, until: datetime | None) -> None:
        end = len(self._open) if until is None else self._index(until)
        for minute in range(max(self._index(since), 0), max(min(end, len(self._open)), 0)):
            self._open[minute] = False

    def _index(self, at: datetime) -> int:
        return (at - self.first) // MINUTE

    def add(self, start: datetime, minutes: int) -> datetime | None:
        """Return when the budget is used up; None: not within the days looked at."""
        left = minutes
        for n in range(self._index(start), len(self._open)):
            if left == 0 and (minutes or self._open[n]):
                return self.first + n * MINUTE
            left -= self._open[n]
        return None

    def subtract(self, end: datetime, minutes: int) -> datetime | None:
        """Return from when the budget was used; None: not within the days looked at."""
        if minutes == 0 and self._open[self._index(end)]:
            return end
        left = minutes
        for n in range(self._index(end) - 1, -1, -1):
            if minutes == 0 and self._open[n]:
                return self.first + (n + 1) * MINUTE
            left -= self._open[n]
            if minutes and left == 0:
                return self.first + n * MINUTE
        return None

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return how many minutes were open."""
        return sum(self._open[self._index(start) : self._index(end)]) * MINUTE

    def is_open(self, at: datetime) -> bool:
        """Tell if the minute is open."""
        return self._open[self._index(at)]

    def minutes(self) -> Iterator[datetime]:
        """Yield the minutes that are whole within the days asked for."""
        first, last = self._index(self.first + _MARGIN), self._index(self.last - _MARGIN)
        return (self.first + n * MINUTE for n in range(first, last))


def utc(*parts: int) -> datetime:
    """Write an instant briefly."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]
