"""One value of Zendesk's, read into ours.

Rule 1: a reader returns our value or raises ValueError; the caller decides if that means unknown.
Rule 2: enums in any case, ids as text or number; "" and 0 are Zendesk's ways to say none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from connectors.model import PRIORITIES, Status
from connectors.values import scalar

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


def rating(value: object) -> object:
    """Return a satisfaction rating's score, alone or with what else comes with it."""
    return scalar(value.get("score")) if isinstance(value, Mapping) else scalar(value)


def _word(value: object, words: frozenset[str] | tuple[str, ...]) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or value.strip().lower() not in words:
        raise ValueError("not one of the words")
    return value.strip().lower()
