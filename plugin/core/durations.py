"""Durations as admins write them: `15m`, `4h`, `2d`, `1h 30m` or ISO 8601 (`PT15M`)."""

from __future__ import annotations

import re
from datetime import timedelta

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_SHORT = re.compile(r"\s*(\d{1,12})\s*([smhdw])", re.IGNORECASE)
_ISO = re.compile(r"P(?:(\d{1,12})W)?(?:(\d{1,12})D)?(?:T(?:(\d{1,12})H)?(?:(\d{1,12})M)?(?:(\d{1,12})S)?)?")
#: Longer than any promise; keeps instants inside the calendar.
LONGEST = timedelta(days=3660)


def duration(text: object) -> timedelta:
    """Return the duration, or raise ValueError saying what is accepted."""
    seconds = _short(text) or _iso(text) if isinstance(text, str) else 0
    if not 0 < seconds <= LONGEST.total_seconds():
        raise ValueError(f"found {text!r}, expected a duration such as 15m, 4h, 2d or PT15M, at most ten years")
    return timedelta(seconds=seconds)


def _short(text: str) -> int:
    """Return whole seconds; 0 where the text is no such duration."""
    if not re.fullmatch(rf"(?:{_SHORT.pattern})+\s*", text, re.IGNORECASE):
        return 0
    return sum(int(number) * _SECONDS[unit.lower()] for number, unit in _SHORT.findall(text))


def _iso(text: str) -> int:
    match = _ISO.fullmatch(text.strip().upper())
    if match is None:
        return 0
    return sum(int(number) * _SECONDS[unit] for number, unit in zip(match.groups(), "wdhms", strict=True) if number)


def signed_duration(text: object) -> timedelta:
    """Return a duration that may be nothing (`0m`) or lie after a deadline (`-15m`)."""
    told = text.strip() if isinstance(text, str) else ""
    if re.fullmatch(r"-?0+\s*[smhdw]", told, re.IGNORECASE):
        return timedelta()
    try:
        return -duration(told[1:]) if told.startswith("-") else duration(text)
    except ValueError as problem:
        raise ValueError(f"{problem}; 0m is the deadline itself, -15m a quarter of an hour after it") from problem
