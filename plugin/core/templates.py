"""Texts of the policy, rendered safely.

Rule 1: only the policy's own text is a template; a ticket's words are values and never run.
Rule 2: a template that names something unknown is a mistake of the policy, found before it runs, in every branch.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from jinja2 import StrictUndefined, Template, TemplateError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, trim_blocks=True)
#: No comment is longer; platforms cut silently beyond their own limit.
LONGEST = 20_000

SAMPLE: Mapping[str, object] = {
    "ticket": {"id": "1", "subject": "Subject", "url": "", "status": "open", "priority": "high"},
    "requester": {"name": "Customer"},
    "owner": {"name": "Owner"},
    "case": {"issue_type": "issue", "severity": "sev1", "opened_at": "now", "next_update": "soon"},
    "rule": {"name": "rule"},
    "because": ["ticket.tags contains vip"],
}

_MAY_USE = "a template may use: " + ", ".join(
    [*(f"{k}.{name}" for k, v in SAMPLE.items() if isinstance(v, dict) for name in v), "because"]
)
#: What a template of an admin can do wrong while it runs.
_MISTAKES = (TemplateError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def mistakes(text: str) -> list[str]:
    """Return what is wrong with a template, in an admin's words."""
    try:
        unknown = _unknown_names(_ENVIRONMENT.parse(text))
        render(text, SAMPLE)
    except _MISTAKES as problem:
        return [f"{problem}; {_MAY_USE}"]
    return [f"{name} is not known; {_MAY_USE}" for name in unknown]


def _unknown_names(tree: nodes.Template) -> list[str]:
    """Return what no value will ever have, also where the sample does not lead."""
    loose = meta.find_undeclared_variables(tree) - set(SAMPLE) - set(_ENVIRONMENT.globals)
    parts = [(n.node, n.attr) for n in tree.find_all(nodes.Getattr)]
    dotted = [f"{of.name}.{part}" for of, part in parts if isinstance(of, nodes.Name) and _lacks(of.name, part)]
    return [*sorted(loose), *dict.fromkeys(dotted)]


def _lacks(name: str, part: str) -> bool:
    value = SAMPLE.get(name)
    return isinstance(value, dict) and part not in value


def render(text: str, values: Mapping[str, object]) -> str:
    """Return the text with its values, at most LONGEST characters."""
    return _compiled(text).render(values).strip()[:LONGEST]


@functools.lru_cache(maxsize=512)
def _compiled(text: str) -> Template:
    return _ENVIRONMENT.from_string(text)


def one_line(text: str, *, longest: int = 200) -> str:
    """Return a ticket's words as one bounded line."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def instant(at: datetime | None, zone: ZoneInfo) -> str:
    """Write an instant for people."""
    return "" if at is None else at.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")
