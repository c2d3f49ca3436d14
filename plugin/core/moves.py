"""What moves an open case: its owner, its ticket's status, time, and whom it waits for.

Rule 1: a move that is no row of TRANSITIONS does not happen, and is told as not expected.
Rule 2: no clock, no I/O: instants are arguments.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from connectors.model import AddComment, Assign, Change, Status, Ticket
from plugin.core import approving, climbing, excepting, handing_off, passing, promising, resolving
from plugin.core.answers import Answer, answer, only_thanks
from plugin.core.handing_off import Missing, nothing
from plugin.core.lifecycle import TRANSITIONS, knows
from plugin.core.model import LIVE, Case, CaseState, Decision, Reason, Trigger
from plugin.core.notes import note
from plugin.core.policy import Policy

#: Statuses of a ticket that say whom it waits for.
_WAITS_BY_STATUS = {Status.PENDING: "customer", Status.HOLD: "vendor"}


def refused(case: Case | None) -> Decision:
    """Return the decision that nothing happens."""
    return Decision(reason=Reason.NOT_EXPECTED_NOW, case=case)


def on_owner_acted(policy: Policy, case: Case, at: datetime) -> Decision:
    """Count anything the owner does on the ticket as taking it up; later on it gives the work its time anew."""
    if case.state is CaseState.OPEN:
        return Decision(reason=Reason.ACKNOWLEDGED, case=climbing.acknowledged(policy, case, at))
    if not knows(case, Trigger.STARTED):
        return refused(case)
    started = replace(climbing.acknowledged(policy, case, at), state=TRANSITIONS[case.state][Trigger.STARTED])
    return Decision(reason=Reason.STARTED, case=started)


def on_owner_changed(policy: Policy, case: Case, person: str, at: datetime, *, taken: bool) -> Decision:
    """Follow a person who gave the ticket to somebody; whoever has `taken` it has acknowledged it, too."""
    if not knows(case, Trigger.OWNER_CHANGED):
        return refused(case)
    given = replace(
        climbing.given_to(policy, case, person, at), waiting_for=None, pending=None, handoffs=case.handoffs + 1
    )
    return Decision(reason=Reason.OWNER_CHANGED, case=climbing.acknowledged(policy, given, at) if taken else given)


def on_status(policy: Policy, case: Case, status: Status, at: datetime, *, by_customer: bool) -> Decision:
    """Wait as the ticket's status says, and no longer; go on with a case whose ticket an agent opens again.

    A customer's reply opens a ticket, too: what they wrote tells more.
    """
    whom = _WAITS_BY_STATUS.get(status)
    if whom and knows(case, Trigger.WAIT) and not (case.waiting_for and not case.by_status):
        return wait(policy, case, whom, at, by_status=True)
    if whom is None and case.state is CaseState.WAITING and case.by_status:
        return wait_over(policy, case, at)
    if case.state is CaseState.RESOLVED and case.solved and not by_customer and knows(case, Trigger.REOPENED):
        return resolving.reopened(policy, case, at, by_customer=False)
    return refused(case)


def wait(
    policy: Policy, case: Case, whom: str, at: datetime, *, until: datetime | None = None, by_status: bool = False
) -> Decision:
    """Have the case wait for somebody, with a clock of its own."""
    if not knows(case, Trigger.WAIT):
        return refused(case)
    until = until or at + policy.conduct.waits[whom]
    waiting = replace(case, state=CaseState.WAITING, waiting_for=whom, by_status=by_status, due_at=until)
    if whom == "customer" and until + case.update_every > case.next_update_at:  # the next word is theirs
        waiting = promising.promised(policy, waiting, until + case.update_every)
    return Decision(reason=Reason.WAITING, case=waiting)


def wait_over(policy: Policy, case: Case, at: datetime) -> Decision:
    """Go on with the work, which has its time anew."""
    if not knows(case, Trigger.WAIT_OVER):
        return refused(case)
    going = replace(climbing.acknowledged(policy, case, at), state=CaseState.IN_PROGRESS)
    going = replace(going, waiting_for=None, by_status=False, pending=None)
    if case.waiting_for == "customer":
        going = promising.sooner(policy, going, at, case.update_every)
    return Decision(reason=Reason.WAIT_OVER, case=going)


def on_customer_wrote(policy: Policy, case: Case, text: str, at: datetime) -> Decision:
    """Take it for the answer to our question, or end a wait for the customer."""
    if case.state is CaseState.WAITING and case.waiting_for == "customer":
        return wait_over(policy, case, at)
    if case.state is not CaseState.RESOLVED:
        return refused(case)
    said = answer(text)
    trigger = {Answer.YES: Trigger.CONFIRMED, Answer.NO: Trigger.REJECTED}.get(said, Trigger.ANSWERED)
    return resolving.answered(policy, case, said, at) if knows(case, trigger) else refused(case)


def on_rated(policy: Policy, case: Case, score: object, at: datetime) -> Decision:
    """Take a satisfaction rating for the answer."""
    said = {"good": Answer.YES, "bad": Answer.NO}.get(str(score).partition("_")[0].lower())
    if case.state is not CaseState.RESOLVED or said is None:
        return refused(case)
    return resolving.answered(policy, case, said, at)


def on_reply_after_the_end(policy: Policy, last: Case | None, text: str, at: datetime) -> Decision | None:
    """Open the ticket's last case again, if the customer wrote within the grace time and not only thanks."""
    if not resolving.may_reopen(policy, last, at) or only_thanks(text) or answer(text) is Answer.YES:
        return None
    assert last is not None, "what may be opened again is there"
    return resolving.reopened(policy, last, at, by_customer=True)


