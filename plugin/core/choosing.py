"""Whom a step asks, of all who could be asked.

Rule 1: pure: the same choice, people, rotas, staff and instant give the same person.
Rule 2: in a roster somebody out of office passes the turn on; deputies are asked only when everybody who fits is away.
Rule 3: a round robin asks whoever has waited longest for a turn: nobody twice in a row while another is there.
Rule 4: the least loaded has the fewest open cases, then the fewest turns, then stands first.
Rule 5: whoever owns the case is chosen once more only if nobody else is there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from plugin.core.duty.contacts import Person, stand_in
from plugin.core.rota import Rota, on_duty
from plugin.core.staff import Staff

#: What a choice calls whoever owns the case until now, and the language of whoever wrote the ticket.
OWNER, REQUESTER = "owner", "requester"


class Way(StrEnum):
    """How one of a roster is chosen."""

    ROUND_ROBIN = "round_robin"
    LEAST_LOADED = "least_loaded"


@dataclass(frozen=True, kw_only=True, slots=True)
class Roster:
    """People of whom one is chosen."""

    way: Way
    people: tuple[str, ...] = ()  #: None listed: everybody of the policy.
    skills: tuple[str, ...] = ()  #: All of them are needed.
    language: str | None = None  #: One that must be spoken; `requester`: the requester's.

    def __str__(self) -> str:
        """Read as `round robin of ana, ben`."""
        skills = f" with {', '.join(self.skills)}" if self.skills else ""
        speaking = f" speaking {self.language}" if self.language else ""
        return f"{self.way.value.replace('_', ' ')} of {', '.join(self.people) or 'all'}{skills}{speaking}"

    @property
    def key(self) -> str:
        """Return what its turns are counted under: the same for the same words of the policy."""
        return hashlib.sha256(str(self).encode("utf-8", "surrogatepass")).hexdigest()[:24]

    def fitting(self, people: Mapping[str, Person], language: str | None) -> tuple[str, ...]:
        """Return who may be chosen, in the order of the policy; a requester's language not known asks for none."""
        spoken = language if self.language == REQUESTER else self.language
        listed = [key for key in self.people or people if key in people]
        return tuple(key for key in listed if _fits(people[key], self.skills, spoken))


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """Whom a step asks: exactly one of these is set, and `person` beside `lead_of`."""

    person: str | None = None
    rota: str | None = None
    roster: Roster | None = None
    manager_of: str | None = None  #: `owner`, or a person.
    lead_of: str | None = None  #: A group; `person` is its lead.

    def __str__(self) -> str:
        """Read as `ana`, `rota managers` or `manager of owner`."""
        if self.lead_of:
            return f"lead of {self.lead_of}"
        if self.manager_of:
            return f"manager of {self.manager_of}"
        return self.person or (str(self.roster) if self.roster else f"rota {self.rota}")

    @property
    def may_lack(self) -> bool:
        """Tell if nobody may be there although nobody is out of office."""
        return self.person is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Pick:
    """Who is chosen."""

    person: str  #: Who is there.
    asked: str  #: For whom: the same, unless a deputy stands in.


def pick(
    choice: Choice, people: Mapping[str, Person], rotas: Mapping[str, Rota], staff: Staff, at: datetime
) -> Pick | None:
    """Return who is there for a choice; None: nobody."""
    if choice.roster:
        return _of_roster(choice.roster, people, staff, at)
    if choice.manager_of:
        return _above(choice.manager_of, people, staff, at)
    duty = on_duty(rotas[choice.rota], at) if choice.rota else None
    asked = choice.person or (duty.person if duty else None)
    return _there(people, asked, at)


def _of_roster(roster: Roster, people: Mapping[str, Person], staff: Staff, at: datetime) -> Pick | None:
    ranked = ranking(roster, people, staff)
    there = [key for key in ranked if people[key].away_until(at) is None]
    found = [key for key in there if key != staff.owner] or there
    if found:
        return Pick(person=found[0], asked=found[0])
    return next(filter(None, (_there(people, key, at) for key in ranked)), None)


def ranking(roster: Roster, people: Mapping[str, Person], staff: Staff) -> list[str]:
    """Return who fits, whoever is asked first coming first; whether they are there is another question."""
    key = roster.key
    taken = {person: staff.taken(key, person) for person in roster.fitting(people, staff.language)}
    if roster.way is Way.ROUND_ROBIN:
        return sorted(taken, key=lambda person: taken[person].last)
    return sorted(taken, key=lambda one: (*_load(people[one], one, staff), taken[one].count))


def _load(person: Person, key: str, staff: Staff) -> tuple[int, int]:
    """Return how many cases somebody owns, and how many tickets they are assigned."""
    return staff.open_cases.get(key, 0), staff.open_tickets(person.ids)


def _above(word: str, people: Mapping[str, Person], staff: Staff, at: datetime) -> Pick | None:
    """Return the nearest manager who is there, or whoever stands in; never the owner again."""
    found = (_there(people, key, at) for key in _managers(people, staff.owner if word == OWNER else word))
    return next((one for one in found if one and one.person != staff.owner), None)


def _managers(people: Mapping[str, Person], key: str | None) -> Iterator[str]:
    """Yield everybody above a person, each once whatever circles there are."""
    seen = {key}
    above = people[key].manager if key is not None and key in people else None
    while above is not None and above not in seen:
        yield above
        seen.add(above)
        above = people[above].manager


def _there(people: Mapping[str, Person], key: str | None, at: datetime) -> Pick | None:
    found = stand_in(people, key, at) if key else None
    return Pick(person=found, asked=key) if found and key else None


def _fits(person: Person, skills: tuple[str, ...], language: str | None) -> bool:
    return person.skills.issuperset(skills) and (language is None or person.speaks(language))
