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

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from connectors.errors import Unparseable
from connectors.model import EventKind, TicketEvent, TicketRef
from connectors.zendesk import values
from connectors.zendesk.values import attempt, ident, instant

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
        detail=_mapping(body.get("detail")),
        event=_mapping(body.get("event")),
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
    event = TicketEvent(
        id=envelope.id or key or f"{ref.id}:{content}",
        kind=kind.kind,
        ticket=ref,
        occurred_at=at,
        actor_id=attempt(ident, envelope.detail.get("actor_id")),
        changed=changed,
        previous=previous,
        current=current,
        comment=_comment(kind, envelope, known, at),
        known=known,
        raw=raw,
    )
    return event, key


def _known(detail: Mapping[str, object]) -> dict[str, object]:
    """Return what `detail` says of the ticket, by attribute name of Ticket."""
    known = values.readable(detail, DETAIL)
    channel = _mapping(detail.get("via")).get("channel")
    return known | {"channel": channel} if isinstance(channel, str) and channel else known


def _bus_event(body: Mapping[str, object]) -> Mapping[str, object]:
    """Find the ticket event of Amazon EventBridge and its like, at the places it is delivered in."""
    places = (body, _mapping(body.get("detail")), _mapping(body.get("input")))
    return next((found for place in places if (found := _mapping(place.get("ticket_event")))), {})


def _from_bus(event: Mapping[str, object]) -> Envelope:
    meta = _mapping(event.get("meta"))
    return Envelope(
        domain="ticket",
        name="_".join(str(event.get("type")).lower().split()),
        id=None,
        time=attempt(instant, meta.get("occurred_at")),
        subject=None,
        detail=_mapping(event.get("ticket")),
        event={key: value for key, value in event.items() if key not in ("ticket", "type")},
    )


def _ticket_id(envelope: Envelope) -> str:
    if found := attempt(ident, envelope.detail.get("id")):
        return found
    if match := _SUBJECT.match(str(envelope.subject)):
        return match[1]
    raise Unparseable("detail.id and subject: neither names a ticket")


def _change(kind: Kind, event: Mapping[str, object]) -> tuple[str | None, object, object]:
    """Return which attribute changed, from what, to what; of a list: what left and what came."""
    if kind.kind is EventKind.FIELD_CHANGED:
        field = attempt(ident, _mapping(event.get("custom_field")).get("id"))
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
    if name is None or name not in _ATTRIBUTES:
        return
    if kind.lists:
        told = known.get(name)
        if isinstance(told, frozenset):
            left, came = (_listed(kind, event, key) for key in kind.lists)
            known[name] = (told - left) | came
    elif "current" in event:
        told = known.pop(name, _NOT_TOLD)
        current = values.readable(event, {"current": (name, kind.read)})
        before = values.readable(event, {"previous": (name, kind.read)})
        if told is _NOT_TOLD or {name: told} in (before, current):
            known.update(current)


_NOT_TOLD = object()


def _listed(kind: Kind, event: Mapping[str, object], name: str) -> frozenset[str]:
    found = attempt(kind.read, event.get(name))
    return frozenset(str(item) for item in found) if isinstance(found, tuple | frozenset) else frozenset()


def _keys(envelope: Envelope, ref: TicketRef) -> tuple[str, str | None]:
    """Return a hash of the event's content, and the key of its deliveries: None without an id or a time."""
    told = [envelope.name, ref.id, envelope.detail, {k: v for k, v in envelope.event.items() if k != "meta"}]
    content = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:24]
    name = envelope.id or (envelope.time.isoformat() if envelope.time else None)
    return content, f"{name}:{content}" if name else None


def _comment(kind: Kind, envelope: Envelope, known: Mapping[str, object], at: datetime) -> Comment | None:
    if kind.kind is EventKind.CREATED:
        return _first_comment(envelope, known, at)
    if kind.kind is not EventKind.COMMENT_ADDED:
        return None
    raw = _mapping(envelope.event.get("comment"))
    author = _mapping(raw.get("author"))
    found = attempt(ident, raw.get("id"))
    if found is None:
        return None
    staff = attempt(values.flag, author.get("is_staff"))
    return Comment(
        id=found,
        at=at,
        by=Party.UNKNOWN if staff is None else Party.AGENT if staff else Party.CUSTOMER,
        public=attempt(values.flag, raw.get("is_public")) is True,
        author_id=attempt(ident, author.get("id")),
        text=attempt(values.text, raw.get("body")) or "",
    )


def _first_comment(envelope: Envelope, known: Mapping[str, object], at: datetime) -> Comment:
    """Return the description as the comment it is; its author is the submitter."""
    submitter, requester = known.get("submitter_id"), known.get("requester_id")
    by = Party.CUSTOMER if submitter is None or submitter == requester else Party.AGENT
    created = known.get("created_at")
    return Comment(
        id="description",
        at=created if isinstance(created, datetime) else at,
        by=by,
        public=known.get("is_public") is not False,
        author_id=submitter if isinstance(submitter, str) else None,
        text=str(known.get("description", "")),
    )


def _own_id(value: object) -> str | None:
    text = str(value).strip() if isinstance(value, str | int) else ""
    return text if 0 < len(text) <= _LONGEST_ID else None


_LONGEST_ID = 128


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _value(value: object) -> object:
    return value.get("value") if isinstance(value, Mapping) else value
