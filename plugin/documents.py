"""JSON files an admin writes: read, checked against their schema, every mistake told at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from plugin.core.policy import Policy
from plugin.core.problems import Problem, Problems, unknown_word
from plugin.core.rules import compile_policy
from plugin.core.upgrades import upgraded
from plugin.json_file import read_json


def load_policy(path: str | Path) -> tuple[Policy, Mapping[str, Any]]:
    """Return the compiled policy and its document, or raise Problems; an older format is read as today's."""
    document = read_json(path, "policy")
    document = upgraded(document) if isinstance(document, dict) else document
    check(document, "policy", title=f"{path} has mistakes:")
    return compile_policy(document), document


def check(document: object, schema: str, *, title: str) -> None:
    """Raise Problems with every place where the document is not as the schema says."""
    text = resources.files("schemas").joinpath(f"{schema}.schema.json").read_text("utf-8")
    validator = Draft202012Validator(json.loads(text))
    errors = sorted(validator.iter_errors(document), key=lambda e: [str(p) for p in e.absolute_path])
    if errors:
        problems = [problem for error in errors for problem in _problems(error)]
        raise Problems(title, dict.fromkeys(problems))  # the same words once, however many keys are missing


def _problems(error: ValidationError) -> list[Problem]:
    message = _WORDS.get(str(error.validator), _as_told)(error)
    return [Problem(where=_place(error.absolute_path), message=message)]


def _place(path: Iterable[str | int]) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _as_told(error: ValidationError) -> str:
    return error.message if len(error.message) < 300 else f"{error.message[:299]}…"


def _enum(error: Any) -> str:
    return unknown_word(error.instance, [str(v) for v in error.validator_value], what="value")


def _extra(error: Any) -> str:
    known = error.schema.get("properties", {})
    extra = [key for key in error.instance if key not in known]
    return "; ".join(unknown_word(key, known, what="key") for key in extra)


def _required(error: Any) -> str:
    absent = [key for key in error.validator_value if key not in error.instance]
    return f"missing {', '.join(json.dumps(key) for key in absent)}; found {', '.join(error.instance) or 'nothing'}"


def _kind(error: Any) -> str:
    wanted = error.validator_value
    names = wanted if isinstance(wanted, str) else " or ".join(wanted)
    return f"found {_found(error)}, expected {names}"


def _pattern(error: Any) -> str:
    told = error.schema.get("description")
    return f"found {_found(error)}, expected {told or 'a match of ' + error.validator_value}"


def _one_of(error: Any) -> str:
    found = ", ".join(error.instance) if isinstance(error.instance, dict) else _found(error)
    return f"found {found or 'nothing'}; expected {error.schema.get('description', 'something else')}"


#: Where a value may be a secret: only its kind is told.
_SECRET_PLACES = frozenset({"auth", "webhook_secrets"})


def _found(error: Any) -> str:
    if _SECRET_PLACES.intersection(str(part) for part in error.absolute_path):
        return f"a {type(error.instance).__name__}"
    return json.dumps(error.instance)[:80]


_WORDS = {
    "oneOf": _one_of,
    "enum": _enum,
    "additionalProperties": _extra,
    "required": _required,
    "type": _kind,
    "pattern": _pattern,
}
