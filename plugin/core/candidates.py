"""Which rules are worth asking at all.

Rule 1: what a rule needs (a plain test that stands in its outermost `all`) is looked up, not judged: a thousand rules
        cost as much as the few that could hold.
Rule 2: a fact that is not known rules nothing out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from plugin.core.conditions import All, Condition, Facts, Test, Unknown
from plugin.core.operators import many


class HasCondition(Protocol):
    """A rule, as far as we care."""

    @property
    def condition(self) -> Condition:
        """Return when it holds."""


R = TypeVar("R", bound=HasCondition)
#: Operators that need the fact to equal, or to hold, one of some values.
_EXACT = frozenset({"is", "in", "contains", "contains_any", "contains_all"})


@dataclass(frozen=True, slots=True)
class Index(Generic[R]):
    """Rules by what they need."""

    always: tuple[tuple[int, R], ...]  #: With their places in the policy.
    by_field: Mapping[str, Mapping[object, tuple[tuple[int, R], ...]]] = field(default_factory=dict)

    def of(self, facts: Facts) -> list[R]:
        """Return the rules that could hold, in the policy's order."""
        found = dict(self.always)
        for name, by_value in self.by_field.items():
            fact = facts.get(name)
            groups = by_value.values() if isinstance(fact, Unknown) else (by_value.get(v, ()) for v in many(fact))
            for group in groups:
                found.update(group)
        return [found[place] for place in sorted(found)]


def index(rules: Iterable[R]) -> Index[R]:
    """Return the rules, each under the one need that most sets it apart."""
    placed = list(enumerate(rules))
    needs = {place: _needs(rule.condition) for place, rule in placed}
    weight: dict[tuple[str, object], int] = {}
    for found in needs.values():
        for name, values in found.items():
            for value in values:
                weight[name, value] = weight.get((name, value), 0) + 1
    always: list[tuple[int, R]] = []
    by_field: dict[str, dict[object, tuple[tuple[int, R], ...]]] = {}
    for place, rule in placed:
        if not needs[place]:
            always.append((place, rule))
            continue
        name, values = min(needs[place].items(), key=lambda need: sum(weight[need[0], v] for v in need[1]))
        for value in values:
            under = by_field.setdefault(name, {})
            under[value] = (*under.get(value, ()), (place, rule))
    return Index(tuple(always), by_field)


def _needs(condition: Condition) -> dict[str, frozenset[object]]:
    """Return fields of which one of some values is needed for the condition to hold."""
    if isinstance(condition, All):
        return {name: values for part in condition.parts for name, values in _needs(part).items()}
    if isinstance(condition, Test) and condition.operator in _EXACT and condition.value is not None:
        values = many(condition.value)
        return {condition.field: values} if values and condition.ready is None else {}
    return {}
