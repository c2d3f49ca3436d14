"""From a policy's `calendars` to Calendars, or to every mistake in them at once.

Rule 1: nothing is taken for granted of the document, not even that it has passed its schema.
Rule 2: a calendar that is never open is a mistake.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, timedelta, tzinfo
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from plugin.core.opening_hours.holiday_dates import Holidays, countries, nearest_country
from plugin.core.opening_hours.opening import DAY, Hours, Schedule, no_holidays
from plugin.core.problems import unknown_word
from plugin.core.working_hours import ALWAYS, Calendar

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Says = Callable[[str, str], None]

_KEYS = ("time_zone", "hours", "holidays", "exceptions")
_HOLIDAY_KEYS = ("country", "subdivision", "dates", "except")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
#: The years in which an open day is looked for: after 28 years weekdays and dates meet again as they did.
_SAMPLE = (date(2020, 1, 1), date(2048, 1, 1))


def compile_calendars(document_section: Mapping[str, Any], says: Says) -> dict[str, Calendar]:
    """Return the calendars; every mistake is said with its place.

    One that has mistakes is open always, so that who names it is not told that there is none of that name.
    """
    section = _object(document_section, "calendars", says)
    return {name: _calendar(name, item, says) or ALWAYS for name, item in section.items()}


def _calendar(name: str, item: object, says: Says) -> Calendar | None:
    said: list[str] = []

    def notes(where: str, message: str) -> None:
        said.append(where)
        says(where, message)

    where = f"calendars.{name}"
    if not isinstance(item, Mapping):
        says(where, f"found {_shown(item)}, expected an object")
        return None
    schedule = _schedule(where, _known_keys(item, _KEYS, where, notes), notes)
    if not said and not _ever_open(schedule):
        notes(where, "is never open; give it hours that its holidays and exceptions leave open")
    return None if said else Calendar(name, schedule)


def _schedule(where: str, item: Mapping[str, Any], says: Says) -> Schedule:
    return Schedule(
        zone=_zone(item.get("time_zone"), f"{where}.time_zone", says),
        week=_week(item.get("hours", {}), f"{where}.hours", says),
        holiday=_holidays(item["holidays"], f"{where}.holidays", says) if "holidays" in item else no_holidays,
        exceptions=dict(_exceptions(item.get("exceptions", {}), f"{where}.exceptions", says)),
    )


def _ever_open(schedule: Schedule) -> bool:
    if any(schedule.exceptions.values()):
        return True
    first, last = _SAMPLE
    days = range((last - first).days) if any(schedule.week) else range(0)
    return any(schedule.hours(first + n * DAY) for n in days)


def _zone(found: object, where: str, says: Says) -> tzinfo:
    try:
        if isinstance(found, str):
            return ZoneInfo(found)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of zones, a name too long
        pass
    near = get_close_matches(found[:80], available_timezones(), n=1) if isinstance(found, str) else []
    hint = f'; did you mean "{near[0]}"?' if near else ", expected an IANA time zone such as Europe/Lisbon"
    says(where, f"found {_shown(found)}{hint}")
    return UTC


def _week(found: object, where: str, says: Says) -> tuple[Hours, ...]:
    days = _known_keys(found, WEEKDAYS, where, says)
    return tuple(_hours(days.get(day, []), f"{where}.{day}", says) for day in WEEKDAYS)


def _hours(found: object, where: str, says: Says) -> Hours:
    """Read a day's intervals, which may stand in any order and touch, but not overlap."""
    places = [(item, f"{where}[{i}]") for i, item in enumerate(_list(found, where, says))]
    read = sorted((interval, place) for item, place in places if (interval := _interval(item, place, says)))
    for i, (interval, place) in enumerate(read[1:], 1):
        before, earlier = max(read[:i], key=lambda one: one[0][1])
        if interval[0] < before[1]:
            says(place, f"{_written(interval)} overlaps {_written(before)} of {earlier}")
    return tuple(interval for interval, _ in read)


