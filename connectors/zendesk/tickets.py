"""A ticket of the API becomes a Ticket.

Rule 1: no I/O; what is no ticket as documented raises ValueError.
Rule 2: ids are text; a side-load that is missing is unknown, not empty.

https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#json-format
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from connectors.errors import NotFound
from connectors.model import Attachment, Comment, Organization, Party, Person, SlaMetric, Ticket, TicketRef
from connectors.values import attempt, instant, mapping
from connectors.zendesk import metric_events
from connectors.zendesk.history import SYSTEM
from connectors.zendesk.values import ident, status

Json = Mapping[str, Any]
_ROLES: Mapping[object, Party] = {"end-user": Party.CUSTOMER, "agent": Party.AGENT, "admin": Party.AGENT}


def read(connection: str, base_url: str, document: Json, *, our_id: str | None = None) -> Ticket:
    """Return the ticket of `{"ticket": …}` with its side-loads; NotFound for a deleted one, ValueError for none."""
    try:
        return _read(connection, base_url, document, our_id)
    except KeyError as exc:
        raise ValueError(f'no ticket as the API gives it: "{exc.args[0]}" is missing') from exc
    except (TypeError, AttributeError) as exc:
        raise ValueError(f"no ticket as the API gives it ({type(exc).__name__})") from exc


def page(base_url: str, ticket_id: str) -> str:
    """Return where an agent opens a ticket."""
    return f"{base_url}/agent/tickets/{ticket_id}"


def _read(connection: str, base_url: str, document: Json, our_id: str | None) -> Ticket:
    raw = document["ticket"]
    ref = TicketRef(connection=connection, id=ident(raw.get("id")) or "")
    if raw.get("status") == "deleted":
        raise NotFound(f"ticket {ref.id} is deleted", status=404)
    users = {str(user["id"]): user for user in document.get("users", ())}
    organizations = {str(o["id"]): o for o in document.get("organizations", ())}
    requester, organization = ident(raw.get("requester_id")), ident(raw.get("organization_id"))
    comments = document.get("comments")
    return Ticket(
        ref=ref,
        version=raw["updated_at"],
        created_at=instant(raw["created_at"]),
        updated_at=instant(raw["updated_at"]),
        status=status(raw["status"]),
        url=page(base_url, ref.id),
        custom_status_id=ident(raw.get("custom_status_id")),
        priority=raw.get("priority"),
        type=raw.get("type"),
        subject=raw.get("subject") or "",
        description=raw.get("description") or "",
        tags=frozenset(raw.get("tags") or ()),
        group_id=ident(raw.get("group_id")),
        assignee_id=ident(raw.get("assignee_id")),
        requester_id=requester,
        submitter_id=ident(raw.get("submitter_id")),
        organization_id=organization,
        brand_id=ident(raw.get("brand_id")),
        form_id=ident(raw.get("ticket_form_id")),
        external_id=raw.get("external_id") or None,
        problem_id=ident(raw.get("problem_id")),
        follows=_followed(raw.get("via")),
        channel=(raw.get("via") or {}).get("channel"),
        is_public=raw.get("is_public", True),
        due_at=attempt(instant, raw.get("due_at")),
        custom_fields={str(f["id"]): _scalar(f.get("value")) for f in raw.get("custom_fields") or ()},
        follower_ids=frozenset(str(person) for person in raw.get("follower_ids") or ()),
        requester=person(users[requester]) if requester in users else None,
        organization=_organization(organizations[organization]) if organization in organizations else None,
        slas=_slas(raw.get("slas")),
        sla_policy=metric_events.policy_of(raw.get("metric_events") or document.get("metric_events")),
        comments=None if comments is None else read_comments(comments, users, our_id=our_id),
    )


def load(connection: str, body: bytes) -> Ticket:
    """Return the ticket of an answer that was kept as JSON, with or without its envelope; ValueError if it is none."""
    try:
        document = json.loads(body)
    except RecursionError as exc:
        raise ValueError("nested too deeply to be a ticket") from exc
    if isinstance(document, dict) and "ticket" not in document:
        document = {**document, "ticket": document}
    return read(connection, "", document)


def _followed(via: object) -> str | None:
    """Return the closed ticket that a reply made this one of.

    https://developer.zendesk.com/documentation/ticketing/reference-guides/via-object-reference/
    """
    source = mapping(mapping(via).get("source"))
    return attempt(ident, mapping(source.get("from")).get("ticket_id")) if source.get("rel") == "follow_up" else None


def person(raw: Json) -> Person:
    """Return a user."""
    return Person(
        id=str(raw["id"]),
        name=raw.get("name") or "",
        email=raw.get("email"),
        role=raw.get("role"),
        suspended=raw.get("suspended") is True,
        locale=raw.get("locale"),
        tags=frozenset(raw.get("tags") or ()),
        fields=raw.get("user_fields") or {},
    )


def read_comments(raws: Iterable[Json], users: Mapping[str, Json], *, our_id: str | None) -> tuple[Comment, ...]:
    """Return the comments, oldest first."""
    found = [
        Comment(
            id=str(raw["id"]),
            at=instant(raw["created_at"]),
            by=_party(ident(raw.get("author_id")), users, our_id),
            public=bool(raw.get("public")),
            author_id=ident(raw.get("author_id")),
            text=raw.get("plain_body") or raw.get("body") or "",
            attachments=tuple(_attachments(raw.get("attachments") or ())),
        )
        for raw in raws
    ]
    return tuple(sorted(found, key=lambda comment: (comment.at, comment.id)))


def _attachments(raws: Iterable[Json]) -> Iterator[Attachment]:
    """Return the files; one that was found to be harmful, or taken out since, is left out.

    https://developer.zendesk.com/api-reference/ticketing/tickets/ticket-attachments/
    """
    for raw in raws:
        url = raw.get("content_url")
        harmful = raw.get("deleted") is True or raw.get("malware_scan_result") == "malware_found"
        if isinstance(url, str) and url.startswith("https://") and not harmful:
            size = raw.get("size")
            yield Attachment(
                name=str(raw.get("file_name") or "file"), url=url, size=size if isinstance(size, int) else None
            )


def _party(author: str | None, users: Mapping[str, Json], our_id: str | None) -> Party:
    if author is not None and author == our_id:
        return Party.US
    if author == SYSTEM:
        return Party.AUTOMATION
    return role_of(users.get(author or "", {}))


def role_of(user: Json) -> Party:
    """Tell what a user is, by role."""
    return _ROLES.get(user.get("role"), Party.UNKNOWN)


def _organization(raw: Json) -> Organization:
    return Organization(
        id=str(raw["id"]),
        name=raw.get("name") or "",
        tags=frozenset(raw.get("tags") or ()),
        fields=raw.get("organization_fields") or {},
    )


def _slas(raw: Json | None) -> tuple[SlaMetric, ...] | None:
    if raw is None:
        return None
    return tuple(
        SlaMetric(metric=m["metric"], stage=m["stage"], breach_at=attempt(instant, m.get("breach_at")))
        for m in raw.get("policy_metrics") or ()
    )


def _scalar(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
