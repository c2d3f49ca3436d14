"""What a schema finds wrong with a file, in an admin's words: the place, what was found, what to do.

Rule 1: of several forms that a value may have, the one it comes nearest to is spoken of.
Rule 2: what may be a secret is never repeated.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from plugin.core.problems import Problem, unknown_word

#: Where a value may be a secret: only its kind is told.
_FEED = "feed"  #: Here even a key may be one: somebody's whole address.
_SECRET_PLACES = frozenset({"auth", "webhook_secrets", "url", _FEED})
_FORMS = ("all", "any", "none", "field", "recurrence")


def mistakes(errors: Iterable[Any]) -> list[Problem]:
    """Return what the errors of a validator mean, by their places, each once."""
    ordered = sorted(errors, key=lambda error: [str(part) for part in error.absolute_path])
    return list(dict.fromkeys(problem for error in ordered for problem in _problems(error)))


def _problems(error: Any) -> Iterator[Problem]:
    where = _place(error.absolute_path)
    if error.validator == "oneOf":
        yield from _one_of(where, error)
    elif error.validator == "additionalProperties":
        yield from (Problem(where=where, message=unknown_word(key, known, what="key")) for key, known in _extra(error))
    else:
        yield Problem(where=where, message=_WORDS.get(str(error.validator), _as_told)(error))


def _place(path: Iterable[str | int]) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _extra(error: Any) -> list[tuple[str, Mapping[str, Any]]]:
    known = error.schema.get("properties", {})
    return [("…" if _FEED in error.absolute_path else key, known) for key in error.instance if key not in known]


def _one_of(where: str, error: Any) -> Iterator[Problem]:
    """Speak of the one form that was meant; where none can be told, of all of them."""
    special = _SPECIAL.get(str(error.schema.get("title")))
    if special is not None:
        if isinstance(error.instance, dict) and not set(error.instance) - set(error.schema["properties"]):
            yield Problem(where=where, message=special(error.instance))
        return  # what is no object, or has a key that is not known, is told so already
    if (meant := _meant(error)) is not None:
        for inner in sorted(error.context, key=lambda one: str(one.absolute_path)):
            if inner.schema_path[0] == meant:
                yield from _problems(inner)
        return
    yield Problem(where=where, message=f"found {_found(error)}, expected {_described(error) or 'something else'}")


def _meant(error: Any) -> int | None:
    """Return the number of the one form of the value's own kind, or among several that with most of its keys."""
    forms = list(enumerate(error.validator_value))
    fitting = [(i, form) for i, form in forms if isinstance(error.instance, _kinds(form))]
    if len(fitting) < 2 or not isinstance(error.instance, dict):
        return fitting[0][0] if len(fitting) == 1 else None
    known = {i: len(set(error.instance) & set(form.get("properties", {}))) for i, form in fitting}
    best = [i for i, number in known.items() if number == max(known.values())]
    return best[0] if len(best) == 1 else None


def _kinds(form: Mapping[str, Any]) -> tuple[type, ...]:
    if "enum" in form:
        return tuple({type(value) for value in form["enum"]})
    return _TYPES.get(form.get("type", ""), ())


_TYPES: Mapping[str, tuple[type, ...]] = {"object": (dict,), "array": (list,), "string": (str,)}


def _condition(found: Mapping[str, Any]) -> str:
    """Say how the keys of a condition do not go together."""
    forms = [key for key in _FORMS if key in found]
    if not forms:
        return f'found {", ".join(found)}; missing "field", or one of "all", "any", "none" and "recurrence"'
    form, others = forms[0], [key for key in found if key != forms[0]]
    if form in ("all", "any", "none"):
        told = ", ".join(f'"{key}"' for key in others)
        return f'found "{form}" beside {told}; a condition is one of them: put the others into the list of "{form}"'
    if len(forms) > 1:
        return 'found "field" beside "recurrence"; a condition is one of them: put both into a list of "all" or "any"'
    return _incomplete(form, found)


