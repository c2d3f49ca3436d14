"""Durations as admins write them: `15m`, `4h`, `2d`, `1h 30m` or ISO 8601 (`PT15M`)."""

from __future__ import annotations

import re
from datetime import timedelta

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SHORT = re.compile(r"\s*(\d+)\s*([smhdw])", re.IGNORECASE)
_ISO = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
#: Longer than any promise; keeps instants inside the calendar.
LONGEST = timedelta(days=3660)


def duration(text: object) -> timedelta:
    """Return the duration, or raise ValueError saying what is accepted."""
    length = _short(text) or _iso(text) if isinstance(text, str) else None
    if not length or length > LONGEST:
        raise ValueError(f"found {text!r}, expected a duration such as 15m, 4h, 2d or PT15M, at most ten years")
    return length


def _short(text: str) -> timedelta | None:
    if not re.fullmatch(rf"(?:{_SHORT.pattern})+\s*", text, re.IGNORECASE):
        return None
    return sum((_of(unit, number) for number, unit in _SHORT.findall(text)), timedelta())


def _of(unit: str, number: str) -> timedelta:
    return timedelta(**{_UNITS[unit.lower()]: min(int(number), 10**8)})


def _iso(text: str) -> timedelta | None:
    match = _ISO.fullmatch(text.strip().upper())
    if match is None:
        return None
    return sum(
        (_of(unit, number) for number, unit in zip(match.groups(), "wdhms", strict=True) if number),
        timedelta(),
    )
