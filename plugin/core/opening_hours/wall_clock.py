"""From the clock on somebody's wall to instants.

Rule 1: a time that a clock skips is moved forward by what was skipped; of a time that it shows twice the first counts.
Rule 2: a day runs from its local midnight to the next one, however long that is.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

#: Years in which anything is planned; keeps every sum of days inside the calendar.
YEARS = range(1970, 2201)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{2}:\d{2}", re.ASCII)
_MOMENT = re.compile(rf"{_DAY.pattern}[T ]{_TIME.pattern}(:\d{{2}})?(Z|[+-]\d{{2}}:\d{{2}})?", re.ASCII)


def instant(local: datetime, zone: tzinfo) -> datetime:
    """Return the instant at which a clock in the zone shows a naive time."""
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def zone_named(name: str) -> ZoneInfo:
    """Return the zone, or raise ValueError saying what is accepted."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:  # OSError: a folder of zones, a name too long
        raise ValueError(f'found "{name}", expected an IANA time zone such as Europe/Lisbon') from problem


def day(text: str) -> date:
    """Read a day, or raise ValueError saying what is accepted."""
    try:
        found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None or found.year not in YEARS:
        raise ValueError(f'found "{text}", expected a day such as 2026-12-24')
    return found


def time_of_day(text: str) -> time:
    """Read a time to the minute, or raise ValueError saying what is accepted."""
    try:
        if _TIME.fullmatch(text):
            return time.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError(f'found "{text}", expected a time such as 09:00')


def moment(text: str, zone: ZoneInfo) -> datetime:
    """Read a date-time, local unless it has an offset, or raise ValueError saying what is accepted."""
    try:
        found = datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None or found.year not in YEARS:
        raise ValueError(f'found "{text}", expected 2026-12-24T09:00, or with an offset 2026-12-24T09:00+01:00')
    return found.astimezone(UTC) if found.tzinfo else instant(found, zone)


def day_or_moment(text: str, zone: ZoneInfo, *, last: bool = False) -> datetime:
    """Read a day's beginning (of a `last` day its end) or a date-time, or raise ValueError."""
    if _DAY.fullmatch(text):
        return instant(datetime.combine(day(text) + timedelta(days=last), time()), zone)
    return moment(text, zone)
