"""The ticket that a step opens on another connection.

Rule 1: what the other helpdesk has is not known here; `escalation check --connection` asks it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any as Json

from plugin.core.compiling.checker import Checker
from plugin.core.linked import Opening, WhenSolved
from plugin.core.names import is_id
from plugin.core.policy import Step


def compile_opening(checker: Checker, where: str, item: Mapping[str, Json]) -> Opening:
    """Return what a step opens; its mistakes are noted."""
    groups, fields, texts = (checker.section(name) for name in ("groups", "fields", "templates"))
    for key in ("subject", "text"):
        checker.known(f"{where}.{key}", item.get(key), texts, "template")
    checker.known(f"{where}.group", item.get("group"), groups, "group")
    checker.known(f"{where}.show_in", item.get("show_in"), fields, "field")
    there = item["connection"]
    if "group" in item and item["group"] in groups:
        _has_id(checker, f"{where}.group", groups[item["group"]], f"group {item['group']}", there)
    for key in item.get("custom_fields", {}):
        if key in fields:
            _has_id(checker, f"{where}.custom_fields.{key}", fields[key], f"field {key}", there)
        elif not is_id(key):
            checker.known(f"{where}.custom_fields.{key}", key, fields, "field")
    if item.get("when_solved") == WhenSolved.ASK_CUSTOMER and "resolution" not in checker.document:
        said = 'the policy has no "resolution", by which a customer is asked; add one, or leave this out'
        checker.says(f"{where}.when_solved", said)
    told = {key: value for key, value in item.items() if key not in ("tags", "when_solved")}
    tags = tuple(dict.fromkeys(tag.lower() for tag in item.get("tags", ())))
    return Opening(**told, tags=tags, when_solved=WhenSolved(item.get("when_solved", "go_on")))


def openings_of(ladders: Mapping[str, tuple[Step, ...]]) -> Iterator[tuple[str, Opening]]:
    """Yield every ticket that a step opens with its place."""
    for key, steps in ladders.items():
        yield from ((f"ladders.{key}.steps[{i}].open_ticket", step.opens) for i, step in enumerate(steps) if step.opens)


def texts_of_openings(ladders: Mapping[str, tuple[Step, ...]]) -> Iterator[tuple[str, str]]:
    """Yield the templates by which tickets are opened, each with its place."""
    for place, opening in openings_of(ladders):
        texts = {"subject": opening.subject, "text": opening.text}
        yield from ((f"{place}.{key}", name) for key, name in texts.items() if name is not None)


def _has_id(checker: Checker, where: str, entry: Mapping[str, Json], what: str, there: str) -> None:
    if there not in entry.get("ids", {}):
        checker.says(where, f"the {what} has no id on {there}; add it to its ids")
