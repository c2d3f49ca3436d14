"""What becomes of an exception that was asked for.

Rule 1: approved, it happens at once; declined, the work goes on where it was; late, the policy's word counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from connectors.model import AddComment, Ticket
from plugin.core import excepting, moves
from plugin.core.handing_off import Missing, nothing
from plugin.core.lifecycle import knows
from plugin.core.model import Case, CaseState, Decision, Reason, Trigger
from plugin.core.notes import note
from plugin.core.policy import Policy


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """The ticket as it was just read, and what was known of it before."""

    ticket: Ticket
    assigned_before: object = None  #: The assignee's id, as far as we knew.
    people: Mapping[str, str] = field(default_factory=dict)  #: Ids on the connection to people.
    missing: Missing = nothing
    answered_at: datetime | None = None  #: When a person last wrote to the customer.


def on_timer(policy: Policy, case: Case, seen: Seen, now: datetime, *, promise: bool) -> Decision:
    """Do what a case's timer stands for, unless people did something meanwhile that we have not heard of yet."""
    ticket = seen.ticket
    given = moves.unseen_owner(seen.people, case, seen.assigned_before, ticket.assignee_id)
    if ticket.tags & policy.opt_out_tags and case.state is not CaseState.RESOLVED:
        return moves.left_alone(case, now)
    if given is not None:
        return moves.on_owner_changed(policy, case, given, now, taken=False)
    if promise and seen.answered_at and seen.answered_at + case.update_every > case.next_update_at:
        return moves.on_customer_updated(policy, case, seen.answered_at)
    if promise:
        return moves.on_promise_due(policy, case, ticket, now)
    return on_due(policy, case, ticket, now, seen.missing)


def on_due(policy: Policy, case: Case, ticket: Ticket, now: datetime, missing: Missing = nothing) -> Decision:
    """Do what the case's own clock stands for; an approval that nobody gave in time is decided by the policy."""
    if case.pending is None or case.state is not CaseState.WAITING or case.due_at is None or now < case.due_at:
        return moves.on_due(policy, case, ticket, now, missing)
    found = excepting.terms(policy, case, case.pending.kind)
    what = "Nobody decided in time"
    if found is None or found.otherwise_approved:
        done = approved(policy, case, now, f"{what}: approved, as the policy says.", missing=missing)
    else:
        done = declined(policy, case, now, f"{what}: declined, as the policy says.")
    return replace(done, reason=Reason.APPROVAL_LATE)


def approved(policy: Policy, case: Case, now: datetime, what: str, *, missing: Missing = nothing) -> Decision:
    """Let happen what was asked for."""
    pending = case.pending
    assert pending is not None, "only what was asked for is approved"
    if pending.kind == excepting.CLIMB:
        climbed = moves.climb(policy, replace(case, pending=None), now, missing=missing, what=what, approved=True)
        return replace(climbed, reason=Reason.APPROVED)
    if pending.kind == excepting.DE_ESCALATE:
        return ended(policy, case, now, what, pending.reason)
    return _going_on(policy, excepting.granted(case), now, Reason.APPROVED, what)


def declined(policy: Policy, case: Case, now: datetime, what: str, *, why: str = "") -> Decision:
    """Let the work go on where it was."""
    return _going_on(policy, case, now, Reason.DECLINED, what, why)


def ended(policy: Policy, case: Case, now: datetime, what: str, why: str) -> Decision:
    """Take the escalation back."""
    after = replace(case, state=CaseState.DE_ESCALATED, ended_at=now, ended_by=Reason.DE_ESCALATED, due_at=None)
    after = replace(after, look_at=None, waiting_for=None, by_status=False, pending=None)
    said = AddComment(text=note(policy, after, what, why=(why,)), public=False)
    return Decision(reason=Reason.DE_ESCALATED, case=after, changes=(said,))


def _going_on(policy: Policy, case: Case, now: datetime, reason: Reason, what: str, why: str = "") -> Decision:
    assert knows(case, Trigger.WAIT_OVER), "an exception is asked for while a case waits"
    over = moves.wait_over(policy, case, now)
    said = AddComment(text=note(policy, over.case, what, why=(why,)), public=False)
    return replace(over, reason=reason, changes=(said,))
