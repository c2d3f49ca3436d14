"""Who is on duty, from when until when.

Rule 1: overrides go first, the last listed before the others; then the feed; then the first layer that has somebody.
Rule 2: a turn is half-open, [hand-over, next hand-over), at a time of the wall clock in the rota's zone. One that the
        clock skips moves forward by what was skipped; of one that it shows twice the first counts.
Rule 3: a layer with a calendar has nobody while that is closed.
Rule 4: a rota names who was meant to be on duty; who stands in for somebody out of office is for contacts to say.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby, pairwise
from typing import Protocol
from zoneinfo import ZoneInfo

from plugin.core.opening_hours.wall_clock import instant


class Hours(Protocol):
    """When something is open."""

    def stretches(self, since: datetime, until: datetime) -> Sequence[tuple[datetime, datetime]]:
        """Return the open stretches between two instants, in order."""


class Lack(StrEnum):
    """Why nobody is on duty."""

    UNASSIGNED = "unassigned"  # No override, feed or layer has anybody.
    CLOSED = "closed"  # A layer has somebody, but its calendar is closed.
    OUT_OF_OFFICE = "out_of_office"  # Who is on duty is away, and nobody stands in.


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """A time in which one answer holds."""

    person: str | None = None  #: A person's key; None: nobody.
    since: datetime | None = None  #: None: from ever.
    until: datetime | None = None  #: The first instant at which the answer may be another; None: never.
    source: str | None = None  #: The place in the rota: `overrides[0]`, `feed`, `layers[1]`.
    lack: Lack | None = None  #: Why nobody; None where somebody is.


@dataclass(frozen=True, kw_only=True, slots=True)
class Duty:
    """One person's turn."""

    person: str
    since: datetime | None
    until: datetime | None
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """A person's time in an override or a feed."""

    person: str
    since: datetime
    until: datetime

    def covers(self, at: datetime) -> bool:
        """Return True if the instant lies in it."""
        return self.since <= at < self.until


@dataclass(frozen=True, kw_only=True, slots=True)
class Layer:
    """People who take turns."""

    people: tuple[str, ...]
    starts: date  #: The local day of the first hand-over.
    at: time  #: The local time of every hand-over.
    days: int  #: From one hand-over to the next.
    zone: ZoneInfo
    hours: Hours | None = field(default=None, repr=False)

    def handover(self, number: int) -> datetime:
        """Return the instant of a hand-over; 0 is the first."""
        return instant(datetime.combine(self.starts + timedelta(days=number * self.days), self.at), self.zone)

    def number(self, at: datetime) -> int:
        """Return the number of the last hand-over that is not later."""
        by_date = (at.astimezone(self.zone).date() - self.starts).days // self.days
        return next(n for n in range(by_date + 1, by_date - 3, -1) if self.handover(n) <= at)

    def stretch(self, at: datetime) -> Stretch:
        """Return whose turn it is."""
        if at < self.handover(0):
            return Stretch(until=self.handover(0))
        number = self.number(at)
        person = self.people[number % len(self.people)]
        turn = Stretch(person=person, since=self.handover(number), until=self.handover(number + 1))
        return turn if self.hours is None else _within(self.hours, turn, at)


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """Where an iCal feed is: a secret, so only where to find it."""

    env: str | None = None
    file: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rota:
    """One rota of the policy; of one with a feed, together with the shifts last read from it."""

    key: str
    zone: ZoneInfo
    layers: tuple[Layer, ...] = ()
    overrides: tuple[Shift, ...] = ()
    feed: Feed | None = None
    names: Mapping[str, str] = field(default_factory=dict)  #: From a name in the feed to a person.
    shifts: tuple[Shift, ...] = field(default=(), repr=False)  #: Of the feed, in order, none over another.


def on_duty(rota: Rota, at: datetime) -> Duty | None:
    """Return who is on duty; None: nobody."""
    found = stretch(rota, at)
    if found.person is None or found.source is None:
        return None
    return Duty(person=found.person, since=found.since, until=found.until, source=found.source)


