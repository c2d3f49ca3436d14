"""What a changelog says: of a webhook, or of an issue's history.

Rule 1: an item says what became what by ids, and by names beside them, which are localised.
Rule 2: a status is told by its id alone: which of ours it is, the connection's words say, else whoever reads the issue.

https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issues/#api-rest-api-2-issue-issueidorkey-changelog-get
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connectors.jira import values
from connectors.jira.kinds import Kind, kind_of
from connectors.model import EventKind, Status
from connectors.values import attempt, label

#: Returns the status that an id and a name stand for; None: nobody knows here.
StatusOf = Callable[[str, str], Status | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One change."""

    kind: Kind
    previous: object
    current: object


def read(item: Mapping[str, object], *, status_of: StatusOf, priorities: Mapping[str, str]) -> Item | None:
    """Return what an item says; None where we have no word for the field."""
    kind = kind_of(item)
    if kind is None:
        return None
    if kind.kind is EventKind.TAGS_CHANGED:
        was, now = (attempt(values.labels, item.get(side)) or frozenset() for side in ("fromString", "toString"))
        return Item(kind=kind, previous=tuple(sorted(was - now)), current=tuple(sorted(now - was)))
    previous, current = (_side(item, kind, end, status_of, priorities) for end in ("from", "to"))
    return Item(kind=kind, previous=previous, current=current)


def _side(
    item: Mapping[str, object], kind: Kind, end: str, status_of: StatusOf, priorities: Mapping[str, str]
) -> object:
    told, name = item.get(end), attempt(label, item.get(f"{end}String")) or ""
    if kind.kind is EventKind.STATUS_CHANGED:
        return status_of(str(told), name)
    if kind.kind is EventKind.PRIORITY_CHANGED:
        none = told is None and not name
        return None if none else attempt(lambda one: values.priority(one, priorities), {"id": told, "name": name})
    if kind.kind in (EventKind.ASSIGNEE_CHANGED, EventKind.REQUESTER_CHANGED):
        account = item.get("tmpToAccountId" if end == "to" else "tmpFromAccountId")
        return attempt(values.person_id, {"accountId": account, "name": told}) if account or told else None
    if kind.kind is EventKind.FIELD_CHANGED:
        return name or None
    return told if isinstance(told, str) else name or None
