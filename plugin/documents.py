"""JSON files an admin writes: read, checked against their schema, every mistake told at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from plugin.core.compiling.upgrades import upgraded
from plugin.core.policy import Policy
from plugin.core.problems import Problem, Problems
from plugin.core.rules import compile_policy
from plugin.json_file import read_json
from plugin.mistakes import mistakes
from plugin.placeholders import elsewhere, without_mistakes


def load_policy(path: str | Path) -> tuple[Policy, Mapping[str, Any]]:
    """Return the compiled policy and its document, or raise Problems; an older format is read as today's."""
    document = read_json(path, "policy")
    document = upgraded(document) if isinstance(document, dict) else document
    return compile_document(document, title=f"{path} has mistakes:"), document


def compile_document(document: Any, *, title: str) -> Policy:
    """Return the policy of a document of today's format, or raise Problems with all that is wrong in it."""
    found = _mistakes(document, "policy")
    if not found:
        return compile_policy(document)
    raise Problems(title, [*found, *_besides(document, found)])


def _besides(document: Any, found: Sequence[Problem]) -> list[Problem]:
    """Return what is wrong in those parts that are as the schema says: an admin wants to hear it all at once."""
    if not isinstance(document, dict):
        return []
    whole, places = without_mistakes(document, found, keys=_schema("policy")["properties"])
    if _mistakes(whole, "policy"):
        return []
    try:
        compile_policy(whole)
    except Problems as more:
        return elsewhere(more.found, places)
    return []


def check(document: object, schema: str, *, title: str) -> None:
    """Raise Problems with every place where the document is not as the schema says."""
    if found := _mistakes(document, schema):
        raise Problems(title, found)


def _mistakes(document: object, schema: str) -> tuple[Problem, ...]:
    return tuple(mistakes(Draft202012Validator(_schema(schema)).iter_errors(document)))


def _schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(resources.files("schemas").joinpath(f"{name}.schema.json").read_text("utf-8"))
    return found
