"""The same team on another helpdesk: what differs, and nothing else.

Rule 1: the policy is the one of the examples. On Jira it names no groups, since an issue has none, asks for a key
        account by its name, since organizations have no tags there, and sets a field of the site.
Rule 2: on both the team is on Zendesk, and its developers are on a Jira: one rule, row and ladder more.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ENGINEERING = Path(__file__).parents[2] / "examples/support-team/engineering.json"
#: The connection of the developers, where there are both helpdesks.
LAB = "engineering"
POLICY = Path(__file__).parents[2] / "examples/support-team/policy.json"
#: What a promise tells of that a Jira has none of, or has otherwise.
NOT_ON_JIRA = frozenset({"group", "followers"})
#: The field of the site that stands for the team's own.
_FIELDS = {"9001": "customfield_10071"}
_STATUSES = {"Waiting for customer": "pending", "Pending": "hold"}


def platform() -> str:
    """Return which helpdesk the demo is played on: `zendesk`, `jira` or `jira-data-center`."""
    asked = os.environ.get("PLATFORM") or "zendesk"
    return "zendesk" if asked == "both" else asked


def has_both() -> bool:
    """Tell if the developers are on a helpdesk of their own."""
    return os.environ.get("PLATFORM") == "both"


def engineering() -> dict[str, Any]:
    """Return what there is more where there are both: a part of a policy, people, a chapter and its promises."""
    found: dict[str, Any] = json.loads(ENGINEERING.read_text("utf-8"))
    return found


def is_jira() -> bool:
    """Tell if it is one of the Jiras."""
    return platform().startswith("jira")


def connection_of(kind: str, url: str, secret: str) -> dict[str, Any]:
    """Return the connection to the sandbox."""
    auth: dict[str, str] = {"bearer_token": "demo-token"}
    if kind == "jira":
        auth = {"email": "escalation@team.test", "api_token": "demo-token"}
    common = {"base_url": url, "auth": auth, "webhook_secrets": [secret]}
    if kind == "zendesk":
        return {"platform": "zendesk", **common}
    return {"platform": "jira", **common, "statuses": _STATUSES}


def policy_of(kind: str) -> dict[str, Any]:
    """Return the team's policy, as it is written for a helpdesk."""
    policy: dict[str, Any] = json.loads(POLICY.read_text("utf-8"))
    policy.pop("$schema", None)
    if has_both():
        more = engineering()["policy"]
        policy["rules"] += more["rules"]
        policy["matrix"][-1:-1] = more["matrix"]
        for section in ("ladders", "templates"):
            policy[section] |= more[section]
    if kind == "zendesk":
        return policy
    policy.pop("groups", None)
    for row in policy["matrix"]:
        changes = row.get("changes", {})
        changes.pop("group", None)
        fields = changes.get("custom_fields", {})
        changes |= (
            {"custom_fields": {_FIELDS.get(name, name): value for name, value in fields.items()}} if fields else {}
        )
    for rule in policy["rules"]:
        rule["when"] = _asked(rule["when"])
    return policy


def _asked(condition: Mapping[str, Any]) -> dict[str, Any]:
    """Return a condition that asks for the key account by its name."""
    if condition.get("field") == "organization.tags":
        return {"field": "organization.name", "operator": "is", "value": "Big Customer"}
    return {
        name: [_asked(one) for one in value] if name in ("all", "any", "none") else value
        for name, value in condition.items()
    }
