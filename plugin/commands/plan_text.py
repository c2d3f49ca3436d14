"""A plan as an admin reads it: a diff, one thing after the other.

Rule 1: everything that would be done stands there, and nothing that would not.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from datetime import UTC

from connectors.provisions import Hindrance, Plan, Step, Verb
from plugin.commands.shown import look_of

_WIDTH = 116
_SIGNS = {
    Verb.CREATE: ("+", "green"),
    Verb.CHANGE: ("~", "yellow"),
    Verb.ORDER: ("~", "yellow"),
    Verb.REMOVE: ("-", "red"),
    Verb.LEAVE: ("=", ""),
    Verb.FORGET: ("=", ""),
}
_COLOURS = {"+": "green", "-": "red"}


def text(plan: Plan, hindrances: Iterable[Hindrance]) -> Iterator[str]:
    """Yield the lines of a plan."""
    for step in plan.steps:
        yield from _step(step)
    for notice in plan.notices:
        yield from _wrapped("* ", notice)
    for hindrance in hindrances:
        yield from _wrapped(_paint("! ", "red"), f"{hindrance.what}: {hindrance.says}", indent="  ")


def count(plan: Plan) -> str:
    """Return what a plan comes to."""
    words = {Verb.CREATE: "to make", Verb.CHANGE: "to change", Verb.ORDER: "to put in order", Verb.REMOVE: "to remove"}
    told = [(sum(step.verb is verb for step in plan.steps), say) for verb, say in words.items()]
    asked = sum(bool(step.question) for step in plan.steps)
    told.append((asked, "to be decided"))
    return ", ".join(f"{number} {say}" for number, say in told if number) or "Nothing to do"


def one(step: Step) -> str:
    """Return a step in one line."""
    sign, colour = ("?", "yellow") if step.question else _SIGNS[step.verb]
    why = f": {step.why}" if step.why else ""
    return f"{_paint(sign, colour)} {step.what} {step.name}{why}"


def _step(step: Step) -> Iterator[str]:
    yield one(step)
    for sign, line in step.lines:
        yield from _wrapped(f"    {_paint(sign, _COLOURS[sign])} ", line, indent="        ")


def _wrapped(head: str, line: str, *, indent: str = "  ") -> Iterator[str]:
    first, *more = textwrap.wrap(line, _WIDTH - len(indent)) or [""]
    yield f"{head}{first}"
    yield from (f"{indent}{rest}" for rest in more)


def _paint(words: str, colour: str) -> str:
    return look_of(UTC).paint(words, colour) if colour else words