def forgets(policy: Policy, last: Case, at: datetime) -> bool:
    """Tell if the grace time of the ticket's last case is over: a reply stands for something new."""
    terms = policy.conduct.resolution
    ended = last.ended_at if last.state is CaseState.CLOSED else None
    return terms is not None and ended is not None and at >= ended + terms.grace


def on_customer_updated(policy: Policy, case: Case, at: datetime) -> Decision:
    """Count a person's public answer as the promise kept, and promise the next."""
    if not knows(case, Trigger.CUSTOMER_UPDATED):
        return refused(case)
    return Decision(reason=Reason.PROMISE_KEPT, case=promising.kept(policy, case, at))


def on_promise_due(policy: Policy, case: Case, ticket: Ticket, now: datetime) -> Decision:
    """Prompt the owner, or tell the customer that there is nothing new yet."""
    if not knows(case, Trigger.PROMISE_DUE):
        return Decision(
            reason=Reason.NOT_EXPECTED_NOW, case=_looked_at_later(case, now) if case.state in LIVE else case
        )
    return promising.due(policy, case, ticket, now)


def _looked_at_later(case: Case, now: datetime) -> Case:
    """A case without a promise is still looked at: its own clock is the other timer."""
    return replace(case, next_update_at=max(case.next_update_at, case.due_at or now, now + timedelta(minutes=1)))


def on_due(policy: Policy, case: Case, ticket: Ticket, now: datetime, missing: Missing = nothing) -> Decision:
    """Do what the case's own clock stands for in its state."""
    if case.due_at is None or now < case.due_at:
        return refused(case)
    if case.state is CaseState.WAITING:
        over = wait_over(policy, case, now)
        assert over.case is not None, "a wait that is over leaves a case"
        what = f"The time to wait for the {case.waiting_for} is over."
        return replace(over, changes=(AddComment(text=note(policy, over.case, what), public=False),))
    if case.state is CaseState.RESOLVED:
        return resolving.on_due(policy, case, ticket, now)
    if case.state is CaseState.REQUESTED:
        return approving.late(policy, case, now)
    if not knows(case, Trigger.STEP_DUE):
        return refused(case)
    again = climbing.asked_again(policy, case, now)
    if again is not None:
        what = f"{policy.name_of(again.owner)} did not acknowledge it in time, and is asked once more."
        said = AddComment(text=note(policy, again, what), public=False)
        return Decision(reason=Reason.ASKED_AGAIN, case=again, changes=(said,))
    return climb(policy, case, now, missing=missing)


def climb(
    policy: Policy,
    case: Case,
    now: datetime,
    *,
    missing: Missing = nothing,
    what: str | None = None,
    by: str = "",
    approved: bool = False,
) -> Decision:
    """Give the case to the next step of its ladder that has somebody; at the end of it tell the admin.

    What the next step needs and the ticket does not have is asked for first, and whoever must approve it.
    """
    approval = None if approved else excepting.needs_approval(policy, case, now)
    if approval is not None and knows(case, Trigger.EXCEPTION_ASKED):
        return excepting.asked(policy, case, excepting.CLIMB, approval, now, by=by, reason=what or "")
    waits = handing_off.held_back(policy, case, missing, now)
    if waits is not None:
        return waits
    case, lacks = handing_off.marked(policy, case, missing, now)
    up = climbing.climbed(policy, case, now)
    after = replace(
        up.case, waiting_for=None, by_status=False, pending=None, handoffs=case.handoffs + (up.step is not None)
    )
    lines = [*climbing.told(policy, case, up, what), *([lacks] if lacks else [])]
    said = AddComment(text=note(policy, after, *lines), public=False)
    if up.step is None:
        return Decision(reason=Reason.LADDER_ENDED, case=after, changes=(*passing.follows(policy, after), said))
    told_too = passing.follows(policy, after) if up.passed_over else ()
    return Decision(reason=Reason.CLIMBED, case=after, changes=(*assigned(policy, after), *told_too, said))


def assigned(policy: Policy, case: Case) -> tuple[Change, ...]:
    """Return the wish that the ticket is its owner's."""
    person = policy.people.get(case.owner)
    owner = person.ids.get(case.ticket.connection) if person else None
    return (Assign(person_id=owner),) if owner else ()
