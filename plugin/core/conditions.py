"""Conditions that know when they change.

Rule 1: a verdict is True, False or None (a fact is missing), and stands until time alone could change it.
Rule 2: `all`, `any` and `none` combine the three values as Kleene does.
Rule 3: the trace never holds ticket text: where text was searched, only the policy's own word that was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from plugin.core.clocks import PLAIN, Deadline, Reading, Share, Span, Timing, read_deadline, read_span, written
from plugin.core.model import Because, Verdict
from plugin.core.operators import CHANGES, OPERATORS, Named, many
from plugin.core.trace import Trace
from plugin.core.working_hours import Pause


class Unknown:
    """A fact nobody has told us yet."""

    def __repr__(self) -> str:
        """Read as `unknown`."""
        return "unknown"


UNKNOWN = Unknown()

#: What a field changed from and to.
Change = tuple[object, object]


class Facts(Protocol):
    """What conditions may ask of a ticket."""

    @property
    def told(self) -> dict[tuple[int, datetime], Verdict]:
        """Return what single tests already said, by test and instant."""

    def get(self, field: str) -> object:
        """Return the fact, None where the ticket has none, or UNKNOWN."""

    def change(self, field: str) -> Change | Unknown | None:
        """Return what the event changed the field from and to, None for nothing, or UNKNOWN."""

    def pauses(self, when: Mapping[str, frozenset[str]]) -> Sequence[Pause] | Unknown:
        """Return when one of the fields had one of the values, or UNKNOWN."""


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


def leaves(condition: Condition) -> Iterator[Condition]:
    """Return the single tests a condition is made of."""
    if isinstance(condition, All | Any | Nothing):
        for part in condition.parts:
            yield from leaves(part)
    else:
        yield condition


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


def _traces(verdicts: list[Verdict]) -> Trace:
    return Trace(lambda: [line for v in verdicts for line in v.because])


#: Facts that are the customer's own words.
TEXTS = frozenset({"ticket.subject", "ticket.description", "ticket.text", "ticket.last_comment"})
#: Facts that are about a person: whether they fit is told, what they are is not.
PERSONAL = frozenset({"requester.name", "requester.email"})
#: Fields that may hold anything: a short word is told, such as a choice of a list; of anything longer only its length.
_OPEN = ("ticket.fields.", "requester.fields.", "organization.fields.")
_LONGEST_WORD = 40
#: What a clock with pauses asks for besides itself.
HISTORY = "history"
_NO_PAUSES: tuple[Pause, ...] = ()


@dataclass(frozen=True, slots=True)
class Test:
    """One `{field, operator, value}` of the policy."""

    __test__ = False  # not a test case, whatever pytest thinks of the name

    field: str
    operator: str
    value: object
    timing: Timing = PLAIN
    ready: object = None  #: The value made ready for the operator: a matcher of words or of a pattern.

    def verdict(self, facts: Facts, now: datetime) -> Verdict:
        """Ask for the fact and let the operator judge it; once, however many rules have the same test."""
        key = (id(self), now)
        if (told := facts.told.get(key)) is None:
            told = facts.told[key] = self._judged(facts, now)
        return told

    def _judged(self, facts: Facts, now: datetime) -> Verdict:
        if self.operator in CHANGES:
            return self._changed(facts.change(self.field))
        fact = facts.get(self.field)
        if isinstance(fact, Unknown):
            return self._says(None, "unknown")
        if isinstance(fact, Span | Deadline) or isinstance(self.value, timedelta | Share):
            return self._timed(fact, facts, now)
        holds, seen = OPERATORS[self.operator](fact, self.value if self.ready is None else self.ready)
        return self._says(holds, self._tellable(seen, whole=seen is fact))

    def _tellable(self, seen: object, *, whole: bool = True) -> object:
        """Return what may stand in a trace: never a text of the ticket, nor what tells who somebody is."""
        if whole and self.field in TEXTS:
            return None
        if whole and self.field in PERSONAL and seen is not None:
            return "not told"
        return _shortened(seen) if self.field.startswith(_OPEN) else seen

    def fields(self) -> frozenset[str]:
        """Return the one fact it asks for, and the history where it counts pauses."""
        return frozenset({self.field, HISTORY}) if self.timing.pause_when else frozenset({self.field})

    def _changed(self, change: Change | Unknown | None) -> Verdict:
        if isinstance(change, Unknown):
            return self._says(None, "unknown")
        if change is None or self.operator == "changed":
            return self._says(change is not None, "changed" if change else "not changed")
        side = change[0] if self.operator == "changed_from" else change[1]
        if isinstance(side, Unknown):
            return self._says(None, "unknown")
        none_wanted = side is None and self.value is None
        return self._says(none_wanted or bool(many(side) & many(self.value)), self._tellable(side))

    def _timed(self, fact: object, facts: Facts, now: datetime) -> Verdict:
        """Judge a clock or a deadline; one that does not run is neither more nor less than anything."""
        if self.operator in ("present", "absent"):
            return self._running(fact, now)
        if isinstance(fact, Deadline):
            assert not isinstance(self.value, Span)
            threshold = self.value if isinstance(self.value, timedelta | Share) else None
            return self._reads(read_deadline(fact, self.operator, threshold, self.timing, now))
        pauses = facts.pauses(self.timing.pause_when) if self.timing.pause_when else _NO_PAUSES
        if isinstance(pauses, Unknown):
            return self._says(None, "pauses unknown")
        assert isinstance(self.value, timedelta)
        span = fact if isinstance(fact, Span) else Span(None)
        return self._reads(read_span(span, self.operator, self.value, self.timing, pauses, now))

    def _running(self, fact: object, now: datetime) -> Verdict:
        at = fact.since if isinstance(fact, Span) else fact.at if isinstance(fact, Deadline) else None
        seen = None if at is None else written(abs(now - at))
        return self._says((at is not None) is (self.operator == "present"), seen)

    def _reads(self, reading: Reading) -> Verdict:
        return self._says(reading.holds, reading.seen, reading.until)

    def _says(self, holds: bool | None, seen: object, until: datetime | None = None) -> Verdict:
        return Verdict(holds=holds, until=until, because=Trace(lambda: [self._line(holds, seen)]))

    def _line(self, holds: bool | None, seen: object) -> Because:
        return Because(
            field=self.field,
            operator=self.operator,
            wanted=plain(self.value),
            seen=plain(seen),
            holds=holds,
            calendar=self.timing.told,
        )


def _shortened(value: object) -> object:
    """Return a word as it is, and of a longer text its length."""
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_shortened(one) for one in list(value)[:20]]
    if isinstance(value, str) and (len(value) > _LONGEST_WORD or "@" in value or len(value.split()) > 1):
        return f"{len(value)} characters"
    return value if isinstance(value, (str, int, float, bool)) or value is None else "not told"


def plain(value: object) -> object:
    """Return the value as JSON can hold it."""
    if isinstance(value, timedelta):
        return written(value)
    if isinstance(value, Share):
        return f"{value.part * 100:g}%" + (f" of {written(value.of)}" if value.of else "")
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Named):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(str(v) for v in value)
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value
