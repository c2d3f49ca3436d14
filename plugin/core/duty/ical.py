"""Calendars that others publish: what happens in a window of time.

Rule 1: what all repetitions cost together is known, and refused if too much, before the first one is worked out.
Rule 2: an event that cannot be read is left out and told; a text that is no whole calendar is a BadFeed.
Rule 3: a day, or a time without a zone, is local to the zone of whoever asks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Component, Event

from plugin.core.duty.ical_text import SENSELESS, BadFeed, events_of
from plugin.core.duty.recurring import Budget
from plugin.core.opening_hours.wall_clock import instant

_LONGEST_WINDOW = timedelta(days=400)
_LONGEST_SHIFT = timedelta(days=366)
_MARGIN = timedelta(days=2)  #: Times without a zone are as far from UTC as clocks can be.


@dataclass(frozen=True, kw_only=True, slots=True)
class Occurrence:
    """One event at one time."""

    since: datetime
    until: datetime
    summary: str
    emails: tuple[str, ...]  #: Of those invited, in lower case.


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """What a calendar says of a window."""

    occurrences: tuple[Occurrence, ...]
    problems: tuple[str, ...]  #: One for each event that was left out.


def happening(text: str, *, zone: ZoneInfo, start: datetime, end: datetime) -> Happening:
    """Return what lies between start and end, in order, or raise BadFeed."""
    if not timedelta() < end - start <= _LONGEST_WINDOW:
        raise ValueError(f"a feed is read for at most {_LONGEST_WINDOW.days} days")
    budget = Budget(start=start, end=end)
    found: list[Occurrence] = []
    problems: list[str] = []
    for events in _affordable(_series(events_of(text)), budget, problems):
        try:
            found += _occurrences(events, zone, start, end)
        except SENSELESS:
            problems.append(_told(events[0], "its times make no sense"))
    return Happening(occurrences=tuple(sorted(found, key=lambda o: (o.since, o.until))), problems=tuple(problems))


def _series(events: Sequence[Event]) -> list[list[Event]]:
    """Return the events by what they belong to: a repetition and its changes share an id."""
    series: dict[str, list[Event]] = {}
    for number, event in enumerate(events):
        series.setdefault(str(event.get("UID") or f"number {number}"), []).append(event)
    return list(series.values())


def _affordable(series: Sequence[list[Event]], budget: Budget, problems: list[str]) -> list[list[Event]]:
    """Return what can be used, before any of it costs anything; the rest is told."""
    good = []
    for events in series:
        if problem := _wrong(events, budget):
            problems.append(problem)
        else:
            good.append(events)
    if budget.spent:
        raise BadFeed("its events repeat too often")
    return good


def _wrong(events: Sequence[Event], budget: Budget) -> str | None:
    """Say why a series cannot be used; None if it can."""
    for event in events:
        try:
            wrong = _unusable(event) or budget.refuses(event, _length(event))
        except SENSELESS:
            wrong = "its times make no sense"
        if wrong:
            return _told(event, wrong)
    return None


def _unusable(event: Event) -> str | None:
    if event.errors:
        return f"its {event.errors[0][0]} cannot be read"
    if "DTSTART" not in event:
        return "it has no DTSTART"
    for key in ("DTSTART", "DTEND"):
        zone = _zone(event, key)
        if zone and _when(event, key).tzinfo is None:
            return f'unknown time zone "{str(zone)[:60]}"'
    if not timedelta() <= _length(event) <= _LONGEST_SHIFT:
        return f"it ends before it begins, or lasts longer than {_LONGEST_SHIFT.days} days"
    if "RECURRENCE-ID" in event and abs(_day(event, "DTSTART") - _day(event, "RECURRENCE-ID")) > _LONGEST_SHIFT:
        return f"it was moved by more than {_LONGEST_SHIFT.days} days"  # the library searches all the time between
    return None


def _length(event: Event) -> timedelta:
    """Return how long it lasts by the wall clock."""
    start = _when(event, "DTSTART")
    length: timedelta = timedelta() if isinstance(start, datetime) else timedelta(days=1)
    if "DTEND" in event:
        length = _when(event, "DTEND") - start
    elif "DURATION" in event:
        length = _when(event, "DURATION")
    return length


def _when(event: Component, key: str) -> Any:
    """Return a day, a time or a length, as whatever it was written."""
    value: Any = event[key]
    return value.dt


def _day(event: Component, key: str) -> date:
    found = _when(event, key)
    return date(found.year, found.month, found.day)


def _zone(event: Component, key: str) -> str | None:
    value: Any = event.get(key)
    return None if value is None else value.params.get("TZID")


def _occurrences(events: Sequence[Event], zone: ZoneInfo, start: datetime, end: datetime) -> list[Occurrence]:
    calendar = Calendar()
    for event in events:
        calendar.add_component(event)
    found = recurring_ical_events.of(calendar).between(start - _MARGIN, end + _MARGIN)
    taking_place = (event for event in found if str(event.get("STATUS", "")).upper() != "CANCELLED")
    occurrences = (_occurrence(event, zone) for event in taking_place)
    return [o for o in occurrences if o.since < o.until and o.since < end and o.until > start]


def _occurrence(event: Component, zone: ZoneInfo) -> Occurrence:
    guests = event.get("ATTENDEE", [])
    addresses = [str(guest) for guest in (guests if isinstance(guests, list) else [guests])]
    return Occurrence(
        since=_instant(_when(event, "DTSTART"), zone),
        until=_instant(_when(event, "DTEND"), zone),
        summary=" ".join(str(event.get("SUMMARY", "")).split()),
        emails=tuple(re.sub("^mailto:", "", a.strip(), flags=re.IGNORECASE).casefold() for a in addresses),
    )


def _instant(when: date, zone: ZoneInfo) -> datetime:
    if not isinstance(when, datetime):
        return instant(datetime.combine(when, time()), zone)
    return instant(when, zone) if when.tzinfo is None else when.astimezone(UTC)


def _told(event: Event, wrong: str) -> str:
    return f'event "{str(event.get("SUMMARY", ""))[:60]}": {wrong}'
