"""What a policy asks of a helpdesk that has no such thing: a fact that is never known there, a change nobody can make.

Rule: a warning, since a policy may serve several helpdesks; the words say what takes its place, where something does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from plugin.core.conditions import Test
from plugin.core.lint.findings import Code, Finding, finding
from plugin.core.lint.literals import leaves
from plugin.core.lint.live import Helpdesk
from plugin.core.lint.outlook import Outlook
from plugin.core.policy import Wishes


def lacking(outlook: Outlook, desk: Helpdesk) -> Iterator[Finding]:
    """Find tests and changes that come to nothing there, rule by rule and row by row."""
    lacks = desk.catalogue.lacks
    for view in outlook.rules if lacks else ():
        for place, test in leaves(view.rule.condition, f"{view.place}.when"):
            if isinstance(test, Test) and test.field in lacks:
                message = f"is never known {desk.there()}: {lacks[test.field]}"
                yield finding(Code.NOT_THERE, f"{place}.field", f'"{test.field}" {message}')
    places = [(f"matrix[{i}].changes", row.wishes) for i, row in enumerate(desk.policy.matrix)]
    places += [(f"{view.place}.changes", view.rule.wishes) for view in outlook.rules]
    for place, wishes in places if lacks else ():
        for name in _wished(wishes):
            if why := lacks.get(f"changes.{name}"):
                yield finding(Code.NOT_THERE, f"{place}.{name}", f"cannot be done {desk.there()}: {why}")


def _wished(wishes: Wishes) -> Iterator[str]:
    return (one.name for one in fields(wishes) if getattr(wishes, one.name))
