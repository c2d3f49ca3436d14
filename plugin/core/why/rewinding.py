"""What was known of a ticket at an earlier instant.

Rule 1: comments, moves and firings after it are taken away; what moved since has the value it had then.
Rule 2: a value that moved since and whose earlier one nobody told is unknown, never today's.
Rule 3: of what leaves no moves (tags, priority, most fields) today's word stands: whoever shows it says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from connectors.model import Move, Status, Ticket
from plugin.core.history import TRACKED
from plugin.core.model import Mirror


def rewound(mirror: Mirror, at: datetime) -> Mirror:
    """Return what stays in memory of a ticket without what came after an instant."""
    moves = tuple(move for move in mirror.moves if move.at <= at)
    active = mirror.active_at
    return replace(
        mirror,
        known=_known(mirror, moves, at),
        comments=tuple(comment for comment in mirror.comments if comment.at <= at),
        moves=moves,
        active_at=active if active is None or active <= at else None,
        fired={name: one for name, one in mirror.fired.items() if one.at <= at},
    )


def _known(mirror: Mirror, moves: Iterable[Move], at: datetime) -> dict[str, object]:
    """Return the values as they were."""
    moved = {move.what for move in mirror.moves if move.at > at}
    then = {move.what: _value(move) for move in moves if move.what in TRACKED}
    return {name: value for name, value in mirror.known.items() if name not in moved} | {
        name: value for name, value in then.items() if name in moved
    }


def _value(move: Move) -> object:
    if move.what != "status" or move.value is None:
        return move.value
    return Status(move.value) if move.value in set(Status) else move.value


def ticket_then(ticket: Ticket, mirror: Mirror, at: datetime) -> Ticket:
    """Return a ticket just read as it was, as far as the rewound mirror tells."""
    then = {name: mirror.known[name] for name in sorted(TRACKED) if name in mirror.known}
    comments = ticket.comments
    kept = None if comments is None else tuple(comment for comment in comments if comment.at <= at)
    return replace(ticket, comments=kept, history=None, **then)  # type: ignore[arg-type]
