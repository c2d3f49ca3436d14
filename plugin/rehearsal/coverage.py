"""Which rules the cases have put to the test.

Rule 1: a rule is covered when it acted in some case, or in shadow told that it would have.
Rule 2: a rule that is off is nobody's to cover.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from connectors.model import Mode
from plugin.core.policy import Policy
from plugin.rehearsal.observing import Seen


@dataclass
class Coverage:
    """What the cases of one policy saw of its rules."""

    policy: Policy
    acted: set[str] = field(default_factory=set)
    false: set[str] = field(default_factory=set)  #: Seen not to hold.
    held: set[str] = field(default_factory=set)  #: Seen to hold, whether or not they acted.

    def add(self, seen: Seen) -> None:
        """Count what one step saw."""
        self.acted.update(seen.acted())
        self.held.update(seen.facts["outranked"])
        for name, judged in seen.judged.items():
            if judged.verdict.holds is not None:
                (self.held if judged.verdict.holds else self.false).add(name)

    @property
    def rules(self) -> tuple[str, ...]:
        """Return the rules there are to cover."""
        return tuple(rule.name for rule in self.policy.rules if rule.mode is not Mode.OFF)

    def not_acted(self) -> tuple[str, ...]:
        """Return the rules that acted in no case."""
        return tuple(name for name in self.rules if name not in self.acted)

    def never_false(self) -> tuple[str, ...]:
        """Return the rules that no case saw not to hold."""
        return tuple(name for name in self.rules if name not in self.false)

    def missing(self) -> tuple[str, ...]:
        """Return the rules that write, and acted in no case."""
        enforced = {rule.name for rule in self.policy.rules if rule.mode is Mode.ENFORCE}
        return tuple(name for name in self.not_acted() if name in enforced)

    def told(self, name: str) -> str:
        """Say what the cases saw of a rule."""
        if name in self.acted:
            return "acted" if name in self.false else "acted, never seen not to hold"
        if name in self.held:
            return "held, never acted"
        return "seen not to hold, never acted" if name in self.false else "never asked"


def covered(coverages: Iterable[Coverage]) -> tuple[int, int]:
    """Return how many rules are covered, and how many there are."""
    every = list(coverages)
    rules = sum(len(one.rules) for one in every)
    return rules - sum(len(one.not_acted()) for one in every), rules
