"""Conditions that know when they change.

Rule 1: a verdict is True, False or None (a fact is missing), and stands until time alone could change it.
Rule 2: `all`, `any` and `none` combine the three values as Kleene does.
Rule 3: the trace never holds ticket text: where text was searched, only the policy's own word that was found.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from plugin.core.model import Because, Verdict


class Unknown:
    """A fact nobody has told us yet."""

    def __repr__(self) -> str:
        """Read as `unknown`."""
        return "unknown"


UNKNOWN = Unknown()


@dataclass(frozen=True, slots=True)
class Span:
    """A clock that has run since an instant; None: it is not running."""

    since: datetime | None

    def elapsed(self, now: datetime) -> timedelta | None:
        """Return how long it has run."""
        return None if self.since is None else now - self.since

    def when(self, length: timedelta) -> datetime | None:
        """Return the instant at which it will have run for `length`."""
        return None if self.since is None else self.since + length


class Facts(Protocol):
    """What conditions may ask of a ticket."""

    def get(self, field: str) -> object:
        """Return the fact, None where the ticket has none, or UNKNOWN."""


class Condition(Protocol):
    """Anything that can be true of a ticket."""

    def verdict(self, facts: Facts, now: datetime) -> Verdict:
        """Say whether it holds now, until when, and why."""

    def fields(self) -> frozenset[str]:
        """Return the facts it may ask for."""


@dataclass(frozen=True, slots=True)
class All:
    """Holds when every part holds."""

    parts: tuple[Condition, ...]

    def verdict(self, facts: Facts, now: datetime) -> Verdict:
        """False needs one False part; True needs all of them True."""
        return _combine([p.verdict(facts, now) for p in self.parts], decisive=False)

    def fields(self) -> frozenset[str]:
        """Return every part's facts."""
        return _fields(self.parts)


@dataclass(frozen=True, slots=True)
class Any:
    """Holds when some part holds."""

    parts: tuple[Condition, ...]

    def verdict(self, facts: Facts, now: datetime) -> Verdict:
        """True needs one True part; False needs all of them False."""
        return _combine([p.verdict(facts, now) for p in self.parts], decisive=True)

    def fields(self) -> frozenset[str]:
        """Return every part's facts."""
        return _fields(self.parts)


@dataclass(frozen=True, slots=True)
class Nothing:
    """Holds when no part holds: the policy's `none`."""

    parts: tuple[Condition, ...]

    def verdict(self, facts: Facts, now: datetime) -> Verdict:
        """Turn the verdict of `any` around."""
        inner = Any(self.parts).verdict(facts, now)
        return Verdict(holds=None if inner.holds is None else not inner.holds, until=inner.until, because=inner.because)

    def fields(self) -> frozenset[str]:
        """Return every part's facts."""
        return _fields(self.parts)


def _fields(parts: Iterable[Condition]) -> frozenset[str]:
    return frozenset().union(*(p.fields() for p in parts))


def _combine(verdicts: list[Verdict], *, decisive: bool) -> Verdict:
    """Combine by Kleene; `decisive` is the value of one part that settles the whole.

    While some part is decisive, the whole stands as long as the longest-lived decisive part. Otherwise any part's
    change may change the whole.
    """
    deciders = [v for v in verdicts if v.holds is decisive]
    if deciders:
        until = None if any(v.until is None for v in deciders) else max(v.until for v in deciders if v.until)
        return Verdict(holds=decisive, until=until, because=_traces(deciders))
    untils = [v.until for v in verdicts if v.until is not None]
    holds = None if any(v.holds is None for v in verdicts) else not decisive
    return Verdict(holds=holds, until=min(untils, default=None), because=_traces(verdicts))


def _traces(verdicts: list[Verdict]) -> tuple[Because, ...]:
    return tuple(line for v in verdicts for line in v.because)


#: Facts that are the customer's own words.
TEXTS = frozenset({"ticket.subject", "ticket.description", "ticket.text"})


