"""Policies of older formats, brought up to date one format at a time.

Rule 1: a step changes how a thing is said, never what it means; what it does not know it leaves alone.
Rule 2: a document without a format is of format 1.
Rule 3: every value of the old document stands in the new one; keys keep their order.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from plugin.core.problems import Problem, Problems

Json = dict[str, Any]
CURRENT = 2

#: Changes a document and tells what was changed where.
_Step = Callable[[Json], Iterator[Problem]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Upgrade:
    """A document in today's format, and what became of its parts."""

    document: Json
    moved: tuple[Problem, ...] = ()  #: Each changed place, and what was done there; empty: it was of today's format.


def format_of(document: Mapping[str, Any]) -> int:
    """Return the format a document says it is of; what is no format is the schema's to refuse."""
    told = document.get("format", 1)
    return told if isinstance(told, int) and not isinstance(told, bool) and told > 0 else CURRENT


def upgrade(document: Mapping[str, Any]) -> Upgrade:
    """Return the document in today's format with what changed, or raise Problems if a value would be lost."""
    result, moved = deepcopy(dict(document)), []
    for number in range(format_of(document), CURRENT):
        moved += [*_STEPS[number](result), Problem(where="format", message=f"{number} is now {number + 1}")]
        result = _with_format(result, number + 1)
    if lost := list((Counter(_values(document)) - Counter(_values(result))).elements()):
        title = "The policy cannot be brought up to date without losing something:"
        raise Problems(title, [Problem(where=place, message=f"{value} would be lost") for place, value in lost])
    return Upgrade(document=result, moved=tuple(moved))


def upgraded(document: Mapping[str, Any]) -> Json:
    """Return the document in today's format."""
    return upgrade(document).document


def _with_format(document: Json, number: int) -> Json:
    """Set the format where it stands, else before everything but the schema's place."""
    if "format" in document:
        return {**document, "format": number}
    first = {"$schema": document["$schema"]} if "$schema" in document else {}
    return {**first, "format": number, **document}


def _values(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield every value with the part of the policy it stands in, whatever became of its key."""
    for part, item in document.items():
        if part != "format":
            yield from ((part, value) for value in _leaves(item))


def _leaves(item: Any) -> Iterator[str]:
    if isinstance(item, (dict, list)) and item:
        for inner in item.values() if isinstance(item, dict) else item:
            yield from _leaves(inner)
    elif item not in ({}, []):
        yield json.dumps(item, ensure_ascii=False)


def _followers_become_watchers(document: Json) -> Iterator[Problem]:
    """Whoever follows every ticket of a matrix row watches the row."""
    told = document.get("matrix")
    rows = told if isinstance(told, list) else []
    for i, row in enumerate(rows):
        if isinstance(row, dict) and _has_followers(row):
            rows[i] = _with_watchers(row)
            yield Problem(where=f"matrix[{i}].changes.followers", message=f"is now matrix[{i}].watchers")


def _has_followers(row: Json) -> bool:
    changes, watchers = row.get("changes"), row.get("watchers", [])
    return isinstance(changes, dict) and isinstance(changes.get("followers"), list) and isinstance(watchers, list)


def _with_watchers(row: Json) -> Json:
    """Move the followers of a row's changes to the row; a new key stands just before the changes."""
    changes = {key: value for key, value in row["changes"].items() if key != "followers"}
    watchers = [*row.get("watchers", []), *row["changes"]["followers"]]
    if "watchers" in row:
        return {**row, "watchers": watchers, "changes": changes}
    pairs = ((("watchers", watchers), (key, changes)) if key == "changes" else ((key, row[key]),) for key in row)
    return dict(pair for several in pairs for pair in several)


_STEPS: Mapping[int, _Step] = {1: _followers_become_watchers}
