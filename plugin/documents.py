"""JSON files an admin writes: read, checked against their schema, every mistake told at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from plugin.core.policy import Policy
from plugin.core.problems import Problems
from plugin.core.rules import compile_policy
from plugin.core.upgrades import upgraded
from plugin.json_file import read_json
from plugin.mistakes import mistakes


def load_policy(path: str | Path) -> tuple[Policy, Mapping[str, Any]]:
    """Return the compiled policy and its document, or raise Problems; an older format is read as today's."""
    document = read_json(path, "policy")
    document = upgraded(document) if isinstance(document, dict) else document
    return compile_document(document, title=f"{path} has mistakes:"), document


def compile_document(document: Any, *, title: str) -> Policy:
    """Return the policy of a document of today's format, or raise Problems."""
    check(document, "policy", title=title)
    return compile_policy(document)


def check(document: object, schema: str, *, title: str) -> None:
    """Raise Problems with every place where the document is not as the schema says."""
    text = resources.files("schemas").joinpath(f"{schema}.schema.json").read_text("utf-8")
    if found := mistakes(Draft202012Validator(json.loads(text)).iter_errors(document)):
        raise Problems(title, found)
