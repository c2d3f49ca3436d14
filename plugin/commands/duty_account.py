"""Who is on duty and why, for programs and for people: the same account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from plugin.core.duty.contacts import Person, StandIn, traced
from plugin.core.rota import Lack, Rota, Stretch, course, stretch

_AHEAD = timedelta(days=99)  # Within what is read of a feed.
_MOST_NEXT = 5
_LACKS = {
    Lack.UNASSIGNED: "no override, feed or layer has anybody",
    Lack.CLOSED: "the layer's calendar is closed",
    Lack.OUT_OF_OFFICE: "out of office, and nobody stands in",
}


def duty_account(rota: Rota, people: Mapping[str, Person], at: datetime) -> dict[str, Any]:
    """Return who is on duty at an instant and who is next, as JSON; times are the rota's own clocks'."""
    first, *others = islice(course(rota, at, at + _AHEAD), _MOST_NEXT + 1)
    now = stretch(rota, at)
    return {
        "rota": rota.key,
        "time_zone": rota.zone.key,
        "at": _local(rota, at),
        **_turn(rota, people, replace(now, until=first.until if others else now.until), at),
        "next": [_turn(rota, people, turn, turn.since or at) for turn in others],
    }


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
