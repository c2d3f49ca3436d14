"""A webhook's bytes become events.

Rule 1: no I/O and no clock. What cannot be read raises Unparseable, which names the place and never quotes an issue.
Rule 2: admin webhooks name their event; automation rules send an issue, in a wrapper or bare, and not what happened.
Rule 3: what happened is what the changelog says, whatever the event is called: one event of ours for each item.
Rule 4: of a comment that does not say who may read it, or on whose side its author is, the event says that it tells a
        part only.

https://developer.atlassian.com/server/jira/platform/webhooks/
https://developer.atlassian.com/cloud/jira/platform/webhooks/
https://support.atlassian.com/cloud-automation/docs/jira-automation-actions/#Send-web-request
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from connectors.accounts import Account
from connectors.bodies import load, place_of, text_of
from connectors.contract import Parsed
from connectors.errors import Unparseable
from connectors.jira import changelog, values
from connectors.model import Comment, EventKind, Party, Status, TicketEvent, TicketRef
from connectors.values import Reader, attempt, label, mapping, readable

IDENTIFIER = "x-atlassian-webhook-identifier"
#: Stands for a time nobody told.
NEVER_TOLD = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_NAME = 128

#: Events about a ticket, by Jira's name; of the others nobody needs to hear.
_ISSUE: Mapping[str, EventKind] = {
    "jira:issue_created": EventKind.CREATED,
    "jira:issue_updated": EventKind.UPDATED,
    "jira:issue_deleted": EventKind.DELETED,
}
_COMMENT: Mapping[str, EventKind] = {
    "comment_created": EventKind.COMMENT_ADDED,
    "comment_updated": EventKind.COMMENT_EDITED,
    "comment_deleted": EventKind.COMMENT_EDITED,
}
#: What an item tells by an id that may be another one than the fields tell it by.
_AS_FIELDS_SAY = frozenset({"assignee_id", "requester_id", "type"})
_LINK = frozenset({"issuelink_created", "issuelink_deleted"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    """What one body is about."""

    account: Account
    document: Mapping[str, object] = field(repr=False)
    issue: Mapping[str, object] = field(repr=False)  #: Empty where the body brings none.
    name: str  #: Of the event; empty where none is told.
    digest: str

    @property
    def fields(self) -> Mapping[str, object]:
        """Return the issue's fields, as far as they came along."""
        return mapping(self.issue.get("fields"))

    @property
    def at(self) -> datetime:
        """Return when it happened."""
        said = mapping(self.document.get("comment"))
        told = (self.document.get("timestamp"), said.get("updated"), self.fields.get("updated"))
        return next((at for one in told if (at := attempt(values.moment, one))), NEVER_TOLD)

    @property
    def reporter(self) -> str | None:
        """Return whose ticket it is, as far as that is told."""
        return attempt(values.person_id, self.fields.get("reporter"))

    @property
    def customers(self) -> frozenset[str] | None:
        """Return the customers that are told of; None: of none."""
        return None if self.reporter is None else frozenset({self.reporter})

    @property
    def user(self) -> object:
        """Return who did it: a comment names them itself."""
        said = mapping(self.document.get("comment"))
        return self.document.get("user") or said.get("updateAuthor") or said.get("author")


def parse(account: Account, headers: Mapping[str, str], body: bytes) -> Parsed:
    """Read a verified body; raise Unparseable with the place and the reason."""
    try:
        document = load(text_of(body))
    except ValueError as exc:
        raise Unparseable(f"body: not JSON, {place_of(exc)}; a rule's own body may hold ids, no free text") from exc
    found = Body(
        account=account,
        document=document,
        issue=_issue(document),
        name=str(document.get("webhookEvent") or "").strip().lower(),
        digest=hashlib.sha256(body).hexdigest()[:32],
    )
    invocation = headers.get(IDENTIFIER, "").strip()[:_LONGEST_NAME] or None
    if ignored := _ignored(found):
        return Parsed(event_key=None, invocation_id=invocation, ignored=ignored)
    events = tuple(_events(found, _ref(found)))
    return Parsed(event_key=_key(found), invocation_id=invocation, events=events)


def _issue(document: Mapping[str, object]) -> Mapping[str, object]:
    """Return the issue: in its wrapper, or the body itself, as automation rules send it."""
    if "issue" in document:
        return mapping(document["issue"])
    bare = "fields" in document and "id" in document and "webhookEvent" not in document
    return document if bare else {}


def _ignored(body: Body) -> str | None:
    """Say why nobody needs to hear of it; None: somebody does."""
    if body.name in _ISSUE or body.name in _COMMENT or body.name in _LINK:
        return None
    if body.name:
        return f"not a ticket event: {body.name}"[:120]
    return None if "issue" in body.document or body.issue else "neither an event nor an issue is named"


def _ref(body: Body) -> TicketRef:
    """Return which ticket it is about: by the issue's id, which stays when its key moves."""
    link, said = mapping(body.document.get("issueLink")), mapping(body.document.get("comment"))
    found = (
        attempt(values.ident, body.issue.get("id"))
        or attempt(values.ident, link.get("sourceIssueId"))
        or attempt(values.issue_in, said.get("self"))
        or attempt(values.issue_in, body.issue.get("self"))
    )
    if found is None:
        raise Unparseable("issue.id: missing, and neither comment.self nor issueLink.sourceIssueId names an issue")
    return TicketRef(connection=body.account.name, id=found)


