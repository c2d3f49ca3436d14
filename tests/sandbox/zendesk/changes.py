"""What differs between a ticket before and after, as audits and as webhooks tell it."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
Told = list[tuple[str, Json]]

#: Fields a request may write as they are, and the event that tells of each; None: no event does.
FIELDS = {
    "status": "status_changed",
    "priority": "priority_changed",
    "assignee_id": "agent_assignment_changed",
    "group_id": "group_assignment_changed",
    "subject": "subject_changed",
    "type": "type_changed",
    "requester_id": "requester_changed",
    "organization_id": "organization_changed",
    "external_id": "external_id_changed",
    "brand_id": "brand_changed",
    "ticket_form_id": "form_changed",
    "due_at": "task_due_at_changed",
    "custom_status_id": "custom_status_changed",
    "problem_id": "problem_link_changed",
}
_PEOPLE = {"follower_ids": "followers_changed", "email_cc_ids": "email_ccs_changed"}
_SHOUTED = ("status", "priority", "type")

#: What a ticket's body may hold besides; any other key is dropped.
WRITABLE = frozenset(FIELDS) | {
    *("tags", "custom_fields", "fields", "followers", "email_ccs", "assignee_email", "comment", "metadata"),
    *("safe_update", "updated_stamp", "description", "submitter_id", "via_followup_source_id", "macro_ids"),
}


def custom(ticket: Json) -> dict[int, Any]:
    return {field["id"]: field["value"] for field in ticket["custom_fields"]}


def audited(before: Json, after: Json) -> list[Json]:
    """Return an audit's events for the fields that changed."""
    events = []
    for name in (*FIELDS, "tags", *_PEOPLE):
        if before[name] != after[name]:
            events.append(_change(name, before[name], after[name]))
    old, new = custom(before), custom(after)
    events += [_change(str(field), old.get(field), new[field]) for field in new if new[field] != old.get(field)]
    return events


def _change(name: str, previous: Any, value: Any) -> Json:
    return {"type": "Change", "field_name": name, "value": _said(value), "previous_value": _said(previous)}


def _said(value: Any) -> Any:
    """Audits hold ids as text."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def told(before: Json, after: Json) -> Told:
    """Return the webhook events for the fields that changed, one for each."""
    events: Told = [
        (event, {"current": shouted(name, after[name]), "previous": shouted(name, before[name])})
        for name, event in FIELDS.items()
        if before[name] != after[name]
    ]
    added, removed = _moved(before["tags"], after["tags"])
    if added or removed:
        events.append(("tags_changed", {"tags_added": added, "tags_removed": removed}))
    for name, event in _PEOPLE.items():
        added, removed = _moved(before[name], after[name])
        if added or removed:
            events.append((event, {"users_added": added, "users_removed": removed}))
    old, new = custom(before), custom(after)
    for field, value in new.items():
        if value != old.get(field):
            about = {"id": str(field), "title": f"Field {field}", "type": "text"}
            sides = {"current": {"value": value}, "previous": {"value": old.get(field)}}
            events.append(("custom_field_changed", {**sides, "custom_field": about}))
    return events


def _moved(before: list[Any], after: list[Any]) -> tuple[list[str], list[str]]:
    return [str(x) for x in after if x not in before], [str(x) for x in before if x not in after]


def shouted(name: str, value: Any) -> Any:
    """Write a value as webhooks do: enums in capitals, ids as text."""
    if value is None:
        return None
    return str(value).upper() if name in _SHOUTED else str(value)
