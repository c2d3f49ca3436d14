"""The text of a calendar that others publish, before anything is made of it.

Rule 1: only the lines that a shift is made of are read; alarms, descriptions and zones of a feed's own are not.
Rule 2: what comes from outside is bounded before it is worked on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from icalendar import Calendar, Event

MOST_CHARACTERS = 4 * 2**20
MOST_EVENTS = 2_000
_MOST_DATES = 5_000
_MOST_CHANGES = 100  #: Of a repetition and all that follows: each is looked at for each occurrence.
_LONGEST_LINE = 16_000
_MOST_ATTENDEES = 20
_MOST_DEPTH = 8

_REPEATS = frozenset({"RRULE", "RDATE", "EXDATE"})
# https://www.rfc-editor.org/rfc/rfc5545#section-3.6.1
_KEPT = _REPEATS | {
    *("UID", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID"),
    *("SUMMARY", "ATTENDEE", "STATUS", "SEQUENCE"),
}
_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"([A-Za-z-]+)([;:].*)", re.ASCII)
#: A zone's name with its vendor before it, as some calendars write it.
_VENDOR = re.compile(r';TZID="?/[^;:"]*?([^/;:"]+/[^/;:"]+)"?(?=[;:])')
#: What the libraries raise over a text that makes no sense to them.
SENSELESS = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)


class BadFeed(Exception):
    """The text cannot be used at all; the message never holds any of it."""


def events_of(text: str) -> list[Event]:
    """Return the events of a calendar as the library reads them, or raise BadFeed."""
    events = list(_events(text))
    dates = sum(line.count(",") + 1 for lines in events for line in lines if line.startswith(("RDATE", "EXDATE")))
    onward = sum("RANGE=" in line.upper() for lines in events for line in lines if line.startswith("RECURRENCE-ID"))
    if len(events) > MOST_EVENTS or dates > _MOST_DATES or onward > _MOST_CHANGES:
        raise BadFeed(f"it has more than {MOST_EVENTS} events, {_MOST_DATES} single dates or {_MOST_CHANGES} changes")
    body = [line for lines in events for line in ("BEGIN:VEVENT", *_sound(lines), "END:VEVENT")]
    try:
        calendar = Calendar.from_ical("\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", *body, "END:VCALENDAR", "")))
    except SENSELESS as problem:
        raise BadFeed("it is no iCal calendar") from problem
    return [event for event in calendar.walk("VEVENT") if isinstance(event, Event)]


def _events(text: str) -> Iterator[list[str]]:
    """Yield the lines of each event, of those that are kept."""
    if len(text) > MOST_CHARACTERS:
        raise BadFeed(f"it is longer than {MOST_CHARACTERS} characters")
    within: list[str] = []
    lines: list[str] = []
    for name, rest in _lines(text):
        if name == "BEGIN":
            within.append(rest[1:].strip().upper())
            lines = [] if within[1:] == ["VEVENT"] else lines
        elif name == "END" and within and within.pop() == "VEVENT" and len(within) == 1:
            yield lines
        elif within == ["VCALENDAR", "VEVENT"] and name in _KEPT:
            lines.append(f"{name}{rest}")
        if within[:1] not in ([], ["VCALENDAR"]) or len(within) > _MOST_DEPTH:
            raise BadFeed("it is no iCal calendar")
    if within:
        raise BadFeed("it is cut short")


def _lines(text: str) -> Iterator[tuple[str, str]]:
    lines = _FOLD.sub("", text.removeprefix("\ufeff")).replace("\r\n", "\n").strip().split("\n")
    if lines[0].strip().upper() != "BEGIN:VCALENDAR":
        raise BadFeed("it is no iCal calendar")
    for line in lines:
        if len(line) <= _LONGEST_LINE and (match := _LINE.match(line)):
            yield match[1].upper(), _VENDOR.sub(r";TZID=\1", match[2])


def _sound(lines: list[str]) -> list[str]:
    """Leave out surplus guests, and repetitions of what is itself the change of a repetition."""
    guests = [line for line in lines if line.startswith("ATTENDEE")][:_MOST_ATTENDEES]
    others = [line for line in lines if not line.startswith("ATTENDEE")]
    if any(line.startswith("RECURRENCE-ID") for line in others):
        others = [line for line in others if re.split("[;:]", line)[0] not in _REPEATS]
    return others + guests
