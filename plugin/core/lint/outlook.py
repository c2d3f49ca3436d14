"""What every part of the lint looks at: the policy, its document, and each rule taken apart once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any as Json

from plugin.core.lint.literals import Literal, Way, is_clock, ways
from plugin.core.lint.worlds import World, possible, world_of
from plugin.core.policy import MatrixRow, Policy, Rule, Wishes

#: How far ahead rotas and absences are looked at.
AHEAD = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class RuleView:
    """One rule with what is derived from it."""

    place: str  #: As `rules[2]`.
    rule: Rule
    when: Json  #: Its condition as the document has it.
    row: MatrixRow
    row_place: str
    ways: tuple[Way, ...] | None  #: All ways in which it holds; None: too many to look into.
    alive: tuple[Way, ...]  #: Those in which a ticket that is not done can make it hold.

    @cached_property
    def wishes(self) -> Wishes:
        """Return what it writes: its own changes over its row's."""
        return self.rule.wishes.over(self.row.wishes)

    @property
    def literals(self) -> Iterator[Literal]:
        """Return the tests of every way."""
        return (literal for way in self.ways or () for literal in way)

    @property
    def rank(self) -> tuple[int, str]:
        """Return what decides between rules that hold; the lower goes first."""
        return -self.rule.priority, self.rule.severity.value

    @cached_property
    def needs_time(self) -> bool:
        """Return True if it holds only when some clock says so."""
        return bool(self.alive) and all(any(is_clock(one.test) and one.wanted for one in way) for way in self.alive)

    def __str__(self) -> str:
        """Read as `rule "unanswered-4h"`."""
        return f'rule "{self.rule.name}"'


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """A policy as the lint sees it."""

    policy: Policy
    document: Mapping[str, Json] = field(repr=False)
    now: datetime

    @property
    def until(self) -> datetime:
        """Return how far ahead to look."""
        return self.now + AHEAD

    @cached_property
    def world(self) -> World:
        """Return the tickets that can be escalated."""
        return world_of(self.policy)

    @cached_property
    def rules(self) -> tuple[RuleView, ...]:
        """Return every rule taken apart; those that are off too."""
        return tuple(self._view(i, rule) for i, rule in enumerate(self.policy.rules))

    def _view(self, i: int, rule: Rule) -> RuleView:
        number = self.policy.row_number(rule.issue_type, rule.severity)
        assert number is not None, "a compiled matrix ends in a row that takes all"
        found = ways(rule.condition, f"rules[{i}].when")
        return RuleView(
            place=f"rules[{i}]",
            rule=rule,
            when=self.document["rules"][i]["when"],
            row=self.policy.matrix[number],
            row_place=f"matrix[{number}]",
            ways=found,
            alive=tuple(way for way in found or () if possible(way, self.world)),
        )
