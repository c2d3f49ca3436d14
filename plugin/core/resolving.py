"""The remedy is in: the customer is asked whether it holds, and the case closed by the answer or by silence.

Rule 1: the customer is asked once for one remedy, and reminded once.
Rule 2: only a plain yes or no is understood; for anything else a person decides.
Rule 3: whether the case's state knows the move is asked before; see `moves.py`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from connectors.model import DONE, AddComment, SetStatus, Status, Ticket
from plugin.core import climbing, promising
from plugin.core.answers import Answer
from plugin.core.choosing import Choice
from plugin.core.conduct import Resolution
from plugin.core.model import Case, CaseState, Decision, Reason, Say
from plugin.core.notes import note
from plugin.core.policy import Policy


def remedied(policy: Policy, case: Case, now: datetime, *, solved: bool) -> Decision:
    """Ask the customer; at once where the ticket was solved or an agent says so."""
    terms = policy.conduct.resolution
    assert terms is not None, "only a policy with a resolution asks"
    after = replace(
        case,
        state=CaseState.RESOLVED,
        asked=True,
        chased=False,
        solved=solved,
        waiting_for=None,
        by_status=False,
        pending=None,
    )
    after = _waiting(after, terms, now)
    after = replace(after, resolved_at=now)
    if case.asked:  # they said something that was not clear, and a person decided that it holds
        return Decision(reason=Reason.REMEDIED, case=after)
    opens = policy.conduct.customer.next_time(now)
    if opens > now:
        later = replace(after, asked=False, due_at=opens)
        what = "The remedy is in: the customer is asked if it holds, as soon as the policy writes to customers."
        said = AddComment(text=note(policy, later, what), public=False)
        return Decision(reason=Reason.REMEDIED, case=later, changes=(said,))
    said = AddComment(text=note(policy, after, "The remedy is in: the customer is asked if it holds."), public=False)
    return Decision(reason=Reason.REMEDIED, case=after, says=(_question(terms),), changes=(said,))


def _question(terms: Resolution) -> Say:
    return Say(template=terms.ask, public=True, kind="ask")


def _waiting(case: Case, terms: Resolution, now: datetime) -> Case:
    """Return the case with the clock of the reminder, or of the end where there is none."""
    end = now + terms.close_after
    due = min(now + terms.chase_after, end) if terms.chase else end
    return replace(case, due_at=due, next_update_at=end, look_at=None)


def answered(policy: Policy, case: Case, answer: Answer, now: datetime) -> Decision:
    """Do what the customer's answer says."""
    if answer is Answer.YES:
        what = "The customer confirms that it works; the case is closed."
        what += "" if case.solved else " Solve the ticket, too."
        done = closed(policy, case, Reason.CONFIRMED, what, now)
        terms = policy.conduct.resolution
        if not (case.solved and terms and terms.solve_again):
            return done
        return replace(done, changes=(*done.changes, SetStatus(status=Status.SOLVED)))  # their answer opened it
    if answer is Answer.NO:
        what = "The customer says that it does not work: the case goes on."
        going = _going_on(policy, replace(case, asked=False), Reason.REJECTED, what, now)
        return replace(going, changes=(*going.changes, SetStatus(status=Status.OPEN)))  # a rating opens nothing
    what = "The customer answered; whether the remedy holds is for a person to say. Solve the ticket again if it does."
    return _going_on(policy, case, Reason.UNCLEAR_ANSWER, what, now)


def reopened(policy: Policy, case: Case, now: datetime, *, by_customer: bool) -> Decision:
    """Go on with a case whose ticket is open again, also one that was closed."""
    what = "The customer wrote again" if by_customer else "The ticket was opened again"
    again = replace(case, reopened=case.reopened + 1, ended_at=None, ended_by=None)
    if by_customer:
        again = replace(again, asked=False)  # another remedy, another question
    stands_in = policy.there(Choice(person=case.owner), now)
    again = replace(again, owner=stands_in or case.owner)
    return _going_on(policy, again, Reason.REOPENED, f"{what}: the case goes on with the same owner.", now)


def may_reopen(policy: Policy, case: Case | None, now: datetime) -> bool:
    """Tell if a reply opens the ticket's last case again, rather than standing for something new."""
    terms = policy.conduct.resolution
    if terms is None or case is None or case.state is not CaseState.CLOSED or case.ended_at is None:
        return False
    return now < case.ended_at + terms.grace


def on_due(policy: Policy, case: Case, ticket: Ticket, now: datetime) -> Decision:
    """Remind the customer once, then take silence for a yes."""
    terms = policy.conduct.resolution
    if case.solved and ticket.status not in DONE:
        return reopened(policy, case, now, by_customer=False)
    opens = policy.conduct.customer.next_time(now)
    if terms and not case.asked:
        return Decision(
            reason=Reason.ASKED, case=_waiting(replace(case, asked=True), terms, now), says=(_question(terms),)
        )
    if terms and terms.chase and not case.chased and opens > now and opens < case.next_update_at:
        return Decision(reason=Reason.NOT_EXPECTED_NOW, case=replace(case, due_at=opens))
    if terms and terms.chase and not case.chased and promising.may_be_written_to(policy, ticket):
        chased = replace(case, chased=True, due_at=case.next_update_at)
        says = (Say(template=terms.chase, public=True, kind="chase"),)
        return Decision(reason=Reason.CHASED, case=chased, says=says)
    if not case.chased and now < case.next_update_at:
        return Decision(reason=Reason.NOT_EXPECTED_NOW, case=replace(case, chased=True, due_at=case.next_update_at))
    return closed(
        policy, case, Reason.CLOSED_IN_SILENCE, "Nothing more was heard from the customer; the case is closed.", now
    )


def closed(policy: Policy, case: Case, reason: Reason, what: str, now: datetime) -> Decision:
    """End the case."""
    after = replace(case, state=CaseState.CLOSED, ended_at=now, ended_by=reason, due_at=None, look_at=None)
    return Decision(reason=reason, case=after, changes=(AddComment(text=note(policy, after, what), public=False),))


def _going_on(policy: Policy, case: Case, reason: Reason, what: str, now: datetime) -> Decision:
    going = replace(climbing.acknowledged(policy, case, now), state=CaseState.IN_PROGRESS)
    going = promising.promised(policy, replace(going, chased=False, solved=False), now + case.update_every)
    return Decision(reason=reason, case=going, changes=(AddComment(text=note(policy, going, what), public=False),))
