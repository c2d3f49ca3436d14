"""Rules of the same rank that may hold for one ticket and write different values.

Rule 1: then only the order in the file decides, which nobody sees in a helpdesk.
Rule 2: each rule is told of once, with the first that it overlaps; beyond a bound on pairs nothing is said.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from connectors.model import Mode
from plugin.core.conditions import Test
from plugin.core.lint.candidates import LISTS
from plugin.core.lint.findings import Code, Finding, finding
from plugin.core.lint.literals import Literal, Way
from plugin.core.lint.outlook import Outlook, RuleView
from plugin.core.lint.worlds import Key, World, compatible, grouped
from plugin.core.operators import many
from plugin.core.policy import Wishes

#: Pairs of rules that are laid beside each other, at most: at a glance, and test by test.
MOST_PAIRS, MOST_TESTED = 50_000, 2_000
_SINGLE = ("priority", "assignee", "group", "sla_tag")
_EQUAL = frozenset({"is", "in"})


@dataclass(frozen=True, slots=True)
class _Parted:
    """A rule's ways, each with its tests by what they speak of."""

    ways: Sequence[Mapping[Key, list[Literal]]]
    needs: Mapping[str, frozenset[object]]  #: Fields that must equal one of some values, whichever the way.


def overlaps(outlook: Outlook) -> Iterator[Finding]:
    """Return rules that write against each other."""
    acting = [view for view in outlook.rules if view.rule.mode is not Mode.OFF and view.alive]
    parted = {view.place: _parted(view, outlook.world) for view in acting}
    apart = islice(_peers(acting), MOST_PAIRS)
    near = ((view, peer) for view, peer in apart if _meet(parted[view.place], parted[peer.place]))
    told: set[str] = set()
    for view, peer, fields in islice(_disagreeing(near, told), MOST_TESTED):
        if _together(parted[view.place], parted[peer.place], outlook.world):
            told.add(view.place)
            yield _overlap(view, peer, fields)


def _parted(view: RuleView, world: World) -> _Parted:
    ways = [grouped(way) for way in view.alive]
    needs = [_needs(way, world) for way in view.alive]
    shared = set(needs[0]).intersection(*needs)
    return _Parted(ways, {name: frozenset().union(*(one[name] for one in needs)) for name in shared})


def _needs(way: Way, world: World) -> dict[str, frozenset[object]]:
    """Return what fields must equal; one whose ids have words may equal several things at once."""
    return {
        one.test.field: frozenset(many(one.test.value))
        for one in way
        if isinstance(one.test, Test)
        and one.wanted
        and one.test.operator in _EQUAL
        and one.test.value is not None
        and one.test.field not in (*world.named, *LISTS)
    }


def _meet(one: _Parted, other: _Parted) -> bool:
    """Return False if a field would have to equal two things."""
    return all(values & other.needs.get(name, values) for name, values in one.needs.items())


def _disagreeing(
    pairs: Iterable[tuple[RuleView, RuleView]], told: Container[str]
) -> Iterator[tuple[RuleView, RuleView, list[str]]]:
    """Yield those pairs that write different values, and which, of rules that were not told of yet."""
    for view, peer in pairs:
        if view.place not in told and (fields := _differences(view, peer)):
            yield view, peer, fields


def _peers(views: list[RuleView]) -> Iterator[tuple[RuleView, RuleView]]:
    """Yield each rule with those before it that have the same rank and mode."""
    for _, equal in groupby(sorted(views, key=_class), _class):
        peers = list(equal)
        yield from ((view, peer) for i, view in enumerate(peers) for peer in peers[:i])


def _class(view: RuleView) -> tuple[object, ...]:
    return (*view.rank, view.rule.mode.value)


def _overlap(view: RuleView, peer: RuleView, fields: list[str]) -> Finding:
    message = (
        f"{view} and {peer} ({peer.place}) may hold for one ticket and write different values of {', '.join(fields)};"
        " only their order in the file decides: give one a higher priority"
    )
    return finding(Code.OVERLAP, view.place, message)


def _differences(one: RuleView, other: RuleView) -> list[str]:
    """Return the fields that both write, each its own value."""
    theirs = _written(other.wishes)
    return [name for name, value in _written(one.wishes).items() if theirs.get(name, value) != value]


def _written(wishes: Wishes) -> dict[str, object]:
    single = {name: value for name in _SINGLE if (value := getattr(wishes, name)) is not None}
    return single | {f"field {key}": value for key, value in wishes.custom_fields.items()}


def _together(one: _Parted, other: _Parted, world: World) -> bool:
    return any(
        all(compatible(key, [*a[key], *b[key]], world) for key in a.keys() & b.keys())
        for a in one.ways
        for b in other.ways
    )