@dataclass(frozen=True, slots=True)
class Test:
    """One `{field, operator, value}` of the policy."""

    __test__ = False  # not a test case, whatever pytest thinks of the name

    field: str
    operator: str
    value: object

    def verdict(self, facts: Facts, now: datetime) -> Verdict:
        """Ask for the fact and let the operator judge it."""
        fact = facts.get(self.field)
        if isinstance(fact, Unknown):
            return self._says(None, "unknown")
        if isinstance(fact, Span) or isinstance(self.value, timedelta):
            return self._clock(fact if isinstance(fact, Span) else Span(None), now)
        holds, seen = OPERATORS[self.operator](fact, self.value)
        whole_text = self.field in TEXTS and seen is fact
        return self._says(holds, None if whole_text else seen)

    def fields(self) -> frozenset[str]:
        """Return the one fact it asks for."""
        return frozenset({self.field})

    def _clock(self, span: Span, now: datetime) -> Verdict:
        """Judge a clock; it only ever grows, so each threshold is crossed once."""
        elapsed = span.elapsed(now)
        if self.operator in ("present", "absent"):
            return self._says((elapsed is not None) is (self.operator == "present"), _length(elapsed))
        assert isinstance(self.value, timedelta)
        if elapsed is None:
            return self._says(False, None)
        edge = self.value if self.operator in ("at_least", "less_than") else self.value + TICK
        passed = elapsed >= edge
        holds = passed is (self.operator in ("at_least", "more_than"))
        return self._says(holds, _length(elapsed), until=None if passed else span.when(edge))

    def _says(self, holds: bool | None, seen: object, until: datetime | None = None) -> Verdict:
        line = Because(
            field=self.field,
            operator=self.operator,
            wanted=_plain(self.value),
            seen=_plain(seen),
            holds=holds,
        )
        return Verdict(holds=holds, until=until, because=(line,))


#: The grain of time: `more_than 1h` holds one millisecond after `at_least 1h`.
TICK = timedelta(milliseconds=1)


def _length(value: timedelta | None) -> str | None:
    """Write a duration as `1d 2h 3m 4s`."""
    if value is None:
        return None
    seconds = int(value.total_seconds())
    parts = (
        (seconds // 86400, "d"),
        (seconds // 3600 % 24, "h"),
        (seconds // 60 % 60, "m"),
        (seconds % 60, "s"),
    )
    return " ".join(f"{n}{unit}" for n, unit in parts if n) or "0s"


def _plain(value: object) -> object:
    """Return the value as JSON can hold it."""
    if isinstance(value, timedelta):
        return _length(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(str(v) for v in value)
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value


#: What an operator answers: does it hold, and what was seen.
Answer = tuple[bool, object]


def _fold(value: object) -> object:
    """Return the value as it is compared: text whatever its case, a list as a set, an object as its JSON."""
    if isinstance(value, str):
        return value.casefold()
    if isinstance(value, (list, tuple, set, frozenset)):
        return frozenset(_fold(v) for v in value)
    return json.dumps(value, sort_keys=True, default=str) if isinstance(value, Mapping) else value


def _many(value: object) -> frozenset[object]:
    if value is None:
        return frozenset()
    folded = _fold(value)
    return folded if isinstance(folded, frozenset) else frozenset({folded})


def _is(fact: object, value: object) -> Answer:
    return _fold(fact) == _fold(value), fact


def _in(fact: object, value: object) -> Answer:
    return _fold(fact) in _many(value), fact


def _contains(fact: object, value: object) -> Answer:
    found = _many(fact) & _many(value)
    return bool(found), frozenset(found)


def _contains_all(fact: object, value: object) -> Answer:
    found = _many(fact) & _many(value)
    return found == _many(value), frozenset(found)


def _mentions(fact: object, value: object) -> Answer:
    """Look for whole words or phrases, whatever their case; report the policy's word, never the text."""
    text = f" {_words(fact)} " if isinstance(fact, str) else ""
    wanted = (value,) if isinstance(value, str) else value if isinstance(value, (list, tuple)) else ()
    found = tuple(w for w in wanted if _words(str(w)) and f" {_words(str(w))} " in text)
    return bool(found), found or None


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


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
    "mentions": _mentions,
    "mentions_none": _negated(_mentions),
    "present": _present,
    "absent": _negated(_present),
    "at_least": _compared(lambda a, b: a >= b),
    "at_most": _compared(lambda a, b: a <= b),
    "more_than": _compared(lambda a, b: a > b),
    "less_than": _compared(lambda a, b: a < b),
}

#: Operators that take no value.
UNARY = frozenset({"present", "absent"})
