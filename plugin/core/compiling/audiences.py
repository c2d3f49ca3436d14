"""The destinations of a policy document, and where it tells them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any as Json

from plugin.core.audience import Audience, CaseMove
from plugin.core.compiling.checker import Checker


def compile_audiences(checker: Checker) -> dict[str, Audience]:
    """Return the destinations by their names."""
    return {key: _audience(checker, key, item) for key, item in checker.section("destinations").items()}


def _audience(checker: Checker, key: str, item: Mapping[str, Json]) -> Audience:
    checker.known(f"destinations.{key}.person", item.get("person"), checker.section("people"), "person")
    moves = frozenset(CaseMove(word) for word in item.get("on", CaseMove))
    return Audience(key=key, name=item.get("name", key), moves=moves, person=item.get("person"))


def compile_tell(checker: Checker, where: str, item: Mapping[str, Json]) -> tuple[str, ...]:
    """Return whom a row or a step tells; a name that is no destination is noted."""
    for i, name in enumerate(item.get("tell", [])):
        checker.known(f"{where}.tell[{i}]", name, checker.section("destinations"), "destination")
    return tuple(item.get("tell", ()))
