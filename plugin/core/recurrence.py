"""The same problem over several tickets: what they share, and how many others share it.

Rule 1: other tickets of the same connection are counted, by other requesters unless the policy says otherwise.
Rule 2: a ticket that was merged away, deleted or marked as spam is not counted.
Rule 3: patterns run in RE2, whose time grows with the text and never faster.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import ge, gt, le, lt
from typing import Any

import re2

from plugin.core.clocks import written
from plugin.core.conditions import Facts, Unknown
from plugin.core.model import Because, Verdict
from plugin.core.operators import Named

#: A fact `others.<entity>` is the sightings of other tickets that share it.
OTHERS = "others."
#: Whose ticket it is: the same customer's other tickets are not other customers'.
REQUESTER_FACT, REQUESTER, TICKET = "ticket.requester", "requester", "ticket"
#: A fact `own.<entity>` is what the ticket itself names.
OWN = "own."
#: Entities of one kind taken from one ticket, and the longest of them.
MOST, LONGEST = 20, 128
#: Text beyond this is not searched.
SEARCHED = 256 * 1024
#: Bytes that RE2 may use for one pattern.
MOST_MEMORY = 2**20
_COMPARE = {"at_least": ge, "more_than": gt, "at_most": le, "less_than": lt}


@dataclass(frozen=True, kw_only=True, slots=True)
class Entity:
    """Something tickets can share: an order, a product, a known issue."""

    name: str
    sources: tuple[str, ...]  #: Fields it is read from.
    pattern: str | None = None  #: RE2; its first group, or all of it, is the value. None: the field's value itself.

    def found(self, facts: Facts) -> tuple[str, ...] | None:
        """Return what the ticket names; None when a source is not known."""
        values = [facts.get(source) for source in self.sources]
        if any(isinstance(value, Unknown) for value in values):
            return None
        found = dict.fromkeys(one for value in values for one in self._in(value))
        return tuple(found)[:MOST]

    def _in(self, value: object) -> Iterable[str]:
        if self.pattern is None:
            several = value if isinstance(value, (tuple, list, frozenset)) else (value,)
            return [_tidy(str(one)) for one in several if one not in (None, "")]
        text = value[:SEARCHED] if isinstance(value, str) else ""
        return [_tidy(found) for match in pattern(self.pattern).finditer(text) if (found := _value(match))]


def _value(match: Any) -> str:
    return str((match.group(1) if match.re.groups else match.group(0)) or "")


def _tidy(text: str) -> str:
    return " ".join(text.split()).casefold()[:LONGEST]


@functools.lru_cache(maxsize=1024)
def pattern(text: str) -> Any:
    """Return a compiled RE2 pattern; ValueError for what is none."""
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    options.max_mem = MOST_MEMORY
    try:
        return re2.compile(text, options)
    except re2.error as problem:
        told = problem.args[0] if problem.args else "no pattern"
        raise ValueError(told.decode() if isinstance(told, bytes) else str(told)) from problem


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern as the `matches` operator wants it: it reports itself, never the text."""

    text: str

    def find(self, text: str) -> tuple[str, ...]:
        """Return the pattern if it is found."""
        return (self.text,) if pattern(self.text).search(text[:SEARCHED]) else ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """Another ticket that names the same thing."""

    ticket: str
    at: datetime  #: When that ticket was made.
    requester: str | None
    entities: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Recurrence:
    """Holds by how many others, in a window back from now, share an entity of this ticket."""

    entity: str
    within: timedelta
    operator: str
    value: int
    distinct: str = REQUESTER  #: `requester`, `ticket`, or an entity whose values are counted.

    def verdict(self, facts: Facts, now: datetime) -> Verdict:
        """Count now, and find the first expiry that changes the answer."""
        sightings, own = facts.get(OTHERS + self.entity), self._own(facts)
        if not isinstance(sightings, tuple) or own is None:
            return self._says(None, None, None)
        inside = sorted((s for s in sightings if s.at > now - self.within), key=lambda s: s.at)
        holds = self._holds(inside, own)
        return self._says(holds, self._count(inside, own), self._changes(inside, own, holds))

    def fields(self) -> frozenset[str]:
        """Return the facts it asks for."""
        own = {REQUESTER: {REQUESTER_FACT}, TICKET: set[str]()}.get(self.distinct, {OWN + self.distinct})
        return frozenset({OTHERS + self.entity, *own})

    def _own(self, facts: Facts) -> frozenset[str] | None:
        """Return what of this ticket itself is not counted; None while that is not known."""
        if self.distinct == TICKET:
            return frozenset()
        own = facts.get(REQUESTER_FACT if self.distinct == REQUESTER else OWN + self.distinct)
        if isinstance(own, Unknown):
            return None
        known = own.id if isinstance(own, Named) else own
        return frozenset(known if isinstance(known, tuple) else () if known is None else (str(known),))

    def _holds(self, sightings: Iterable[Sighting], own: frozenset[str]) -> bool:
        return bool(_COMPARE[self.operator](self._count(sightings, own), self.value))

    def _count(self, sightings: Iterable[Sighting], own: frozenset[str]) -> int:
        return len({key for sighting in sightings for key in self._keys(sighting)} - own)

    def _keys(self, sighting: Sighting) -> Iterable[str]:
        if self.distinct == REQUESTER:
            return (sighting.requester or f"ticket {sighting.ticket}",)
        if self.distinct == TICKET:
            return (sighting.ticket,)
        return sighting.entities.get(self.distinct, ())

    def _changes(self, inside: list[Sighting], own: frozenset[str], holds: bool) -> datetime | None:
        """Return when so many have left the window that the answer is another one."""
        for i, leaving in enumerate(inside):
            if self._holds(inside[i + 1 :], own) is not holds:
                return leaving.at + self.within
        return None

    def _says(self, holds: bool | None, seen: int | None, until: datetime | None) -> Verdict:
        line = Because(
            field=f"recurrence of {self.entity}",
            operator=self.operator,
            wanted=f"{self.value} other {self.distinct}{'' if self.value == 1 else 's'} within {written(self.within)}",
            seen="unknown" if seen is None else seen,
            holds=holds,
        )
        return Verdict(holds=holds, until=until, because=(line,))


def entities_in(entities: Iterable[Entity], facts: Facts) -> dict[str, tuple[str, ...]]:
    """Return by entity what a ticket names, where all the sources are known."""
    told = ((entity.name, entity.found(facts)) for entity in entities)
    return {name: found for name, found in told if found is not None}


def counted(
    named: Mapping[str, tuple[str, ...]],
    others: Callable[[str, tuple[str, ...]], tuple[Sighting, ...]],
    wanted: Iterable[str],
) -> dict[str, object]:
    """Return the facts that recurrences ask for: what the ticket names, and who else does of the wanted entities."""
    own = {OWN + name: values for name, values in named.items()}
    found = {name: others(name, named[name]) if named[name] else () for name in wanted if name in named}
    return {**own, **{OTHERS + name: sightings for name, sightings in found.items()}}