def _interval(found: object, where: str, says: Says) -> tuple[timedelta, timedelta] | None:
    if not isinstance(found, list) or len(found) != 2:
        says(where, f'found {_shown(found)}, expected two times: ["09:00", "17:00"]')
        return None
    opens, closes = (_time(text, f"{where}[{i}]", says) for i, text in enumerate(found))
    if opens is None or closes is None:
        return None
    if closes <= opens:
        remedy = "a night is two intervals: to 24:00, and from 00:00 of the next day"
        says(where, f"{found[1]} is not after {found[0]}; {remedy}")
        return None
    return opens, closes


def _time(found: object, where: str, says: Says) -> timedelta | None:
    if not isinstance(found, str) or not _TIME.fullmatch(found):
        says(where, f"found {_shown(found)}, expected a time of day from 00:00 to 24:00")
        return None
    hours, minutes = found.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


def _holidays(found: object, where: str, says: Says) -> Holidays:
    item = _known_keys(found, _HOLIDAY_KEYS, where, says)
    country = _country(item.get("country"), f"{where}.country", says)
    dates, excepted = (_dates(item.get(key, []), f"{where}.{key}", says) for key in ("dates", "except"))
    if "subdivision" in item and "country" not in item:
        says(f"{where}.subdivision", f"found {_shown(item['subdivision'])} without a country it is part of")
    for i, day in enumerate(excepted):
        if day and day in dates:
            says(f"{where}.except[{i}]", f"{day} also stands in {where}.dates; leave it out of one of them")
    return Holidays(
        country=country,
        subdivision=_subdivision(item.get("subdivision"), country, f"{where}.subdivision", says),
        dates=frozenset(filter(None, dates)),
        excepted=frozenset(filter(None, excepted)),
    )


def _country(found: object, where: str, says: Says) -> str | None:
    if found is None or (isinstance(found, str) and found in countries()):
        return found
    near = nearest_country(found) if isinstance(found, str) else None
    hint = f'; did you mean "{near}"?' if near else "; expected a code such as PT"
    says(where, f"unknown country {_shown(found)}{hint}")
    return None


def _subdivision(found: object, country: str | None, where: str, says: Says) -> str | None:
    if found is None or (isinstance(found, str) and country and found in countries()[country]):
        return found
    if country:
        says(where, unknown_word(found, countries()[country], what=f"subdivision of {country}"))
    return None


def _exceptions(found: object, where: str, says: Says) -> Iterator[tuple[date, Hours]]:
    for text, hours in _object(found, where, says).items():
        if day := _date(text, f"{where}.{text}", says):
            yield day, _hours(hours, f"{where}.{text}", says)


def _dates(found: object, where: str, says: Says) -> list[date | None]:
    return [_date(text, f"{where}[{i}]", says) for i, text in enumerate(_list(found, where, says))]


def _date(found: object, where: str, says: Says) -> date | None:
    try:
        if isinstance(found, str) and _DATE.fullmatch(found):
            return date.fromisoformat(found)
    except ValueError:
        pass  # as 2026-02-30
    says(where, f"found {_shown(found)}, expected a date such as 2026-12-24")
    return None


def _known_keys(found: object, keys: tuple[str, ...], where: str, says: Says) -> Mapping[str, Any]:
    item = _object(found, where, says)
    for key in item:
        if key not in keys:
            says(where, unknown_word(key, keys, what="key"))
    return item


def _object(found: object, where: str, says: Says) -> Mapping[str, Any]:
    if isinstance(found, Mapping):
        return found
    says(where, f"found {_shown(found)}, expected an object")
    return {}


def _list(found: object, where: str, says: Says) -> list[Any]:
    if isinstance(found, list):
        return found
    says(where, f"found {_shown(found)}, expected a list")
    return []


def _shown(found: object) -> str:
    return json.dumps(found)[:80]


def _written(interval: tuple[timedelta, timedelta]) -> str:
    return "-".join(f"{edge // timedelta(hours=1):02}:{edge // timedelta(minutes=1) % 60:02}" for edge in interval)
