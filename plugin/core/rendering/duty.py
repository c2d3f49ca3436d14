"""Who is on duty: each rota in words, and its coming turns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import Any as Json

from plugin.core.opening_hours.wall_clock import instant
from plugin.core.rendering.draft import Draft
from plugin.core.rendering.page import Block, Bullets, Heading, Item, Paragraph, Table, chapter
from plugin.core.rendering.words import counted, day_and_time, listed, quoted, slug
from plugin.core.rota import Rota, Shift, course

_WEEKDAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
_AHEAD, _TURNS = timedelta(days=60), 6
_LEAD = (
    "Exceptions go first, then what a feed says, then the layers from the first to the last. "
    "Somebody who is out of office is stood in for, as the list of people says."
)


def duty(draft: Draft) -> tuple[Block, ...]:
    """Return the chapter about rotas."""
    parts = [block for name, rota in draft.policy.rotas.items() for block in _rota(draft, name, rota)]
    return chapter("Who is on duty", "duty", *((Paragraph(_LEAD), *parts) if parts else ()))


def _rota(draft: Draft, name: str, rota: Rota) -> Iterator[Block]:
    yield Heading(3, f"Rota {quoted(name)}", f"rota-{slug(name)}")
    yield Bullets(tuple(map(Item, rota_lines(draft, name, rota))))
    if rota.feed is None:
        yield _turns(draft, rota)


def rota_lines(draft: Draft, name: str, rota: Rota) -> list[str]:
    """Return a rota in words, without those of its exceptions that are over."""
    item, start = draft.section("rotas")[name], _midnight(draft, rota)
    coming = [shift for shift in rota.overrides if shift.until > start]
    return [
        f"Times are on the clocks of {rota.zone}.",
        *(_exception(draft, rota, shift) for shift in coming),
        *(["Turns come from a calendar feed."] if rota.feed else []),
        *(f"{_layer(draft, layer)}." for layer in item.get("layers") or []),
    ]


def _midnight(draft: Draft, rota: Rota) -> datetime:
    return instant(datetime.combine(draft.day, time()), rota.zone)


def _exception(draft: Draft, rota: Rota, shift: Shift) -> str:
    since, until = (day_and_time(at, rota.zone) for at in (shift.since, shift.until))
    return f"Exception: {draft.words.person(shift.person)} from {since} to {until}."


def _layer(draft: Draft, layer: Mapping[str, Json]) -> str:
    people = [draft.words.person(person) for person in layer["people"]]
    turns = layer["handover"]
    each = counted(turns.get("each", 1), turns["every"])
    day = f"on {_WEEKDAYS[turns['on']]} " if turns["every"] == "week" else ""
    hours = f", while {quoted(layer['calendar'])} is open" if "calendar" in layer else ""
    if len(people) == 1:
        return f"{people[0]} is on duty from {layer['starts']} {turns['at']}{hours}"
    who = f"{listed(people)} take turns of {each}{hours}"
    return f"{who}, handing over {day}at {turns['at']}; {people[0]} began on {layer['starts']}"


def _turns(draft: Draft, rota: Rota) -> Table:
    """Return whose turn it is; in a layer with hours the whole turn, not each day of it."""
    start = _midnight(draft, rota)
    whole = replace(rota, layers=tuple(replace(layer, hours=None) for layer in rota.layers))
    turns = islice(course(whole, start, start + _AHEAD), _TURNS)
    rows = tuple(
        (
            (day_and_time(turn.since or start, rota.zone),),
            (day_and_time(turn.until or datetime.max.replace(tzinfo=UTC), rota.zone),),
            (draft.words.person(turn.person) if turn.person else "nobody",),
        )
        for turn in turns
    )
    return Table(f"Coming turns of {quoted(rota.key)}", ("From", "To", "On duty"), rows)
