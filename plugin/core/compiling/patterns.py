"""The patterns of a policy document: each tried once, and only so many.

Rule 1: what RE2 takes to make a pattern ready has a bound for one of them, and here one for all of a policy.
Rule 2: where the bound is reached nothing more is tried, and that is said at each place.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from plugin.core.recurrence import pattern

#: Different patterns of one policy.
MOST_PATTERNS = 500
#: Steps of all their programs together, and what one counts that was too large.
MOST_STEPS, TOO_LARGE = 1_000_000, 50_000


@dataclass(slots=True)
class Patterns:
    """What was tried so far."""

    told: dict[str, str] = field(default_factory=dict)  #: What is wrong with each pattern; empty: nothing.
    steps: int = 0

    def mistake(self, text: str) -> str:
        """Say what is wrong with a pattern; empty if it can be used."""
        if text not in self.told:
            if len(self.told) >= MOST_PATTERNS:
                return f"one pattern too many; a policy has at most {MOST_PATTERNS} different ones"
            if self.steps >= MOST_STEPS:
                return "the patterns before this one are too large together; make repetitions such as {1,200} shorter"
            self.told[text] = self._tried(text)
        return self.told[text]

    def _tried(self, text: str) -> str:
        try:
            self.steps += int(pattern(text).programsize)
        except ValueError as problem:
            large = "too large" in str(problem)
            self.steps += TOO_LARGE if large else 0
            hint = "; make repetitions such as {1,200} shorter, or leave them out" if large else ""
            return f"no pattern of RE2: {problem}{hint}"
        return ""