def _incomplete(form: str, found: Mapping[str, Any]) -> str:
    needed = ("within", "operator", "value") if form == "recurrence" else ("operator",)
    if absent := [key for key in needed if key not in found]:
        return f'a condition with "{form}" also needs {" and ".join(json.dumps(key) for key in absent)}'
    alien = ("of", "calendar", "pause_when") if form == "recurrence" else ("within", "distinct")
    told = " and ".join(f'"{key}"' for key in alien if key in found)
    whose = "a clock" if form == "recurrence" else '"recurrence"'
    return f'found {told} beside "{form}"; it belongs to {whose}'


def _row(found: Mapping[str, Any]) -> str:
    if "owner" in found:
        return 'found both "owner" and "ladder"; keep the one that says who owns the case'
    return 'missing "owner" or "ladder": who owns the case?'


def _feed(found: Mapping[str, Any]) -> str:
    return 'give one of {"env": NAME} and {"file": PATH}'


#: Objects whose forms differ by the keys they have, by their title in the schema.
_SPECIAL: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "Condition": _condition,
    "Matrix row": _row,
    "Feed": _feed,
}


def _as_told(error: Any) -> str:
    if _secret(error):
        return f"found {_found(error)}, expected something else"
    return error.message if len(error.message) < 300 else f"{error.message[:299]}…"


def _enum(error: Any) -> str:
    known = [value for value in error.validator_value if isinstance(value, str)]
    if known and isinstance(error.instance, str):
        return unknown_word(error.instance, known, what="value")
    return f"found {_found(error)}, expected {' or '.join(json.dumps(value) for value in error.validator_value)}"


def _required(error: Any) -> str:
    absent = [key for key in error.validator_value if key not in error.instance]
    found = "" if _FEED in error.absolute_path else f"; found {', '.join(error.instance) or 'nothing'}"
    return f"missing {', '.join(json.dumps(key) for key in absent)}{found}"


def _companion(error: Any) -> str:
    """Return what must stand beside what stands there."""
    there = {key: absent for key, beside in error.validator_value.items() if key in error.instance for absent in beside}
    key, absent = next((key, absent) for key, absent in there.items() if absent not in error.instance)
    return f'found "{key}" without "{absent}", which must stand beside it'


def _kind(error: Any) -> str:
    wanted = error.validator_value
    names = wanted if isinstance(wanted, str) else " or ".join(wanted)
    told = f": {_described(error)}" if "title" in error.schema else ""
    return f"found {_found(error)}, expected {names}{told}"


def _pattern(error: Any) -> str:
    return f"found {_found(error)}, expected {_described(error) or 'a match of ' + error.validator_value}"


def _described(error: Any) -> str:
    """Return the schema's description as the end of a sentence."""
    told = str(error.schema.get("description", ""))
    return told[:1].lower() + told[1:].removesuffix(".")


def _empty(error: Any) -> str:
    one, more = ("letter", "letters") if error.validator == "minLength" else ("entry", "entries")
    least = f"one {one}" if error.validator_value == 1 else f"{error.validator_value} {more}"
    return f"found {_found(error)}, expected at least {least}"


def _full(error: Any) -> str:
    what = "letters" if error.validator == "maxLength" else "entries"
    return f"found {len(error.instance)} {what}, expected at most {error.validator_value}"


_KINDS: Mapping[type, str] = {dict: "an object", list: "a list", str: "a text", int: "a number"}


def _secret(error: Any) -> bool:
    return bool(_SECRET_PLACES.intersection(str(part) for part in error.absolute_path))


def _found(error: Any) -> str:
    if _secret(error):
        return _KINDS.get(type(error.instance), "something else")
    return json.dumps(error.instance, ensure_ascii=False)[:80]


_WORDS: Mapping[str, Callable[[Any], str]] = {
    "enum": _enum,
    "required": _required,
    "dependentRequired": _companion,
    "type": _kind,
    "pattern": _pattern,
    "minLength": _empty,
    "minItems": _empty,
    "minProperties": _empty,
    "maxLength": _full,
    "maxItems": _full,
    "maxProperties": _full,
}
