"""Trigger templates: JSON an admin wrote around Zendesk's placeholders.

Rule 1: the ticket's id may stand anywhere an admin is likely to put it; all else is optional.
Rule 2: Zendesk fills placeholders in as plain text, so a customer's quote can break the JSON: the id is saved from
        the wreck, since the ticket gets read anyway.
Rule 3: a template has no event id. Ticket, precise time and content name the event; without a precise time nothing
        does, and only the invocation id tells a repeat.

https://support.zendesk.com/hc/en-us/articles/4408886858138
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from connectors.errors import Unparseable
from connectors.model import EventKind, TicketEvent, TicketRef
from connectors.zendesk import values
from connectors.zendesk.subscriptions import NEVER_TOLD, Read
from connectors.zendesk.values import Reader, attempt, ident, instant

#: Names of the ticket's id, the surest first; compared without case, `_` and `-`.
_TICKET_IDS = ("ticketid", "caseuid", "caseid", "issueid")
#: Objects whose `id` is the ticket's.
_HOLDERS = ("ticket", "payload", "data", "case", "")
_FIELDS: Mapping[str, tuple[str, Reader]] = {
    "status": ("status", values.status),
    "ticketstatus": ("status", values.status),
    "priority": ("priority", values.priority),
    "ticketpriority": ("priority", values.priority),
    "tags": ("tags", values.tags),
    "tickettype": ("type", values.ticket_type),
    "createdat": ("created_at", instant),
    "created": ("created_at", instant),
    "updatedat": ("updated_at", instant),
    "updated": ("updated_at", instant),
    "updatedstamp": ("updated_at", instant),
    "lastupdatedat": ("updated_at", instant),
}
_ACTORS = ("currentuserid", "actorid")
_WRECK = re.compile(r'"(?:ticket[_-]?id|id)"\s*:\s*"?(\d{1,19})"?\s*[,}]', re.IGNORECASE)
_DEEPEST = 4

Entry = tuple[str, str, object]  #: The holder's name, the key and the value, names folded.


def read(connection: str, document: Mapping[str, object], body: bytes, attempted_at: datetime | None) -> Read:
    """Return the event and its key; Unparseable if no ticket is named."""
    entries = list(_entries(document, "", _DEEPEST))
    ticket = _ticket_id(entries)
    if ticket is None:
        raise Unparseable('body: no ticket id found; put "ticket_id": "{{ticket.id}}" into the template')
    known = _known(entries)
    updated = known.get("updated_at")
    key = None
    if isinstance(updated, datetime):
        key = f"{ticket}:{updated.isoformat()}:{hashlib.sha256(body).hexdigest()[:24]}"
    at = updated if isinstance(updated, datetime) else attempted_at or NEVER_TOLD
    return _event(connection, ticket, at, key, known, document, _first(entries, _ACTORS)), key


def salvage(connection: str, text: str, attempted_at: datetime | None) -> TicketEvent | None:
    """Return the event of a template broken by a customer's text, if all ids in it agree."""
    found = set(_WRECK.findall(text))
    if len(found) != 1:
        return None
    ticket = found.pop()
    return _event(connection, ticket, attempted_at or NEVER_TOLD, None, {}, {}, None)


def _event(
    connection: str,
    ticket: str,
    at: datetime,
    key: str | None,
    known: Mapping[str, object],
    raw: Mapping[str, object],
    actor: str | None,
) -> TicketEvent:
    return TicketEvent(
        id=key or f"{ticket}:{at.isoformat()}",
        kind=EventKind.UPDATED,
        ticket=TicketRef(connection=connection, id=ticket),
        occurred_at=at,
        actor_id=actor,
        known=known,
        raw=raw,
    )


def _entries(document: Mapping[str, object], holder: str, depth: int) -> Iterator[Entry]:
    for key, value in document.items():
        name = _folded(key)
        yield holder, name, value
        if isinstance(value, Mapping) and depth:
            yield from _entries(value, name, depth - 1)


def _folded(key: str) -> str:
    return key.lower().replace("_", "").replace("-", "")


def _ticket_id(entries: list[Entry]) -> str | None:
    if found := _first(entries, _TICKET_IDS):
        return found
    for wanted in _HOLDERS:
        ids = [value for holder, key, value in entries if (holder, key) == (wanted, "id")]
        if ids and (found := attempt(ident, ids[0])):
            return found
    return None


def _first(entries: list[Entry], names: tuple[str, ...]) -> str | None:
    for name in names:
        for _, key, value in entries:
            if key == name and (found := attempt(ident, value)):
                return found
    return None


def _known(entries: list[Entry]) -> dict[str, object]:
    """Read what can be read; of two that disagree neither counts."""
    found: dict[str, list[object]] = {}
    for _, key, value in entries:
        for name, told in values.readable({key: value}, _FIELDS).items():
            found.setdefault(name, []).append(told)
    return {name: told[0] for name, told in found.items() if all(one == told[0] for one in told)}
