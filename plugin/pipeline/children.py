"""A problem that moves, and the incidents that are told of it.

Rule 1: what a problem has to tell is called out in the transaction of the decision that made it so.
Rule 2: each incident is a ticket like any other: read, decided on, written to through its own outbox.
"""

from __future__ import annotations

from dataclasses import replace

from connectors.model import DONE, Mode, Ticket, TicketRef
from plugin.core import children
from plugin.core.firing import fired
from plugin.core.model import Decision, Reason
from plugin.pipeline.standing import Standing


def calling(at: Standing) -> int:
    """Return how many children in a minute hear what is new of this ticket, 0 for nothing; the mirror remembers it."""
    at.mirror = children.reopened(at.mirror)
    mark = children.call(at.policy, at.mirror, at.case)
    if mark is None:
        return 0
    at.mirror = replace(at.mirror, fired=fired(at.mirror.fired, (mark,), at.parts.clock()))
    return at.policy.told_per_minute


def heed(at: Standing) -> tuple[Ticket, Decision]:
    """Read an incident whose problem has moved, and decide what it is told."""
    ref = at.claimed.ticket
    ticket = at.read()
    if ticket.problem_id is None or ticket.status in DONE:
        return ticket, Decision(reason=Reason.NOT_EXPECTED_NOW, case=at.case)
    problem = at.parts.store.problem(TicketRef(connection=ref.connection, id=ticket.problem_id))
    decision = children.on_problem_moved(at.policy, at.case, ticket, at.mirror, problem)
    if at.parts.accounts[ref.connection].mode is not Mode.ENFORCE:
        decision = replace(decision, changes=())
    return ticket, decision
