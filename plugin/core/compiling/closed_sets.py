"""Fields that can have only certain values: another word in a policy is a slip of the pen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.model import PRIORITIES, EventKind, Party, Status
from plugin.core.problems import unknown_word

#: What a value is called, and which there are. Jira's priorities are a team's own: they are not here.
CLOSED_SETS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "ticket.status": ("status", tuple(Status)),
    "ticket.priority": ("priority", PRIORITIES),
    "event.kind": ("kind of event", tuple(EventKind)),
    "event.by": ("party", tuple(party for party in Party if party is not Party.UNKNOWN)),
}


def strangers(field: str, value: object, where: str) -> Iterator[tuple[str, str]]:
    """Yield the place and what is wrong for each text that the field can never have."""
    what, words = CLOSED_SETS.get(field, ("", ()))
    if not words:
        return
    several = isinstance(value, (list, tuple))
    for i, one in enumerate(value if isinstance(value, (list, tuple)) else (value,)):
        if isinstance(one, str) and one.casefold() not in words:
            yield (f"{where}[{i}]" if several else where), unknown_word(one, words, what=what)
