"""How a clock's time came about, for programs and for people: the same account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from plugin.core.opening_hours.ledger import Line
from plugin.core.opening_hours.opening import Hours
from plugin.core.opening_hours.timeline import HORIZON
from plugin.core.working_hours import Calendar, Pause

_MINUTE = timedelta(minutes=1)
_UNITS = (("h", 3600), ("m", 60), ("s", 1))


def account(
    calendar: Calendar, start: datetime, until: timedelta | datetime, pauses: Sequence[Pause]
) -> dict[str, Any]:
    """Account for a budget, or for the time to an instant, as JSON; times are the calendar's own clocks'."""
    due = calendar.add(start, until, pauses) if isinstance(until, timedelta) else until
    lines = calendar.ledger(start, until, pauses)
    return {
        "calendar": calendar.name,
        "time_zone": str(calendar.zone),
        "from": _local(calendar, start),
        "budget_seconds": until.total_seconds() if isinstance(until, timedelta) else None,
        "due" if isinstance(until, timedelta) else "until": None if due is None else _local(calendar, due),
        "held_up": due is None and any(pause.until is None for pause in pauses),
        "counted_seconds": sum(line.counted.total_seconds() for line in lines),
        "days": [_day(line) for line in lines],
    }


def _local(calendar: Calendar, at: datetime) -> str:
    return at.astimezone(calendar.zone).isoformat(sep=" ")


def _day(line: Line) -> dict[str, Any]:
    return {
        "date": str(line.day),
        "hours": _hours(line.hours),
        "counted_seconds": line.counted.total_seconds(),
        "closed_seconds": line.closed.total_seconds(),
        "paused_seconds": line.paused.total_seconds(),
        "remark": line.remark,
    }


def _hours(hours: Hours) -> list[list[str]]:
    return [[f"{edge // _MINUTE // 60:02}:{edge // _MINUTE % 60:02}" for edge in interval] for interval in hours]


def as_text(found: Mapping[str, Any]) -> str:
    """Write the account as lines, a line for each day."""
    return "\n".join(
        [f"{found['calendar']}, {found['time_zone']}, from {found['from']}", "", *_days(found), "", _end(found)]
    )


def _days(found: Mapping[str, Any]) -> Iterator[str]:
    shown = [" ".join("-".join(interval) for interval in day["hours"]) or "closed" for day in found["days"]]
    width = max(map(len, shown), default=0)
    for day, hours in zip(found["days"], shown, strict=True):
        weekday = f"{datetime.fromisoformat(day['date']):%a}"
        yield f"{weekday} {day['date']}  {hours:{width}}  {'; '.join(_parts(day))}".rstrip()


def _parts(day: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a day has to tell; closed hours of a working day speak for themselves."""
    if day["remark"]:
        yield day["remark"]
    for word in ("counted", "paused"):
        if seconds := day[f"{word}_seconds"]:
            yield f"{word} {written(seconds)}"


def _end(found: Mapping[str, Any]) -> str:
    counted = written(found["counted_seconds"])
    if "until" in found:
        return f"{counted} until {found['until']}"
    if found["due"]:
        return f"{counted} have passed: due {found['due']}"
    if found["held_up"]:
        return f"{counted} have passed: never due, for a pause has not ended"
    return f"never due: not within {HORIZON} years"


def written(seconds: float) -> str:
    """Write a length: `7h 30m`, `59.25s`."""
    parts, rest = [], round(seconds, 3)
    for unit, length in _UNITS:
        count = rest // length if length > 1 else rest
        if count:
            parts.append(f"{count:g}{unit}")
        rest = round(rest - count * length, 3)
    return " ".join(parts) or "0s"
