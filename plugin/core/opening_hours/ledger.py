"""The account of a clock, day by day: what counted, what was closed and why, what was paused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Generic, Protocol, TypeVar

from plugin.core.opening_hours.opening import DAY, Hours, Schedule

P = TypeVar("P")
_P = TypeVar("_P", contravariant=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One local day, or the part of it that is asked for; the three lengths make up the whole of that."""

    day: date
    hours: Hours  #: The hours of the whole day, whatever part is asked for.
    counted: timedelta
    closed: timedelta
    paused: timedelta  #: What would have counted but for a pause.
    remark: str  #: `weekend`, `no hours`, `exception` or a holiday's name; empty on a usual working day.


class Counter(Protocol, Generic[_P]):
    """What counts open time."""

    @property
    def schedule(self) -> Schedule:
        """Return the hours of each date."""

    def between(self, start: datetime, end: datetime, pauses: Sequence[_P] = ()) -> timedelta:
        """Return the time that has passed from start to end."""


def lines(counter: Counter[P], start: datetime, end: datetime, pauses: Sequence[P]) -> list[Line]:
    """Return a line for each local day from start to end."""
    found = []
    for day, since, until in _days(counter.schedule, start, end):
        is_open, counted = counter.between(since, until), counter.between(since, until, pauses)
        found.append(
            Line(
                day=day,
                hours=counter.schedule.hours(day),
                counted=counted,
                closed=until - since - is_open,
                paused=is_open - counted,
                remark=counter.schedule.remark(day),
            )
        )
    return found


def _days(schedule: Schedule, start: datetime, end: datetime) -> Iterator[tuple[date, datetime, datetime]]:
    """Yield the local dates and what lies of each between start and end; a date the clock skipped is left out."""
    day = start.astimezone(schedule.zone).date()
    midnight = schedule.localise(datetime.combine(day, time()))
    while midnight < end:
        following = schedule.localise(datetime.combine(day + DAY, time()))
        since, until = max(start, midnight), min(end, following)
        if since < until:
            yield day, since, until
        day, midnight = day + DAY, following
