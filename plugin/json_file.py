"""A JSON file that an admin wrote, read so that a mistake in it is told with its place.

Rule 1: what readers of JSON disagree about (a key given twice, NaN) is a mistake, not a choice.
Rule 2: what is no regular file is not opened, and size and depth are bounded: no file can hang what reads it.
Rule 3: half a character, which JSON can hold and no encoding can write, is a mistake here and not where it is sent.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from plugin.core.problems import Problem, Problems

#: Larger and deeper than any file a person wrote.
LARGEST, DEEPEST = 10_000_000, 60
_TOO_DEEP = Problem(where="", message=f"nested more than {DEEPEST} deep; part it into several rules")


def read_json(path: str | Path, what: str) -> Any:
    """Return a JSON file's content, or raise Problems saying where it stops being JSON."""
    try:
        document = json.loads(_text(path), object_pairs_hook=_each_key_once, parse_constant=_no_number)
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
    if halves := list(_halves("", document)):
        raise Problems(f"{path} has mistakes:", halves)
    return document


def _text(path: str | Path) -> str:
    """Return a regular file's text; a pipe would be waited for, and a device never end."""
    found = Path(path).stat()
    if stat.S_ISDIR(found.st_mode):
        raise Problems(f"{path}:", [Problem(where="", message="is a folder; is it the right path?")])
    if not stat.S_ISREG(found.st_mode):
        raise Problems(f"{path}:", [Problem(where="", message="is no regular file; is it the right file?")])
    _refuse_large(path, found.st_size)
    with Path(path).open("rb") as file:
        content = file.read(LARGEST + 1)  # it may have grown meanwhile
    _refuse_large(path, len(content))
    return content.decode("utf-8-sig")


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


def _refuse_large(path: str | Path, size: int) -> None:
    if size > LARGEST:
        raise Problems(f"{path}:", [Problem(where="", message=f"larger than {LARGEST} bytes; is it the right file?")])


def _refuse_deep(path: str | Path, document: Any) -> None:
    level, depth = [document], 0
    while level := [inner for item in level for inner in _inside(item)]:
        depth += 1
        if depth > DEEPEST:
            raise Problems(f"{path}:", [_TOO_DEEP])


def _inside(item: Any) -> Iterable[Any]:
    return item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()


def _halves(where: str, item: Any) -> Iterator[Problem]:
    """Yield each place whose text or key holds half a character."""
    if isinstance(item, str) and not _whole(item):
        yield Problem(where=where, message="holds half a character (a lone surrogate); write the whole one")
    if isinstance(item, list):
        for i, inner in enumerate(item):
            yield from _halves(f"{where}[{i}]", inner)
    if isinstance(item, dict):
        for key, inner in item.items():
            place = f"{where}.{key}" if where else key
            yield from _halves(place.encode("utf-8", "backslashreplace").decode(), inner if _whole(key) else key)


def _whole(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)
