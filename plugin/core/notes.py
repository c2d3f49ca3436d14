"""The internal note on a case's move: always the same short shape.

Rule 1: what happened and why, who owns it, what comes next and when, and what would stop it.
Rule 2: a line with nothing to say is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from plugin.core import climbing
from plugin.core.model import LIVE, Case, CaseState
from plugin.core.policy import Policy
from plugin.core.templates import instant

_STOPS = {
    CaseState.REQUESTED: "a decision: /{0} approve, or /{0} decline REASON",
    CaseState.OPEN: "whatever the owner does on this ticket, or /{0} ack",
    CaseState.ACKNOWLEDGED: "the owner's work on it, /{0} wait, or /{0} snooze",
    CaseState.IN_PROGRESS: "the owner's work on it, /{0} wait, or /{0} snooze",
    CaseState.WAITING: "an answer, or /{0} ack when it can go on",
    CaseState.RESOLVED: "the customer's answer",
}


def note(policy: Policy, case: Case | None, *what: str, why: Iterable[str] = ()) -> str:
    """Return the text of a note on a case as it is after the move."""
    lines = [*what]
    reasons = "; ".join(one for one in why if one)
    if reasons:
        lines.append(f"Why: {reasons}")
    if case is not None and case.state in LIVE:
        lines.append(f"Owner: {policy.name_of(case.owner)}{_tier(policy, case)}, {case.severity.value}")
        lines += [f"Next: {told}" for told in _next(policy, case)]
        lines.append(f"What stops it: {_STOPS[case.state].format(policy.conduct.commands.prefix)}")
    return "\n".join(lines)


def _tier(policy: Policy, case: Case) -> str:
    step = climbing.step_of(policy, case)
    return f" ({step.tier})" if step and case.state is not CaseState.REQUESTED else ""


def _next(policy: Policy, case: Case) -> Iterable[str]:
    def by(at: datetime) -> str:
        return instant(at, policy.zone)

    if case.due_at is not None and case.held_at == case.step and case.incomplete:
        yield f"the hand-off waits for what is missing until {by(case.due_at)}, then goes up marked incomplete"
    elif case.due_at is not None:
        yield {
            CaseState.REQUESTED: "decided by {}",
            CaseState.OPEN: "to be acknowledged by {}, else the next step is asked",
            CaseState.WAITING: "waits for the {1} until {0}",
            CaseState.RESOLVED: "the customer is reminded, or the case closed, at {}",
        }.get(case.state, "the work has time until {}, else the next step is asked").format(
            by(case.due_at), case.waiting_for
        )
    if case.state not in (CaseState.REQUESTED, CaseState.RESOLVED):
        yield f"the customer hears by {by(case.next_update_at)}"
