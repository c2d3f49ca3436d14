"""The shifts that an iCal feed tells, of people the policy knows.

Rule 1: whoever is invited is on duty; else who the title names. The policy's explicit names go before everything.
Rule 2: a name that is nobody's, or that may be two people's, puts nobody on duty and is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from plugin.core.duty.contacts import Person
from plugin.core.duty.ical import Occurrence, happening
from plugin.core.rota import Rota, Shift

_MOST_UNMATCHED = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """A feed as it was last fetched."""

    text: str
    etag: str | None
    fetched_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What a feed tells of a window."""

    shifts: tuple[Shift, ...]
    unmatched: tuple[str, ...] = ()  #: Names that are no person's.
    problems: tuple[str, ...] = ()  #: Events that were left out, and why.


def read_feed(text: str, rota: Rota, people: Mapping[str, Person], *, start: datetime, end: datetime) -> Told:
    """Return the shifts of a window, or raise BadFeed."""
    found = happening(text, zone=rota.zone, start=start, end=end)
    names = _names(rota, people)
    known: dict[tuple[str, tuple[str, ...]], str | None] = {}
    shifts: list[Shift] = []
    unmatched: dict[str, None] = {}
    for occurrence in found.occurrences:
        who = (occurrence.summary, occurrence.emails)
        if who not in known:
            known[who] = _person(occurrence, names)
        if person := known[who]:
            shifts.append(Shift(person=person, since=occurrence.since, until=occurrence.until))
        else:
            unmatched[(occurrence.summary or ", ".join(occurrence.emails) or "no title")[:80]] = None
    return Told(shifts=tuple(shifts), unmatched=tuple(unmatched)[:_MOST_UNMATCHED], problems=found.problems)


def _names(rota: Rota, people: Mapping[str, Person]) -> dict[str, str]:
    """Return every name and e-mail, in lower case, that tells one person."""
    told: dict[str, set[str]] = {}
    for key, person in people.items():
        for name in filter(None, (person.name, person.email)):
            told.setdefault(_plain(name), set()).add(key)
    return {name: keys.pop() for name, keys in told.items() if len(keys) == 1} | dict(rota.names)


def _person(occurrence: Occurrence, names: Mapping[str, str]) -> str | None:
    invited = next((names[email] for email in occurrence.emails if email in names), None)
    summary = _plain(occurrence.summary)
    if invited or summary in names:
        return invited or names[summary]
    named = {names[name] for name in _named(summary, names)}
    return named.pop() if len(named) == 1 else None


def _named(summary: str, names: Mapping[str, str]) -> Iterator[str]:
    """Yield the names that stand in a title as whole words."""
    return (name for name in names if name in summary and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", summary))


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
