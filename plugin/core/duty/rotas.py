"""The rotas of a policy: from what an admin wrote to Rotas, with every mistake told.

Rule 1: the first turn begins at the hand-over on the day a layer `starts`, which must be a day of hand-over.
Rule 2: the address of a feed is a secret; what stands in its place is never repeated in a message.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from plugin.core.compiling.sections import Says, Section, named, section, short
from plugin.core.opening_hours.wall_clock import day, moment, time_of_day, zone_named
from plugin.core.problems import unknown_word
from plugin.core.rota import Feed, Hours, Layer, Rota, Shift

_KEYS = ("time_zone", "layers", "overrides", "feed", "people")
_LAYER_KEYS = ("people", "handover", "starts", "calendar")
_HANDOVER_KEYS = ("every", "on", "at", "each")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CYCLES = {"day": 1, "week": 7}
_MOST = 366


def compile_rotas(
    entries: object,
    says: Says,
    people: Collection[str],
    calendars: Mapping[str, Hours],
    default_zone: ZoneInfo,
) -> dict[str, Rota]:
    """Return the rotas; every mistake is told."""
    return {
        key: _rota(key, entry, people, calendars, default_zone)
        for key, entry in named("rotas", entries, says, _KEYS).items()
    }


def _rota(
    key: str, entry: Section, people: Collection[str], calendars: Mapping[str, Hours], default_zone: ZoneInfo
) -> Rota:
    zone = entry.read("time_zone", zone_named) or default_zone
    rota = Rota(
        key=key,
        zone=zone,
        layers=tuple(_layers(entry, zone, people, calendars)),
        overrides=tuple(_overrides(entry, zone, people)),
        feed=_feed(entry),
        names=_names(entry, people),
    )
    if not entry.items.get("layers") and "feed" not in entry.items:
        entry.says(entry.where, 'nobody is ever on duty; add "layers" or a "feed"')
    if rota.names and "feed" not in entry.items:
        entry.says(entry.at("people"), 'names of a feed, but there is no "feed"')
    return rota


def _layers(entry: Section, zone: ZoneInfo, people: Collection[str], calendars: Mapping[str, Hours]) -> Iterator[Layer]:
    for part in entry.sections("layers", _LAYER_KEYS):
        chosen = part.words("people", people, what="person")
        starts = part.read("starts", day, needed=True)
        calendar = part.word("calendar", calendars, what="calendar")
        handover = part.section("handover", _HANDOVER_KEYS)
        turns = None if handover is None else _turns(handover, starts)
        if chosen and starts is not None and turns is not None:
            at, days = turns
            hours = None if calendar is None else calendars[calendar]
            yield Layer(people=chosen, starts=starts, at=at, days=days, zone=zone, hours=hours)


def _turns(handover: Section, starts: date | None) -> tuple[time, int] | None:
    """Return the time of hand-overs and the days between them."""
    every = handover.word("every", _CYCLES, what="cycle", needed=True)
    at = handover.read("at", time_of_day, needed=True)
    each = handover.items.get("each", 1)
    if not isinstance(each, int) or isinstance(each, bool) or not 1 <= each <= _MOST:
        handover.says(handover.at("each"), f"found {short(each)}, expected a whole number from 1 to {_MOST}")
        return None
    if every == "day" and "on" in handover.items:
        handover.says(handover.at("on"), 'a daily hand-over has no weekday; leave "on" out')
    if every == "week":
        _check_weekday(handover, starts)
    return None if every is None or at is None else (at, _CYCLES[every] * each)


def _check_weekday(handover: Section, starts: date | None) -> None:
    on = handover.word("on", _WEEKDAYS, what="weekday", needed=True)
    if on is None or starts is None or on == _WEEKDAYS[starts.weekday()]:
        return
    right = starts + timedelta(days=(_WEEKDAYS.index(on) - starts.weekday()) % 7)
    said = f"the layer starts on {starts}, a {_WEEKDAYS[starts.weekday()]}; the first {on} after it is {right}"
    handover.says(handover.at("on"), said)


def _overrides(entry: Section, zone: ZoneInfo, people: Collection[str]) -> Iterator[Shift]:
    for part in entry.sections("overrides", ("from", "to", "person")):
        person = part.word("person", people, what="person", needed=True)
        since = part.read("from", lambda text: moment(text, zone), needed=True)
        until = part.read("to", lambda text: moment(text, zone), needed=True)
        if since is not None and until is not None and since >= until:
            part.says(part.where, f"ends before it begins: from {part.items['from']} to {part.items['to']}")
        elif since is not None and until is not None and person is not None:
            yield Shift(person=person, since=since, until=until)


def _feed(entry: Section) -> Feed | None:
    if "feed" not in entry.items:
        return None
    found = entry.items["feed"]
    kind, place = next(iter(found.items()), (None, None)) if isinstance(found, Mapping) else (None, None)
    if isinstance(found, Mapping) and len(found) == 1 and isinstance(place, str) and place:
        if kind == "env":
            return Feed(env=place)
        if kind == "file":
            return Feed(file=place)
    said = 'a feed\'s address is a secret and must not be written here; use {"env": NAME} or {"file": PATH}'
    entry.says(entry.at("feed"), said)
    return None


def _names(entry: Section, people: Collection[str]) -> dict[str, str]:
    """Return the explicit map from a feed's names, in lower case, to people."""
    table = section(entry.at("people"), entry.items.get("people", {}), entry.says)
    if table is None:
        return {}
    for name, person in table.items.items():
        if not isinstance(person, str) or person not in people:
            entry.says(table.at(name), unknown_word(person, people, what="person"))
    return {
        " ".join(name.casefold().split()): person
        for name, person in table.items.items()
        if isinstance(person, str) and person in people
    }
