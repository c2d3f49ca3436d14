"""A policy without anything to find, free to be spoiled."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from plugin.core.lint import Finding, lint
from plugin.core.rules import compile_policy

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
Json = dict[str, Any]


def asked(field: str, operator: str, value: object = None, **more: object) -> Json:
    """Return one test of a condition."""
    told = {"field": field, "operator": operator, **more}
    return told if value is None else {**told, "value": value}


_RULES = [
    {
        "name": "safety",
        "priority": 50,
        "max_per_hour": 20,
        "when": asked("ticket.tags", "contains", "safety"),
        "escalate": {"issue_type": "safety", "severity": "sev1"},
    },
    {
        "name": "waiting",
        "priority": 10,
        "max_per_hour": 20,
        "when": {
            "all": [
                asked("ticket.status", "in", ["new", "open"]),
                asked("unanswered", "at_least", "4h", calendar="office"),
            ]
        },
        "escalate": {"issue_type": "waiting", "severity": "sev3"},
        "changes": {"custom_fields": {"reason": "late"}},
    },
    {
        "name": "again",
        "priority": 20,
        "when": {"recurrence": "order", "within": "30d", "operator": "at_least", "value": 2},
        "escalate": {"issue_type": "waiting", "severity": "sev2"},
    },
]
_POLICY: Json = {
    "admin": "ana",
    "rules": _RULES,
    "matrix": [
        {
            "issue_type": "safety",
            "severity": "sev1",
            "owner": "ben",
            "changes": {"group": "care", "sla_tag": "sla_one", "public_comment": "told"},
        },
        {"issue_type": "waiting", "severity": "*", "ladder": "up", "changes": {"internal_note": "handover"}},
        {"issue_type": "*", "severity": "*", "owner": "ana"},
    ],
    "people": {
        "ana": {"name": "Ana Reis", "ids": {"acme": "101"}},
        "ben": {"name": "Ben Sousa", "ids": {"acme": "102"}},
    },
    "groups": {"care": {"name": "Care", "ids": {"acme": "201"}}},
    "fields": {
        "reason": {"name": "Reason", "ids": {"acme": "360001"}},
        "order_id": {"name": "Order", "ids": {"acme": "360002"}},
    },
    "entities": {"order": {"in": ["ticket.fields.order_id"]}},
    "calendars": {
        "office": {"time_zone": "UTC", "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed")}}
    },
    "ladders": {
        "up": {
            "steps": [
                {
                    "tier": "frontline",
                    "owner": {"rota": "duty"},
                    "acknowledge_within": "15m",
                    "work_within": "4h",
                },
                {"tier": "manager", "owner": "ana"},
            ]
        }
    },
    "rotas": {
        "duty": {
            "layers": [
                {
                    "people": ["ana", "ben"],
                    "starts": "2020-01-06",
                    "handover": {"every": "week", "on": "mon", "at": "09:00"},
                }
            ]
        }
    },
    "templates": {"handover": {"en": "To {{ owner.name }}"}, "told": {"en": "Hello"}},
}


def document() -> Json:
    """Return the policy."""
    return deepcopy(_POLICY)


def found(policy: Json, **more: Any) -> tuple[Finding, ...]:
    """Return what the lint finds."""
    return lint(compile_policy(policy), policy, now=NOW, **more)


def seen(policy: Json, **more: Any) -> set[tuple[str, str]]:
    """Return which codes it finds where."""
    return {(one.code.value, one.where) for one in found(policy, **more)}


def rule(name: str = "more", **keys: Any) -> Json:
    """Return one more rule, which finds nothing by itself."""
    return {
        "name": name,
        "priority": 30,
        "when": asked("ticket.tags", "contains", name),
        "escalate": {"issue_type": "waiting", "severity": "sev2"},
        **keys,
    }


def with_rules(*rules: Json) -> Json:
    """Return the policy with more rules."""
    policy = document()
    policy["rules"] += list(rules)
    return policy


def when(*tests: Json) -> Json:
    """Return the policy with one more rule that wants all of the tests."""
    return with_rules(rule(when={"all": list(tests)}))
