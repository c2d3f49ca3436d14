"""The case of a merged ticket, on its way to the ticket that survives.

Rule 1: it goes as a delivery, stored in the transaction that ends it here: it is heard in that ticket's turn, once.
"""

from __future__ import annotations

from dataclasses import replace

from plugin.core.inheriting import inherited
from plugin.core.model import LIVE, Case
from plugin.pipeline.standing import Standing
from plugin.pipeline.taking import OURS
from plugin.store.codec import dump_case, load_case
from plugin.store.records import Delivery, Gone, NewDelivery

_HEADER = f"{OURS}inherit"


def bequeath(at: Standing, merged_into: str | None) -> Gone:
    """Say that the ticket is gone, and send its open case after it."""
    case = at.case
    if merged_into is None or case is None or case.state not in LIVE:
        return Gone(merged_into=merged_into)
    delivery = NewDelivery(
        connection=case.ticket.connection,
        ticket_id=merged_into,
        event_key=f"inherit:{case.id}",
        invocation_id=None,
        received_at=at.parts.clock(),
        headers={_HEADER: "case"},
        body=dump_case(case).encode(),
    )
    return Gone(merged_into=merged_into, inherits=delivery)


def bequeathed(delivery: Delivery) -> Case | None:
    """Return the case that comes with a delivery, if it is of that kind."""
    return load_case(delivery.body.decode()) if _HEADER in delivery.headers else None


def inherit(at: Standing, theirs: Case) -> None:
    """Have the case of a merged ticket go on here; what it says is written with the next decision."""
    policy = at.parts.policy_of(theirs.policy_version, at.policy)
    decision = inherited(policy, at.case, theirs, at.claimed.ticket, at.parts.clock(), at.parts.new_id())
    at.case = decision.case
    at.wishes += decision.changes
    at.unpublished = True
    if at.case is not None:  # who works on it elsewhere works for this ticket now
        ref, case_id = at.claimed.ticket, at.case.id
        came = [one for one in at.parts.store.opened_for(theirs.ticket) if one.case_id == theirs.id and one.url]
        at.opened = {**at.opened, **{one.id: replace(one, origin=ref, case_id=case_id) for one in came}}
    at.tell().line("case", decision.reason, {"from": str(theirs.ticket), "its_case": theirs.id})
