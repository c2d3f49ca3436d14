"""What comes before a case: known issues that are over, hold nothing back or too much, and remedies that are none.

Rule: risk is never answered away: a rule about it must go before known issues, unless the policy says otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from connectors.model import Mode
from plugin.core.beforehand import holds_back
from plugin.core.lint.findings import Code, Finding, finding
from plugin.core.lint.outlook import Outlook, RuleView
from plugin.core.lint.ranks import about_risk


def known_issues(outlook: Outlook) -> Iterator[Finding]:
    """Return what is wrong with known issues, and with rules that they hold back."""
    acting = [view for view in outlook.rules if view.rule.mode is not Mode.OFF]
    first: dict[str, str] = {}
    for i, issue in enumerate(outlook.policy.known_issues):
        place, name = f"known_issues[{i}]", f'known issue "{issue.name}"'
        if issue.until is not None and issue.until <= outlook.now:
            yield finding(Code.ISSUE_OVER, f"{place}.until", f"{name} is over; take it out, or set a later day")
        if not any(holds_back(issue, view.rule) for view in acting):
            message = f"{name} holds back no rule: all are worse than {issue.up_to}, or go before known issues"
            yield finding(Code.HOLDS_NOTHING_BACK, place, message)
        told = json.dumps(outlook.document["known_issues"][i]["when"], sort_keys=True)
        if (winner := first.setdefault(told, issue.name)) != issue.name:
            message = f'{name} is never taken: "{winner}" has the same condition and stands before it; join the two'
            yield finding(Code.SAME_CONDITION, f"{place}.when", message)
    yield from _risks(outlook, acting)


def _risks(outlook: Outlook, acting: list[RuleView]) -> Iterator[Finding]:
    for view in acting:
        back = next((one for one in outlook.policy.known_issues if holds_back(one, view.rule)), None)
        if back and about_risk(view):
            message = (
                f'{view} is about risk, but known issue "{back.name}" holds it back; set its'
                f' "despite_known_issues" to true, or make the rule worse than {back.up_to}'
            )
            yield finding(Code.RISK_HELD_BACK, view.place, message)


def remedies(outlook: Outlook) -> Iterator[Finding]:
    """Return rules that wait for remedies of which there are none."""
    for view in outlook.rules:
        types = (one.issue_types for one in outlook.policy.remedies)
        if view.rule.remedy_first and not any(not some or view.rule.issue_type in some for some in types):
            message = f'{view} lets remedies come first, but none is for "{view.rule.issue_type}"; it acts at once'
            yield finding(Code.NO_REMEDY, view.place, message)
