"""A ticket's audits become the moves it went through.

Rule 1: no I/O; what an audit does not tell as documented is passed over.
Rule 2: where no audit tells what a field was at the beginning, the first change tells what it was before, and without
        any change it always was what it is.

https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_audits/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from connectors.model import Move, Party, Ticket
from connectors.values import attempt, instant, mapping
from connectors.zendesk.values import ident

Json = Mapping[str, Any]

#: Author of what Zendesk does by itself; so is a change that came about by a rule.
SYSTEM = "-1"
_BY_RULE = "rule"
#: Names of fields in audits to attributes of Ticket; a number is a custom field's id.
_FIELDS: Mapping[str, str] = {
    name: name
    for name in ("status", "custom_status_id", "group_id", "assignee_id")  # one word on both sides
}
_TOLD = frozenset({"Create", "Change"})


def with_history(ticket: Ticket, audits: Iterable[Json], *, our_id: str) -> Ticket:
    """Return the ticket with everything it went through; its comments must have been read."""
    ordered = sorted((a for a in audits if attempt(instant, a.get("created_at"))), key=lambda a: str(a["created_at"]))
    parties = {c.author_id: c.by for c in ticket.comments or () if c.author_id}
    known = partial(party, parties=parties, requester_id=ticket.requester_id, our_id=our_id)
    moves = [move for audit in ordered for move in _moves(audit, known(audit))]
    began = [_beginning(ticket, what, ordered) for what in _FIELDS.values() if not _begins(what, ordered)]
    active = [instant(a["created_at"]) for a in ordered if known(a) not in _MACHINES]
    return replace(ticket, history=(*began, *moves), active_at=max(active, default=ticket.created_at))


_MACHINES = (Party.US, Party.AUTOMATION)


def party(audit: Json, *, parties: Mapping[str, Party], requester_id: str | None, our_id: str) -> Party:
    """Tell who made a change; `parties` are those known by what they wrote, or are."""
    author = attempt(ident, audit.get("author_id"))
    if author == our_id:
        return Party.US
    if author == SYSTEM or mapping(audit.get("via")).get("channel") == _BY_RULE:
        return Party.AUTOMATION
    return Party.CUSTOMER if author is not None and author == requester_id else parties.get(author or "", Party.UNKNOWN)


def _moves(audit: Json, by: Party) -> Iterator[Move]:
    at = instant(audit["created_at"])
    for event in _events(audit):
        what = _what(event.get("field_name"))
        if what:
            machine = mapping(event.get("via")).get("channel") == _BY_RULE
            was = _value(event.get("previous_value"))
            value, party = _value(event.get("value")), Party.AUTOMATION if machine else by
            yield Move(at=at, what=what, value=value, by=party, was=was)


def _events(audit: Json) -> Iterator[Json]:
    """Yield what an audit tells of fields."""
    events = audit.get("events")
    return (
        (e for e in events if isinstance(e, dict) and e.get("type") in _TOLD) if isinstance(events, list) else iter(())
    )


def _what(name: object) -> str | None:
    text = str(name)
    return f"fields.{text}" if text.isascii() and text.isdigit() else _FIELDS.get(text)


def _value(value: object) -> str | None:
    """Read a value as an audit has it: ids are text there, and empty is none."""
    return None if value in (None, "") else str(value)


def _begins(what: str, audits: Iterable[Json]) -> bool:
    return any(e["type"] == "Create" and _what(e.get("field_name")) == what for audit in audits for e in _events(audit))


def _beginning(ticket: Ticket, what: str, audits: Iterable[Json]) -> Move:
    changes = (e for audit in audits for e in _events(audit) if _what(e.get("field_name")) == what)
    first = next(changes, None)
    value = _value(getattr(ticket, what) if first is None else first.get("previous_value"))
    return Move(at=ticket.created_at, what=what, value=value)
