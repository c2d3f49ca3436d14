"""What each of Zendesk's ticket events is in our words.

Rule 1: one row an event type; what is not here is OTHER.
Rule 2: `changed` is the attribute of Ticket where there is one, else Zendesk's own name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connectors import values as shared
from connectors.model import EventKind
from connectors.values import Reader, instant
from connectors.zendesk import values
from connectors.zendesk.values import ident


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of KINDS."""

    kind: EventKind
    changed: str | None = None
    read: Reader = shared.scalar  #: How `current` and `previous` are read.
    #: Lists in `event` of what was taken away and what was added, in this order.
    lists: tuple[str, str] | None = None


_USERS = ("users_removed", "users_added")

KINDS: Mapping[str, Kind] = {
    # https://developer.zendesk.com/api-reference/webhooks/event-types/ticket-events/
    "agent_assignment_changed": Kind(EventKind.ASSIGNEE_CHANGED, "assignee_id", ident),
    "attachment_linked_to_comment": Kind(EventKind.COMMENT_EDITED),
    "attachment_redacted_from_comment": Kind(EventKind.COMMENT_EDITED),
    "brand_changed": Kind(EventKind.BRAND_CHANGED, "brand_id", ident),
    "comment_added": Kind(EventKind.COMMENT_ADDED),
    "comment_made_private": Kind(EventKind.COMMENT_EDITED),
    "comment_redacted": Kind(EventKind.COMMENT_EDITED),
    "created": Kind(EventKind.CREATED),
    "csat_received": Kind(EventKind.RATING_RECEIVED, "satisfaction_rating", values.rating),
    "csat_requested": Kind(EventKind.RATING_REQUESTED, "satisfaction_rating"),
    "custom_field_changed": Kind(EventKind.FIELD_CHANGED),
    "custom_status_changed": Kind(EventKind.CUSTOM_STATUS_CHANGED, "custom_status_id", ident),
    "description_changed": Kind(EventKind.DESCRIPTION_CHANGED, "description", shared.text),
    "email_ccs_changed": Kind(EventKind.CCS_CHANGED, "email_ccs", values.idents, _USERS),
    "external_id_changed": Kind(EventKind.EXTERNAL_ID_CHANGED, "external_id", shared.label),
    "followers_changed": Kind(EventKind.FOLLOWERS_CHANGED, "follower_ids", values.idents, _USERS),
    "form_changed": Kind(EventKind.FORM_CHANGED, "form_id", ident),
    "group_assignment_changed": Kind(EventKind.GROUP_CHANGED, "group_id", ident),
    "marked_as_spam": Kind(EventKind.SPAM),
    "merged": Kind(EventKind.MERGED, "merged_into", ident),
    "next_sla_breach_changed": Kind(EventKind.SLA_CHANGED, "slas"),
    "ola_policy_changed": Kind(EventKind.SLA_CHANGED, "slas"),
    "organization_changed": Kind(EventKind.ORGANIZATION_CHANGED, "organization_id", ident),
    "permanently_deleted": Kind(EventKind.DELETED_FOR_GOOD),
    "priority_changed": Kind(EventKind.PRIORITY_CHANGED, "priority", values.priority),
    "problem_link_changed": Kind(EventKind.LINK_CHANGED, "problem_id", ident),
    "requester_changed": Kind(EventKind.REQUESTER_CHANGED, "requester_id", ident),
    "schedule_changed": Kind(EventKind.SLA_CHANGED, "schedule_id", ident),  # Moves the targets' hours.
    "sla_policy_changed": Kind(EventKind.SLA_CHANGED, "slas"),
    "soft_deleted": Kind(EventKind.DELETED),
    "status_changed": Kind(EventKind.STATUS_CHANGED, "status", values.status),
    "subject_changed": Kind(EventKind.SUBJECT_CHANGED, "subject", shared.text),
    "submitter_changed": Kind(EventKind.SUBMITTER_CHANGED, "submitter_id", ident),
    "tags_changed": Kind(EventKind.TAGS_CHANGED, "tags", values.tags, ("tags_removed", "tags_added")),
    "task_due_at_changed": Kind(EventKind.DUE_CHANGED, "due_at"),
    "type_changed": Kind(EventKind.TYPE_CHANGED, "type", values.ticket_type),
    "undeleted": Kind(EventKind.UNDELETED),
    # The event bus has other words for these.
    # https://developer.zendesk.com/documentation/integration-services/ticket-events/
    "comment_created": Kind(EventKind.COMMENT_ADDED),
    "task_due_date_changed": Kind(EventKind.DUE_CHANGED, "due_at"),
    "ticket_created": Kind(EventKind.CREATED),
    "ticket_type_changed": Kind(EventKind.TYPE_CHANGED, "type", values.ticket_type),
}

#: Those that only the event bus has; no webhook can subscribe to them.
BUS = frozenset({"comment_created", "task_due_date_changed", "ticket_created", "ticket_type_changed"})

# https://developer.zendesk.com/api-reference/webhooks/event-types/ticket-events/#ticket-event-detail
DETAIL: Mapping[str, tuple[str, Reader]] = {
    "assignee_id": ("assignee_id", ident),
    "brand_id": ("brand_id", ident),
    "created_at": ("created_at", instant),
    "custom_status": ("custom_status_id", ident),
    "description": ("description", shared.text),
    "external_id": ("external_id", shared.label),
    "form_id": ("form_id", ident),
    "group_id": ("group_id", ident),
    "is_public": ("is_public", shared.flag),
    "organization_id": ("organization_id", ident),
    "priority": ("priority", values.priority),
    "requester_id": ("requester_id", ident),
    "status": ("status", values.status),
    "subject": ("subject", shared.text),
    "submitter_id": ("submitter_id", ident),
    "tags": ("tags", values.tags),
    "type": ("type", values.ticket_type),
    "updated_at": ("updated_at", instant),
}

#: The attributes of Ticket that `detail` tells, and the one that only its own event does.
ATTRIBUTES = frozenset({"problem_id"}.union(name for name, _ in DETAIL.values()))
