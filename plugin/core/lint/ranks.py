"""Which rule wins: rules that never decide, and rules about risk that one about time goes before.

Rule: of rules that hold the higher priority decides, then the more severe, then the earlier in the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any as Json

from connectors.model import Mode
from plugin.core.lint.findings import Code, Finding, finding
from plugin.core.lint.outlook import Outlook, RuleView

#: What risk is called, in issue types and as a vocabulary.
RISKS = (
    *("safety", "injury", "payment", "fraud", "chargeback", "compliance", "legal", "privacy", "security", "regulat"),
)


def ranks(outlook: Outlook) -> Iterator[Finding]:
    """Return what is wrong with which rule wins."""
    acting = sorted((view for view in outlook.rules if view.rule.mode is not Mode.OFF), key=lambda view: view.rank)
    yield from _same(acting)
    yield from _outranked([view for view in acting if view.rule.mode is Mode.ENFORCE])


def _same(views: Sequence[RuleView]) -> Iterator[Finding]:
    """Find rules that another one with the very same condition always beats."""
    first: dict[str, RuleView] = {}
    for view in views:
        told = json.dumps([view.when, view.rule.mode, str(view.rule.refire)], sort_keys=True)
        winner = first.setdefault(told, view)
        if winner is not view and winner.rule.max_per_hour is None:
            message = f"{view} never decides: {winner} ({winner.place}) has the same condition and goes before it"
            yield finding(Code.SAME_CONDITION, f"{view.place}.when", f"{message}; join the two")


def _outranked(views: Sequence[RuleView]) -> Iterator[Finding]:
    """Find rules about risk that one about time goes before."""
    first = next((view for view in views if view.needs_time), None)
    for view in views if first else ():
        if first and view is not first and first.rank < view.rank and about_risk(view):
            message = (
                f"{view} is about risk, but {first} ({first.place}, priority {first.rule.priority}) is about time and"
                f" goes before it; risk wins: give it a priority above {first.rule.priority}"
            )
            yield finding(Code.RISK_OUTRANKED, f"{view.place}.priority", message)


def about_risk(view: RuleView) -> bool:
    """Return True if the rule is about risk, by its issue type or the words it looks for."""
    spoken = [view.rule.issue_type.casefold(), *_vocabularies(view.when)]
    return any(risk in word for word in spoken for risk in RISKS)


def _vocabularies(when: Json) -> Iterator[str]:
    """Return the starter vocabularies that a condition names."""
    if isinstance(when, Mapping):
        if isinstance(name := when.get("vocabulary"), str):
            yield name
        when = list(when.values())
    for part in when if isinstance(when, list) else ():
        yield from _vocabularies(part)
