"""Opening hours as tables, with the days to come that have other ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby

from plugin.core.opening_hours.opening import DAY, Hours, Schedule
from plugin.core.rendering.draft import Draft
from plugin.core.rendering.page import Block, Bullets, Heading, Item, Paragraph, Table, chapter
from plugin.core.rendering.words import quoted, slug

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MINUTE = timedelta(minutes=1)
#: So far ahead is looked for other hours; so many of those days are told.
_AHEAD, _MOST = 366, 20


def hours(draft: Draft) -> tuple[Block, ...]:
    """Return the chapter about calendars."""
    found = draft.policy.calendars.items()
    parts = [block for name, calendar in found for block in _calendar(draft, name, calendar.schedule)]
    return chapter("Opening hours", "hours", *parts)


def _calendar(draft: Draft, name: str, schedule: Schedule) -> Iterator[Block]:
    yield Heading(3, f"Calendar {quoted(name)}", f"calendar-{slug(name)}")
    rows = tuple(((days,), (written(open_),)) for days, open_ in _week(schedule))
    yield Table(f"Opening hours of {quoted(name)}, {schedule.zone}", ("Days", "Open"), rows)
    if coming := list(_other_days(draft, schedule)):
        yield Paragraph("Days to come with other hours:")
        yield Bullets(tuple(map(Item, coming[:_MOST])))


def _week(schedule: Schedule) -> Iterator[tuple[str, Hours]]:
    """Yield days that follow one another with the same hours as one."""
    for open_, same in groupby(zip(_DAYS, schedule.week, strict=True), lambda day: day[1]):
        days = [name for name, _ in same]
        yield (days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"), open_


def _other_days(draft: Draft, schedule: Schedule) -> Iterator[str]:
    for day in (draft.day + n * DAY for n in range(_AHEAD)):
        usual, open_ = schedule.week[day.weekday()], schedule.hours(day)
        if usual != open_:
            yield f"{day:%a %Y-%m-%d}: {written(open_)} ({schedule.remark(day)})"


def written(open_: Hours) -> str:
    """Return a day's hours; `closed` where there are none."""
    return ", ".join(" to ".join(map(_edge, interval)) for interval in open_) or "closed"


def _edge(edge: timedelta) -> str:
    return f"{edge // _MINUTE // 60:02}:{edge // _MINUTE % 60:02}"
