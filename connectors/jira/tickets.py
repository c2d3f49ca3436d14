"""An issue's JSON becomes a ticket.

Rule 1: no I/O; ValueError for what is no issue. A field we cannot read is unknown, never a default.
Rule 2: which custom field is what, the issue's own schema says: their numbers are another on each site.

https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issues/#api-rest-api-2-issue-issueidorkey-get
https://developer.atlassian.com/cloud/jira/service-desk/rest/intro/
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.accounts import Account
from connectors.jira import slas, values
from connectors.jira.kinds import CUSTOM
from connectors.model import Comment, Organization, Person, Ticket, TicketRef
from connectors.values import attempt, mapping

Json = Mapping[str, Any]

#: The issue property that holds the ids of our last writes.
PROPERTY = "escalation"
#: Kinds of custom fields of service management, by the end of their schema's name.
_SLA, _ORGANIZATIONS, _LANGUAGE = "sd-sla-field", "sd-customer-organizations", "sd-request-language"
_PARTICIPANTS = "sd-request-participants"
_SERVICE_DESK = "service_desk"


def read(account: Account, document: Json, *, comments: Iterable[Comment] | None = None) -> Ticket:
    """Return the ticket of an issue with its fields and their schema; its comments and history where they are told."""
    fields = mapping(document.get("fields"))
    kinds = dict(_kinds(document))
    number, updated = values.ident(document.get("id")), values.moment(fields.get("updated"))
    reporter = fields.get("reporter")
    requester = attempt(values.person_id, reporter)
    key = attempt(values.key, document.get("key"))
    return Ticket(
        ref=TicketRef(connection=account.name, id=number),
        version=version(updated),
        created_at=values.moment(fields.get("created")),
        updated_at=updated,
        status=values.status(fields.get("status"), account.statuses),
        url=f"{account.base_url}/browse/{key}" if account.base_url and key else "",
        key=key,
        custom_status_id=str(mapping(fields.get("status")).get("id") or "") or None,
        priority=attempt(lambda one: values.priority(one, account.priorities), fields.get("priority")),
        type=attempt(str, mapping(fields.get("issuetype")).get("name")) if fields.get("issuetype") else None,
        subject=str(fields.get("summary") or ""),
        description=attempt(values.words_of, fields.get("description")) or "",
        tags=attempt(values.labels, fields.get("labels")) or frozenset(),
        assignee_id=attempt(values.person_id, fields.get("assignee")),
        requester_id=requester,
        submitter_id=attempt(values.person_id, fields.get("creator")),
        organization_id=next((one.id for one in _organizations(fields, kinds)), None),
        external_id=key,
        due_at=_due(fields.get("duedate")),
        custom_fields={name: values.scalar(value) for name, value in fields.items() if name.startswith(CUSTOM)},
        follower_ids=frozenset(_watching(fields)),
        requester=_person(reporter, _language(fields, kinds)) if requester else None,
        organization=next(_organizations(fields, kinds), None),
        slas=_slas(fields, kinds),
        comments=None if comments is None else tuple(comments),
    )


def links(document: Json) -> frozenset[str]:
    """Return the ids of the issues that an issue is linked with."""
    listed = _list(mapping(document.get("fields")).get("issuelinks"))
    ends = [mapping(mapping(one).get(end)) for one in listed for end in ("inwardIssue", "outwardIssue")]
    return frozenset(str(one["id"]) for one in ends if one.get("id"))


def load(account: Account, body: bytes) -> Ticket:
    """Return the ticket of an answer that was kept as JSON; ValueError if it is none."""
    try:
        document = json.loads(body)
    except RecursionError as exc:
        raise ValueError("nested too deeply to be an issue") from exc
    if not isinstance(document, dict) or not isinstance(document.get("fields"), dict):
        raise ValueError("no issue: an object with id, key and fields is needed")
    try:
        return read(account, document)
    except (KeyError, TypeError) as exc:
        raise ValueError("no issue: id, created, updated or status cannot be read") from exc


def version(updated: datetime) -> str:
    """Return what a write compares: the time of the last change, to the millisecond."""
    return updated.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def is_of_service_desk(document: Json) -> bool:
    """Tell if the issue is of a project of service management: only there are internal comments."""
    project = mapping(mapping(document.get("fields")).get("project"))
    return project.get("projectTypeKey") == _SERVICE_DESK


def runs(document: Json) -> list[str]:
    """Return the ids of our last writes, as the issue's property has them."""
    held = mapping(mapping(document.get("properties")).get(PROPERTY)).get("runs")
    return [str(one) for one in held] if isinstance(held, list) else []


