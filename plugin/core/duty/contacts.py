"""The people of a policy: how to reach them, who is above them, who stands in for them.

Rule 1: absences are half-open, [since, until), in UTC; an admin writes local days, the last one included.
Rule 2: somebody out of office is followed by the deputy, and the deputy's deputy, at most once through a circle.
Rule 3: deputies may stand in for each other; a manager above oneself is a mistake.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from plugin.core.compiling.sections import Says, Section, named, short
from plugin.core.opening_hours.wall_clock import day_or_moment, zone_named
from plugin.core.problems import unknown_word
from plugin.core.texts.languages import normal

_KEYS = (
    *("name", "ids", "email", "language", "time_zone"),
    *("calendar", "manager", "deputy", "out_of_office"),
    *("skills", "languages"),
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Absence:
    """One time out of office."""

    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody who may own a case."""

    key: str
    name: str
    ids: Mapping[str, str]  #: By connection.
    email: str | None = field(default=None, repr=False)
    language: str | None = None
    zone: ZoneInfo = field(default=ZoneInfo("UTC"))
    calendar: str | None = None
    manager: str | None = None  #: A person's key.
    deputy: str | None = None  #: A person's key.
    absences: tuple[Absence, ...] = ()  #: By their beginning, none touching another.
    skills: frozenset[str] = frozenset()  #: The policy's own words.
    languages: tuple[str, ...] = ()  #: In which this person can answer.

    def away_until(self, at: datetime) -> datetime | None:
        """Return the end of the absence at that instant; None: in office."""
        return next((a.until for a in self.absences if a.since <= at < a.until), None)

    def speaks(self, language: str) -> bool:
        """Return True if this person can answer in a language; forms of one count as one."""
        return _base(language) in map(_base, self.languages)


@dataclass(frozen=True, kw_only=True, slots=True)
class Skipped:
    """Somebody who was not chosen, for being out of office."""

    person: str
    until: datetime
    deputy: str | None  #: Who was asked next; the last one's is None, or somebody who was skipped before.


@dataclass(frozen=True, kw_only=True, slots=True)
class StandIn:
    """Who is there for a person, and who was skipped on the way."""

    person: str | None  #: None: nobody.
    skipped: tuple[Skipped, ...] = ()


def stand_in(people: Mapping[str, Person], key: str, at: datetime) -> str | None:
    """Return the person or, while out of office, the deputy who is there; None: nobody."""
    return traced(people, key, at).person


def traced(people: Mapping[str, Person], key: str, at: datetime) -> StandIn:
    """Return who is there for a person, with everybody who was skipped."""
    skipped: dict[str, Skipped] = {}
    asked: str | None = key
    while asked is not None and asked not in skipped:
        until = people[asked].away_until(at)
        if until is None:
            return StandIn(person=asked, skipped=tuple(skipped.values()))
        skipped[asked] = Skipped(person=asked, until=until, deputy=people[asked].deputy)
        asked = people[asked].deputy
    return StandIn(person=None, skipped=tuple(skipped.values()))


def _base(language: str) -> str:
    return normal(language).partition("-")[0]


def compile_people(
    section: object, says: Says, calendars: Collection[str], default_zone: ZoneInfo
) -> dict[str, Person]:
    """Return the people; every mistake is told."""
    entries = named("people", section, says, _KEYS)
    people = {key: _person(key, entry, entries, calendars, default_zone) for key, entry in entries.items()}
    for circle in _circles(people):
        says(f"people.{circle[0]}.manager", f"managers form a circle: {' → '.join((*circle, circle[0]))}")
    for first, second in _same_emails(people):
        says(f"people.{second}.email", f'the same as that of "{first}"; an e-mail tells one person')
    return people


