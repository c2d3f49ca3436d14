"""The filters of a template.

Rule 1: a filter costs no more than its text is long, and returns at most LONGEST characters.
Rule 2: a filter takes any value a template can have; only `length` refuses one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Undefined

#: No text is longer; platforms cut silently beyond their own limit.
LONGEST = 20_000


def plain(value: object) -> str:
    """Return a value as a template writes it: nothing for None, a list with commas; an undefined one raises."""
    if isinstance(value, str):
        return value[:LONGEST]
    if isinstance(value, (list, tuple)):
        return _joined(value, ", ")
    return "" if value is None else str(value)[:LONGEST]


def _joined(items: Iterable[object], between: str) -> str:
    """Join until LONGEST, and not one item further."""
    pieces: list[str] = []
    size = 0
    for item in items:
        pieces.append(plain(item))
        size += len(pieces[-1]) + len(between)
        if size >= LONGEST + len(between):
            break
    return between.join(pieces)[:LONGEST]


def _join(value: object, between: object = "") -> str:
    return _joined(value, plain(between)) if isinstance(value, (list, tuple)) else plain(value)


def _default(value: object, other: object) -> object:
    """Take the other one also for empty text: to a reader both are missing."""
    missing = isinstance(value, Undefined) or value is None or value == ""
    return other if missing else value


def _length(value: object) -> int:
    if not isinstance(value, (str, list, tuple)):
        raise ValueError("length counts the characters of a text or the lines of a list")
    return len(value)


def _first(value: object) -> object:
    return next(iter(_several(value)), "")


def _last(value: object) -> object:
    return next(iter(_several(value)[-1:]), "")


def _several(value: object) -> list[object] | tuple[object, ...] | str:
    return value if isinstance(value, (list, tuple)) else plain(value)


def _replace(value: object, old: object, new: object) -> str:
    """Replace no more often than can be seen before the cut."""
    text, was, becomes = plain(value), plain(old), plain(new)
    most = LONGEST // max(len(becomes), 1) + 1
    return text.replace(was, becomes, most)[:LONGEST] if was else text


def _truncate(value: object, longest: object = 255) -> str:
    text = plain(value)
    most = longest if isinstance(longest, int) and longest > 0 else 1
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _title(value: object) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in plain(value).split(" "))[:LONGEST]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a filter does, and how many values it takes in brackets."""

    run: Callable[..., Any]
    description: str
    fewest: int = 0
    most: int = 0


FILTERS: Mapping[str, Filter] = {
    "capitalize": Filter(lambda v: plain(v).capitalize()[:LONGEST], "the first letter large, the others small"),
    "default": Filter(_default, "the value in brackets where there is none, or an empty one", 1, 1),
    "first": Filter(_first, "the first line of a list, or letter of a text"),
    "join": Filter(_join, "the lines of a list in a row, the text in brackets between them", 0, 1),
    "last": Filter(_last, "the last line of a list, or letter of a text"),
    "length": Filter(_length, "how many lines or characters"),
    "lower": Filter(lambda v: plain(v).lower()[:LONGEST], "small letters"),
    "replace": Filter(_replace, "the first text in brackets replaced with the second", 2, 2),
    "title": Filter(_title, "each word's first letter large"),
    "trim": Filter(lambda v: plain(v).strip(), "without the space around it"),
    "truncate": Filter(_truncate, "cut to so many characters, 255 if not told, with … at the end", 0, 1),
    "upper": Filter(lambda v: plain(v).upper()[:LONGEST], "large letters"),
}
