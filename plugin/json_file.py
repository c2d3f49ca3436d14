"""A JSON file that an admin wrote, read so that a mistake in it is told with its place.

Rule 1: what readers of JSON disagree about (a key given twice, NaN) is a mistake, not a choice.
Rule 2: size and depth are bounded, so that no file can hang what reads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from plugin.core.problems import Problem, Problems

#: Larger and deeper than any file a person wrote.
LARGEST, DEEPEST = 10_000_000, 60
_TOO_DEEP = Problem(where="", message=f"nested more than {DEEPEST} deep; part it into several rules")


def read_json(path: str | Path, what: str) -> Any:
    """Return a JSON file's content, or raise Problems saying where it stops being JSON."""
    try:
        with Path(path).open(encoding="utf-8-sig") as file:
            text = file.read(LARGEST + 1)
        _refuse_endless(path, len(text))
        document = json.loads(text, object_pairs_hook=_each_key_once, parse_constant=_no_number)
    except RecursionError as problem:
        raise Problems(f"{path}:", [_TOO_DEEP]) from problem
    except FileNotFoundError as problem:
        remedy = f"write one, or name another with {what.upper()}_FILE"
        raise Problems(f"{path}:", [Problem(where="", message=f"no such {what} file; {remedy}")]) from problem
    except (OSError, UnicodeDecodeError) as problem:
        raise Problems(f"{path}:", [Problem(where="", message=f"cannot be read: {problem}")]) from problem
    except json.JSONDecodeError as problem:
        place = f"line {problem.lineno}, column {problem.colno}"
        raise Problems(f"{path} is not JSON:", [Problem(where=place, message=problem.msg)]) from problem
    except _NotPlain as problem:
        raise Problems(f"{path} is not JSON:", [Problem(where="", message=str(problem))]) from problem
    except ValueError as problem:  # Python reads no number of more than some thousand digits
        raise Problems(f"{path}:", [Problem(where="", message="holds a number with too many digits")]) from problem
    _refuse_deep(path, document)
    return document


class _NotPlain(ValueError):
    """Something that JSON readers disagree about."""


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _NotPlain(f'the key "{twice}" stands twice in one object; only one of them would count')
    return found


def _no_number(name: str) -> float:
    raise _NotPlain(f"{name} is no number of JSON")


def _refuse_endless(path: str | Path, length: int) -> None:
    if length > LARGEST:
        raise Problems(
            f"{path}:", [Problem(where="", message=f"larger than {LARGEST} characters; is it the right file?")]
        )


def _refuse_deep(path: str | Path, document: Any) -> None:
    level, depth = [document], 0
    while level := [inner for item in level for inner in _inside(item)]:
        depth += 1
        if depth > DEEPEST:
            raise Problems(f"{path}:", [_TOO_DEEP])


def _inside(item: Any) -> Iterable[Any]:
    return item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
