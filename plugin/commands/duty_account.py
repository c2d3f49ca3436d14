"""Who is on duty and why, for programs and for people: the same account.

Rule 1: an answer holds from when until when it is another one: a turn is parted where somebody who is asked in it, the
        person or a deputy, goes or comes back, and that changes who is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby, islice, pairwise
from typing import Any

from plugin.core.duty.contacts import Person, StandIn, stand_in, traced
from plugin.core.rota import Lack, Rota, Stretch, course, stretch

_AHEAD = timedelta(days=99)  # Within what is read of a feed.
_MOST_NEXT = 5
_EVER = datetime.min.replace(tzinfo=UTC)  # Before anybody was away.
_LACKS = {
    Lack.UNASSIGNED: "no override, feed or layer has anybody",
    Lack.CLOSED: "the layer's calendar is closed",
    Lack.OUT_OF_OFFICE: "out of office, and nobody stands in",
}


def duty_account(rota: Rota, people: Mapping[str, Person], at: datetime) -> dict[str, Any]:
    """Return who is on duty at an instant and who is next, as JSON; times are the rota's own clocks'."""
    answers = (part for turn in course(rota, at, at + _AHEAD) for part in _parts(people, turn))
    first, *others = islice(answers, _MOST_NEXT + 1)
    now = next(part for part in _parts(people, stretch(rota, at)) if part.until is None or at < part.until)
    return {
        "rota": rota.key,
        "time_zone": rota.zone.key,
        "at": _local(rota, at),
        **_turn(rota, people, replace(now, until=first.until if others else _beyond(now.until, at)), at),
        "next": [_turn(rota, people, turn, turn.since or at) for turn in others],
    }


def _beyond(until: datetime | None, at: datetime) -> datetime | None:
    """Return the end of an answer that does not change as far as is looked ahead; what ends before is no end of it."""
    return until if until is not None and until >= at + _AHEAD else None


def _parts(people: Mapping[str, Person], turn: Stretch) -> Iterator[Stretch]:
    """Yield the times of a turn in which the same person is there."""
    edges = sorted({edge for edge in _edges(people, turn.person) if _within(turn, edge)})
    parts = [replace(turn, since=since, until=until) for since, until in pairwise([turn.since, *edges, turn.until])]
    for _, same in groupby(parts, lambda part: _there(people, part)):
        together = list(same)
        yield replace(together[0], until=together[-1].until)


def _edges(people: Mapping[str, Person], key: str | None) -> Iterator[datetime]:
    """Yield when somebody goes or comes back who is asked for the person."""
    asked: list[str] = []
    while key is not None and key not in asked:
        asked.append(key)
        key = people[key].deputy
    return (edge for one in asked for absence in people[one].absences for edge in (absence.since, absence.until))


def _within(turn: Stretch, at: datetime) -> bool:
    return (turn.since is None or turn.since < at) and (turn.until is None or at < turn.until)


def _there(people: Mapping[str, Person], part: Stretch) -> str | None:
    return stand_in(people, part.person, part.since or _EVER) if part.person else None


def _turn(rota: Rota, people: Mapping[str, Person], turn: Stretch, at: datetime) -> dict[str, Any]:
    found = traced(people, turn.person, at) if turn.person else StandIn(person=None)
    lack = turn.lack or (Lack.OUT_OF_OFFICE if found.person is None else None)
    return {
        "person": found.person,
        "name": people[found.person].name if found.person else None,
        "scheduled": turn.person,
        "since": _local(rota, turn.since),
        "until": _local(rota, turn.until),
        "source": turn.source,
        "lack": lack,
        "skipped": [
            {
                "person": s.person,
                "name": people[s.person].name,
                "out_of_office_until": _local(rota, s.until),
                "deputy": s.deputy,
            }
            for s in found.skipped
        ],
    }


def _local(rota: Rota, at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(rota.zone).isoformat()


def as_text(found: Mapping[str, Any]) -> str:
    """Write the account as lines."""
    return "\n".join(
        [f"{found['rota']}, {found['time_zone']}, {_shown(found['at'])}", "", *_now(found), *_after(found)]
    )


def _now(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"{found['name']} is on duty ({found['person']})" if found["person"] else f"Nobody is on duty: {_why(found)}"
    for word in ("since", "until"):
        if found[word]:
            yield f"  {word}  {_shown(found[word])}"
    if found["source"]:
        yield f"  from   {found['source']}"
    for skipped in found["skipped"]:
        deputy = f"; deputy: {skipped['deputy']}" if skipped["deputy"] else ""
        yield f"  not    {skipped['name']}: out of office until {_shown(skipped['out_of_office_until'])}{deputy}"


def _after(found: Mapping[str, Any]) -> Iterator[str]:
    if found["next"]:
        yield "\nNext"
    for turn in found["next"]:
        said = f"{turn['name']} ({turn['person']})" if turn["person"] else f"nobody: {_why(turn)}"
        stead = f", for {turn['scheduled']}" if turn["scheduled"] not in (None, turn["person"]) else ""
        yield f"  {_shown(turn['since'])}  {said}{stead}"


def _why(turn: Mapping[str, Any]) -> str:
    return _LACKS[Lack(turn["lack"])]


def _shown(text: str) -> str:
    return f"{datetime.fromisoformat(text):%a %Y-%m-%d %H:%M}"
