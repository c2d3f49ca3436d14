"""When a rule will act by time alone.

Rule 1: the evaluator itself is asked, at every instant that it names as its next, until the rule acts or none is left.
Rule 2: nothing happens meanwhile; what an event told is no longer news at any later instant.
Rule 3: the search is bounded; one that was broken off says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from connectors.model import Mode
from plugin.core.conditions import Facts
from plugin.core.evaluation import evaluate
from plugin.core.firing import left
from plugin.core.model import Firing
from plugin.core.policy import Policy, Rule
from plugin.core.remedies import offered_mark

#: Instants looked at; each threshold of a rule is crossed once, so few rules have as many.
MOST = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """When a rule acts next, if nothing happens; `at` is now where it acts now."""

    at: datetime | None  #: None: never by time alone, as far as was looked.
    looked_until: datetime | None = None  #: Where the search was broken off; None: it was not.


def foresee(
    policy: Policy,
    rule: Rule,
    facts: Facts,
    later: Facts,
    now: datetime,
    firings: Mapping[str, Firing],
    *,
    escalated: bool = False,
) -> Forecast:
    """Follow the rule's verdict through time; `later` are the facts when only time has passed.

    Where a case is open, `escalated`, no remedy comes first any more.
    """
    at, known, mark = now, facts, offered_mark(rule.name)
    if escalated and mark not in firings:
        rule = replace(rule, remedy_first=None)
    alone = replace(policy, rules=(replace(rule, mode=Mode.ENFORCE),))
    last = {name: one for name, one in firings.items() if name in (rule.name, mark)}
    for _ in range(MOST):
        evaluation = evaluate(alone, known, at, firings=last, whole=True)
        judged = evaluation.judged[0]
        if judged.acts and (not judged.remedies or judged.offered or rule.remedy_first is None):
            return Forecast(at=at)
        if judged.acts:  # what may be given comes first
            last[mark] = Firing(at=at)
            continue
        if evaluation.until is None:
            return Forecast(at=None)
        last = left(last, evaluation.left)
        at, known = evaluation.until, later
    return Forecast(at=None, looked_until=at)
