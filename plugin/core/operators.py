"""What a policy's operators say of a fact.

Rule 1: text is compared whatever its case, a list as a set, an object as its JSON, a number as it is written: ids are
        text on one platform and numbers on another.
Rule 2: a fact that has several names (an id, and the policy's own word for it) equals each of them.
Rule 3: where text is searched, only the policy's own word is reported, never the text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

#: What an operator answers: does it hold, and what was seen.
Answer = tuple[bool, object]


@dataclass(frozen=True, slots=True)
class Named:
    """A platform's id that the policy has a word for."""

    id: str
    name: str

    def __str__(self) -> str:
        """Read as `payments (201)`."""
        return f"{self.name} ({self.id})"


class Matcher(Protocol):
    """Something that finds the policy's words in a text."""

    def find(self, text: str) -> tuple[str, ...]:
        """Return what was found, in the policy's own words."""


def fold(value: object) -> object:
    """Return the value as it is compared."""
    if isinstance(value, str):
        return value.casefold()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(int(value)) if isinstance(value, int) or value.is_integer() else repr(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return frozenset(fold(v) for v in value)
    return json.dumps(value, sort_keys=True, default=str) if isinstance(value, Mapping) else value


def many(value: object) -> frozenset[object]:
    """Return the value as a set of what it equals: nothing, itself, its members, or its names."""
    if value is None:
        return frozenset()
    if isinstance(value, Named):
        return frozenset({fold(value.id), fold(value.name)})
    folded = fold(value)
    return folded if isinstance(folded, frozenset) else frozenset({folded})


def _is(fact: object, value: object) -> Answer:
    if isinstance(fact, Named):
        return fold(value) in many(fact), fact
    return fold(fact) == fold(value), fact


def _in(fact: object, value: object) -> Answer:
    if isinstance(fact, Named):
        return bool(many(fact) & many(value)), fact
    return fold(fact) in many(value), fact


def _contains(fact: object, value: object) -> Answer:
    found = many(fact) & many(value)
    return bool(found), frozenset(found)


def _contains_all(fact: object, value: object) -> Answer:
    found = many(fact) & many(value)
    return found == many(value), frozenset(found)


def _finds(fact: object, matcher: object) -> Answer:
    """Look for words or a pattern; the policy's own word comes back, or nothing."""
    if not isinstance(fact, str) or not hasattr(matcher, "find"):
        return False, None
    found = matcher.find(fact)
    return bool(found), found or None


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        return float(value if isinstance(value, (int, float)) else str(value))
    except (ValueError, OverflowError):
        return None


def is_number(value: object) -> bool:
    """Return True if the comparing operators can use the value."""
    return _number(value) is not None


def _compared(by: Callable[[float, float], bool]) -> Callable[[object, object], Answer]:
    def compare(fact: object, value: object) -> Answer:
        left, right = _number(fact), _number(value)
        return left is not None and right is not None and by(left, right), fact

    return compare


def _negated(of: Callable[[object, object], Answer]) -> Callable[[object, object], Answer]:
    def negate(fact: object, value: object) -> Answer:
        holds, seen = of(fact, value)
        return not holds, seen

    return negate


def _present(fact: object, _: object) -> Answer:
    there = fact is not None and fact not in ("", (), [], frozenset())
    return there, "present" if there else None


OPERATORS: Mapping[str, Callable[[object, object], Answer]] = {
    "is": _is,
    "is_not": _negated(_is),
    "in": _in,
    "not_in": _negated(_in),
    "contains": _contains,
    "contains_any": _contains,
    "contains_all": _contains_all,
    "contains_none": _negated(_contains),
    "mentions": _finds,
    "mentions_none": _negated(_finds),
    "matches": _finds,
    "matches_none": _negated(_finds),
    "present": _present,
    "absent": _negated(_present),
    "at_least": _compared(lambda a, b: a >= b),
    "at_most": _compared(lambda a, b: a <= b),
    "more_than": _compared(lambda a, b: a > b),
    "less_than": _compared(lambda a, b: a < b),
}

#: Operators on what an event changed: the field is asked for its change, not for its value.
CHANGES = ("changed", "changed_from", "changed_to")
#: Operators on a deadline alone.
DEADLINES = ("passed", "not_passed")
#: Operators that take no value.
UNARY = frozenset({"present", "absent", "changed", *DEADLINES})
#: Every operator there is.
NAMES: tuple[str, ...] = (*OPERATORS, *CHANGES, *DEADLINES)
