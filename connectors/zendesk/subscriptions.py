"""Event subscriptions: Zendesk's own schema, one event for each request.

Rule 1: the type says what happened, `detail` what the ticket is, `event` what changed.
Rule 2: detail that repeats the previous value is older than the event: the event wins. A third value is
        newer: nobody knows, so it is left out and the ticket gets read.
Rule 3: the same event id may come with other content; the key is id and content, so that neither is lost. The time
        is no part of the content: a repeat may carry another one.

https://developer.zendesk.com/api-reference/webhooks/event-types/ticket-events/
https://developer.zendesk.com/api-reference/webhooks/event-types/webhook-event-types/#webhook-event-schema
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from connectors import values as shared
from connectors.errors import Unparseable
from connectors.model import Comment, EventKind, Party, TicketEvent, TicketRef
from connectors.values import attempt, instant, mapping
from connectors.zendesk import comments
from connectors.zendesk.history import SYSTEM
from connectors.zendesk.kinds import ATTRIBUTES, DETAIL, KINDS, Kind
from connectors.zendesk.values import ident

#: An event and the key that all its deliveries share, if it can be told.
Read = tuple[TicketEvent, str | None]

#: Stands for a time nobody told; a verified request always has its attempt's.
NEVER_TOLD = datetime(1970, 1, 1, tzinfo=UTC)

_TYPE = re.compile(r"zen:event-type[:/](?P<domain>[a-z_]+)[./](?P<name>[a-z_.]+)", re.IGNORECASE)
_SUBJECT = re.compile(r"(?:zen:)?ticket:([A-Za-z0-9_.-]{1,64})", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    """What all events have in common, whichever way they came."""

    domain: str
    name: str
    id: str | None
    time: datetime | None
    subject: object
    detail: Mapping[str, object] = field(repr=False)
    event: Mapping[str, object] = field(repr=False)


def envelope(body: Mapping[str, object]) -> Envelope | None:
    """Return the envelope, or None if the body is no event of Zendesk's own making."""
    if bus := _bus_event(body):
        return _from_bus(bus)
    match = _TYPE.match(str(body.get("type")))
    if not match:
        return None
    return Envelope(
        domain=match["domain"].lower(),
        name=match["name"].lower(),
        id=_own_id(body.get("id")),
        time=attempt(instant, body.get("time")),
        subject=body.get("subject"),
        detail=mapping(body.get("detail")),
        event=mapping(body.get("event")),
    )


def read(connection: str, envelope: Envelope, raw: Mapping[str, object], attempted_at: datetime | None) -> Read | str:
    """Return the event and its key, or why it is none of a ticket's."""
    if envelope.domain != "ticket":
        return f"not a ticket event: {envelope.domain}.{envelope.name}"[:120]
    ref = TicketRef(connection=connection, id=_ticket_id(envelope))
    kind = KINDS.get(envelope.name, Kind(EventKind.OTHER))
    known = _known(envelope.detail)
    at = envelope.time or attempt(instant, envelope.detail.get("updated_at")) or attempted_at or NEVER_TOLD
    changed, previous, current = _change(kind, envelope.event)
    _correct(known, kind, envelope.event)
    content, key = _keys(envelope, ref)
    actor_id = attempt(ident, envelope.detail.get("actor_id"))
    event = TicketEvent(
        id=envelope.id or key or f"{ref.id}:{content}",
        kind=kind.kind,
        ticket=ref,
        occurred_at=at,
        actor_id=actor_id,
        actor=_party(actor_id, kind, envelope, known),
        changed=changed,
        previous=previous,
        current=current,
        comment=_comment(kind, envelope, known, at),
        known=known,
        raw=raw,
    )
    return event, key


def _party(actor_id: str | None, kind: Kind, envelope: Envelope, known: Mapping[str, object]) -> Party:
    """Tell who did it: Zendesk itself, the customer, or whoever is said to be of the staff."""
    if actor_id is None:
        return Party.UNKNOWN
    if actor_id == SYSTEM:
        return Party.AUTOMATION
    if actor_id == known.get("requester_id"):
        return Party.CUSTOMER
    comment = comments.added(mapping(envelope.event.get("comment")), NEVER_TOLD)
    written = kind.kind is EventKind.COMMENT_ADDED and comment is not None and comment.author_id == actor_id
    return comment.by if written and comment else Party.UNKNOWN


def _known(detail: Mapping[str, object]) -> dict[str, object]:
    """Return what `detail` says of the ticket, by attribute name of Ticket."""
    known = shared.readable(detail, DETAIL)
    channel = mapping(detail.get("via")).get("channel")
    return known | {"channel": channel} if isinstance(channel, str) and channel else known


