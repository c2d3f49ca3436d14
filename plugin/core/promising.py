"""The next update promised to the customer: made, kept, missed.

Rule 1: a promise is never for a time at which nobody writes: it is moved into the policy's window.
Rule 2: the owner is prompted before it is due; only when nobody wrote in time does the policy's own text go out.
Rule 3: no more of the policy's own texts in a row than it allows, and none to whom it may not write.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from connectors.model import AddComment, Status, Ticket
from plugin.core.model import Case, CaseState, Decision, Reason, Say
from plugin.core.notes import note
from plugin.core.policy import Policy
from plugin.core.templates import instant

#: How often an owner is prompted for one promise before only the log is.
MOST_PROMPTS = 3
#: A case without a promised interval is still looked at once a day.
DAY = timedelta(days=1)


def promised(policy: Policy, case: Case, at: datetime) -> Case:
    """Return the case with its next update promised for about then."""
    customer = policy.conduct.customer
    due = customer.next_time(at)
    early = due - customer.prompt_before if customer.prompt_before else None
    return replace(case, next_update_at=due, look_at=early, prompts=0)


def sooner(policy: Policy, case: Case, now: datetime, every: timedelta) -> Case:
    """Return the case with a shorter interval; a promise already missed is not made once more."""
    case = replace(case, update_every=every)
    due = min(case.next_update_at, now + every) if case.next_update_at > now else now + every
    return case if due == case.next_update_at else promised(policy, case, due)


def kept(policy: Policy, case: Case, at: datetime) -> Case:
    """Return the case after a person wrote to the customer; an older answer takes no promise back."""
    due, missed = at + case.update_every, case.prompts > 0
    case = replace(case, holdings=0, prompts=0)
    return promised(policy, case, due) if missed or due > case.next_update_at else case


def may_be_written_to(policy: Policy, ticket: Ticket) -> bool:
    """Tell if the policy's own texts may go to this ticket's customer, and would arrive."""
    if ticket.requester and ticket.requester.suspended:
        return False
    tags = ticket.tags | (ticket.requester.tags if ticket.requester else frozenset())
    return not tags & (policy.conduct.customer.not_to | policy.opt_out_tags)


def due(policy: Policy, case: Case, ticket: Ticket, now: datetime) -> Decision:
    """Prompt the owner before a promise is due, and tell the customer that there is nothing new once it is missed."""
    if case.look_at and now < case.next_update_at:
        prompted = replace(case, look_at=None)
        what = f"The customer hears next by {instant(case.next_update_at, policy.zone)}; nobody has written yet."
        return Decision(reason=Reason.PROMISE_NEAR, case=prompted, changes=(_note(policy, prompted, what),))
    if case.look_at is None:
        case = replace(case, missed=case.missed + 1)
    holding = policy.conduct.customer.holding
    if holding and _may_hold(policy, case, ticket):
        return _held_off(policy, case, holding, now)
    again = replace(
        case, next_update_at=now + max(case.update_every, _patience(case)), look_at=None, prompts=case.prompts + 1
    )
    if case.prompts >= MOST_PROMPTS:
        return Decision(reason=Reason.PROMPTS_EXHAUSTED, case=again)
    what = "The next update was promised to the customer for now, and nobody has written yet."
    return Decision(reason=Reason.PROMISE_DUE, case=again, changes=(_note(policy, again, what),))


def _may_hold(policy: Policy, case: Case, ticket: Ticket) -> bool:
    few = case.holdings < policy.conduct.customer.most_in_a_row
    asked = case.state is CaseState.RESOLVED or ticket.status is Status.PENDING  # the next word is theirs
    return few and not asked and may_be_written_to(policy, ticket)


def _held_off(policy: Policy, case: Case, holding: str, now: datetime) -> Decision:
    """Send the holding text, or wait until it may go out."""
    customer = policy.conduct.customer
    at = customer.next_time(now)
    if at > now:
        return Decision(reason=Reason.PROMISE_DUE, case=replace(case, look_at=at))
    after = promised(policy, replace(case, holdings=case.holdings + 1), now + case.update_every)
    says = (Say(template=holding, public=True, kind="holding"),)
    what = "Nobody wrote to the customer in time: the policy's own text went out instead."
    return Decision(reason=Reason.HOLDING_TEXT, case=after, says=says, changes=(_note(policy, after, what),))


def _note(policy: Policy, case: Case, what: str) -> AddComment:
    return AddComment(text=note(policy, case, f"{policy.name_of(case.owner)}: {what}"), public=False)


def _patience(case: Case) -> timedelta:
    return DAY if case.prompts >= MOST_PROMPTS else timedelta()
