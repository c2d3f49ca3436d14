"""Whom to reach, and who stands in for whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from plugin.core.duty.contacts import Person
from plugin.core.opening_hours.wall_clock import instant
from plugin.core.rendering.draft import Draft
from plugin.core.rendering.page import Block, Bullets, Heading, Item, chapter, table_of
from plugin.core.rendering.words import day_and_time, listed, quoted

_HEADER = ("Person", "E-mail", "Language", "Skills", "Clock and hours", "Manager", "Stand-in", "Out of office")


def people(draft: Draft) -> tuple[Block, ...]:
    """Return the chapter about people and groups."""
    rows = tuple(person_cells(draft, person) for person in draft.policy.people.values())
    return chapter("People and stand-ins", "people", table_of("People", _HEADER, rows), *_groups(draft))


def person_cells(draft: Draft, person: Person) -> tuple[tuple[str, ...], ...]:
    """Return a person's row, cell by cell."""
    hours = f", {quoted(person.calendar)}" if person.calendar else ""
    return (
        (person.name,),
        (person.email or "",),
        (", ".join(person.languages),),
        (listed(sorted(person.skills)) if person.skills else "",),
        (f"{person.zone}{hours}",),
        (draft.words.person(person.manager) if person.manager else "",),
        (draft.words.person(person.deputy) if person.deputy else "",),
        tuple(_absences(draft, person)) or ("",),
    )


def _absences(draft: Draft, person: Person) -> Iterator[str]:
    """Yield the absences that are not over; whole days by their dates, the last one included."""
    start = instant(datetime.combine(draft.day, time()), person.zone)
    for absence in person.absences:
        if absence.until <= start:
            continue
        since, until = absence.since.astimezone(person.zone), absence.until.astimezone(person.zone)
        if since.time() == until.time() == time():
            yield f"{since:%Y-%m-%d} to {until - timedelta(days=1):%Y-%m-%d}"
        else:
            yield f"{day_and_time(since, person.zone)} to {day_and_time(until, person.zone)}"


def _groups(draft: Draft) -> Iterator[Block]:
    if draft.policy.groups:
        yield Heading(3, "Groups", "groups")
        yield Bullets(tuple(Item(_group(draft, key), label=key) for key in draft.policy.groups))


def _group(draft: Draft, key: str) -> str:
    lead = draft.section("groups")[key].get("lead")
    return draft.policy.groups[key].name + (f", led by {draft.words.person(lead)}" if lead else "")
