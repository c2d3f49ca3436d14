"""Times in which nobody would be there, in the ninety days to come.

Rule 1: a rota with a feed is looked at only after the feed was read.
Rule 2: where nobody is there the admin owns the case: that is a way out, not a plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from plugin.core.choosing import Choice
from plugin.core.duty.contacts import stand_in
from plugin.core.duty.coverage import Hole, holes
from plugin.core.lint.findings import Code, Finding, finding
from plugin.core.lint.outlook import AHEAD, Outlook
from plugin.core.policy import Step
from plugin.core.rota import Lack, Rota

_WHY = {
    Lack.UNASSIGNED: "no layer, override or feed has anybody",
    Lack.CLOSED: "its calendar is closed",
    Lack.OUT_OF_OFFICE: "who is on duty is out of office, and nobody stands in",
}


def duty(outlook: Outlook) -> Iterator[Finding]:
    """Return when nobody would be there."""
    found = {key: _holes(outlook, rota) for key, rota in outlook.policy.rotas.items()}
    for key, gaps in found.items():
        if gaps:
            message = f"nobody is on duty {_times(gaps, outlook.policy.rotas[key])}; add a layer or an override"
            yield finding(Code.ROTA_HOLE, f"rotas.{key}", message)
    for place, step in _ends(outlook):
        yield from _nobody(outlook, place, step, found)
    for key, person in outlook.policy.people.items():
        until = person.away_until(outlook.now)
        if until is not None and stand_in(outlook.policy.people, key, outlook.now) is None:
            message = f"{person.name} is out of office until {_day(until)}, and no deputy is there; name one"
            yield finding(Code.OUT_OF_OFFICE, f"people.{key}", message)


def _holes(outlook: Outlook, rota: Rota) -> list[Hole]:
    if rota.feed is not None and not rota.shifts:
        return []
    return holes(rota, outlook.policy.people, outlook.now, outlook.until)


def _times(gaps: list[Hole], rota: Rota) -> str:
    """Tell how often, how long in all, and when first."""
    first, often = gaps[0], "once" if len(gaps) == 1 else f"{len(gaps)} times"
    zone = rota.zone
    since, until = (at.astimezone(zone) for at in (first.since, first.until))
    whole = sum(((gap.until - gap.since) for gap in gaps), timedelta())
    share = f"{100 * (whole / AHEAD):.0f}% of the next {AHEAD.days} days"
    return f"{often} ({share}), first from {since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M}: {_WHY[first.lack]}"


def _ends(outlook: Outlook) -> Iterator[tuple[str, Step]]:
    """Return the last step of each ladder, and of each row without one."""
    for key, steps in outlook.policy.ladders.items():
        yield f"ladders.{key}.steps[{len(steps) - 1}]", steps[-1]
    for i, row in enumerate(outlook.policy.matrix):
        if row.ladder is None:
            yield f"matrix[{i}].owner", row.steps[-1]


def _nobody(outlook: Outlook, place: str, step: Step, found: dict[str, list[Hole]]) -> Iterator[Finding]:
    choice, admin = step.owner, outlook.policy.admin
    since = _first_lack(outlook, choice, found)
    if since is not None:
        rest = f" but the admin, {admin}" if admin else ""
        message = f"ends in nobody from {_day(since)}: {choice} has nobody there then{rest}; add a step that always has"
        yield finding(Code.ENDS_IN_NOBODY, place, message)


def _first_lack(outlook: Outlook, choice: Choice, found: dict[str, list[Hole]]) -> datetime | None:
    if choice.rota:
        return found[choice.rota][0].since if found[choice.rota] else None
    if choice.manager_of:  # it depends on who owned the case before
        return None
    people = outlook.policy.people
    edges = {edge for person in people.values() for a in person.absences for edge in (a.since, a.until)}
    moments = sorted({outlook.now, *(edge for edge in edges if outlook.now < edge < outlook.until), outlook.until})
    return next((since for since, _ in pairwise(moments) if outlook.policy.there(choice, since) is None), None)


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