def _bus_event(body: Mapping[str, object]) -> Mapping[str, object]:
    """Find the ticket event of Amazon EventBridge and its like, at the places it is delivered in."""
    places = (body, mapping(body.get("detail")), mapping(body.get("input")))
    return next((found for place in places if (found := mapping(place.get("ticket_event")))), {})


def _from_bus(event: Mapping[str, object]) -> Envelope:
    meta = mapping(event.get("meta"))
    return Envelope(
        domain="ticket",
        name="_".join(str(event.get("type")).lower().split()),
        id=None,
        time=attempt(instant, meta.get("occurred_at")),
        subject=None,
        detail=mapping(event.get("ticket")),
        event={key: value for key, value in event.items() if key not in ("ticket", "type")},
    )


def _ticket_id(envelope: Envelope) -> str:
    if found := attempt(ident, envelope.detail.get("id")):
        return found
    if (match := _SUBJECT.match(str(envelope.subject))) and (named := attempt(ident, match[1])):
        return named
    raise Unparseable("detail.id and subject: neither names a ticket")


def _change(kind: Kind, event: Mapping[str, object]) -> tuple[str | None, object, object]:
    """Return which attribute changed, from what, to what; of a list: what left and what came."""
    if kind.kind is EventKind.FIELD_CHANGED:
        field = attempt(ident, mapping(event.get("custom_field")).get("id"))
        return f"fields.{field}" if field else None, _value(event.get("previous")), _value(event.get("current"))
    if kind.kind is EventKind.MERGED:
        return kind.changed, None, attempt(ident, event.get("target_ticket_id"))
    if kind.lists:
        left, came = _moved(kind, event)
        return kind.changed, tuple(sorted(left)), tuple(sorted(came))
    if kind.changed is None:
        return None, None, None
    return kind.changed, attempt(kind.read, event.get("previous")), attempt(kind.read, event.get("current"))


def _correct(known: dict[str, object], kind: Kind, event: Mapping[str, object]) -> None:
    """Bring what changed up to date in `known`, or take it out where detail and event cannot both be right."""
    name = kind.changed
    if name is None or name not in ATTRIBUTES:
        return
    if kind.lists:
        _correct_tags(known, *_moved(kind, event))
    elif "current" in event:
        was = shared.readable(event, {"previous": (name, kind.read)})
        now = shared.readable(event, {"current": (name, kind.read)})
        told = {name: known.pop(name)} if name in known else was
        if told in (was, now):
            known.update(now)


def _correct_tags(known: dict[str, object], left: frozenset[str], came: frozenset[str]) -> None:
    told = known.pop("tags", None)
    if not isinstance(told, frozenset):
        return
    if told >= came and not told & left:
        known["tags"] = told
    elif told >= left and not told & came:
        known["tags"] = (told - left) | came


def _moved(kind: Kind, event: Mapping[str, object]) -> tuple[frozenset[str], frozenset[str]]:
    left, came = kind.lists or ("", "")
    return _members(kind, event.get(left)), _members(kind, event.get(came))


def _members(kind: Kind, value: object) -> frozenset[str]:
    found = attempt(kind.read, value)
    return frozenset(str(item) for item in found) if isinstance(found, frozenset | tuple) else frozenset()


def _value(side: object) -> object:
    """Return a custom field's value, which may or may not be wrapped."""
    return side.get("value") if isinstance(side, dict) else side


def _comment(kind: Kind, envelope: Envelope, known: Mapping[str, object], at: datetime) -> Comment | None:
    if kind.kind is EventKind.CREATED:
        return comments.first(known, at)
    return comments.added(mapping(envelope.event.get("comment")), at) if kind.kind is EventKind.COMMENT_ADDED else None


def _keys(envelope: Envelope, ref: TicketRef) -> tuple[str, str | None]:
    """Return the digest of what is told, and the key of the event: None where neither id nor time is given."""
    told = {key: value for key, value in envelope.event.items() if key != "meta"}
    content = digest([envelope.name, ref.id, told])
    if envelope.id:
        return content, f"{envelope.id}:{content}"
    if envelope.time:
        return content, f"{ref.id}:{envelope.time.isoformat()}:{content}"
    return content, None


def digest(value: object) -> str:
    """Return a short name for a JSON value, the same for the same value."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _own_id(value: object) -> str | None:
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text[:_LONGEST_ID] or None


_LONGEST_ID = 128
