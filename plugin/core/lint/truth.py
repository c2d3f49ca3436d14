"""Rules that can never hold, or always do, or hold only by chance.

Rule 1: what is called impossible is impossible; a condition that is too large to look into is passed over.
Rule 2: a ticket that is done is never escalated, so a rule that wants one is as good as none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from connectors.model import DONE
from plugin.core.conditions import All, Any, Condition, Nothing, Test
from plugin.core.lint.bounds import grows
from plugin.core.lint.candidates import LISTS
from plugin.core.lint.findings import Code, Finding, finding
from plugin.core.lint.literals import WORDS, Literal, Way, is_event, ways
from plugin.core.lint.outlook import Outlook, RuleView
from plugin.core.lint.worlds import World, clash, possible
from plugin.core.operators import CHANGES

_EQUAL = frozenset({"is", "in"})


def truth(outlook: Outlook) -> Iterator[Finding]:
    """Return what is wrong with each rule's condition by itself."""
    for view in outlook.rules:
        if view.ways is None:
            continue
        if not view.alive:
            yield _never(view, outlook.world)
        else:
            yield from _by_chance(view, outlook.world)
            yield from _dead_parts(view, outlook.world)
            yield from _always(view, outlook.world)


def _never(view: RuleView, world: World) -> Finding:
    done = replace(world, alive=False)
    if any(possible(way, done) for way in view.ways or ()):
        told = " and ".join(sorted(DONE))
        message = f"{view} holds only for tickets that are {told}, and those are never escalated; take the status out"
        return finding(Code.ONLY_DONE, f"{view.place}.when", message)
    return finding(Code.NEVER_TRUE, *_told(view.ways or (), f"{view.place}.when", f"{view} can never hold", done))


def _told(found: tuple[Way, ...], place: str, what: str, world: World) -> tuple[str, str]:
    """Return where, and why, the first of the ways is none."""
    if not found:
        return place, f"{what}: an empty list of values leaves it no way"
    tests = clash(found[0], world)
    also = f", and so with each of the {len(found)} ways in which it could" if len(found) > 1 else ""
    return tests[-1].place, f"{what}: {_reason(tests)}{also}"


def _reason(tests: tuple[Literal, ...]) -> str:
    if len(tests) > 1:
        return f"{' and '.join(map(str, tests))} exclude each other"
    return f"{tests[0]} holds for no ticket{_hint(tests[0])}"


def _hint(literal: Literal) -> str:
    """Say what is often meant instead."""
    test = literal.test
    if isinstance(test, Test) and test.field in LISTS and test.operator in _EQUAL:
        return "; tags are a list: use contains or contains_any"
    return ""


def _by_chance(view: RuleView, world: World) -> Iterator[Finding]:
    """Find rules that hold only while something else happens at once."""
    if all((after := tuple(_after(way))) and not possible((*way, *after), world) for way in view.alive):
        told = next(str(one) for way in view.alive for one in way if is_event(one.test))
        message = f"{view} holds only if the ticket changes again before it is read: after {told} it is otherwise"
        yield finding(Code.ONLY_IN_PASSING, f"{view.place}.when", message)
    elif all(pairs := [_event_and_clock(way) for way in view.alive]):
        event, clock = pairs[0] or ("", "")
        message = f"{view} holds only when the event ({event}) comes after {clock}; time alone never makes it hold"
        yield finding(Code.EVENT_AND_CLOCK, f"{view.place}.when", message)


def _after(way: Way) -> Iterable[Literal]:
    """Return what the changes a way wants make of the ticket."""
    for one in way:
        test = one.test
        if isinstance(test, Test) and one.wanted and test.operator in CHANGES and test.value is not None:
            values = test.value if isinstance(test.value, tuple) else (test.value,)
            listed = test.field in LISTS
            if test.operator == "changed_to":
                yield replace(one, test=Test(test.field, "contains_any" if listed else "in", values))
            elif len(values) == 1:
                yield replace(one, test=Test(test.field, "contains_none" if listed else "not_in", values))


def _event_and_clock(way: Way) -> tuple[str, str] | None:
    """Return an event and a threshold that the same way wants."""
    event = next((str(one) for one in way if is_event(one.test) and _happens(one)), None)
    clock = next((str(one) for one in way if grows(one)), None)
    return (event, clock) if event and clock else None


def _happens(literal: Literal) -> bool:
    """Return True if the test needs an event: without one it does not hold."""
    if literal.test.operator in CHANGES:
        return literal.wanted
    return literal.wanted and literal.test.operator in ("is", "in", "present", "contains", "contains_any")


def _dead_parts(view: RuleView, world: World) -> Iterator[Finding]:
    """Find alternatives that never help, in a rule that can hold without them."""
    for place, part in _alternatives(view.rule.condition, f"{view.place}.when"):
        found = ways(part, place)
        if found is not None and not any(possible(way, world) for way in found):
            where, why = _told(found, place, f"this part of {view} can never hold", world)
            yield finding(Code.DEAD_PART, where, why)


def _alternatives(condition: Condition, place: str) -> Iterator[tuple[str, Condition]]:
    if isinstance(condition, All | Any | Nothing):
        for i, part in enumerate(condition.parts):
            inner = f"{place}.{WORDS[type(condition)]}[{i}]"
            if isinstance(condition, Any):
                yield inner, part
            yield from _alternatives(part, inner)


def _always(view: RuleView, world: World) -> Iterator[Finding]:
    against = ways(view.rule.condition, f"{view.place}.when", wanted=False)
    if against is not None and not any(possible(way, world) for way in against):
        message = f"{view} holds for every ticket that is not done; is a test missing?"
        yield finding(Code.ALWAYS_TRUE, f"{view.place}.when", message)
