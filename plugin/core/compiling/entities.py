"""The entities of a policy document: where each is read from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any as Json

from plugin.core.compiling.checker import Checker
from plugin.core.facts import OPEN_PREFIXES
from plugin.core.names import TICKET_FIELDS
from plugin.core.problems import unknown_word
from plugin.core.recurrence import Entity, pattern

#: Fields an entity may be read from, besides custom fields.
SOURCES = (*TICKET_FIELDS, "ticket.text", "ticket.last_comment", "organization.name", "requester.email")


def compile_entities(checker: Checker) -> tuple[Entity, ...]:
    """Return the entities; their mistakes are noted."""
    return tuple(_entity(checker, name, item) for name, item in checker.section("entities").items())


def _entity(checker: Checker, name: str, item: Mapping[str, Json]) -> Entity:
    where = f"entities.{name}"
    for i, source in enumerate(item["in"]):
        if source not in SOURCES and not source.startswith(OPEN_PREFIXES):
            known = (*SOURCES, *(f"{prefix}<id>" for prefix in OPEN_PREFIXES))
            checker.says(f"{where}.in[{i}]", unknown_word(source, known, what="field"))
    if name in ("requester", "ticket"):
        checker.says(where, f'"{name}" has a meaning of its own; choose another name')
    told = item.get("pattern")
    if told is not None:
        _check_pattern(checker, f"{where}.pattern", told)
    return Entity(name=name, sources=tuple(item["in"]), pattern=told)


def _check_pattern(checker: Checker, where: str, told: str) -> None:
    if mistake := checker.patterns.mistake(told):
        checker.says(where, mistake)
    elif pattern(told).search(""):
        checker.says(where, "this pattern finds nothing at all in any text; make it need at least one letter")
