"""A ticket was merged into another: its case goes on there, or ends where one is open already.

Rule 1: a ticket has one open case; of two, the worse severity and its owner stay.
Rule 2: whoever owned the case owns it still: a merge hands nothing over.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from connectors.model import AddComment, TicketRef
from plugin.core import climbing
from plugin.core.model import Case, CaseState, Decision, Reason
from plugin.core.moves import assigned
from plugin.core.notes import note
from plugin.core.policy import Policy


def inherited(
    policy: Policy, mine: Case | None, theirs: Case, ticket: TicketRef, now: datetime, new_id: str
) -> Decision:
    """Return what becomes of the case of a ticket that was merged into this one."""
    was = f"{theirs.severity.value}, {policy.name_of(theirs.owner)}"
    merged = f"The ticket {theirs.ticket.id} was merged into this one"
    if mine is None:
        after = _carried_on(theirs, ticket, new_id)
        what = f"{merged}: its case ({was}) goes on here."
    elif theirs.severity.worse_than(mine.severity):
        after = _raised(policy, mine, theirs, now)
        what = f"{merged}: this case is as severe as its case was ({was})."
    else:
        after = mine
        what = f"{merged}: its case ({was}) is one with this one."
    said = AddComment(text=note(policy, after, what), public=False)
    return Decision(reason=Reason.INHERITED, case=after, changes=(*assigned(policy, after), said))


def _carried_on(theirs: Case, ticket: TicketRef, new_id: str) -> Case:
    """Return the case as it goes on: the remedy of a ticket that is no more is no remedy of this one."""
    state = CaseState.IN_PROGRESS if theirs.state is CaseState.RESOLVED else theirs.state
    return replace(
        theirs, id=new_id, ticket=ticket, state=state, follows=theirs.id, turn=None, asked=False, solved=False
    )


def _raised(policy: Policy, mine: Case, theirs: Case, now: datetime) -> Case:
    raised = replace(
        mine,
        state=CaseState.OPEN,
        severity=theirs.severity,
        issue_type=theirs.issue_type,
        owner=theirs.owner,
        acknowledged_at=None,
        waiting_for=None,
        pending=None,
        by_status=False,
        asked=False,
        turn=None,
    )
    return replace(climbing.begun(policy, raised, now), turn=None)