def _key(body: Body) -> str:
    """Return the same key for the two shapes in which one new comment comes."""
    said = attempt(values.ident, mapping(body.document.get("comment")).get("id"))
    alone = not _items(body) and body.document.get("issue_event_type_name") in (None, "issue_commented")
    new = body.name == "comment_created" or (body.name == "jira:issue_updated" and alone)
    return f"comment:{said}" if said and new else body.digest


def _events(body: Body, ref: TicketRef) -> Iterator[TicketEvent]:
    new = partial(_event, body, ref)
    if body.name in _COMMENT:
        yield new(0, _COMMENT[body.name], said=body.name == "comment_created")
    elif body.name in _LINK:
        yield new(0, EventKind.LINK_CHANGED)
    elif body.name != "jira:issue_updated":
        yield new(0, _ISSUE.get(body.name, EventKind.UPDATED))
    else:
        items, now = list(_known_items(body)), known(body.fields, body.account)
        commented = "comment" in body.document
        for number, item in enumerate(items):
            kind, changed = item.kind.kind, item.kind.changed
            current = now.get(changed, item.current) if changed in _AS_FIELDS_SAY else item.current
            yield new(number, kind, changed=changed, previous=item.previous, current=current)
        if commented:
            yield new(len(items), EventKind.COMMENT_ADDED, said=True)
        if not items and not commented:
            yield new(0, EventKind.OTHER if _items(body) else EventKind.UPDATED)


def _event(
    body: Body, ref: TicketRef, number: int, kind: EventKind, *, said: bool = False, **change: object
) -> TicketEvent:
    comment = _said(body) if said else None
    if kind is EventKind.CREATED:
        comment = _first(body)
    return TicketEvent(
        id=f"{body.digest}:{number}",
        kind=kind,
        ticket=ref,
        occurred_at=body.at,
        actor_id=attempt(values.person_id, body.user),
        actor=values.party(body.user, customers=body.customers),
        comment=comment,
        known=known(body.fields, body.account),
        raw=body.document,
        partly=said and (comment is None or comment.by is Party.UNKNOWN or not _tells_who_reads(body)),
        **change,  # type: ignore[arg-type]
    )


def _tells_who_reads(body: Body) -> bool:
    return isinstance(mapping(body.document.get("comment")).get("jsdPublic"), bool)


def _said(body: Body) -> Comment | None:
    """Return the comment; where nobody tells who may read it, it counts as internal until it is read."""
    told = mapping(body.document.get("comment"))
    number = attempt(values.ident, told.get("id"))
    if number is None:
        return None
    return Comment(
        id=number,
        at=attempt(values.moment, told.get("created")) or body.at,
        by=values.party(told.get("author"), customers=body.customers),
        public=told.get("jsdPublic") is True,
        author_id=attempt(values.person_id, told.get("author")),
        text=attempt(values.words_of, told.get("body")) or "",
    )


def _first(body: Body) -> Comment | None:
    """Return the description as the comment it is: whoever reported it wrote it."""
    if "description" not in body.fields or body.reporter is None:
        return None
    creator = body.fields.get("creator")
    return Comment(
        id="description",
        at=attempt(values.moment, body.fields.get("created")) or body.at,
        by=values.party(creator, customers=body.customers),
        public=True,
        author_id=attempt(values.person_id, creator),
        text=attempt(values.words_of, body.fields.get("description")) or "",
    )


def _items(body: Body) -> list[Mapping[str, object]]:
    items = mapping(body.document.get("changelog")).get("items")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _known_items(body: Body) -> Iterator[changelog.Item]:
    now = mapping(body.fields.get("status"))

    def status_of(number: str, name: str) -> Status | None:
        told = now if str(now.get("id")) == number else {"id": number, "name": name}
        return attempt(lambda one: values.status(one, body.account.statuses), told)

    for item in _items(body):
        found = changelog.read(item, status_of=status_of, priorities=body.account.priorities)
        if found:
            yield found


def known(fields: Mapping[str, object], account: Account) -> dict[str, object]:
    """Return what fields say of the ticket, by attribute name of Ticket; what cannot be read is left out."""
    table: Mapping[str, tuple[str, Reader]] = {
        "status": ("status", lambda one: values.status(one, account.statuses)),
        "priority": ("priority", lambda one: values.priority(one, account.priorities)),
        "labels": ("tags", values.labels),
        "assignee": ("assignee_id", values.person_id),
        "reporter": ("requester_id", values.person_id),
        "creator": ("submitter_id", values.person_id),
        "summary": ("subject", label),
        "description": ("description", values.words_of),
        "created": ("created_at", values.moment),
        "updated": ("updated_at", values.moment),
    }
    found = readable(fields, table)
    status, kind = mapping(fields.get("status")).get("id"), mapping(fields.get("issuetype")).get("name")
    found |= {"custom_status_id": str(status)} if status else {}
    return found | ({"type": kind} if isinstance(kind, str) else {})
