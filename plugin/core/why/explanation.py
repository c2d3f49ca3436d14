"""A verdict as a tree that mirrors its condition: what was asked, what was seen, and what each part says.

Rule 1: every node's verdict is the evaluator's own; nothing is judged a second way.
Rule 2: a node is named by its place in the policy, as `when.all[1]`.
Rule 3: no ticket text; a leaf tells what the verdict's trace tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from plugin.core.clocks import Deadline, Span, Timing
from plugin.core.conditions import HISTORY, All, Any, Condition, Facts, Nothing, Test, Unknown, plain
from plugin.core.model import Because, Verdict
from plugin.core.working_hours import Pause


class Kind(StrEnum):
    """What a node does with its parts."""

    ALL = "all"
    ANY = "any"
    NONE = "none"
    TEST = "test"  #: It has none: a leaf.


class Cause(StrEnum):
    """Why a clock stands still."""

    PAUSED = "paused"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Standstill:
    """A clock that does not move now."""

    cause: Cause
    by: str  #: The field and its value that pause it, or the calendar's name.
    since: datetime | None = None
    until: datetime | None = None  #: When it moves again; None: not by time alone.


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """One place of a condition."""

    path: str
    kind: Kind
    condition: Condition
    verdict: Verdict
    parts: tuple[Node, ...] = ()
    still: Standstill | None = None  #: Of a leaf that is a clock.
    asks: str = ""  #: Of a leaf: the fact without which it cannot be told.

    @property
    def holds(self) -> bool | None:
        """Return what it says."""
        return self.verdict.holds

    @property
    def line(self) -> Because:
        """Return a leaf's line of the trace."""
        return self.verdict.because[0]

    def leaves(self) -> Iterator[Node]:
        """Return the leaves in reading order."""
        if self.kind is Kind.TEST:
            yield self
        for part in self.parts:
            yield from part.leaves()


_KINDS: Mapping[type, Kind] = {All: Kind.ALL, Any: Kind.ANY, Nothing: Kind.NONE}


def tree(condition: Condition, facts: Facts, now: datetime, path: str = "when") -> Node:
    """Return the condition's verdict with that of each of its parts."""
    verdict = condition.verdict(facts, now)
    if not isinstance(condition, All | Any | Nothing):
        still = _standstill(condition, facts, now) if isinstance(condition, Test) else None
        asks = HISTORY if _knows_all_but_pauses(condition, facts) else verdict.because[0].field
        return Node(path=path, kind=Kind.TEST, condition=condition, verdict=verdict, still=still, asks=asks)
    kind = _KINDS[type(condition)]
    parts = tuple(tree(part, facts, now, f"{path}.{kind}[{i}]") for i, part in enumerate(condition.parts))
    return Node(path=path, kind=kind, condition=condition, verdict=verdict, parts=parts)


def _knows_all_but_pauses(condition: Condition, facts: Facts) -> bool:
    if not isinstance(condition, Test) or not condition.timing.pause_when:
        return False
    return not isinstance(facts.get(condition.field), Unknown)


def decisive(node: Node) -> Node:
    """Return the first leaf in reading order that makes the node say what it says."""
    while node.kind is not Kind.TEST:
        wanted = _inner(node)
        node = next((part for part in node.parts if part.holds is wanted), node.parts[0])
    return node


def _inner(node: Node) -> bool | None:
    """Return what a part must say for the node to say what it says."""
    if node.kind is Kind.NONE and node.holds is not None:
        return not node.holds
    return node.holds


def unknown(node: Node) -> tuple[str, ...]:
    """Return the facts that are missing, where that leaves the node unknown."""
    if node.holds is not None:
        return ()
    if node.kind is Kind.TEST:
        return (node.asks,)
    return tuple(dict.fromkeys(field for part in node.parts for field in unknown(part)))


def _standstill(test: Test, facts: Facts, now: datetime) -> Standstill | None:
    """Return why the test's clock does not move, if it is one that runs."""
    fact = facts.get(test.field)
    running = fact.since if isinstance(fact, Span) else fact.at if isinstance(fact, Deadline) else None
    if running is None:
        return None
    return _paused(test.timing, facts, now) or _closed(test.timing, now)


def _paused(timing: Timing, facts: Facts, now: datetime) -> Standstill | None:
    for field, values in timing.pause_when.items():
        pauses = facts.pauses({field: values})
        since = None if isinstance(pauses, Unknown) else _open_at(pauses, now)
        if since is not None:
            return Standstill(cause=Cause.PAUSED, by=f"{field} {_value(facts.get(field))}".strip(), since=since)
    return None


def _open_at(pauses: Sequence[Pause], now: datetime) -> datetime | None:
    return min((p.since for p in pauses if p.since <= now and (p.until is None or now < p.until)), default=None)


def _value(fact: object) -> str:
    return "" if fact is None or isinstance(fact, Unknown) else str(plain(fact))


def _closed(timing: Timing, now: datetime) -> Standstill | None:
    if timing.calendar.is_open(now):
        return None
    return Standstill(cause=Cause.CLOSED, by=timing.calendar.name, until=timing.calendar.next_open(now))


def words(value: object, *, most: int = 6) -> str:
    """Write a value wanted or seen for people; of a long list only its beginning."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, list | tuple):
        return str(value)
    shown = ", ".join(map(str, value[:most])) or "nothing"
    return f"{shown} and {len(value) - most} more" if len(value) > most else shown
