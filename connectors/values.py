"""One value of a platform's JSON, read into ours.

Rule: a reader returns our value or raises ValueError; the caller decides if that means unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import TypeVar

T = TypeVar("T")
Reader = Callable[[object], object]


def instant(value: object) -> datetime:
    """Read an ISO 8601 time with its clock time; without a zone it is UTC."""
    if not isinstance(value, str) or ":" not in value:
        raise ValueError("not an instant")
    try:
        found = datetime.fromisoformat(value.strip())
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError as exc:
        raise ValueError("not an instant") from exc


def flag(value: object) -> bool:
    """Read true or false, also as a word."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    raise ValueError("neither true nor false")


def text(value: object) -> str:
    """Read text; null is empty."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError("not text")
    return value


def label(value: object) -> str | None:
    """Read text that may be absent; empty is none."""
    return text(value) or None


def scalar(value: object) -> object:
    """Read a custom field's value as it is: text, number, truth value, list of choices or null."""
    return value


def mapping(value: object) -> dict[str, object]:
    """Return an object of the JSON as it is, and for anything else an empty one."""
    return value if isinstance(value, dict) else {}


def attempt(read: Callable[[object], T], value: object) -> T | None:
    """Return what the reader makes of the value, None if it cannot."""
    with suppress(ValueError):
        return read(value)
    return None


def readable(source: Mapping[str, object], table: Mapping[str, tuple[str, Reader]]) -> dict[str, object]:
    """Return by our names what the source carries and the table's readers can read."""
    found: dict[str, object] = {}
    for key, (name, read) in table.items():
        if key in source:
            with suppress(ValueError):
                found[name] = read(source[key])
    return found
