"""Small, whole values for the tests of the core."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.model import Comment, EventKind, Party, Status, Ticket, TicketEvent, TicketRef
from plugin.core.model import Case, CaseState, Severity

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MS = timedelta(milliseconds=1)
REF = TicketRef(connection="acme", id="42")

TICKET = Ticket(
    ref=REF,
    version="v1",
    created_at=NOON - HOUR,
    updated_at=NOON,
    status=Status.OPEN,
    subject="Oven on fire",
    description="It smokes",
    tags=frozenset({"vip"}),
    custom_fields={"77": None},
    comments=(),
)
CASE = Case(
    id="c1",
    ticket=REF,
    state=CaseState.OPEN,
    rule="payment",
    issue_type="payment",
    severity=Severity.SEV2,
    owner="ana",
    policy_version="p1",
    opened_at=NOON,
    next_update_at=NOON + HOUR,
    update_every=HOUR,
)


def event(kind: EventKind = EventKind.UPDATED, **fields: Any) -> TicketEvent:
    given: dict[str, Any] = {"id": "e1", "ticket": REF, "occurred_at": NOON, **fields}
    return TicketEvent(kind=kind, **given)


def comment(number: int, by: Party, *, public: bool = True, at: datetime | None = None, text: str = "") -> Comment:
    return Comment(id=f"{number:04}", at=at or NOON + number * MS, by=by, public=public, text=text)


_POLICY: Mapping[str, Any] = {
    "rules": [
        {
            "name": "payment",
            "when": {"field": "ticket.tags", "operator": "contains", "value": "payment"},
            "escalate": {"issue_type": "payment", "severity": "sev2"},
        },
        {
            "name": "safety",
            "when": {"field": "ticket.tags", "operator": "contains", "value": "safety"},
            "escalate": {"issue_type": "safety", "severity": "sev1"},
        },
        {
            "name": "trial",
            "mode": "shadow",
            "when": {"field": "ticket.tags", "operator": "contains", "value": "trial"},
            "escalate": {"issue_type": "trial", "severity": "sev1"},
        },
    ],
    "matrix": [
        {
            "issue_type": "safety",
            "severity": "sev1",
            "owner": "ben",
            "targets": {"acknowledge": "15m", "update_every": "30m", "resolve": "1d"},
            "watchers": ["ana"],
            "changes": {"priority": "urgent", "tags": ["Escalated"], "sla_tag": "sla_one"},
        },
        {
            "issue_type": "*",
            "severity": "*",
            "owner": "ana",
            "changes": {"tags": ["escalated"], "group": "care", "internal_note": "handover"},
        },
    ],
    "people": {
        "ana": {"name": "Ana Reis", "ids": {"acme": 101}},
        "ben": {"name": "Ben Sousa", "ids": {"acme": "102"}},
    },
    "groups": {"care": {"name": "Care", "ids": {"acme": "201"}}},
    "templates": {"handover": "{{ owner.name }} by {{ case.next_update }}: {{ ticket.subject }}"},
}


def document() -> dict[str, Any]:
    """Return a policy without mistakes, free to be spoiled."""
    return deepcopy(dict(_POLICY))
