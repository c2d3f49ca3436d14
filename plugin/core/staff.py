"""The people who may be asked, as they are at one instant: whose turns were taken, who has how much.

Rule 1: values only; whoever decides is given them, and without them everybody counts as fresh and idle.
Rule 2: turns of a roster are numbered from 1 without a gap; a number is given once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """One turn of a roster: by it somebody came to own a case."""

    roster: str
    number: int
    person: str  #: Whose turn it was; a deputy may have the case.


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What turns somebody had in a roster."""

    last: int = 0  #: The number of the newest; 0: none yet.
    count: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Staff:
    """What choosing somebody depends on beside the policy and the time."""

    turns: Mapping[str, Mapping[str, Taken]] = field(default_factory=dict)  #: By roster, then by person.
    open_cases: Mapping[str, int] = field(default_factory=dict)  #: By owner.
    assigned: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  #: Open tickets by connection, then by id.
    language: str | None = None  #: The requester's; None: not known.
    owner: str | None = None  #: Who owns the case until now.

    def taken(self, roster: str, person: str) -> Taken:
        """Return what turns somebody had."""
        return self.turns.get(roster, {}).get(person, Taken())

    def open_tickets(self, ids: Mapping[str, str]) -> int:
        """Return how many open tickets somebody has, as far as they were heard of; `ids` are theirs by connection."""
        return sum(self.assigned.get(connection, {}).get(id_, 0) for connection, id_ in ids.items())

    def next_number(self, roster: str) -> int:
        """Return the number of the turn that comes next."""
        return 1 + max((taken.last for taken in self.turns.get(roster, {}).values()), default=0)
