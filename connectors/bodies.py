"""JSON bodies that other people's templates make, read with care.

Rule: what cannot be read raises Unparseable, or ValueError where it is no JSON; neither quotes what it holds.
"""

from __future__ import annotations

import json
import math

from connectors.errors import Unparseable


def text_of(body: bytes) -> str:
    """Return the body as text; Unparseable where it is none."""
    if not body.strip():
        raise Unparseable("body: empty; the webhook must send JSON by POST")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise Unparseable(f"body: not UTF-8 at byte {exc.start}") from exc


def load(text: str) -> dict[str, object]:
    """Read JSON as admins' templates make it: raw line breaks in strings are let through."""
    try:
        document = _storable(
            json.loads(
                text, strict=False, object_pairs_hook=_unambiguous, parse_float=_finite, parse_constant=_no_number
            )
        )
    except RecursionError as exc:
        raise Unparseable("body: nested too deeply") from exc
    if not isinstance(document, dict):
        raise Unparseable(f"body: the top level is a {type(document).__name__}, an object is needed")
    return document


def _unambiguous(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Leave out a key that is given twice with two values: customer text can close a string and add one."""
    found: dict[str, object] = {}
    doubtful = {key for key, value in pairs if found.setdefault(key, value) != value}
    return {key: value for key, value in found.items() if key not in doubtful}


def _finite(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError("a number beyond all bounds")
    return number


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _storable(value: object) -> object:
    """Replace what no database stores as text: lone surrogates and NUL."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\0", "�")
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {str(_storable(key)): _storable(item) for key, item in value.items()}
    return value


def place_of(exc: ValueError) -> str:
    """Say where a body is no JSON."""
    if isinstance(exc, json.JSONDecodeError):
        return f"line {exc.lineno} column {exc.colno}: {exc.msg}"
    return "a number cannot be read"
