"""Which rules are worth asking at all.

Rule 1: what a rule needs (a plain test that stands in its outermost `all`) is looked up, not judged: a thousand rules
        cost as much as the few that could hold.
Rule 2: a fact that is not known rules nothing out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from plugin.core.conditions import All, Condition, Facts, Test, Unknown
from plugin.core.operators import many
from plugin.core.texts.mentions import Matcher, vocabulary_of


class HasCondition(Protocol):
    """A rule, as far as we care."""

    @property
    def condition(self) -> Condition:
        """Return when it holds."""


R = TypeVar("R", bound=HasCondition)
#: Operators that need the fact to equal, or to hold, one of some values.
_EXACT = frozenset({"is", "in", "contains", "contains_any", "contains_all"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a need is looked up: in a field's values, or in the words of its text."""

    field: str
    words: bool = False

    def values(self, fact: object) -> frozenset[object]:
        """Return what the fact offers here."""
        if self.words:
            return frozenset(vocabulary_of(fact)) if isinstance(fact, str) else frozenset()
        return many(fact)


#: A rule with its place in the policy.
Placed = tuple[int, R]


@dataclass(frozen=True, slots=True)
class Index(Generic[R]):
    """Rules by what they need."""

    always: tuple[Placed[R], ...]
    by_place: Mapping[Place, Mapping[object, tuple[Placed[R], ...]]] = field(default_factory=dict)

    def of(self, facts: Facts) -> list[R]:
        """Return the rules that could hold, in the policy's order."""
        found = dict(self.always)
        for place, by_value in self.by_place.items():
            for group in _groups(by_value, place, facts.get(place.field)):
                found.update(group)
        return [found[number] for number in sorted(found)]


def _groups(
    by_value: Mapping[object, tuple[Placed[R], ...]], place: Place, fact: object
) -> Iterable[tuple[Placed[R], ...]]:
    if isinstance(fact, Unknown):
        return by_value.values()
    values = place.values(fact)
    if len(by_value) < len(values):
        return (group for value, group in by_value.items() if value in values)
    return (by_value[value] for value in values if value in by_value)


def index(rules: Iterable[R]) -> Index[R]:
    """Return the rules, each under the one need that most sets it apart."""
    placed = list(enumerate(rules))
    needs = {number: dict(_needs(rule.condition)) for number, rule in placed}
    weight: dict[tuple[Place, object], int] = {}
    for found in needs.values():
        for place, values in found.items():
            for value in values:
                weight[place, value] = weight.get((place, value), 0) + 1
    always: list[Placed[R]] = []
    by_place: dict[Place, dict[object, list[Placed[R]]]] = {}
    for number, rule in placed:
        if not needs[number]:
            always.append((number, rule))
            continue
        place, values = min(needs[number].items(), key=lambda need: sum(weight[need[0], v] for v in need[1]))
        for value in values:
            by_place.setdefault(place, {}).setdefault(value, []).append((number, rule))
    frozen = {place: {v: tuple(few) for v, few in by_value.items()} for place, by_value in by_place.items()}
    return Index(tuple(always), frozen)


def _needs(condition: Condition) -> Iterator[tuple[Place, frozenset[object]]]:
    """Yield where one of some values is needed for the condition to hold."""
    if isinstance(condition, All):
        for part in condition.parts:
            yield from _needs(part)
    elif isinstance(condition, Test) and (found := _needed(condition)):
        words = condition.operator == "mentions"
        yield Place(condition.field, words=words), found


def _needed(test: Test) -> frozenset[object]:
    """Return the values or words of which a test needs one; none: it cannot be looked up."""
    if test.operator == "mentions" and isinstance(test.ready, Matcher):
        return frozenset(test.ready.first_words or ())
    return many(test.value) if test.operator in _EXACT and test.value is not None else frozenset()
