"""A ticket's metric events tell which SLA policy its targets are of.

Rule 1: no I/O. That the side-load exists is documented, its shape is not: lists are looked for at any place, and what
        is not there is not told.
Rule 2: the newest policy that was applied counts.

https://developer.zendesk.com/documentation/ticketing/reference-guides/ticket-metric-event-types-reference/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.values import attempt, instant, mapping

#: A group's own targets are told by `apply_group_sla`, and are not meant.
_APPLIED = "apply_sla"


def policy_of(told: object) -> str | None:
    """Return the title of the policy that was applied last; None: that is not told."""
    applied = [event for event in _events(told) if event.get("type") == _APPLIED and not event.get("deleted")]
    titles = [(at, title) for event in applied if (at := _when(event)) and (title := _title(event))]
    return max(titles)[1] if titles else None


def _events(told: object) -> Iterator[Mapping[str, object]]:
    """Return the events of a list, or of lists by metric."""
    if isinstance(told, dict):
        for part in told.values():
            yield from _events(part) if isinstance(part, list) else ()
    elif isinstance(told, list):
        yield from (event for event in told if isinstance(event, dict))


def _when(event: Mapping[str, object]) -> str | None:
    at = attempt(instant, event.get("time"))
    return at.isoformat() if at else None


def _title(event: Mapping[str, object]) -> str | None:
    title = mapping(mapping(event.get("sla")).get("policy")).get("title")
    return title if isinstance(title, str) and title else None
