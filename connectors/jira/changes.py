"""Changes become one request.

Rule 1: no I/O. Jira takes an edit, a watcher, a comment and a transition each by itself: one operation is one of them.
Rule 2: lists are added to and taken from, never written whole; an edit carries its marker in the same call.
Rule 3: a comment says who may read it; silence would let every customer of a service desk do so.

https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issues/#api-rest-api-2-issue-issueidorkey-put
https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issue-comments/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connectors.errors import PermanentFailure
from connectors.jira.kinds import CUSTOM
from connectors.jira.markup import plain
from connectors.jira.tickets import PROPERTY
from connectors.jira.values import person_id
from connectors.model import (
    AddComment,
    AddFollowers,
    AddTags,
    Assign,
    Change,
    LinkProblem,
    NewTicket,
    Operation,
    RemoveTags,
    SetField,
    SetGroup,
    SetPriority,
    SetStatus,
)

#: The comment property that holds the id of the write that made it.
RUN = "escalation.run"
#: Who may read a comment of a service desk's issue.
PUBLIC = "sd.public.comment"
#: Ids of writes that an issue remembers.
MOST_RUNS = 20
#: What an issue has none of, and why.
LACKS: Mapping[str, str] = {
    "changes.group": "an issue of Jira has no group; name a person, or set a field for the team",
    "ticket.group": "an issue of Jira has no group",
    "ticket.brand": "Jira has no brands",
    "ticket.form": "Jira has request types instead of forms; ask for their field",
    "organization.tags": "an organization of Jira has no tags; ask for organization.name",
    "requester.tags": "a user of Jira has no tags",
    "open_ticket.group": "an issue of Jira has no group; name a project",
    "open_ticket.form": "Jira has issue types instead of forms; name a type",
    "changes.sla_policy": "which goal of an SLA applies, its JQL says; set the label or priority that it asks for",
}
#: What must be said of an issue that is opened.
NEEDS: Mapping[str, str] = {"open_ticket.project": "an issue needs the key of a project"}
#: What an issue is where nobody says.
DEFAULT_TYPE = "Task"
#: How two issues of one site are linked where nobody says; every site has it.
DEFAULT_LINK = "Relates"
#: Characters of a summary; a longer one is refused.
LONGEST_SUMMARY = 250
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_FIELD = re.compile(rf"{CUSTOM}[0-9]{{1,19}}")
_NO_GROUP = "an issue has no group"
_NO_PROBLEM = "an issue is no incident of a problem here; link the two by hand"


def parcels(changes: Iterable[Change]) -> tuple[tuple[Change, ...], ...]:
    """Return the edit, each watcher, the note, the public comment, and the transition, in this order."""
    everything = tuple(changes)
    watchers = [person for one in everything if isinstance(one, AddFollowers) for person in one.person_ids]
    comments = [one for one in everything if isinstance(one, AddComment)]
    apart = (AddFollowers, AddComment, SetStatus)
    edit = tuple(one for one in everything if not isinstance(one, apart))
    last = [(one,) for one in everything if isinstance(one, SetStatus)]
    said = [(one,) for public in (False, True) for one in comments if one.public is public]
    follow = [(AddFollowers(person_ids=(person,)),) for person in watchers]
    return tuple(part for part in (edit, *follow, *said, *last) if part)


def edit(
    operation: Operation,
    *,
    runs: Sequence[str],
    cloud: bool,
    priorities: Mapping[str, str],
    schema: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """Return the body of an edit; PermanentFailure names each place that cannot be asked for.

    `priorities` are the site's ids by our words, `schema` what kind of value each field takes.
    """
    fields: dict[str, Any] = {}
    labels: list[dict[str, str]] = []
    refused: dict[str, str] = {}
    for change in operation.changes:
        if isinstance(change, AddTags):
            labels += [{"add": tag} for tag in change.tags]
        elif isinstance(change, RemoveTags):
            labels += [{"remove": tag} for tag in change.tags]
        elif isinstance(change, Assign):
            fields |= _assignee(change, cloud=cloud, refused=refused)
        elif isinstance(change, SetPriority):
            fields |= _priority(change, priorities, refused)
        elif isinstance(change, SetField):
            fields |= _field(change, schema, refused)
        elif isinstance(change, SetGroup):
            refused["group"] = _NO_GROUP
        elif isinstance(change, LinkProblem):
            refused["problem"] = _NO_PROBLEM
    _refuse(refused)
    kept = [*runs, operation.id][-MOST_RUNS:]
    body: dict[str, Any] = {"properties": [{"key": PROPERTY, "value": {"runs": kept}}]}
    return body | ({"fields": fields} if fields else {}) | ({"update": {"labels": labels}} if labels else {})


def new_issue(
    wish: NewTicket, *, priorities: Mapping[str, str], schema: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the body that creates an issue; PermanentFailure with what the site has none of.

    The marker is a label: it is what a search finds a new issue by.

    https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issues/#api-rest-api-2-issue-post
    """
    refused: dict[str, str] = {}
    fields: dict[str, Any] = {
        "summary": " ".join(_CONTROL.sub(" ", wish.subject).split())[:LONGEST_SUMMARY],
        "description": plain(wish.text),
        "issuetype": {"name": wish.type or DEFAULT_TYPE},
        "labels": sorted({wish.marker, *("_".join(tag.split()) for tag in wish.tags)}),
    }
    if wish.project is None:
        refused["project"] = NEEDS["open_ticket.project"]
    else:
        fields["project"] = {"key": wish.project}
    if wish.priority:
        fields |= _priority(SetPriority(priority=wish.priority), priorities, refused)
    for key, value in wish.custom_fields.items():
        fields |= _field(SetField(field_id=key, value=value), schema, refused)
    refused |= {"group": LACKS["open_ticket.group"]} if wish.group_id else {}
    refused |= {"form": LACKS["open_ticket.form"]} if wish.form_id else {}
    _refuse(refused)
    return {"fields": fields}