def comment(raw: Json, *, customers: frozenset[str], our_id: str | None, public: bool) -> Comment:
    """Return a comment as either API tells it; `public` where it does not say so itself."""
    created = (
        mapping(raw.get("created")).get("epochMillis") if isinstance(raw.get("created"), dict) else raw.get("created")
    )
    told = raw.get("public", raw.get("jsdPublic"))
    return Comment(
        id=values.ident(raw.get("id")),
        at=values.moment(created),
        by=values.party(raw.get("author"), customers=customers, our_id=our_id),
        public=told if isinstance(told, bool) else public,
        author_id=attempt(values.person_id, raw.get("author")),
        text=attempt(values.words_of, raw.get("body")) or "",
    )


def customers(document: Json) -> frozenset[str]:
    """Return who is a customer of an issue: its reporter, and who takes part beside them."""
    fields = mapping(document.get("fields"))
    beside = [one for told in _of_kind(fields, dict(_kinds(document)), _PARTICIPANTS) for one in _list(told)]
    found = (attempt(values.person_id, one) for one in (fields.get("reporter"), *beside))
    return frozenset(one for one in found if one)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def person(raw: Json) -> Person:
    """Return a user."""
    return _person(raw, None)


def _person(raw: object, locale: str | None) -> Person:
    told = mapping(raw)
    return Person(
        id=str(values.person_id(told)),
        name=str(told.get("displayName") or ""),
        email=str(told["emailAddress"]) if isinstance(told.get("emailAddress"), str) else None,
        role=str(told["accountType"]) if isinstance(told.get("accountType"), str) else None,
        suspended=told.get("active") is False,
        locale=locale,
    )


def _kinds(document: Json) -> Iterator[tuple[str, str]]:
    for name, schema in mapping(document.get("schema")).items():
        yield name, str(mapping(schema).get("custom") or "")


def _of_kind(fields: Json, kinds: Mapping[str, str], ending: str) -> Iterator[Any]:
    for name, kind in kinds.items():
        if kind.endswith(ending) and fields.get(name) is not None:
            yield fields[name]


def _slas(fields: Json, kinds: Mapping[str, str]) -> Any:
    found = list(_of_kind(fields, kinds, _SLA))
    return slas.read(found) if any(kind.endswith(_SLA) for kind in kinds.values()) else None


def _organizations(fields: Json, kinds: Mapping[str, str]) -> Iterator[Organization]:
    for told in _of_kind(fields, kinds, _ORGANIZATIONS):
        for one in told if isinstance(told, list) else ():
            number = mapping(one).get("id")
            if number is not None:
                yield Organization(id=str(number), name=str(mapping(one).get("name") or ""))


def _language(fields: Json, kinds: Mapping[str, str]) -> str | None:
    found = next(_of_kind(fields, kinds, _LANGUAGE), None)
    code = mapping(found).get("languageCode")
    return code if isinstance(code, str) else None


def _watching(fields: Json) -> Iterator[str]:
    """Yield who watches, where the names came along: most answers tell only how many."""
    watchers = mapping(fields.get("watches")).get("watchers")
    for one in watchers if isinstance(watchers, list) else ():
        if found := attempt(values.person_id, one):
            yield found


def _due(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)).replace(tzinfo=UTC) if value else None
    except ValueError:
        return None
