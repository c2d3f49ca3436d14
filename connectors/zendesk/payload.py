"""A webhook's bytes become events.

Rule 1: no I/O and no clock. What cannot be read raises Unparseable, which names the place and never quotes a ticket.
Rule 2: three shapes, told apart by their own marks: an event subscription has a `zen:event-type:` type, the event
        bus a `ticket_event`, and everything else is the template of some admin's trigger.
Rule 3: an unknown ticket event is OTHER; an event of another domain is ignored, and says so.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from connectors.contract import Parsed
from connectors.errors import Unparseable
from connectors.values import attempt, instant
from connectors.zendesk import subscriptions, templates
from connectors.zendesk.signature import INVOCATION, TIMESTAMP
from connectors.zendesk.subscriptions import Read

#: Longer names than this are nobody's invocation id.
_LONGEST_NAME = 128


def parse(connection: str, headers: Mapping[str, str], body: bytes) -> Parsed:
    """Read a verified body; raise Unparseable with the place and the reason."""
    read = _read(connection, headers, body)
    invocation = headers.get(INVOCATION, "").strip()[:_LONGEST_NAME] or None
    if isinstance(read, str):
        return Parsed(event_key=None, invocation_id=invocation, ignored=read)
    event, key = read
    return Parsed(event_key=key, invocation_id=invocation, events=(event,))


def _read(connection: str, headers: Mapping[str, str], body: bytes) -> Read | str:
    attempted_at = attempt(instant, headers.get(TIMESTAMP))
    text = _text(body)
    try:
        document = _load(text)
    except ValueError as exc:
        if event := templates.salvage(connection, text, attempted_at):
            return event, None
        raise Unparseable(f"body: not JSON, {_place(exc)}; a template may hold ids, no free text") from exc
    if envelope := subscriptions.envelope(document):
        return subscriptions.read(connection, envelope, document, attempted_at)
    return templates.read(connection, document, body, attempted_at)


def _text(body: bytes) -> str:
    if not body.strip():
        raise Unparseable("body: empty; the webhook must send JSON by POST")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise Unparseable(f"body: not UTF-8 at byte {exc.start}") from exc


def _load(text: str) -> dict[str, object]:
    """Read JSON as Zendesk's templates make it: raw line breaks in strings are let through."""
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


def _place(exc: ValueError) -> str:
    if isinstance(exc, json.JSONDecodeError):
        return f"line {exc.lineno} column {exc.colno}: {exc.msg}"
    return "a number cannot be read"
