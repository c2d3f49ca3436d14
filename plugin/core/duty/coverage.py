"""Times at which a rota leaves a case without anybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from plugin.core.duty.contacts import Person, stand_in
from plugin.core.rota import Lack, Rota, Stretch, course


@dataclass(frozen=True, kw_only=True, slots=True)
class Hole:
    """A time with nobody on duty."""

    since: datetime
    until: datetime
    lack: Lack
    person: str | None = None  #: Who is meant to be on duty, but out of office.


def holes(rota: Rota, people: Mapping[str, Person], start: datetime, end: datetime) -> list[Hole]:
    """Return the holes from start to end, in order; those that touch for the same reason are one."""
    whole: list[Hole] = []
    for hole in _pieces(rota, people, start, end):
        if whole and (whole[-1].until, whole[-1].lack, whole[-1].person) == (hole.since, hole.lack, hole.person):
            hole = replace(whole.pop(), until=hole.until)
        whole.append(hole)
    return whole


def _pieces(rota: Rota, people: Mapping[str, Person], start: datetime, end: datetime) -> Iterator[Hole]:
    edges = sorted({edge for p in people.values() for a in p.absences for edge in (a.since, a.until)})
    for part in course(rota, start, end):
        assert part.since is not None
        assert part.until is not None
        if part.person is None:
            yield Hole(since=part.since, until=part.until, lack=part.lack or Lack.UNASSIGNED)
        else:
            yield from _away(part.person, people, [part.since, *_between(edges, part), part.until])


def _between(edges: list[datetime], part: Stretch) -> list[datetime]:
    return [edge for edge in edges if part.since and part.until and part.since < edge < part.until]


def _away(person: str, people: Mapping[str, Person], edges: list[datetime]) -> Iterator[Hole]:
    for since, until in pairwise(edges):
        if stand_in(people, person, since) is None:
            yield Hole(since=since, until=until, lack=Lack.OUT_OF_OFFICE, person=person)
