"""The tables of keys in the policy's reference, made of its schema.

`python -m tests.house.policy_page` rewrites them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from tests.house.repository import ROOT

PAGE = ROOT / "docs/reference/policy.md"
#: Where a key has more to tell than its line does.
LINKS: Mapping[str, str] = {
    "policy.rules": "#rules",
    "policy.matrix": "#matrix",
    "policy.ladders": "#ladders",
    "policy.people": "#people-and-groups",
    "policy.groups": "#people-and-groups",
    "policy.fields": "#people-and-groups",
    "policy.rotas": "#rotas",
    "policy.calendars": "#calendars",
    "policy.entities": "#recurrence",
    "policy.destinations": "#destinations",
    "policy.templates": "templates.md",
    "policy.updates": "#updates",
    "policy.resolution": "#resolution",
    "policy.waiting": "#waiting",
    "policy.commands": "#commands",
    "policy.requests": "#requests",
    "policy.follow_up": "#follow-up",
    "policy.state_tags": "#state-tags",
    "policy.exceptions": "#exceptions",
    "step.approval": "#approval",
    "policy.state_fields": "#state-tags",
    "rule.approval": "#approval",
    "requests.approval": "#approval",
    "rule.when": "#conditions",
    "rule.refire": "#acting-again",
    "rule.cool_down": "#acting-again",
    "rule.max_per_hour": "#blast-radius",
    "rule.changes": "#changes",
    "rule.despite_known_issues": "#known-issues",
    "rule.remedy_first": "#remedies",
    "row.remedy_first": "#remedies",
    "policy.known_issues": "#known-issues",
    "policy.remedies": "#remedies",
    "policy.problem_tickets": "#problem-tickets",
    "known_issue.when": "#conditions",
    "condition.field": "fields.md",
    "condition.operator": "operators.md",
    "condition.calendar": "calendars.md",
    "condition.recurrence": "#recurrence",
    "row.ladder": "#ladders",
    "row.targets": "#durations",
    "row.tell": "#destinations",
    "row.changes": "#changes",
    "step.tell": "#destinations",
    "step.open_ticket": "#linked-tickets",
    "selector.rota": "#rotas",
    "selector.lead_of": "#people-and-groups",
    "rota.feed": "people-and-rotas.md#feeds",
    "vocabulary.vocabulary": "vocabulary.md",
}
_TABLE = re.compile(r"(<!-- keys of (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_CODE = re.compile(r"\{\{.*?\}\}|\{\"[^}]*\}|\bsev\d\b(?!`)(?=,| or )")


def filled(text: str) -> str:
    """Return the page with every table as the schema has it."""
    return _TABLE.sub(lambda match: f"{match[1]}\n{table(match[2])}\n\n{match[3]}", text)


def table(name: str) -> str:
    """Return the keys of a definition, `policy` for the whole, as a table."""
    schema = _schema()
    found = schema if name == "policy" else schema["$defs"][name]
    needed = bool(found.get("required"))
    rows = [_row(name, key, found, needed) for key, one in found["properties"].items() if one is not False]
    head = ["| key | needed | what it is |", "|---|---|---|"] if needed else ["| key | what it is |", "|---|---|"]
    return "\n".join([*head, *rows])


def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((ROOT / "schemas/policy.schema.json").read_text("utf-8"))
    return schema


def _row(name: str, key: str, schema: Mapping[str, Any], needed: bool) -> str:
    link = LINKS.get(f"{name}.{key}")
    cells = [f"[`{key}`]({link})" if link else f"`{key}`", _needed(key, schema)] if needed else []
    cells = cells or [f"[`{key}`]({link})" if link else f"`{key}`"]
    return f"| {' | '.join([*cells, _told(schema['properties'][key])])} |"


def _needed(key: str, schema: Mapping[str, Any]) -> str:
    """Say if a key must be there: alone, or instead of another."""
    others = [one["required"][0] for one in schema.get("oneOf", ()) if list(one) == ["required"]]
    if key in others:
        return f"this or {' or '.join(f'`{other}`' for other in others if other != key)}"
    return "yes" if key in schema["required"] else "no"


def _told(schema: Mapping[str, Any]) -> str:
    target = _schema()["$defs"].get(schema.get("$ref", "").rpartition("/")[2], {})
    told = str(schema.get("description") or target["description"])
    words = schema.get("enum") or target.get("enum") or []
    told = _CODE.sub(lambda match: f"`{match[0]}`", told if told.endswith(".") else f"{told}.")
    missing = [f"`{word}`" for word in words if f"`{word}`" not in told]
    return f"{told} {', '.join(missing[:-1])} or {missing[-1]}." if len(missing) > 1 else told


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text("utf-8")), "utf-8")