def _person(
    key: str, entry: Section, known: Collection[str], calendars: Collection[str], default_zone: ZoneInfo
) -> Person:
    zone = entry.read("time_zone", zone_named) or default_zone
    language = entry.read("language", _language)
    return Person(
        key=key,
        name=entry.text("name", needed=True) or key,
        ids=_ids(entry),
        email=entry.read("email", _email),
        language=language,
        zone=zone,
        calendar=entry.word("calendar", calendars, what="calendar"),
        manager=_other(entry, "manager", key, known),
        deputy=_other(entry, "deputy", key, known),
        absences=_joined(_absences(entry, zone)),
        skills=frozenset(_words(entry, "skills", str)),
        languages=_words(entry, "languages", _language) or ((language,) if language else ()),
    )


def _ids(entry: Section) -> dict[str, str]:
    found = entry.items.get("ids", {})
    ids = found if isinstance(found, Mapping) else {}
    good = {name: str(id_) for name, id_ in ids.items() if _is_id(id_)}
    if ids is not found or len(good) < len(ids):
        entry.says(entry.at("ids"), f"found {short(found)}, expected the id on each connection by its name")
    return good


def _is_id(found: object) -> bool:
    return bool(found.strip()) if isinstance(found, str) else isinstance(found, int) and not isinstance(found, bool)


def _words(entry: Section, key: str, reader: Callable[[str], str]) -> tuple[str, ...]:
    """Return the texts of a list; what is none, and what the reader refuses, is told."""
    found = entry.items.get(key, [])
    if not isinstance(found, list):
        entry.says(entry.at(key), f"found {short(found)}, expected a list")
        return ()
    return tuple(filter(None, (_word(entry, f"{key}[{i}]", word, reader) for i, word in enumerate(found))))


def _word(entry: Section, place: str, found: object, reader: Callable[[str], str]) -> str | None:
    return Section(entry.where, {place: found}, entry.says).read(place, reader)


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise ValueError("expected an e-mail address such as ana@example.com")
    return text


def _language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise ValueError(f'found "{text}", expected a language such as pt or pt-BR')
    return text


def _other(entry: Section, key: str, own: str, known: Collection[str]) -> str | None:
    other = entry.text(key)
    if other == own:
        entry.says(entry.at(key), f'"{own}" is no {key} of their own')
        return None
    if other is not None and other not in known:
        entry.says(entry.at(key), unknown_word(other, known, what="person"))
        return None
    return other


def _absences(entry: Section, zone: ZoneInfo) -> Iterator[Absence]:
    for part in entry.sections("out_of_office", ("from", "to")):
        since = part.read("from", lambda text: day_or_moment(text, zone), needed=True)
        until = part.read("to", lambda text: day_or_moment(text, zone, last=True), needed=True)
        if since is None or until is None:
            continue
        if since < until:
            yield Absence(since=since, until=until)
        else:
            part.says(part.where, f"ends before it begins: from {part.items['from']} to {part.items['to']}")


def _joined(absences: Iterator[Absence]) -> tuple[Absence, ...]:
    """Return them by their beginning, those that touch as one."""
    joined: list[Absence] = []
    for absence in sorted(absences, key=lambda a: a.since):
        if joined and absence.since <= joined[-1].until:
            last = joined.pop()
            absence = Absence(since=last.since, until=max(last.until, absence.until))
        joined.append(absence)
    return tuple(joined)


def _circles(people: Mapping[str, Person]) -> Iterator[tuple[str, ...]]:
    """Return each circle of managers once, from its first member in the file."""
    done: set[str] = set()
    for key in people:
        path: dict[str, None] = {}
        above: str | None = key
        while above is not None and above not in done and above not in path:
            path[above] = None
            above = people[above].manager
        if above in path:
            circle = list(path)[list(path).index(above) :]
            yield tuple(circle)
        done |= set(path)


def _same_emails(people: Mapping[str, Person]) -> Iterator[tuple[str, str]]:
    first: dict[str, str] = {}
    for key, person in people.items():
        if person.email is not None and first.setdefault(person.email.casefold(), key) != key:
            yield first[person.email.casefold()], key
