"""Triggers that notify webhooks: which of them a change sets off.

Rule 1: what no trigger of ours asks for is not known here, and refused when a trigger is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flask import has_request_context, request

if TYPE_CHECKING:
    from tests.sandbox.zendesk.helpdesk import Helpdesk

Json = dict[str, Any]
_STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
_BY_API, _BY_WEB = "5", "0"
NOTIFIES = "notification_webhook"


def told(desk: Helpdesk, ticket_id: int) -> Iterator[tuple[str, str]]:
    """Yield each webhook that the change just made is to be told to, with the template."""
    ticket, via = desk.tickets[ticket_id], _via()
    for trigger in _active(desk):
        every, some = trigger["conditions"]["all"], trigger["conditions"]["any"]
        if all(meets(c, ticket, via) for c in every) and (not some or any(meets(c, ticket, via) for c in some)):
            yield from _notices(trigger)


def notified(desk: Helpdesk) -> Iterator[tuple[str, str]]:
    """Yield each webhook that active triggers notify, with the template."""
    for trigger in _active(desk):
        yield from _notices(trigger)


def meets(condition: Json, ticket: Json, via: str) -> bool:
    """Tell whether a change meets a condition; KeyError for one that is not known."""
    value = str(condition["value"])
    match condition["field"], condition["operator"]:
        case "status", "less_than":
            return _STATUSES.index(ticket["status"]) < _STATUSES.index(value)
        case "current_via_id", "is_not":
            return via != value
        case "current_via_id", "is":
            return via == value
    raise KeyError(condition["field"])


def _active(desk: Helpdesk) -> list[Json]:
    return [one for one in desk.business_rules["triggers"].values() if one["active"]]


def _notices(trigger: Json) -> Iterator[tuple[str, str]]:
    yield from ((a["value"][0], a["value"][1]) for a in trigger["actions"] if a["field"] == NOTIFIES)


def _via() -> str:
    """Return how the change came: by the API, or by a person in front of the helpdesk."""
    return _BY_API if has_request_context() and request.blueprint == "api" else _BY_WEB
