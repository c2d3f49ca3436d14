"""A condition as the ways in which it can hold: each a list of single tests, wanted or unwanted.

Rule 1: there is a bound on the ways; a condition that has more is not looked into.
Rule 2: every test keeps its place in the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from plugin.core.clocks import Share
from plugin.core.conditions import All, Any, Condition, Nothing, Test, plain
from plugin.core.facts import CLOCKS, DUE_FIELDS, DUE_TICKET, SLA
from plugin.core.operators import CHANGES
from plugin.core.recurrence import Recurrence

#: Ways beyond which a condition is not looked into.
MOST_WAYS = 256


@dataclass(frozen=True, slots=True)
class Literal:
    """One test that shall hold, or shall not."""

    test: Test | Recurrence
    wanted: bool
    place: str

    def __str__(self) -> str:
        """Read as `ticket.status in new, open`."""
        told = _told(self.test)
        return told if self.wanted else f"not ({told})"


#: Tests that must all be as wanted.
Way = tuple[Literal, ...]


def ways(condition: Condition, place: str, *, wanted: bool = True) -> tuple[Way, ...] | None:
    """Return the ways in which the condition is as wanted; None: there are too many."""
    try:
        return tuple(_ways(condition, place, wanted))
    except _TooManyError:
        return None


def leaves(condition: Condition, place: str) -> Iterator[tuple[str, Test | Recurrence]]:
    """Return every single test with its place."""
    if isinstance(condition, All | Any | Nothing):
        for i, part in enumerate(condition.parts):
            yield from leaves(part, f"{place}.{WORDS[type(condition)]}[{i}]")
    elif isinstance(condition, Test | Recurrence):
        yield place, condition


class _TooManyError(Exception):
    """There are more ways than anyone wants to look into."""


def _ways(condition: Condition, place: str, wanted: bool) -> list[Way]:
    if isinstance(condition, All | Any | Nothing):
        parts = list(_parts(condition, place, wanted))
        together = wanted != isinstance(condition, Any)
        return _product(parts) if together else _bounded([way for part in parts for way in part])
    assert isinstance(condition, Test | Recurrence)
    return _bounded([(literal,) for literal in _single(Literal(condition, wanted, place))])


def _parts(condition: All | Any | Nothing, place: str, wanted: bool) -> Iterator[list[Way]]:
    word = WORDS[type(condition)]
    inner = wanted != isinstance(condition, Nothing)
    return (_ways(part, f"{place}.{word}[{i}]", inner) for i, part in enumerate(condition.parts))


#: What combines conditions, as the document says it.
WORDS: dict[type, str] = {All: "all", Any: "any", Nothing: "none"}


def _single(literal: Literal) -> Iterable[Literal]:
    """Return alternatives that are simple: not all of some values means that one of them lacks."""
    test = literal.test
    if isinstance(test, Test) and test.operator == "contains_all" and not literal.wanted:
        values = test.value if isinstance(test.value, tuple) else ()
        return [replace(literal, test=Test(test.field, "contains", value)) for value in values]
    return [literal]


def _product(parts: Iterable[list[Way]]) -> list[Way]:
    found: list[Way] = [()]
    for part in parts:
        if len(found) * len(part) > MOST_WAYS:
            raise _TooManyError
        found = [(*way, *more) for way in found for more in part]
    return found


def _bounded(found: list[Way]) -> list[Way]:
    if len(found) > MOST_WAYS:
        raise _TooManyError
    return found


def _told(test: Test | Recurrence) -> str:
    if isinstance(test, Recurrence):
        return f"recurrence of {test.entity} {_words(test.operator)} {test.value}"
    told = f"{test.field} {_words(test.operator)}"
    if test.value is not None:
        told += f" {shown(test.value)}"
    return told + (f" in {test.timing.told}" if test.timing.told else "")


def _words(operator: str) -> str:
    return operator.replace("_", " ")


def shown(value: object) -> str:
    """Write a value of the policy for people, cut to what a message can hold."""
    found = plain(value)
    text = ", ".join(map(str, found)) if isinstance(found, list) else str(found)
    return text if len(text) <= 60 else f"{text[:59]}…"


def is_clock(test: Test | Recurrence) -> bool:
    """Return True if time alone can change the test."""
    return isinstance(test, Test) and (
        test.field in CLOCKS or test.field == DUE_TICKET or test.field.startswith((SLA, DUE_FIELDS))
    )


def is_event(test: Test | Recurrence) -> bool:
    """Return True if the test asks what just happened."""
    return isinstance(test, Test) and (test.operator in CHANGES or test.field.startswith("event."))


def threshold(test: Test) -> timedelta | Share | None:
    """Return what a clock is compared with."""
    return test.value if isinstance(test.value, timedelta | Share) else None
