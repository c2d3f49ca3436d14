"""Whether tests can hold together: field by field, whatever a ticket holds.

Rule 1: a "no" is certain; a "yes" only says that no single field forbids it.
Rule 2: nothing is taken for granted of other fields, of words in a text, or of calendars beside each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from plugin.core.clocks import Share
from plugin.core.conditions import Test
from plugin.core.facts import CLOCKS, SLA
from plugin.core.lint.bounds import counted, lasting
from plugin.core.lint.candidates import LISTS, Words, candidates
from plugin.core.lint.literals import Literal, Way, is_clock, threshold
from plugin.core.operators import CHANGES, OPERATORS, Named, many
from plugin.core.policy import Policy
from plugin.core.recurrence import Recurrence

#: What tests speak of: a kind, and what sets it apart.
Key = tuple[object, ...]
_TEXTS = frozenset({"mentions", "mentions_none", "matches", "matches_none"})


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """What tickets there may be."""

    named: Mapping[str, Words] = field(default_factory=dict)  #: By field: ids that have a word.
    alive: bool = True  #: Only tickets that are neither solved nor closed.


def world_of(policy: Policy, *, alive: bool = True) -> World:
    """Return the world a policy speaks of."""
    people, groups = (
        by_word(Named(id_, key) for key, one in entries.items() for id_ in one.ids.values())
        for entries in (policy.people, policy.groups)
    )
    return World(named={"ticket.group": groups, "ticket.assignee": people, "ticket.requester": people}, alive=alive)


def by_word(named: Iterable[Named]) -> Words:
    """Return ids that have a word by both."""
    found: dict[object, list[Named]] = {}
    for one in named:
        for word in many(one):
            found.setdefault(word, []).append(one)
    return found


def grouped(way: Iterable[Literal]) -> dict[Key, list[Literal]]:
    """Return the tests by what they speak of."""
    found: dict[Key, list[Literal]] = {}
    for literal in way:
        found.setdefault(_key(literal), []).append(literal)
    return found


def possible(way: Way, world: World) -> bool:
    """Return False if the tests can certainly not hold together."""
    return all(compatible(key, literals, world) for key, literals in grouped(way).items())


def clash(way: Way, world: World) -> tuple[Literal, ...]:
    """Return the fewest tests of an impossible way that cannot hold together."""
    groups = ((key, tests) for key, tests in grouped(way).items() if not compatible(key, tests, world))
    key, literals = next(groups)
    few = (some for size in (1, 2) for some in combinations(literals, size))
    return next((some for some in few if not compatible(key, some, world)), tuple(literals))


def _key(literal: Literal) -> Key:
    test = literal.test
    if isinstance(test, Recurrence):
        return ("others", test.entity, test.within, test.distinct)
    if is_clock(test):
        return _clock_key(test)
    if test.operator in CHANGES:
        return ("change", test.field)
    return ("text" if test.operator in _TEXTS else "value", test.field)


def _clock_key(test: Test) -> Key:
    base = test.field.rpartition(".")[0] if test.field.startswith(SLA) else test.field
    pauses = tuple(sorted((name, tuple(sorted(values))) for name, values in test.timing.pause_when.items()))
    share = threshold(test)
    unsaid = isinstance(share, Share) and share.of is None
    return ("clock" if test.field in CLOCKS else "share" if unsaid else "deadline", base, test.timing.told, pauses)


def compatible(key: Key, literals: Sequence[Literal], world: World) -> bool:
    """Return False if tests that speak of the same thing can certainly not hold together."""
    kind, name = str(key[0]), str(key[1])
    if kind == "others":
        return counted(literals)
    if kind in ("clock", "share", "deadline"):
        return lasting(literals)
    if kind == "text":
        return _said(literals)
    return _changed(name, literals) if kind == "change" else _valued(name, literals, world)


def _valued(name: str, literals: Sequence[Literal], world: World) -> bool:
    facts = candidates(name, literals, world.named, alive=world.alive)
    return facts is None or any(all(_passes(fact, one) for one in literals) for fact in facts)


def _passes(fact: object, literal: Literal) -> bool:
    holds, _ = OPERATORS[literal.test.operator](fact, literal.test.value)
    return holds is literal.wanted


def _said(literals: Sequence[Literal]) -> bool:
    """Return False if words are wanted that must not be there; of other words nobody knows."""
    there = [_words(one) for one in literals if _finds(one)]
    lacking = [_words(one) for one in literals if not _finds(one)]
    gone = {kind: frozenset().union(*(words for k, words in lacking if k == kind)) for kind in ("mentions", "matches")}
    return not any(words <= gone[kind] for kind, words in there)


def _finds(literal: Literal) -> bool:
    return literal.wanted is not literal.test.operator.endswith("_none")


def _words(literal: Literal) -> tuple[str, frozenset[object]]:
    value = literal.test.value
    kind = literal.test.operator.removesuffix("_none")
    return kind, frozenset(value if isinstance(value, tuple) else (value,))


def _changed(name: str, literals: Sequence[Literal]) -> bool:
    """Return False if no change could be as wanted; where none is wanted, nothing may have changed."""
    if not any(one.wanted for one in literals):
        return True
    sides = [[one for one in literals if one.test.operator == operator] for operator in CHANGES]
    if any(not one.wanted for one in sides[0]):
        return False
    return all(_side(name, side) for side in sides[1:])


def _side(name: str, literals: Sequence[Literal]) -> bool:
    """Return False if what a field changed from, or to, cannot be as wanted."""
    values = [frozenset(many(one.test.value)) for one in literals]
    unwanted = frozenset().union(*(v for v, one in zip(values, literals, strict=True) if not one.wanted))
    wanted = [v for v, one in zip(values, literals, strict=True) if one.wanted]
    nothing = all((one.test.value is None) is one.wanted for one in literals)
    if nothing or not wanted:
        return True
    if name in LISTS or name.startswith("ticket.fields."):
        return all(v - unwanted for v in wanted)
    return bool(frozenset.intersection(*wanted) - unwanted)
