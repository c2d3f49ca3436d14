"""Lists, lengths of time and values as a sentence has them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, tzinfo

#: Comparing operators as words.
COMPARED: Mapping[str, str] = {
    "at_least": "at least",
    "at_most": "at most",
    "more_than": "more than",
    "less_than": "less than",
}
_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60))


def listed(words: Iterable[str], joint: str = "and") -> str:
    """Return `a, b and c`."""
    *firsts, last = list(words) or ["nothing"]
    return f"{', '.join(firsts)} {joint} {last}" if firsts else last


def quoted(text: object) -> str:
    """Return a word of the policy, marked as one."""
    return f"“{' '.join(str(text).split())}”"


def counted(number: float, word: str) -> str:
    """Return `1 rule`, `2 rules`."""
    return f"{number:,g} {word}" if number == 1 else f"{number:,g} {word}s"


def times(number: object) -> str:
    """Return `once`, `twice`, `3 times`."""
    return {"1": "once", "2": "twice"}.get(str(number), f"{number} times")


def length(value: timedelta) -> str:
    """Return `1 day and 2 hours`."""
    rest, parts = round(value.total_seconds(), 3), []
    for word, seconds in _UNITS:
        number, rest = divmod(rest, seconds)
        parts += [counted(number, word)] if number else []
    parts += [counted(round(rest, 3), "second")] if rest else []
    return listed(parts or ["0 minutes"])


def shown(value: object) -> str:
    """Return a value as a reader of the policy writes it."""
    if value is None:
        return "empty"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return quoted(value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False))
    return f"{value:,}"


def every(value: timedelta) -> str:
    """Return `every hour`, `every 2 hours`."""
    return f"every {length(value).removeprefix('1 ')}" if " and " not in length(value) else f"every {length(value)}"


def day_and_time(at: datetime, zone: tzinfo) -> str:
    """Return an instant on the clocks of a zone."""
    return f"{at.astimezone(zone):%a %Y-%m-%d %H:%M}"


def sentence(text: str) -> str:
    """Return the text with a capital at its beginning and a stop at its end."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', ':')) else '.'}"


def slug(text: str) -> str:
    """Return what may stand in an address, for a name of the policy; another one for each name."""
    return "".join(c if c.isalnum() or c in "-_" else f".{ord(c):x}" for c in text)
