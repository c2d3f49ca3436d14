"""How much work the repetitions of a calendar are, before any of it is done.

Rule 1: a repetition of seconds or minutes is no shift.
Rule 2: a rule that might never come true is taken to be searched up to the last year there is: that is what happens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, datetime, timedelta
from string import ascii_letters

#: Steps a year, weighed by what one costs.
_STEPS: Mapping[str, int] = {"YEARLY": 8, "MONTHLY": 12, "WEEKLY": 53, "DAILY": 366, "HOURLY": 24 * 366}
_MOST_STEPS = 200_000
_MOST_OCCURRENCES = 5_000
_YEAR = timedelta(days=366)
_NONE = frozenset[int]()


def _up_to(most: int) -> frozenset[int]:
    return frozenset(range(-most, most + 1))


#: Which numbers a rule may name, by what narrows it down, to come true in every period or nearly so.
_SURE: Mapping[tuple[str, frozenset[str]], frozenset[int]] = {
    ("DAILY", frozenset({"BYDAY"})): _up_to(0),
    ("MONTHLY", frozenset({"BYDAY"})): _up_to(5),
    ("MONTHLY", frozenset({"BYDAY", "BYSETPOS"})): _up_to(4),
    ("MONTHLY", frozenset({"BYMONTHDAY"})): _up_to(31) - {0},
    ("YEARLY", frozenset({"BYMONTH"})): _NONE,
    ("YEARLY", frozenset({"BYMONTH", "BYDAY"})): _up_to(4),
    ("YEARLY", frozenset({"BYMONTH", "BYMONTHDAY"})): _up_to(28) - {0},
}


@dataclass(kw_only=True)
class Budget:
    """What all events of one calendar may cost together."""

    start: datetime
    end: datetime
    steps: int = _MOST_STEPS
    occurrences: int = _MOST_OCCURRENCES

    @property
    def spent(self) -> bool:
        """Return True if the events cost more than allowed."""
        return self.steps < 0 or self.occurrences < 0

    def refuses(self, event: Mapping[str, object], length: timedelta) -> str | None:
        """Pay for an event that lasts so long; return why not if it is refused."""
        rules = event.get("RRULE")
        if rules is None:
            self.occurrences -= 1
            return None
        if not isinstance(rules, Mapping):
            return "it has several repetitions"
        first = event["DTSTART"].dt.year  # type: ignore[attr-defined]
        return self._pays(_Rule.of(rules), first, length)

    def _pays(self, rule: _Rule, first: int, length: timedelta) -> str | None:
        if rule.every not in _STEPS or rule.interval < 1 or {"BYMINUTE", "BYSECOND"} & rule.parts:
            return "it repeats in a way that no shift does"
        last = self.end.year if rule.sure else MAXYEAR
        steps = max(1, last - first + 1) * _STEPS[rule.every] * rule.hours // rule.interval
        if steps > _MOST_STEPS:
            return "it repeats too often"
        self.steps -= steps
        a_year = 366 * rule.hours if rule.parts else _STEPS[rule.every]
        self.occurrences -= int(a_year * ((self.end - self.start + length) / _YEAR) / rule.interval) + 1
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rule:
    """An RRULE, as far as its cost goes."""

    every: str
    interval: int
    parts: frozenset[str]  #: The names of what narrows it down, as BYDAY.
    numbers: frozenset[int]  #: Which weekday of a month, which day of it, which of those found; 0: each.
    hours: int  #: How many times a day it lists.

    @classmethod
    def of(cls, rule: Mapping[str, Sequence[object]]) -> _Rule:
        """Read a rule; ValueError if it makes no sense."""
        numbered = [str(n) for part in ("BYDAY", "BYMONTHDAY", "BYSETPOS") for n in rule.get(part, ())]
        return cls(
            every=str(rule.get("FREQ", [""])[0]).upper(),
            interval=int(str(rule.get("INTERVAL", [1])[0])),
            parts=frozenset(name.upper() for name in rule if name.upper().startswith("BY")),
            numbers=frozenset(int(n.rstrip(ascii_letters) or 0) for n in numbered),
            hours=max(1, len(rule.get("BYHOUR", ()))),
        )

    @property
    def sure(self) -> bool:
        """Return True if it certainly comes true again and again."""
        parts = self.parts if self.every == "HOURLY" else self.parts - {"BYHOUR"}
        if not parts or (parts == {"BYDAY"} and self.every == "WEEKLY"):
            return True
        return self.interval == 1 and (self.every, parts) in _SURE and self.numbers <= _SURE[self.every, parts]
