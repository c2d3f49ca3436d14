"""What a ticket went through: the moves of its status, group, assignee and of the fields a policy watches.

Rule 1: everything is derived from the moves and never counted along, so order and repetition of events change nothing.
Rule 2: a history is complete for an attribute, or it is not; what an incomplete one cannot answer is unknown.
Rule 3: our own moves count where they are facts (since when, what now), not where they would be activity.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from connectors.model import DONE, Move, Party
from plugin.core.working_hours import Pause

#: Attributes whose moves are always kept.
TRACKED = frozenset({"status", "custom_status_id", "group_id", "assignee_id"})
#: Stands for every custom field: their history is known whole or not at all.
FIELDS = "fields"
#: Moves kept for a ticket; beyond, the oldest go and the history is no longer complete.
MOST = 400


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """Moves of one ticket, oldest first."""

    moves: tuple[Move, ...] = ()
    complete: frozenset[str] = frozenset()  #: Attributes of which every move since the beginning is here.

    def with_moves(self, more: Iterable[Move], *, complete: Iterable[str] = ()) -> History:
        """Return it with more moves in their places, each once."""
        moves = _in_order({(m.at, m.what, m.was, m.value): m for m in (*more, *self.moves)}.values())
        known = self.complete | frozenset(complete)
        if len(moves) > MOST:
            return History(moves=moves[-MOST:], complete=frozenset())
        return History(moves=moves, complete=known)

    def without(self, what: str) -> History:
        """Return it knowing that moves of an attribute are missing."""
        return History(moves=self.moves, complete=self.complete - {what})

    def last(self, what: str) -> Move | None:
        """Return the newest move of an attribute."""
        return next(iter(self.of(what)[-1:]), None)

    def knows(self, what: str) -> bool:
        """Return True if every move of the attribute is here."""
        return (FIELDS if what.startswith(f"{FIELDS}.") else what) in self.complete

    def of(self, what: str) -> list[Move]:
        """Return an attribute's moves; one to the value it already had is none.

        It is passed over here and not where moves are kept: an older move that is heard of later may come between.
        """
        moves = [move for move in self.moves if move.what == what]
        return [move for i, move in enumerate(moves) if i == 0 or move.value != moves[i - 1].value]

    def pauses(self, when: Mapping[str, frozenset[str]]) -> list[Pause]:
        """Return when an attribute had one of its values."""
        return [pause for what, values in when.items() for pause in _stretches(self.of(what), values)]

    def reopens(self) -> int:
        """Return how often the ticket came back from solved."""
        values = [move.value in DONE for move in self.of("status")]
        return sum(was and not now for was, now in pairwise(values))

    def handed_over(self, what: str) -> int:
        """Return how often people moved an attribute from one holder to another; taking it up first is none."""
        holders = [move for move in self.of(what) if move.value]
        return sum(move.by not in (Party.US, Party.AUTOMATION) for move in holders[1:])


def _in_order(moves: Iterable[Move]) -> tuple[Move, ...]:
    """Sort by time; of one instant, each move goes behind the one that made the value it found."""
    waiting = sorted(moves, key=lambda m: (m.at, m.what, m.value or "", m.was or ""))
    now: dict[str, str | None] = {}
    ordered: list[Move] = []
    while waiting:
        first = waiting[0]
        tied = [m for m in waiting if m.at == first.at and m.what == first.what]
        following = next((m for m in tied if m.was == now.get(m.what)), None)
        chosen = following or next((m for m in tied if m.was not in {t.value for t in tied}), first)
        waiting.remove(chosen)
        ordered.append(chosen)
        now[chosen.what] = chosen.value
    return tuple(ordered)


def _stretches(moves: list[Move], values: frozenset[str]) -> list[Pause]:
    ends: list[datetime | None] = [*(move.at for move in moves[1:]), None]
    return [
        Pause(since=move.at, until=end)
        for move, end in zip(moves, ends, strict=False)
        if move.value is not None and move.value.casefold() in values
    ]


def last_activity(current: datetime | None, at: datetime | None) -> datetime | None:
    """Return the later of two instants, either of which may be unknown."""
    return max((one for one in (current, at) if one is not None), default=None)
