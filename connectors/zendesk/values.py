"""One value of Zendesk's, read into ours.

Rule 1: a reader returns our value or raises ValueError; the caller decides if that means unknown.
Rule 2: enums in any case, ids as text or number; "" and 0 are Zendesk's ways to say none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import TypeVar

from connectors.model import PRIORITIES, Status

T = TypeVar("T")
Reader = Callable[[object], object]

# https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#json-format
STATUSES: Mapping[str, Status] = {status.value: status for status in Status} | {
    "on-hold": Status.HOLD,
    "archived": Status.CLOSED,  # Closed, and moved to the archive 120 days later.
}
TYPES = frozenset({"question", "incident", "problem", "task"})

#: Also what may stand in a URL's path.
_ID = re.compile(r"-?[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")


def ident(value: object) -> str | None:
    """Read an id; None says that there is none."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError("not an id")
    text = str(value).strip()
    if not _ID.fullmatch(text):
        raise ValueError("not an id")
    if text.isdigit():
        text = text.lstrip("0")  # the platform reads "007" as 7, and to us they must be one ticket
    return text or None


def instant(value: object) -> datetime:
    """Read an ISO 8601 time with its clock time; without a zone it is UTC."""
    if not isinstance(value, str) or ":" not in value:
        raise ValueError("not an instant")
    try:
        found = datetime.fromisoformat(value.strip())
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError as exc:
        raise ValueError("not an instant") from exc


def status(value: object) -> Status:
    """Read a system status; a custom status' name is none."""
    if not isinstance(value, str) or value.strip().lower() not in STATUSES:
        raise ValueError("not a status")
    return STATUSES[value.strip().lower()]


def priority(value: object) -> str | None:
    """Read a priority; None says that none is set."""
    return _word(value, PRIORITIES)


def ticket_type(value: object) -> str | None:
    """Read question, incident, problem or task; None says that none is set."""
    return _word(value, TYPES)


def tags(value: object) -> frozenset[str]:
    """Read tags from a list or from one string with spaces between."""
    if isinstance(value, str):
        value = value.split()
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
        raise ValueError("not tags")
    return frozenset(tag.strip().lower() for tag in value if tag.strip())


def idents(value: object) -> tuple[str, ...]:
    """Read a list of ids."""
    if not isinstance(value, list):
        raise ValueError("not a list of ids")
    return tuple(found for item in value if (found := ident(item)))


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


def rating(value: object) -> object:
    """Return a satisfaction rating's score, alone or with what else comes with it."""
    return scalar(value.get("score")) if isinstance(value, Mapping) else scalar(value)


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


def _word(value: object, words: frozenset[str] | tuple[str, ...]) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or value.strip().lower() not in words:
        raise ValueError("not one of the words")
    return value.strip().lower()
