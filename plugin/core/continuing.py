"""A reply to a closed ticket makes another ticket: the case of the closed one goes on there.

Rule: what opens a closed case again on its own ticket opens it again here, and nothing else does.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from connectors.model import AddComment, Ticket
from plugin.core.model import Case, Decision
from plugin.core.moves import on_reply_after_the_end
from plugin.core.notes import note
from plugin.core.policy import Policy


def continued(policy: Policy, theirs: Case, ticket: Ticket, text: str, now: datetime, new_id: str) -> Decision | None:
    """Return the case as it goes on in the ticket that follows up its own; None: this is something new."""
    again = on_reply_after_the_end(policy, theirs, text, now)
    if again is None or again.case is None:
        return None
    after = replace(
        again.case, id=new_id, ticket=ticket.ref, follows=theirs.id, turn=None, asked=False, solved=False, obeyed=()
    )
    was = f"{theirs.severity.value}, {policy.name_of(after.owner)}"
    what = f"The customer wrote again to ticket {theirs.ticket.id}, which is closed: its case ({was}) goes on here."
    return replace(again, case=after, changes=(AddComment(text=note(policy, after, what), public=False),), opens=True)
