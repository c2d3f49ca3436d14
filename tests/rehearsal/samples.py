"""A small policy, and tickets to try it on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.model import Comment, Party, Status, Ticket, TicketRef
from plugin.core.rules import compile_policy
from plugin.rehearsal.cases import read_suite
from plugin.rehearsal.helpdesk import Actor
from plugin.rehearsal.stories import Suite

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
CORA = Actor(id="customer Cora", party=Party.CUSTOMER)
TOM = Actor(id="tom", party=Party.AGENT)
PROGRAM = Actor(id="automation", party=Party.AUTOMATION)
REF = TicketRef(connection="acme", id="main")

POLICY: Mapping[str, Any] = {
    "format": 2,
    "rules": [
        {
            "name": "unanswered",
            "when": {
                "all": [
                    {"field": "ticket.status", "operator": "in", "value": ["new", "open"]},
                    {"field": "unanswered", "operator": "at_least", "value": "4h"},
                ]
            },
            "escalate": {"issue_type": "waiting", "severity": "sev3"},
        },
        {
            "name": "burning",
            "when": {"field": "ticket.tags", "operator": "contains", "value": "fire"},
            "escalate": {"issue_type": "fire", "severity": "sev1"},
        },
        {
            "name": "on-trial",
            "mode": "shadow",
            "when": {"field": "ticket.fields.order", "operator": "is", "value": "A-1"},
            "escalate": {"issue_type": "order", "severity": "sev4"},
        },
    ],
    "matrix": [
        {
            "issue_type": "*",
            "severity": "*",
            "owner": "ana",
            "targets": {"update_every": "2h"},
            "changes": {
                "tags": ["escalated"],
                "group": "escalations",
                "internal_note": "note",
                "public_comment": "told",
            },
        }
    ],
    "people": {
        "ana": {"name": "Ana Lima", "ids": {"acme": "101"}},
        "ben": {"name": "Ben Ode", "ids": {"other": "7"}},
    },
    "groups": {"escalations": {"name": "Escalations", "ids": {"acme": "201"}}},
    "fields": {"order": {"ids": {"acme": "9001"}}},
    "templates": {
        "note": "Owner: {{ owner.name }}, because of {{ rule.name }}",
        "told": {
            "en": "{{ owner.name }} cares, next word by {{ case.next_update }}",
            "pt": "{{ owner.name }} trata disto",
        },
    },
}


def ticket(**more: Any) -> Ticket:
    """Return a new ticket of Cora's."""
    first = Comment(id="0", at=MONDAY, by=Party.CUSTOMER, public=True, author_id=CORA.id, text="Help")
    known = {"status": Status.NEW, "requester_id": CORA.id, "comments": (first,), **more}
    return Ticket(ref=REF, version="", created_at=MONDAY, updated_at=MONDAY, **known)


def suite(*cases: Mapping[str, Any], policy: Mapping[str, Any] = POLICY, **file: Any) -> Suite:
    """Return cases as read from a file."""
    return read_suite({"cases": cases, **file}, compile_policy(policy), title="cases:")


def case(*steps: Mapping[str, Any], name: str = "a case", **more: Any) -> dict[str, Any]:
    """Return one case as a file has it."""
    return {"name": name, "steps": list(steps), **more}


def kinds(events: Iterable[Any]) -> list[str]:
    """Return what happened."""
    return [event.kind.value for event in events]


class Standing:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **length: float) -> None:
        self.now += timedelta(**length)
