"""What a timer of a ticket brings, in the state its case is in: as half a sentence.

Rule 1: it says what happens if nothing is heard before, and what would keep it from happening.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from plugin.core import approving, climbing, excepting
from plugin.core.conduct import Approval
from plugin.core.lifecycle import knows
from plugin.core.model import Case, CaseState, TimerKind, Trigger
from plugin.core.policy import Policy, Step
from plugin.core.promising import MOST_PROMPTS
from plugin.core.rendering.words import length, listed, times

_PLAIN: Mapping[TimerKind, str] = {
    TimerKind.RULE: "the rules are asked again",
    TimerKind.PROMISE: "the owner is prompted, unless a person answers the customer before",
    TimerKind.PROBLEM: "the ticket is told how its problem stands",
    TimerKind.FOLLOW_UP: "whoever owns an open part of the follow-up is told",
    TimerKind.LINKED: "a linked ticket is opened, or looked at",
    TimerKind.SLA: "whether the helpdesk chose the SLA policy that was asked for is looked at",
    TimerKind.STEP: "the ladder is climbed, unless the owner does something on the ticket before",
}
_UNLESS_ACTIVE = "unless the owner does something on the ticket before"
_UNLESS_ANSWERED = "unless a person answers the customer before"


def due(policy: Policy, case: Case | None, kind: TimerKind, at: datetime) -> str:
    """Say what happens then."""
    if case is not None and kind is TimerKind.STEP:
        return _STEPS.get(case.state, _work)(policy, case, at)
    if case is not None and kind is TimerKind.PROMISE:
        return _promise(policy, case, at)
    return _PLAIN[kind]


def _requested(policy: Policy, case: Case, at: datetime) -> str:
    outcome = _outcome(approving.terms(policy, case))
    return f"the escalation is {outcome}, unless {policy.name_of(case.owner)} decides before"


def _outcome(approval: Approval | None) -> str:
    return "approved" if approval is None or approval.otherwise_approved else "declined"


def _waiting(policy: Policy, case: Case, at: datetime) -> str:
    if case.pending is None:
        return f"the wait for the {case.waiting_for} ends, and the work goes on"
    outcome = _outcome(excepting.terms(policy, case, case.pending.kind))
    what = excepting.described(policy, case, case.pending)
    return f"{what} is {outcome}, unless {policy.name_of(case.pending.approver)} decides before"


def _resolved(policy: Policy, case: Case, at: datetime) -> str:
    terms = policy.conduct.resolution
    what = "the customer is reminded" if terms and terms.chase and not case.chased else "the case is closed"
    return f"{what}, unless the customer answers before"


def _open(policy: Policy, case: Case, at: datetime) -> str:
    step = climbing.step_of(policy, case)
    left = step.repeat - case.times if step and not case.acknowledged_at else 0
    if left > 0:
        more = f", {times(left)} at most" if left > 1 else ""
        return f"{policy.name_of(case.owner)} is asked once more{more}, {_UNLESS_ACTIVE}"
    return f"{_climbed(policy, case, at)}, {_UNLESS_ACTIVE}"


def _work(policy: Policy, case: Case, at: datetime) -> str:
    return f"{_climbed(policy, case, at)}, {_UNLESS_ACTIVE}"


def _climbed(policy: Policy, case: Case, at: datetime) -> str:
    step = climbing.next_step(policy, case, at)
    if step is None:
        admin = policy.name_of(policy.admin) if policy.admin else "an admin"
        return f"the ladder ends, and {admin} is told"
    return f"the ladder is climbed to {step.tier}{_before(case, step)}"


def _before(case: Case, step: Step) -> str:
    """Say what stands between a case and its next step."""
    approval = ", once that is approved" if step.approval else ""
    if case.held_at == case.step and case.incomplete:
        return f"{approval}, marked incomplete if still without {listed(case.incomplete)}"
    if not step.needs:
        return approval
    grace = f", for which it waits {length(step.grace)}" if step.grace else ""
    return f"{approval}, which needs {listed(one.name for one in step.needs)}{grace}"


def _promise(policy: Policy, case: Case, at: datetime) -> str:
    customer = policy.conduct.customer
    if not knows(case, Trigger.PROMISE_DUE):
        return "it is looked at again whether the case goes on"
    if case.look_at and case.look_at < case.next_update_at:
        return f"the owner is prompted that an update is due soon, {_UNLESS_ANSWERED}"
    if customer.holding and case.holdings < customer.most_in_a_row:
        return f'the customer gets the text "{customer.holding}", {_UNLESS_ANSWERED}'
    if case.prompts >= MOST_PROMPTS:
        return "the log tells that no update was written; the owner was prompted often enough"
    return f"the owner is prompted, {_UNLESS_ANSWERED}"


_STEPS: Mapping[CaseState, Callable[[Policy, Case, datetime], str]] = {
    CaseState.REQUESTED: _requested,
    CaseState.WAITING: _waiting,
    CaseState.RESOLVED: _resolved,
    CaseState.OPEN: _open,
}
