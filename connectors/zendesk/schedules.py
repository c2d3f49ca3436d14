"""A schedule of Zendesk's as a calendar of ours; no I/O.

https://developer.zendesk.com/api-reference/ticketing/ticket-management/schedules: intervals are minutes since Sunday
00:00 on the schedule's clocks; a holiday is from its first local date to its last, both included.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connectors.errors import Unparseable
from connectors.zendesk.zones import RAILS_ZONES

#: Takes a place and what is wrong there.
Says = Callable[[str, str], None]
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_A_DAY = 24 * 60
_A_WEEK = 7 * _A_DAY
#: Zendesk keeps holidays of two years; whatever is longer is a slip.
_LONGEST = 750


def calendar_of(schedule: Mapping[str, Any], holidays: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the calendar as a policy writes it, or raise Unparseable with every mistake."""
    found: list[str] = []

    def says(where: str, message: str) -> None:
        found.append(f"{where}: {message}")

    zone = _zone(schedule.get("time_zone"), says)
    hours = _hours(schedule.get("intervals", []), says)
    dates = sorted({day for i, item in enumerate(holidays) for day in _dates(item, f"holidays[{i}]", says)})
    if found:
        raise Unparseable("\n".join(found))
    calendar: dict[str, Any] = {"time_zone": zone, "hours": hours}
    return calendar | ({"holidays": {"dates": [str(day) for day in dates]}} if dates else {})


def _zone(name: object, says: Says) -> str:
    if name in RAILS_ZONES:
        return RAILS_ZONES[str(name)]
    try:
        return ZoneInfo(str(name)).key
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of zones, a name too long
        near = get_close_matches(str(name), RAILS_ZONES, n=1)
        hint = f'; did you mean "{near[0]}"?' if near else ", expected a time zone as Zendesk names it, such as London"
        says("time_zone", f"found {json.dumps(name)[:80]}{hint}")
        return "UTC"


def _hours(intervals: Sequence[object], says: Says) -> dict[str, list[list[str]]]:
    """Return the intervals by weekday; one over midnight is cut there."""
    days: dict[str, list[list[str]]] = {}
    for start, end in sorted(_minutes(intervals, says)):
        for midnight in range(start - start % _A_DAY, end, _A_DAY):
            weekday = _WEEKDAYS[(midnight // _A_DAY - 1) % 7]  # their week begins on Sunday
            opens, closes = max(start, midnight) - midnight, min(end, midnight + _A_DAY) - midnight
            days.setdefault(weekday, []).append([_clock(opens), _clock(closes)])
    return {day: days[day] for day in _WEEKDAYS if day in days}


def _minutes(intervals: Sequence[object], says: Says) -> Iterator[tuple[int, int]]:
    for i, item in enumerate(intervals):
        start, end = (
            (item.get(key) for key in ("start_time", "end_time")) if isinstance(item, Mapping) else (None, None)
        )
        if isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= _A_WEEK:
            yield start, end
        else:
            expected = f"expected start_time and end_time from 0 to {_A_WEEK}"
            says(f"intervals[{i}]", f"found {json.dumps(item)[:80]}, {expected}")


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _dates(item: Mapping[str, Any], where: str, says: Says) -> list[date]:
    try:
        first, last = (date.fromisoformat(item[key]) for key in ("start_date", "end_date"))
        length = (last - first).days + 1
    except (KeyError, TypeError, ValueError):
        length = 0
    if not 0 < length <= _LONGEST:
        says(where, f"found {json.dumps(item)[:120]}, expected start_date and end_date in order, such as 2026-12-24")
        return []
    return [first + timedelta(days=n) for n in range(length)]
