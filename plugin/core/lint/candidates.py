"""Facts a field could have that between them treat tests in every way a fact can.

Rule 1: whatever a ticket holds, one of the candidates does the same to the tests at hand; so a set of tests that no
        candidate passes can never hold.
Rule 2: what a field is (text, tags, one of some words) is known only where every platform keeps to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from math import ceil, floor, inf, isfinite

from connectors.model import DONE, EventKind, Party, Status
from plugin.core.facts import CASE_COUNTS, COUNTS, OPEN_PREFIXES
from plugin.core.lint.literals import Literal
from plugin.core.operators import Named, fold

#: More values than this and single facts are not tried.
MOST_VALUES = 120
#: Fields that hold a list, whatever it holds.
LISTS = frozenset({"ticket.tags", "requester.tags", "organization.tags"})
#: Fields with a closed set of words; None where a ticket may have none.
CLOSED: Mapping[str, tuple[str | None, ...]] = {
    "ticket.status": tuple(status.value for status in Status),
    "event.kind": (*(kind.value for kind in EventKind), None),
    "event.by": (*(party.value for party in Party if party is not Party.UNKNOWN), None),
}
_LIVING = tuple(status.value for status in Status if status not in DONE)
#: Operators that see numbers.
COMPARING = frozenset({"at_least", "at_most", "more_than", "less_than"})
#: Ids that have a word, by both.
Words = Mapping[object, Sequence[Named]]
#: A word no policy has.
_FRESH = "\N{WHITE SQUARE}"


def candidates(
    field: str, literals: Sequence[Literal], named: Mapping[str, Words], *, alive: bool
) -> Iterable[object] | None:
    """Return facts to try; None: there would be too many. `alive` leaves out the statuses of a ticket that is done."""
    if field in CLOSED:
        return _LIVING if alive and field == "ticket.status" else CLOSED[field]
    values = [v for literal in literals for v in _values(literal.test.value)]
    if field in LISTS:
        return _lists(literals, values)
    if len(values) > MOST_VALUES:
        return None
    if field in (*COUNTS, *CASE_COUNTS):
        return sorted({n for point in (0.0, *_points(values)) for n in _whole(point)})
    points = _points(values) if any(one.test.operator in COMPARING for one in literals) else []
    texts = [_FRESH, None, "", *_known(named.get(field, {}), values), *_texts(values, points)]
    return chain(texts, _anything(literals, values, points)) if field.startswith(OPEN_PREFIXES) else texts


def _values(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, (tuple, list, frozenset)) else () if value is None else (value,)


def _known(named: Words, values: Iterable[object]) -> Iterable[Named]:
    return dict.fromkeys(one for value in values for one in named.get(fold(value), ()))


def _anything(literals: Sequence[Literal], values: list[object], points: list[float]) -> Iterator[object]:
    yield from (True, False)
    yield from values
    for number in points:
        yield number
        yield from _whole(number)
    yield from _lists(literals, values)


def _texts(values: list[object], points: list[float]) -> Iterator[str]:
    """Yield the texts themselves, and every number as a text that equals none of them."""
    yield from (folded for value in values if isinstance(folded := fold(value), str))
    for number in points:
        yield f"{number!r} "
        yield from (f"{whole} " for whole in _whole(number))


def _whole(number: float) -> tuple[int, ...]:
    return tuple(n for n in (floor(number), ceil(number)) if n >= 0) if isfinite(number) else ()


def _points(values: Iterable[object]) -> list[float]:
    """Return numbers on, between and beyond those that tests compare with."""
    found = sorted({number for value in values if (number := _number(value)) is not None})
    between = [(a + b) / 2 for a, b in pairwise(found)]
    beyond = [found[0] - 1, found[-1] + 1, -inf, inf] if found else []
    return sorted({*found, *between, *beyond})


def _number(value: object) -> float | None:
    try:
        return None if isinstance(value, bool) else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None


def _lists(literals: Sequence[Literal], values: list[object]) -> Iterator[object]:
    """Yield the fullest list that lacks what it must lack, those that are named whole, and the empty one."""
    lacking = frozenset(fold(v) for one in literals if _forbids(one) for v in _values(one.test.value))
    fullest = frozenset(map(fold, values)) - lacking
    yield fullest | {_FRESH}
    yield fullest
    yield from (one.test.value for one in literals if isinstance(one.test.value, tuple))
    yield frozenset()


def _forbids(literal: Literal) -> bool:
    """Return True if a list must hold none of the values; `not contains_all` has been taken apart before."""
    if literal.test.operator == "contains_none":
        return literal.wanted
    return literal.test.operator in ("contains", "contains_any") and not literal.wanted
