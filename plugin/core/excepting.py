"""Exceptions that somebody must approve while a case is open: a refund, a way up to the executives, an early end.

Rule 1: the case waits for the approval with a clock of its own; nobody decides in time: what the policy says happens.
Rule 2: nobody approves what they asked for themselves, unless it is theirs to give and within their limit.
Rule 3: what was granted stands in the case.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from connectors.model import AddComment, AddFollowers
from plugin.core import climbing
from plugin.core.choosing import Choice
from plugin.core.conduct import Approval
from plugin.core.model import Case, CaseState, Decision, Pending, Reason
from plugin.core.notes import note
from plugin.core.policy import Policy
from plugin.core.templates import instant

#: What is asked for beside the policy's own exceptions.
CLIMB, DE_ESCALATE = "climb", "deescalate"


def terms(policy: Policy, case: Case, kind: str) -> Approval | None:
    """Return who decides on such an exception; None: nobody has to."""
    if kind != CLIMB:
        return policy.conduct.exceptions.get(kind)
    steps = policy.row(case.issue_type, case.severity).steps
    return next((step.approval for step in steps[case.step + 1 :] if step.approval), None)


def deciders(policy: Policy, approval: Approval, amount: float | None) -> frozenset[str]:
    """Return who may decide on so much; the admin may always."""
    able = {person for person in approval.by if (amount or 0) <= approval.limits.get(person, math.inf)}
    return frozenset(able | ({policy.admin} if policy.admin else set()))


def asked(
    policy: Policy,
    case: Case,
    kind: str,
    approval: Approval,
    now: datetime,
    *,
    by: str,
    reason: str = "",
    amount: float | None = None,
) -> Decision:
    """Have the case wait for the approval of the first who may decide and is there."""
    able = deciders(policy, approval, amount)
    there = (policy.there(Choice(person=person), now) for person in approval.by if person in able)
    approver = next((person for person in there if person), policy.admin or approval.by[0])
    due = now + approval.within
    pending = Pending(kind=kind, by=by, reason=reason, amount=amount, approver=approver)
    after = replace(case, state=CaseState.WAITING, waiting_for="approval", by_status=False, due_at=due, pending=pending)
    what = f"{_name(policy, by)} asks for {described(policy, case, pending)}."
    orders = f"/{_prefix(policy)} approve, or /{_prefix(policy)} decline REASON"
    decides = f"{policy.name_of(approver)} decides by {instant(due, policy.zone)}: {orders}."
    said = AddComment(text=note(policy, after, what, decides, why=(reason,)), public=False)
    person = policy.people.get(approver)
    known = person.ids.get(case.ticket.connection) if person else None
    follows = (AddFollowers(person_ids=(known,)),) if known else ()
    return Decision(reason=Reason.APPROVAL_WANTED, case=after, changes=(*follows, said))


def described(policy: Policy, case: Case, pending: Pending) -> str:
    """Say what is asked for."""
    if pending.kind == CLIMB:
        steps = policy.row(case.issue_type, case.severity).steps
        tier = next((step.tier for step in steps[case.step + 1 :] if step.approval), "the next step")
        return f"the way up to {tier}"
    if pending.kind == DE_ESCALATE:
        return "a de-escalation"
    amount = "" if pending.amount is None else f" of {pending.amount:g}"
    return f"the exception {pending.kind}{amount}"


def needs_approval(policy: Policy, case: Case, now: datetime) -> Approval | None:
    """Return who must approve before the next step is asked."""
    step = climbing.next_step(policy, case, now)
    return step.approval if step else None


def granted(case: Case) -> Case:
    """Return the case with its exception granted."""
    pending = case.pending
    if pending is None or pending.kind in (CLIMB, DE_ESCALATE):
        return case
    amount = "" if pending.amount is None else f" {pending.amount:g}"
    return replace(case, granted=(*case.granted, f"{pending.kind}{amount}"))


def exceptions(policy: Policy) -> Mapping[str, Approval]:
    """Return the exceptions that agents ask for by name."""
    return {name: one for name, one in policy.conduct.exceptions.items() if name != DE_ESCALATE}


def _name(policy: Policy, teller: str) -> str:
    return policy.name_of(teller) if teller in policy.people else "An agent" if teller else "The ladder"


def _prefix(policy: Policy) -> str:
    return policy.conduct.commands.prefix
