"""How a decision's changes split into calls, where one call takes everything with at most one comment.

Rule 1: a public comment goes alone, after the note: whoever reads it finds the ticket as it says.
Rule 2: a status goes last: it may be refused, for a field that must be filled in first, and nothing else hangs on it.
"""

from __future__ import annotations

from collections.abc import Iterable

from connectors.model import AddComment, Change, SetStatus


def one_call(changes: Iterable[Change]) -> tuple[tuple[Change, ...], ...]:
    """Return everything with the note, then the public comment, then the status."""
    everything = tuple(changes)
    status = tuple(c for c in everything if isinstance(c, SetStatus))
    public = tuple(c for c in everything if isinstance(c, AddComment) and c.public)
    rest = tuple(c for c in everything if c not in status and c not in public)
    note = any(isinstance(c, AddComment) for c in rest)
    first = (rest, public) if note else ((*rest, *public),)
    return tuple(part for part in (*first, status) if part)
