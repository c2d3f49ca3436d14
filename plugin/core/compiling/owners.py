"""Whom a step or a row asks, as the document says it.

Rule 1: a word that nobody has is told with the near one; that nobody fits all of them together is for the lint to say.
Rule 2: the manager of the owner can be asked only where somebody owned the case before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any as Json

from plugin.core.choosing import OWNER, REQUESTER, Choice, Roster, Way
from plugin.core.compiling.checker import Checker


def compile_owner(checker: Checker, where: str, told: str | Mapping[str, Json]) -> Choice:
    """Return whom it is; its mistakes are noted."""
    if isinstance(told, str):
        checker.known(where, told, checker.section("people"), "person")
        return Choice(person=told)
    if "rota" in told:
        checker.known(f"{where}.rota", told["rota"], checker.section("rotas"), "rota")
        return Choice(rota=told["rota"])
    if "manager_of" in told:
        checker.known(f"{where}.manager_of", told["manager_of"], {**checker.section("people"), OWNER: 0}, "person")
        return Choice(manager_of=told["manager_of"])
    if "lead_of" in told:
        return _lead(checker, f"{where}.lead_of", told["lead_of"])
    way = next(way for way in Way if way.value in told)
    return Choice(roster=_roster(checker, f"{where}.{way.value}", way, told[way.value]))


def check_first(checker: Checker, where: str, choice: Choice) -> None:
    """Note a first step that asks for the manager of an owner who is not there yet."""
    if choice.manager_of == OWNER:
        checker.says(f"{where}.manager_of", "nobody owns the case before its first step; name a person instead")


def check_leads(checker: Checker) -> None:
    """Note every lead of a group who is nobody."""
    for key, group in checker.section("groups").items():
        checker.known(f"groups.{key}.lead", group.get("lead"), checker.section("people"), "person")


def _lead(checker: Checker, where: str, group: str) -> Choice:
    groups = checker.section("groups")
    checker.known(where, group, groups, "group")
    lead = groups.get(group, {}).get("lead")
    if group in groups and lead is None:
        checker.says(where, f'the group "{group}" has no "lead"; name one in groups.{group}')
    return Choice(person=lead, lead_of=group)


def _roster(checker: Checker, where: str, way: Way, told: list[str] | Mapping[str, Json]) -> Roster:
    if isinstance(told, list):
        return Roster(way=way, people=_people(checker, where, told))
    known = {skill for person in checker.section("people").values() for skill in person.get("skills", ())}
    for i, skill in enumerate(told.get("skills", ())):
        checker.known(f"{where}.skills[{i}]", skill, known, "skill")
    return Roster(
        way=way,
        people=_people(checker, f"{where}.people", told.get("people", [])),
        skills=tuple(sorted(set(told.get("skills", ())))),
        language=_language(checker, f"{where}.language", told.get("language")),
    )


def _people(checker: Checker, where: str, listed: list[str]) -> tuple[str, ...]:
    for i, key in enumerate(listed):
        checker.known(f"{where}[{i}]", key, checker.section("people"), "person")
        if key in listed[:i]:
            checker.says(f"{where}[{i}]", f'"{key}" stands at {where}[{listed.index(key)}] already')
    return tuple(dict.fromkeys(listed))


def _language(checker: Checker, where: str, told: str | None) -> str | None:
    if told is None or told == REQUESTER:
        return told
    people = checker.section("people").values()
    spoken = {word for person in people for word in (*person.get("languages", ()), person.get("language")) if word}
    checker.known(where, told, {REQUESTER, *spoken, *(word.partition("-")[0] for word in spoken)}, "language")
    return told
