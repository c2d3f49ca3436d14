"""A document with mistakes, made whole enough that the rest of it can be checked in the same run.

Rule 1: an entry that its schema refuses is replaced by a harmless one of the same name, so that nothing else seems
        wrong because of it.
Rule 2: what is found in a replaced entry is not told: its own mistakes come first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from plugin.core.problems import Problem

Json = dict[str, Any]
_ENTRY = re.compile(r"([A-Za-z_$]+)(?:\[(\d+)\]|\.([^.\[]+))?")
_PART_OF_THE_WHOLE = ("rules", "matrix", "people")


def without_mistakes(
    document: Mapping[str, Any], found: Iterable[Problem], *, keys: Collection[str]
) -> tuple[Json, tuple[str, ...]]:
    """Return the document with its `keys` alone and every wrong entry replaced, and the places of those."""
    whole: Json = {"rules": [], "matrix": [], "people": {}, **document}
    places: list[str] = []
    for problem in found:
        match = _ENTRY.match(problem.where)
        if match is None:
            whole = {key: value for key, value in whole.items() if key in keys}
            continue
        places.append(match[0])
        _replace(whole, match[1], match[2] or match[3])
    return whole, tuple(places)


def elsewhere(problems: Iterable[Problem], places: tuple[str, ...]) -> list[Problem]:
    """Return the problems that are not in one of the places."""
    return [problem for problem in problems if not problem.where.startswith(places or ("\0",))]


def _replace(whole: Json, section: str, entry: str | None) -> None:
    held = whole.get(section)
    if isinstance(held, list) and entry is not None and entry.isdigit():
        whole[section] = [_item(section, one, whole) if i == int(entry) else one for i, one in enumerate(held)]
    elif isinstance(held, dict) and entry in held and section in _KNOWN:
        whole[section] = {key: _KNOWN[section](key, whole) if key == entry else one for key, one in held.items()}
    elif section in _PART_OF_THE_WHOLE:
        whole[section] = {} if section == "people" else []
    else:
        whole.pop(section, None)


def _item(section: str, one: object, whole: Json) -> Json:
    told = one if isinstance(one, dict) else {}
    if section == "matrix":
        return {"issue_type": _text(told.get("issue_type"), "?"), "severity": "*", "owner": _somebody(whole)}
    name = _text(told.get("name"), "?")
    never = {"field": "ticket.status", "operator": "absent"}
    return {"name": name, "when": never, "escalate": {"issue_type": "?", "severity": "sev4"}}


def _text(value: object, otherwise: str) -> str:
    return value if isinstance(value, str) else otherwise


def _somebody(whole: Json) -> str:
    people = whole.get("people")
    return next(iter(people), "?") if isinstance(people, dict) else "?"


def _rota(_: str, whole: Json) -> Json:
    layer = {"people": [_somebody(whole)], "handover": {"every": "day", "at": "00:00"}, "starts": "2026-01-01"}
    return {"time_zone": "UTC", "layers": [layer]}


#: A harmless entry for each table, by its key.
_KNOWN: Mapping[str, Any] = {
    "people": lambda key, _: {"name": key, "ids": {}},
    "groups": lambda key, _: {"name": key, "ids": {}},
    "fields": lambda *_: {"ids": {}},
    "entities": lambda *_: {"in": ["ticket.subject"], "pattern": "x"},
    "templates": lambda *_: "x",
    "calendars": lambda *_: {"time_zone": "UTC", "hours": {"mon": [["09:00", "17:00"]]}},
    "ladders": lambda _, whole: {"steps": [{"tier": "frontline", "owner": _somebody(whole)}]},
    "rotas": _rota,
    "destinations": lambda *_: {},
}
