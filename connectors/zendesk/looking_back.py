"""What happened on Zendesk meanwhile: its exports, audits and logs in our words.

Rule 1: no I/O; what is not as documented is passed over.
Rule 2: an audit is told as the webhooks of the same change tell it, so that each is known for the other.

https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/
https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_audits/
https://developer.zendesk.com/api-reference/webhooks/webhooks-api/webhooks/#list-webhook-invocations
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from connectors.missed import Changed, Page, Undelivered
from connectors.model import Comment, EventKind, Party, TicketEvent, TicketRef
from connectors.values import attempt, instant, mapping
from connectors.zendesk.history import party
from connectors.zendesk.kinds import KINDS, Kind
from connectors.zendesk.tickets import read_comments, role_of
from connectors.zendesk.values import ident

Json = Mapping[str, Any]

#: A field's name in audits to the webhook event that tells of it; a number is a custom field's id.
_FIELDS: Mapping[str, Kind] = {
    "assignee_id": KINDS["agent_assignment_changed"],
    "brand_id": KINDS["brand_changed"],
    "custom_status_id": KINDS["custom_status_changed"],
    "group_id": KINDS["group_assignment_changed"],
    "organization_id": KINDS["organization_changed"],
    "priority": KINDS["priority_changed"],
    "problem_id": KINDS["problem_link_changed"],
    "requester_id": KINDS["requester_changed"],
    "status": KINDS["status_changed"],
    "tags": KINDS["tags_changed"],
    "ticket_form_id": KINDS["form_changed"],
    "type": KINDS["type_changed"],
}
_CUSTOM = KINDS["custom_field_changed"]
_DELETED = "deleted"


def page(connection: str, document: Json) -> Page:
    """Return a page of the export."""
    cursor = document.get("after_cursor")
    rows = (row for row in document.get("tickets") or () if isinstance(row, dict))
    changed = tuple(
        Changed(
            ref=TicketRef(connection=connection, id=str(row["id"])),
            version=str(row.get("updated_at") or ""),
            gone=row.get("status") == _DELETED,
        )
        for row in rows
        if attempt(ident, row.get("id"))
    )
    ended = document.get("end_of_stream") is not False
    return Page(changed=changed, cursor=cursor if isinstance(cursor, str) else None, caught_up=ended)


def events(ref: TicketRef, audits: Iterable[Json], users: Mapping[str, Json], *, our_id: str) -> list[TicketEvent]:
    """Return what audits tell, oldest first."""
    ordered = sorted((a for a in audits if attempt(instant, a.get("created_at"))), key=_at)
    parties = {user: role_of(found) for user, found in users.items()}
    found = [event for audit in ordered for event in _of_audit(ref, audit, users, parties, our_id)]
    return sorted(found, key=lambda event: event.occurred_at)


def _at(audit: Json) -> tuple[datetime, str]:
    return instant(audit["created_at"]), str(audit.get("id"))


def _of_audit(
    ref: TicketRef, audit: Json, users: Mapping[str, Json], parties: Mapping[str, Party], our_id: str
) -> Iterator[TicketEvent]:
    at, author = instant(audit["created_at"]), attempt(ident, audit.get("author_id"))
    by = party(audit, parties=parties, requester_id=None, our_id=our_id)
    told = [event for event in audit.get("events") or () if isinstance(event, dict)]
    created = any(event.get("type") == "Create" for event in told)
    said = {str(c.id): c for c in _comments(told, audit, users, our_id)}
    for number, event in enumerate(told):
        name = f"audit:{audit.get('id')}:{event.get('id', number)}"
        comment = said.get(str(event.get("id"))) if event.get("type") == "Comment" else None
        if comment is not None:
            kind = EventKind.CREATED if created else EventKind.COMMENT_ADDED
            yield TicketEvent(
                id=name, kind=kind, ticket=ref, occurred_at=at, actor_id=author, actor=by, comment=comment
            )
        elif event.get("type") == "Change" and (found := _change(event)):
            kind_, changed, previous, current = found
            yield TicketEvent(
                id=name,
                kind=kind_.kind,
                ticket=ref,
                occurred_at=at,
                actor_id=author,
                actor=by,
                changed=changed,
                previous=previous,
                current=current,
            )


def _comments(told: Iterable[Json], audit: Json, users: Mapping[str, Json], our_id: str) -> tuple[Comment, ...]:
    """Return what was written; an audit says when, its comments do not."""
    raws = [
        {**event, "created_at": audit["created_at"], "author_id": event.get("author_id", audit.get("author_id"))}
        for event in told
        if event.get("type") == "Comment" and attempt(ident, event.get("id"))
    ]
    return read_comments(raws, users, our_id=our_id)


def _change(event: Json) -> tuple[Kind, str, object, object] | None:
    """Return what a change is as a webhook tells it: which attribute, from what, to what."""
    name, was, now = str(event.get("field_name")), event.get("previous_value"), event.get("value")
    if name.isascii() and name.isdigit():
        return _CUSTOM, f"fields.{name}", was, now
    kind = _FIELDS.get(name)
    if kind is None or kind.changed is None:
        return None
    if kind.lists:
        before, after = _members(kind, was), _members(kind, now)
        return kind, kind.changed, tuple(sorted(before - after)), tuple(sorted(after - before))
    return kind, kind.changed, attempt(kind.read, was), attempt(kind.read, now)


def _members(kind: Kind, value: object) -> frozenset[str]:
    found = attempt(kind.read, value)
    return frozenset(map(str, found)) if isinstance(found, frozenset | tuple) else frozenset()


def ours(webhooks: Iterable[Json], connection: str) -> list[str]:
    """Return the ids of the webhooks that send to a connection's address, wherever we are reached."""
    end = f"/webhooks/{connection}"
    found = (one for one in webhooks if isinstance(one.get("endpoint"), str) and isinstance(one.get("id"), str))
    return [one["id"] for one in found if urlsplit(one["endpoint"]).path.rstrip("/").endswith(end)]


def failed(invocations: Iterable[Json], since: datetime) -> list[tuple[datetime, str]]:
    """Return when and by which id deliveries failed since then, oldest first."""
    found = [
        (at, str(one["id"]))
        for one in invocations
        if one.get("id")
        and (at := attempt(instant, one.get("latest_completed_at"))) is not None
        and at >= since
        and not _is_success(one.get("status_code"))
    ]
    return sorted(found)


def _is_success(status: object) -> bool:
    return isinstance(status, int) and 200 <= status < 300


def request_of(attempts: Iterable[Json], at: datetime) -> Undelivered | None:
    """Return what was sent; None where nothing was kept of it."""
    for one in attempts:
        asked = mapping(one.get("request"))
        body = asked.get("payload")
        if isinstance(body, str) and body:
            kept = asked.get("headers")
            headers = [one for one in kept if isinstance(one, dict)] if isinstance(kept, list) else []
            told = {str(header.get("key")).lower(): str(header.get("value")) for header in headers}
            return Undelivered(at=at, headers=told, body=body.encode())
    return None
