"""Steps that have nobody: passed over at once, and the admin is told.

Rule 1: no case waits for a step that nobody is there for.
Rule 2: the admin follows the ticket from then on: so the helpdesk tells them of the note.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from connectors.model import AddComment, AddFollowers, Change
from plugin.core.model import Case, Decision
from plugin.core.policy import Policy


def started(policy: Policy, decision: Decision) -> Decision:
    """Return the decision that begins a ladder, which tells of the steps before the first that has somebody."""
    case = decision.case
    steps = policy.row(case.issue_type, case.severity).steps[: case.step] if case else ()
    if case is None or not steps:
        return decision
    said = AddComment(text="\n".join(lines(policy, case, [str(step.owner) for step in steps])), public=False)
    return replace(decision, changes=(*decision.changes, *follows(policy, case), said))


def lines(policy: Policy, case: Case, passed_over: Sequence[str]) -> list[str]:
    """Tell whom nobody was there for, and the admin."""
    told = [f"Nobody is there for {choice}; passed over." for choice in passed_over]
    calls = passed_over and policy.admin and policy.admin != case.owner
    return [*told, f"{policy.name_of(policy.admin or '')} must look at it."] if calls else told


def follows(policy: Policy, case: Case) -> tuple[Change, ...]:
    """Return the wish that the admin follows the ticket; one who owns the case is told already."""
    admin = policy.people.get(policy.admin or "")
    known = admin.ids.get(case.ticket.connection) if admin and admin.key != case.owner else None
    return (AddFollowers(person_ids=(known,)),) if known else ()
