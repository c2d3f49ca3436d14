"""Policies of older formats, brought up to date one format at a time.

Rule 1: a step changes how a thing is said, never what it means; what it does not know it leaves alone.
Rule 2: a document without a format is of format 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

Json = dict[str, Any]
CURRENT = 2


def format_of(document: Mapping[str, Any]) -> int:
    """Return the format a document says it is of."""
    told = document.get("format", 1)
    return told if isinstance(told, int) and not isinstance(told, bool) else CURRENT


def upgraded(document: Mapping[str, Any]) -> Json:
    """Return the document in today's format."""
    result = deepcopy(dict(document))
    for number in range(format_of(document), CURRENT):
        _STEPS[number](result)
        result["format"] = number + 1
    return result


def _followers_become_watchers(document: Json) -> None:
    """Whoever follows every ticket of a matrix row watches the row."""
    for row in _objects(document.get("matrix")):
        changes = row.get("changes")
        if isinstance(changes, dict) and "followers" in changes:
            row["watchers"] = [*(row.get("watchers") or []), *(changes.pop("followers") or [])]


def _objects(value: object) -> list[Json]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


_STEPS: Mapping[int, Callable[[Json], None]] = {1: _followers_become_watchers}
