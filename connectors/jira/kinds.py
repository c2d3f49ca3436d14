"""What each of Jira's fields is in our words, where a changelog names one.

Rule 1: by `fieldId` where there is one; else by the English name, which old servers send alone.
Rule 2: what is not here is a custom field where its id says so, and something else otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.model import EventKind


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of KINDS."""

    kind: EventKind
    changed: str


KINDS: Mapping[str, Kind] = {
    "assignee": Kind(EventKind.ASSIGNEE_CHANGED, "assignee_id"),
    "description": Kind(EventKind.DESCRIPTION_CHANGED, "description"),
    "duedate": Kind(EventKind.DUE_CHANGED, "due_at"),
    "issuetype": Kind(EventKind.TYPE_CHANGED, "type"),
    "labels": Kind(EventKind.TAGS_CHANGED, "tags"),
    "priority": Kind(EventKind.PRIORITY_CHANGED, "priority"),
    "reporter": Kind(EventKind.REQUESTER_CHANGED, "requester_id"),
    "status": Kind(EventKind.STATUS_CHANGED, "status"),
    "summary": Kind(EventKind.SUBJECT_CHANGED, "subject"),
}
CUSTOM = "customfield_"


def kind_of(item: Mapping[str, object]) -> Kind | None:
    """Return what an item of a changelog is about; None: nothing we have a word for."""
    told = item.get("fieldId")
    name = told if isinstance(told, str) and told else str(item.get("field", "")).strip().lower()
    if name.startswith(CUSTOM):
        return Kind(EventKind.FIELD_CHANGED, f"fields.{name}")
    return KINDS.get(name)
