"""Bodies that an admin wrote as the template of a trigger or an automation.

Rule 1: any shape will do in which one ticket's id can be found; what happened is UPDATED, for nobody says more.
Rule 2: a fact is taken only under a name that can mean nothing else, and not when two places disagree.
Rule 3: `{{ticket.description}}` renders the whole thread with headings, so it is no description and is not taken.
Rule 4: the event has a key only with a clock time of the update: two changes may render the same text otherwise.
Rule 5: placeholders are filled in as plain text, so a customer's quote can break the JSON: the id is saved from the
        wreck, since the ticket gets read anyway.

https://support.zendesk.com/hc/en-us/articles/4408886858138-Zendesk-Support-placeholders-reference
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from connectors import values as shared
from connectors.errors import Unparseable
from connectors.model import EventKind, TicketEvent, TicketRef
from connectors.values import Reader, attempt, instant
from connectors.zendesk import values
from connectors.zendesk.subscriptions import NEVER_TOLD, Read, digest
from connectors.zendesk.values import ident

#: An object of the body: the name it stands under, and its members by folded name.
Place = tuple[str, Mapping[str, object]]

#: Names, in lower case and without punctuation, that can only mean the ticket's id; the best first.
IDS = ("ticketid", "zendeskticketid", "caseuid", "caseid", "ticketnumber")

#: Objects that templates wrap the ticket in; `id` in one of these, or at the top, is the ticket's.
WRAPPERS = ("ticket", "case", "data", "payload", "body", "detail", "zendesk")

_CREATED: tuple[str, Reader] = ("created_at", instant)
_UPDATED: tuple[str, Reader] = ("updated_at", instant)

#: Each also with `ticket` before it.
FACTS: Mapping[str, tuple[str, Reader]] = {
    "assigneeid": ("assignee_id", ident),
    "brandid": ("brand_id", ident),
    "created": _CREATED,
    "createdat": _CREATED,
    "externalid": ("external_id", shared.label),
    "formid": ("form_id", ident),
    "groupid": ("group_id", ident),
    "lastupdatedat": _UPDATED,
    "organizationid": ("organization_id", ident),
    "priority": ("priority", values.priority),
    "requesterid": ("requester_id", ident),
    "status": ("status", values.status),
    "subject": ("subject", shared.text),
    "submitterid": ("submitter_id", ident),
    "tags": ("tags", values.tags),
    "title": ("subject", shared.text),
    "type": ("type", values.ticket_type),
    "updated": _UPDATED,
    "updatedat": _UPDATED,
    "updatedstamp": _UPDATED,
}

_ACTORS = ("currentuserid", "actorid", "updaterid")
_LINKS = ("ticketurl", "ticketlink", "url", "link")
_LINK = re.compile(r"/tickets/(\d{1,19})(?!\w)")
_WRECKS = (
    re.compile(r'"(?:ticket[_-]?id|case_?u?id)"\s*:\s*"?(\d{1,19})(?!\w)', re.IGNORECASE),
    re.compile(r'"id"\s*:\s*"?(\d{1,19})(?!\w)', re.IGNORECASE),
)
_DEEPEST = 4


def read(connection: str, document: Mapping[str, object], body: bytes, attempted_at: datetime | None) -> Read:
    """Return the event a trigger's template tells of, and its key."""
    places = list(_places("", document, _DEEPEST))
    ref = TicketRef(connection=connection, id=_ticket_id(places))
    known = _known(places)
    updated_at = known.get("updated_at")
    at, key = attempted_at or NEVER_TOLD, None
    if isinstance(updated_at, datetime):
        at = updated_at
        key = f"{ref.id}:{at.isoformat()}:{hashlib.sha256(body).hexdigest()[:20]}"
    event = TicketEvent(
        id=key or f"{ref.id}:{digest(document)}",
        kind=EventKind.UPDATED,
        ticket=ref,
        occurred_at=at,
        actor_id=_first_id(places, _ACTORS),
        known=known,
        raw=document,
    )
    return event, key


def salvage(connection: str, text: str, attempted_at: datetime | None) -> TicketEvent | None:
    """Return the event of a body that a quote broke, if exactly one ticket id can be seen in it."""
    seen = next((ids for wreck in _WRECKS if (ids := set(wreck.findall(text)))), set())
    if len(seen) != 1:
        return None
    ref = TicketRef(connection=connection, id=seen.pop())
    at = attempted_at or NEVER_TOLD
    return TicketEvent(id=f"{ref.id}:{digest(text)}", kind=EventKind.UPDATED, ticket=ref, occurred_at=at)


def _places(name: str, value: Mapping[str, object], depth: int) -> Iterator[Place]:
    """Walk through the objects the ticket may be in, outermost first."""
    folded = {_folded(key): item for key, item in value.items()}
    yield name, folded
    for wrapper in WRAPPERS:
        inner = folded.get(wrapper)
        if isinstance(inner, dict) and depth:
            yield from _places(wrapper, inner, depth - 1)


def _folded(key: str) -> str:
    return "".join(letter for letter in key.lower() if letter.isalnum())


def _ticket_id(places: list[Place]) -> str:
    if found := _first_id(places, IDS) or _first_id(_ticket_first(places), ("id",)) or _linked_id(places):
        return found
    if any(isinstance(value, str) and "{{" in value for _, place in places for value in place.values()):
        raise Unparseable("body: the template was not filled in, its {{placeholders}} are still there")
    raise Unparseable('body: no ticket id found; the simplest template is {"ticket_id": "{{ticket.id}}"}')


def _ticket_first(places: list[Place]) -> list[Place]:
    return sorted(places, key=lambda place: place[0] != "ticket")


def _first_id(places: list[Place], names: tuple[str, ...]) -> str | None:
    found = (attempt(ident, place.get(name)) for name in names for _, place in places)
    return next((one for one in found if one), None)


def _linked_id(places: list[Place]) -> str | None:
    links = (str(place.get(name)) for _, place in places for name in _LINKS)
    found = {attempt(ident, match[1]) for link in links for match in _LINK.finditer(link)}
    return found.pop() if len(found) == 1 else None


def _known(places: list[Place]) -> dict[str, object]:
    """Return the facts that all places agree on."""
    found: dict[str, object] = {}
    doubtful: set[str] = set()
    for name, value in _facts(places):
        if found.setdefault(name, value) != value:
            doubtful.add(name)
    return {name: value for name, value in found.items() if name not in doubtful}


def _facts(places: list[Place]) -> Iterator[tuple[str, object]]:
    table = {f"{prefix}{key}": row for key, row in FACTS.items() for prefix in ("", "ticket")}
    for _, place in places:
        for key in place.keys() & table.keys():
            yield from shared.readable(place, {key: table[key]}).items()
