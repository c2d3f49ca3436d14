"""Policies of one rule each, for stories about one thing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.scenarios.world import ACME, ANA, BEN


def policy(when: Mapping[str, Any], *, more: Mapping[str, Any] | None = None, **rule: Any) -> dict[str, Any]:
    """Return a policy with one rule; `more` are sections beside the usual ones."""
    return {
        "format": 2,
        "rules": [{"name": "it", "when": when, "escalate": {"issue_type": "it", "severity": "sev2"}, **rule}],
        "matrix": [
            {
                "issue_type": "*",
                "severity": "*",
                "owner": "ana",
                "changes": {"tags": ["escalated"], "internal_note": "note", "public_comment": "told"},
            }
        ],
        "people": {
            "ana": {"name": "Ana Lima", "ids": {ACME: str(ANA)}},
            "ben": {"name": "Ben Ode", "ids": {ACME: str(BEN)}},
        },
        "templates": {"note": "{{ rule.name }}: {{ because | join('; ') }}", "told": "{{ owner.name }} cares."},
        **(more or {}),
    }


def says(field: str, operator: str, value: object = None, **more: Any) -> dict[str, Any]:
    """Return one test of a condition."""
    return {"field": field, "operator": operator, **({} if value is None else {"value": value}), **more}


OPEN = says("ticket.status", "not_in", ["solved", "closed"])
