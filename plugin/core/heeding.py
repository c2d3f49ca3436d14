"""Which events of a ticket were heeded: the same one may be told by a webhook, and found later in the ticket's history.

Rule 1: a comment is itself by its id; a change by what became what, and when, give or take a second.
Rule 2: only the newest marks are kept; what happened before the last look at a ticket's history is not looked at again.
"""

from __future__ import annotations

from dataclasses import replace

from connectors.model import EventKind, TicketEvent
from plugin.core.model import Mirror

#: Marks kept of a ticket.
MOST = 60
_CREATED = "created"


def marks(event: TicketEvent) -> tuple[str, ...]:
    """Return the names by which an event may be known, its own first; none where it does not say what happened."""
    if event.kind is EventKind.CREATED:
        return (_CREATED,)
    if event.comment is not None:
        return (f"c{event.comment.id}",)
    if event.changed is None:
        return ()
    second = int(event.occurred_at.timestamp())
    return tuple(f"{event.changed}={_text(event.current)}@{second + off}" for off in (0, -1, 1))


def was_heeded(mirror: Mirror, event: TicketEvent) -> bool:
    """Tell if the event was heeded, whoever told of it."""
    return any(mark in mirror.heeded for mark in marks(event))


def heeded(mirror: Mirror, event: TicketEvent) -> Mirror:
    """Return the mirror that remembers an event as heeded."""
    mark = marks(event)[:1]
    if not mark or mark[0] in mirror.heeded:
        return mirror
    return replace(mirror, heeded=(*mirror.heeded, *mark)[-MOST:])


def _text(value: object) -> str:
    """Write a value short; lists in any order are the same."""
    if isinstance(value, (frozenset, set, tuple, list)):
        return ",".join(sorted(map(str, value)))[:100]
    return "" if value is None else str(value)[:100]
