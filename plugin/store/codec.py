"""Values to JSON text and back, without loss.

Rule 1: instants are epoch milliseconds; a Change carries the name of its class.
Rule 2: what a mirror knows is free-form, so instants and sets in it are marked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from cattrs import Converter
from cattrs.strategies import configure_tagged_union

from connectors.model import Change, Status
from plugin.core.model import Case, Mirror

_T = TypeVar("_T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def to_ms(at: datetime) -> int:
    """Return whole milliseconds since 1970."""
    return (at - _EPOCH) // _MS


def from_ms(ms: int) -> datetime:
    """Return the instant, aware UTC."""
    return _EPOCH + ms * _MS


def _mark(value: object) -> object:
    if isinstance(value, datetime):
        return {"$at": to_ms(value)}
    if isinstance(value, (frozenset, set)):
        return {"$set": sorted(str(v) for v in value)}
    if isinstance(value, Status):
        return {"$status": value.value}
    return value


_MARKS: Mapping[str, Callable[[Any], object]] = {"$at": from_ms, "$set": frozenset, "$status": Status}


def _unmark(value: Any) -> object:
    if isinstance(value, dict) and len(value) == 1:
        key, inner = next(iter(value.items()))
        return _MARKS[key](inner) if key in _MARKS else value
    return value


#: Types whose values JSON already holds as they are.
_AS_THEY_ARE = (object, str | int | float | bool | None)


def _converter() -> Converter:
    converter = Converter(unstruct_collection_overrides={frozenset: sorted})
    converter.register_unstructure_hook(datetime, to_ms)
    converter.register_structure_hook(datetime, lambda value, _: from_ms(value))
    converter.register_unstructure_hook(timedelta, lambda value: value // _MS)
    converter.register_structure_hook(timedelta, lambda value, _: value * _MS)
    converter.register_structure_hook_func(lambda kind: kind in _AS_THEY_ARE, lambda value, _: value)
    configure_tagged_union(Change, converter)
    return converter


_CONVERTER = _converter()


def _text(document: object) -> str:
    """Return JSON text; half a character, which platforms let through and no database takes, stays escaped."""
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace").decode()


def dump(value: object, kind: Any = None) -> str:
    """Return a value of ours as JSON text."""
    return _text(_CONVERTER.unstructure(value, kind))


def load(text: str, kind: type[_T]) -> _T:
    """Return the value that `dump` wrote."""
    return _CONVERTER.structure(json.loads(text), kind)


def dump_changes(changes: tuple[Change, ...]) -> str:
    """Return changes as JSON text."""
    return dump(list(changes), list[Change])


def load_changes(text: str) -> tuple[Change, ...]:
    """Return the changes that `dump_changes` wrote."""
    return tuple(load(text, list[Change]))


def dump_mirror(mirror: Mirror) -> str:
    """Return a mirror as JSON text; empty parts are left out, most tickets have little to remember."""
    document = _CONVERTER.unstructure(mirror)
    document["known"] = {k: _mark(v) for k, v in mirror.known.items()}
    return _text({k: v for k, v in document.items() if v or (v == 0 and v is not False)})


def load_mirror(text: str) -> Mirror:
    """Return the mirror that `dump_mirror` wrote."""
    document: Mapping[str, Any] = json.loads(text)
    known = {k: _unmark(v) for k, v in document.get("known", {}).items()}
    return _CONVERTER.structure({**document, "known": {}}, Mirror).with_known(known)


def dump_case(case: Case) -> str:
    """Return a case as JSON text."""
    return dump(case)


def load_case(text: str) -> Case:
    """Return the case that `dump_case` wrote."""
    return load(text, Case)
