"""Cases that somebody must approve before they have an owner.

Rule 1: until it is decided, whoever may decide owns the case; nothing but that person is told.
Rule 2: nobody decides in time: what the policy says for that happens, and the log says that it was so.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from connectors.model import AddComment, AddFollowers, Change
from plugin.core import climbing, excepting, passing, promising
from plugin.core.choosing import Choice
from plugin.core.conduct import Approval
from plugin.core.model import Case, CaseState, Decision, Reason
from plugin.core.notes import note
from plugin.core.policy import Policy
from plugin.core.templates import instant


def terms(policy: Policy, case: Case) -> Approval | None:
    """Return who may decide on a case that waits for an approval."""
    rule = policy.rule(case.rule)
    return rule.approval if rule else policy.conduct.requests.approval


def wanted(policy: Policy, case: Case, approval: Approval, now: datetime) -> Case:
    """Return a new case as it waits for its approval, owned by the first who is there."""
    there = (policy.there(Choice(person=key), now) for key in approval.by)
    owner = next((person for person in there if person), policy.admin or approval.by[0])
    due = now + approval.within
    asked = replace(case, state=CaseState.REQUESTED, owner=owner, due_at=due, next_update_at=due, look_at=None)
    return replace(asked, step=0, turn=None)


def deciders(policy: Policy, case: Case) -> frozenset[str]:
    """Return who may decide on what a case waits for; not whoever asked, as long as somebody else may."""
    if case.pending is not None:
        found = excepting.terms(policy, case, case.pending.kind)
        able, asker = excepting.deciders(policy, found, case.pending.amount) if found else frozenset(), case.pending.by
    else:
        found = terms(policy, case)
        owner, admin = {case.owner}, {policy.admin} if policy.admin else set[str]()
        able, asker = frozenset((set(found.by) if found else set[str]()) | owner | admin), case.requested_by or ""
    return able - {asker} or able


def asked(policy: Policy, case: Case) -> tuple[Change, ...]:
    """Return how the approver is told: a note, and following the ticket."""
    person = policy.people.get(case.owner)
    known = person.ids.get(case.ticket.connection) if person else None
    by = instant(case.due_at, policy.zone)
    as_what = f"{case.issue_type}, {case.severity.value}"
    what = f"An escalation as {as_what} wants the approval of {policy.name_of(case.owner)} by {by}."
    text = AddComment(text=note(policy, case, what), public=False)
    return (*((AddFollowers(person_ids=(known,)),) if known else ()), text)


def approved(policy: Policy, case: Case, now: datetime, *, by: str, late: bool = False) -> Decision:
    """Open the case: it has its owner and its clocks from now on."""
    row = policy.row(case.issue_type, case.severity)
    opened = replace(case, state=CaseState.OPEN, owner=policy.owner(row, now), due_at=None)
    opened = climbing.begun(policy, promising.promised(policy, opened, now + case.update_every), now)
    what = "Nobody decided in time: approved, as the policy says." if late else f"Approved by {policy.name_of(by)}."
    said = AddComment(text=note(policy, opened, what), public=False)
    reason = Reason.APPROVAL_LATE if late else Reason.APPROVED
    return passing.started(policy, Decision(reason=reason, case=opened, changes=(said,), opens=True))


def declined(policy: Policy, case: Case, now: datetime, *, by: str, why: str = "", late: bool = False) -> Decision:
    """End the case before it began."""
    ended = replace(case, state=CaseState.DECLINED, ended_at=now, due_at=None, ended_by=Reason.DECLINED)
    what = "Nobody decided in time: declined, as the policy says." if late else f"Declined by {policy.name_of(by)}."
    said = AddComment(text=note(policy, ended, what, why=(why,)), public=False)
    return Decision(reason=Reason.APPROVAL_LATE if late else Reason.DECLINED, case=ended, changes=(said,))


def late(policy: Policy, case: Case, now: datetime) -> Decision:
    """Do what the policy says for an approval that nobody gave or refused in time."""
    found = terms(policy, case)
    if found is None or found.otherwise_approved:
        return approved(policy, case, now, by=case.owner, late=True)
    return declined(policy, case, now, by=case.owner, late=True)