def remote_link(wish: NewTicket) -> dict[str, Any]:
    """Return the body that shows the origin on an issue; one of the same `globalId` is put in its place.

    https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issue-remote-links/
    """
    shown = {"url": wish.origin, "title": wish.origin_name}
    return {"globalId": wish.marker, "relationship": "escalated from", "object": shown}


def issue_link(wish: NewTicket, number: str) -> dict[str, Any]:
    """Return the body that links an issue with the one of the same site that it was opened for.

    The link begins at the origin, so that a type reads there as its outward words, as "is escalated to".

    https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issue-links/#api-rest-api-2-issuelink-post
    """
    ends = {"inwardIssue": {"id": wish.origin_ref.id}, "outwardIssue": {"id": number}}
    return {"type": {"name": wish.link_type or DEFAULT_LINK}, **ends}


def _refuse(refused: Mapping[str, str]) -> None:
    """Raise for what cannot be asked for, if there is any."""
    if refused:
        told = "; ".join(f"{place}: {why}" for place, why in refused.items())
        raise PermanentFailure(f"not asked for: {told}", status=400, refused=refused)


def _assignee(change: Assign, *, cloud: bool, refused: dict[str, str]) -> dict[str, Any]:
    name = "accountId" if cloud else "name"
    try:
        return {"assignee": {name: person_id({name: change.person_id})}}
    except ValueError:
        refused["assignee"] = "that is no account id of Cloud" if cloud else "that is no user name"
        return {}


def _priority(change: SetPriority, priorities: Mapping[str, str], refused: dict[str, str]) -> dict[str, Any]:
    if change.priority in priorities:
        return {"priority": {"id": priorities[change.priority]}}
    refused["priority"] = (
        f"no priority of the site is {change.priority}; say which one is in the connection's `priorities`"
    )
    return {}


def _field(change: SetField, schema: Mapping[str, Mapping[str, Any]], refused: dict[str, str]) -> dict[str, Any]:
    if not _FIELD.fullmatch(change.field_id):
        refused[f"field {change.field_id}"] = "a custom field's id is such as customfield_10071"
        return {}
    told = schema.get(change.field_id)
    if told is None:
        refused[f"field {change.field_id}"] = "it is not on the screen for editing, or there is no such field"
        return {}
    return {change.field_id: None if change.value is None else _as_told(change.value, told)}


def _as_told(value: object, schema: Mapping[str, Any]) -> object:
    """Return a value in the form that its kind of field takes."""
    kind, items = schema.get("type"), schema.get("items")
    if kind == "option":
        return {"value": str(value)}
    if kind == "array":
        return [{"value": str(value)}] if items == "option" else [str(value)]
    if kind == "number" and isinstance(value, str):
        return float(value) if re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?", value) else value
    return value if kind == "number" else str(value)


def comment(operation: Operation, said: AddComment) -> dict[str, Any]:
    """Return the body of a comment with its marker, and who may read it."""
    properties = [
        {"key": RUN, "value": {"id": operation.id}},
        {"key": PUBLIC, "value": {"internal": not said.public}},
    ]
    return {"body": plain(said.text), "properties": properties}