def stretch(rota: Rota, at: datetime) -> Stretch:
    """Return who is on duty, or that nobody is, and how long this answer holds."""
    passed = Stretch(lack=Lack.UNASSIGNED)
    for source, part in _parts(rota, at):
        since, until = _later(passed.since, part.since), _earlier(passed.until, part.until)
        if part.person is not None:
            return replace(part, since=since, until=until, source=source)
        passed = replace(passed, since=since, until=until, lack=part.lack or passed.lack)
    return passed


def course(rota: Rota, start: datetime, end: datetime) -> Iterator[Stretch]:
    """Yield who is on duty from start to end; turns that follow one another with the same answer are one."""
    for _, same in groupby(_steps(rota, start, end), lambda s: (s.person, s.source, s.lack)):
        parts = list(same)
        yield replace(parts[0], until=parts[-1].until)


def with_shifts(rota: Rota, shifts: Sequence[Shift]) -> Rota:
    """Return the rota with what its feed says; where shifts overlap, the one that begins later goes first."""
    return replace(rota, shifts=tuple(_joined(_flat(sorted(shifts, key=lambda s: s.since)))))


def _parts(rota: Rota, at: datetime) -> Iterator[tuple[str, Stretch]]:
    for i, override in reversed(list(enumerate(rota.overrides))):
        yield f"overrides[{i}]", _of_shifts((override,), at)
    if rota.feed is not None:
        yield "feed", _of_shifts(rota.shifts, at)
    for i, layer in enumerate(rota.layers):
        yield f"layers[{i}]", layer.stretch(at)


def _of_shifts(shifts: Sequence[Shift], at: datetime) -> Stretch:
    after = bisect_right(shifts, at, key=lambda s: s.since)
    last = shifts[after - 1] if after else None
    following = shifts[after].since if after < len(shifts) else None
    if last is None or not last.covers(at):
        return Stretch(since=last.until if last else None, until=following)
    return Stretch(person=last.person, since=last.since, until=last.until)


def _within(hours: Hours, turn: Stretch, at: datetime) -> Stretch:
    """Cut a turn to the opening hours, or to the closed time between them."""
    assert turn.since is not None
    assert turn.until is not None
    stretches = hours.stretches(turn.since, turn.until)
    edges = [edge for opened in stretches for edge in opened]
    since = max((edge for edge in edges if edge <= at), default=turn.since)
    until = min((edge for edge in edges if edge > at), default=turn.until)
    if any(opens <= at < closes for opens, closes in stretches):
        return replace(turn, since=since, until=until)
    return Stretch(since=since, until=until, lack=Lack.CLOSED)


def _steps(rota: Rota, start: datetime, end: datetime) -> Iterator[Stretch]:
    at = start
    while at < end:
        found = stretch(rota, at)
        until = _earlier(found.until, end) or end
        yield replace(found, since=at, until=until)
        at = until


def _flat(ordered: Sequence[Shift]) -> Iterator[Shift]:
    """Yield the same shifts cut so that none lies over another."""
    begun: list[Shift] = []  # The latest last; one that ended is dropped when it comes to the end of the list.
    coming = iter([*ordered, None])
    following = next(coming)
    for since, until in pairwise(sorted({edge for s in ordered for edge in (s.since, s.until)})):
        while following is not None and following.since <= since:
            begun.append(following)
            following = next(coming)
        while begun and begun[-1].until <= since:
            begun.pop()
        if begun:
            yield replace(begun[-1], since=since, until=until)


def _joined(shifts: Iterable[Shift]) -> Iterator[Shift]:
    """Yield neighbours of one person that touch as one."""
    last: Shift | None = None
    for shift in shifts:
        if last is not None and (last.person, last.until) == (shift.person, shift.since):
            last = replace(last, until=shift.until)
            continue
        if last is not None:
            yield last
        last = shift
    if last is not None:
        yield last


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(filter(None, (one, other)), default=None)


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(filter(None, (one, other)), default=None)
