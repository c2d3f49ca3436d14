"""Times as agents tell them: `2h`, `3 hours`, `1h30m`, `until 2027-01-31`, `until 2027-01-31 9:00`.

Rule 1: what begins like a time and is none is never taken for the default: it raises, with what is accepted.
Rule 2: a day alone lasts until its end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from plugin.core.promised import promised_at

#: Nobody waits longer.
LONGEST = timedelta(days=90)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_UNIT = r"(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)(?![^\W\d])"
_PART = re.compile(rf"(\d{{1,9}}(?:\.\d{{1,3}})?)\s?({_UNIT})", re.IGNORECASE)
_LENGTH = re.compile(rf"(?:for )?((?:\d{{1,9}}(?:\.\d{{1,3}})?\s?{_UNIT}\s?)+)(?!\w)", re.IGNORECASE)
_UNTIL = re.compile(
    r"(?:until |till )?(\d{4}-\d\d-\d\d)(?:(?: at )?[T ]?(\d{1,2}:\d\d)(?::00)?)?(?![\w:])(?! ?(?:[ap]m|at)\b)",
    re.IGNORECASE,
)
#: What begins like a time, so that a reason can begin like anything else.
_LIKE_ONE = re.compile(
    r"(?:until|till)\b|(?:for )?[-+]?\d|(?:for )?(?:an?|one|two|three|four|five|six|half an?|a few|a couple of)"
    r" (?:min|minute|hour|day|week|month)s?\b|today\b|tomorrow\b|tonight\b|next (?:\w+day|week|month)\b",
    re.IGNORECASE,
)
_HOUR_BEHIND = re.compile(r"\s\d{1,2}(?:[:.h]\d\d|\s?(?:[ap]m|h|uhr)\b)", re.IGNORECASE)
#: Characters in which a time is looked for.
_LOOKED_AT = 80
_ACCEPTED = 'write "30 min", "3 hours", "2 days", "1h30m", "until 2027-01-31" or "until 2027-01-31 14:00"'


@dataclass(frozen=True, kw_only=True, slots=True)
class ToldTime:
    """Until when, or how long; neither: nothing was said of it."""

    until: datetime | None = None
    lasting: timedelta | None = None
    rest: str = ""  #: What stands behind it.


def told_time(text: str, zone: tzinfo) -> ToldTime:
    """Return the time that a line begins with; raise ValueError where it begins like one and is none."""
    head = text[:_LOOKED_AT]
    if found := _UNTIL.match(head):
        return ToldTime(until=_instant(found, zone, head), rest=_behind(text, found.end()))
    if found := _LENGTH.match(head):
        return ToldTime(lasting=_length(found[1]), rest=_behind(text, found.end()))
    if _LIKE_ONE.match(head):
        raise ValueError(f'no time is understood in "{_quoted(head)}"; {_ACCEPTED}')
    return ToldTime(rest=text)


def _instant(found: re.Match[str], zone: tzinfo, head: str) -> datetime:
    day, clock = found[1], found[2]
    at = promised_at(f"{day}T{clock:0>5}" if clock else day, zone)
    vague = clock is None and _HOUR_BEHIND.match(head[found.end() :])
    if at is None or vague or not 2000 <= at.year < 2200:
        raise ValueError(f'no time is understood in "{_quoted(head)}"; {_ACCEPTED}')
    return at


def _length(text: str) -> timedelta:
    length = timedelta()
    for number, unit in _PART.findall(text):
        length += min(LONGEST * 2, _of(float(number), unit))
    if not timedelta() < length <= LONGEST:
        raise ValueError(f'"{text.strip()}" is no time to wait; at most {LONGEST.days} days are, and more than none')
    return length


def _of(number: float, unit: str) -> timedelta:
    """Return a length; a huge one as one that is too long."""
    return timedelta(**{_UNITS[unit[0].lower()]: min(number, 1e7)})


def _behind(text: str, end: int) -> str:
    return text[end:].lstrip(" ,;:.-")


def _quoted(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
