"""Clocks, deadlines and counts, and whether all thresholds can be kept at once.

Rule 1: a clock that does not run passes no comparison; one that runs passes a lower and an upper bound only if one lies
        below the other.
Rule 2: budgets are compared, not instants: through any calendar a smaller one is used up earlier.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from operator import ge, gt, le, lt

from plugin.core.clocks import NOTHING, TICK, Share
from plugin.core.conditions import Test
from plugin.core.facts import CLOCKS
from plugin.core.lint.literals import Literal, is_clock, threshold
from plugin.core.recurrence import Recurrence

#: The whole of a deadline that does not tell its own.
_WHOLE = timedelta(days=1000)
_RUNNING = ("present", "absent")
_FLIPPED = {"at_least": "at_most", "more_than": "less_than", "at_most": "at_least", "less_than": "more_than"}
_COMPARE = {"at_least": ge, "more_than": gt, "at_most": le, "less_than": lt}


@dataclass(frozen=True, slots=True)
class _Edge:
    """Where something is crossed: at once, or a tick later."""

    at: timedelta
    late: bool
    after: bool  #: The test holds from there on, not up to there.


def lasting(literals: Sequence[Literal]) -> bool:
    """Return True if one clock, or one deadline, can pass them all."""
    return _stopped(literals) or _running(literals)


def _stopped(literals: Iterable[Literal]) -> bool:
    """Return True if a clock that does not run passes them all."""
    return all((one.test.operator == "absent") is one.wanted for one in literals)


def _running(literals: Iterable[Literal]) -> bool:
    edges = []
    for one in literals:
        if one.test.operator in _RUNNING and (one.test.operator == "present") is not one.wanted:
            return False
        if one.test.operator in _RUNNING:
            continue
        assert isinstance(one.test, Test), "a count of tickets is no clock"
        edge = _edge(one.test)
        edges.append(edge if one.wanted else _Edge(edge.at, edge.late, not edge.after))
    since = [edge for edge in edges if edge.after]
    until = [edge for edge in edges if not edge.after]
    return not any(_misses(one, other) for one in since for other in until)


def _misses(since: _Edge, until: _Edge) -> bool:
    """Return True if the first instant of one is none of the other's, for certain."""
    return since.at >= until.at + (TICK if until.late and not since.late else NOTHING)


def _edge(test: Test) -> _Edge:
    """Return where the test turns, on a scale that only grows."""
    value, operator = threshold(test), test.operator
    if test.field in CLOCKS:
        assert isinstance(value, timedelta), "a clock is compared with a length"
        return _Edge(value, operator in ("more_than", "at_most"), operator in ("at_least", "more_than"))
    if value is None:
        return _Edge(NOTHING, False, operator == "passed")
    if isinstance(value, Share):
        whole = value.of or _WHOLE
        value, operator = whole * (1 - value.part), _FLIPPED[operator]
    return _Edge(-value, operator in ("less_than", "at_least"), operator in ("at_most", "less_than"))


def grows(literal: Literal) -> bool:
    """Return True if time alone can make the test hold."""
    test = literal.test
    if not isinstance(test, Test) or not is_clock(test) or test.operator in _RUNNING:
        return False
    return _edge(test).after is literal.wanted


def counted(literals: Sequence[Literal]) -> bool:
    """Return True if some number of other tickets passes them all."""
    tests = [(one.test, one.wanted) for one in literals if isinstance(one.test, Recurrence)]
    tried = {0} | {test.value + step for test, _ in tests for step in (-1, 0, 1)}
    return any(all(_COMPARE[t.operator](n, t.value) is wanted for t, wanted in tests) for n in tried if n >= 0)
