"""Time as a calendar counts it: what is due when, and how much has passed.

Rule 1: a budget that ends exactly at closing time is due then; one that goes back to an opening ends at the opening.
Rule 2: no budget at all snaps: to the instant itself if open, else to the next opening, or back to the last closing.
Rule 3: time is real time: a day on which the clock goes back has 25 hours.
Rule 4: a pause is closed time; one that lies outside the opening hours costs nothing.
Rule 5: None is "never": a pause that has not ended holds it up, or the calendar opens too rarely within 400 years.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from plugin.core.opening_hours.ledger import Line, lines
from plugin.core.opening_hours.opening import ALL_DAY, Schedule, Stretch, merged, wall_time
from plugin.core.opening_hours.timeline import ZERO, Timeline, Unbroken, Years

_FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """A time in which the clock stands still."""

    since: datetime
    until: datetime | None = None  #: None: it stands still now.


class Calendar:
    """Opening hours, and the arithmetic over them. Instants go in with any offset and come out as UTC."""

    def __init__(self, name: str, schedule: Schedule) -> None:
        self.name = name
        self.schedule = schedule
        self._open: Timeline = Unbroken() if schedule.never_closes() else Years(schedule)

    def __repr__(self) -> str:
        """Read as `Calendar(office, Europe/Lisbon)`."""
        return f"Calendar({self.name}, {self.zone})"

    @property
    def zone(self) -> tzinfo:
        """Return the zone whose clocks it follows."""
        return self.schedule.zone

    def add(self, start: datetime, budget: timedelta, pauses: Sequence[Pause] = ()) -> datetime | None:
        """Return the first instant at which the budget has passed since start, or None if that is never."""
        if budget < ZERO:
            return self.subtract(start, -budget, pauses)
        if budget == ZERO:
            return self.next_open(start, pauses)
        at, left = _utc(start), budget
        for since, until in _paused(pauses):
            due = self._open.earliest(at, left)
            if due is None or due <= since:
                return due
            left -= self._open.between(at, since)
            at = max(at, until)
        return self._open.earliest(at, left) if at < _FOREVER else None

    def subtract(self, end: datetime, budget: timedelta, pauses: Sequence[Pause] = ()) -> datetime | None:
        """Return the last instant from which the budget passes until end, or None if there is none."""
        if budget < ZERO:
            return self.add(end, -budget, pauses)
        if budget == ZERO:
            return self.previous_close(end, pauses)
        at, left = _utc(end), budget
        for since, until in reversed(_paused(pauses)):
            begun = self._open.latest(at, -left)
            if begun is None or begun >= until:
                return begun
            left -= self._open.between(until, at)
            at = min(at, since)
        return self._open.latest(at, -left)

    def between(self, start: datetime, end: datetime, pauses: Sequence[Pause] = ()) -> timedelta:
        """Return the time that has passed from start to end; zero when end is earlier."""
        since, until = _utc(start), _utc(end)
        paused = (self._open.between(max(a, since), min(b, until)) for a, b in _paused(pauses))
        return self._open.between(since, until) - sum(paused, ZERO)

    def is_open(self, at: datetime) -> bool:
        """Tell if time passes at this instant; the closing instant itself is closed."""
        moment = _utc(at)
        return self._open.latest(moment, ZERO) == moment

    def next_open(self, at: datetime, pauses: Sequence[Pause] = ()) -> datetime | None:
        """Return the instant itself if open, else the next opening, or None if there is none."""
        moment = _utc(at)
        for since, until in _paused(pauses):
            opening = self._open.latest(moment, ZERO)
            if opening is None or opening < since:
                return opening
            moment = max(moment, until)
        return self._open.latest(moment, ZERO) if moment < _FOREVER else None

    def previous_close(self, at: datetime, pauses: Sequence[Pause] = ()) -> datetime | None:
        """Return the instant itself if open, else the closing before it, or None if there is none."""
        moment, paused = _utc(at), _paused(pauses)
        if self.is_open(moment) and not any(since <= moment < until for since, until in paused):
            return moment
        for since, until in reversed(paused):
            closing = self._open.earliest(moment, ZERO)
            if closing is None or closing > until:
                return closing
            moment = min(moment, since)
        return self._open.earliest(moment, ZERO)

    def localise(self, local: datetime | str) -> datetime:
        """Return the instant of a local time, which as text may be `2026-12-24 24:00`."""
        return self.schedule.localise(wall_time(local) if isinstance(local, str) else local)

    def ledger(self, start: datetime, until: datetime | timedelta, pauses: Sequence[Pause] = ()) -> list[Line]:
        """Account for each local day to an instant or until a budget has passed; if never, to the open pause."""
        end = until if isinstance(until, datetime) else self.add(start, until, pauses)
        if end is None:
            end = min((pause.since for pause in pauses if pause.until is None), default=start)
        return lines(self, _utc(start), _utc(end), pauses)


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def _paused(pauses: Iterable[Pause]) -> list[Stretch]:
    return merged((_utc(p.since), _FOREVER if p.until is None else _utc(p.until)) for p in pauses)


#: Counts every hour of every day.
ALWAYS = Calendar("always", Schedule(zone=UTC, week=(ALL_DAY,) * 7))
