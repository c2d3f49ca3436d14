"""What happens to a ticket's case next.

Rule 1: every move of a case is a row of TRANSITIONS; what is not there does not happen.
Rule 2: no clock, no I/O, no chance: `now` and a new case's id are arguments.
Rule 3: of the rules that hold, one decides; every other one gets a remark.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from connectors.model import DONE, AddComment, Assign, Mode, Ticket, TicketRef
from plugin.core import climbing
from plugin.core.beforehand import beforehand
from plugin.core.evaluation import Evaluation, Judged
from plugin.core.model import Case, CaseState, Decision, Reason, Remark, Trigger
from plugin.core.planning import wanted
from plugin.core.policy import MatrixRow, Policy, Rule

TRANSITIONS: Mapping[CaseState, Mapping[Trigger, CaseState]] = {
    CaseState.OPEN: {
        Trigger.WORSE_RULE_FIRED: CaseState.OPEN,
        Trigger.ACKNOWLEDGED: CaseState.ACKNOWLEDGED,
        Trigger.OWNER_CHANGED: CaseState.OPEN,
        Trigger.STEP_DUE: CaseState.OPEN,
        Trigger.PROMISE_DUE: CaseState.OPEN,
        Trigger.CUSTOMER_UPDATED: CaseState.OPEN,
        Trigger.TICKET_SOLVED: CaseState.CLOSED,
        Trigger.TICKET_GONE: CaseState.CANCELLED,
        Trigger.GROUND_GONE: CaseState.CANCELLED,
    },
    CaseState.ACKNOWLEDGED: {
        Trigger.WORSE_RULE_FIRED: CaseState.OPEN,
        Trigger.ACKNOWLEDGED: CaseState.ACKNOWLEDGED,
        Trigger.OWNER_CHANGED: CaseState.OPEN,
        Trigger.STEP_DUE: CaseState.OPEN,
        Trigger.PROMISE_DUE: CaseState.ACKNOWLEDGED,
        Trigger.CUSTOMER_UPDATED: CaseState.ACKNOWLEDGED,
        Trigger.TICKET_SOLVED: CaseState.CLOSED,
        Trigger.TICKET_GONE: CaseState.CANCELLED,
        Trigger.GROUND_GONE: CaseState.CANCELLED,
    },
    CaseState.CLOSED: {},
    CaseState.CANCELLED: {},
}
#: How often an owner is prompted for one promise before only the log is.
MOST_PROMPTS = 3
#: A case without a promised interval is still looked at once a day.
DAY = timedelta(days=1)


def decide(
    policy: Policy,
    case: Case | None,
    ticket: Ticket,
    evaluation: Evaluation,
    *,
    now: datetime,
    new_id: str,
    shadow: bool = False,
    held: frozenset[str] = frozenset(),
) -> Decision:
    """Say what happens to a ticket just read, and why.

    1. A done ticket ends its case and starts none; a ticket that agents opted out starts none either.
    2. Rules in shadow only leave a remark with what they would have done; rules that are held leave one too.
    3. The first rule by priority, severity and order decides: a new case or nothing new; an open case is raised by the
       first rule that is worse than it.
    """
    if ticket.status in DONE:
        ended = end(case, Trigger.TICKET_SOLVED, now)
        return Decision(reason=Reason.TICKET_DONE if case is None else Reason.TICKET_SOLVED, case=ended)
    if ticket.tags & policy.opt_out_tags:
        return Decision(reason=Reason.OPTED_OUT, case=case, remarks=_all(evaluation, Reason.OPTED_OUT))
    ranked = sorted((j for j in evaluation.judged if j.acts), key=lambda j: (-j.rule.priority, j.rule.severity.rank))
    telling = [j for j in ranked if shadow or j.rule.mode is Mode.SHADOW]
    waiting = [j for j in ranked if j not in telling and j.rule.name in held]
    acting = [j for j in ranked if j not in telling and j not in waiting]
    remarks = tuple(_would(policy, j, ticket, now, Reason.SHADOW) for j in telling)
    remarks += tuple(_would(policy, j, ticket, now, Reason.HELD) for j in waiting)
    fired = tuple(j.rule.name for j in ranked if j not in waiting)
    if case is None and acting:
        first = beforehand(policy, ticket, evaluation, acting, now=now)
        acting, remarks = list(first.acting), (*remarks, *first.remarks)
        fired = tuple(name for name in fired if name not in _names(first.aside))
        if first.decision:
            spent = (*fired, *first.decision.fired)
            return replace(first.decision, fired=spent, remarks=remarks, held=_names(waiting))
    if not acting:
        reason = Reason.HELD if waiting else Reason.SHADOW if telling else Reason.NO_RULE_HOLDS
        return Decision(reason=reason, case=case, fired=fired, remarks=remarks, held=_names(waiting))
    decision = _act(policy, case, ticket, acting, now=now, new_id=new_id)
    return replace(decision, fired=fired, remarks=(*decision.remarks, *remarks), held=_names(waiting))


def _act(
    policy: Policy, case: Case | None, ticket: Ticket, acting: Sequence[Judged], *, now: datetime, new_id: str
) -> Decision:
    """Let the first of the rules act on the ticket's case; the others leave a remark."""
    first = next((j for j in acting if case is None or j.rule.severity.worse_than(case.severity)), acting[0])
    rule, others = (
        first.rule,
        tuple(
            Remark(rule=j.rule.name, reason=Reason.ALREADY_ESCALATED, because=j.verdict.because)
            for j in acting
            if j is not first
        ),
    )
    if case is not None and Trigger.WORSE_RULE_FIRED not in TRANSITIONS[case.state]:
        return Decision(reason=Reason.NOT_EXPECTED_NOW, case=case, remarks=others)
    row = policy.row(rule.issue_type, rule.severity)
    if case is not None and not rule.severity.worse_than(case.severity):
        repeated = next((j for j in acting if j.again and j.rule.name == case.rule), None)
        if repeated is None:
            only = Remark(rule=rule.name, reason=Reason.ALREADY_ESCALATED, because=first.verdict.because)
            return Decision(reason=Reason.ALREADY_ESCALATED, case=case, remarks=(only, *others))
        return _repeat(policy, case, ticket, repeated)
    after = (
        _opened(policy, rule, row, ticket.ref, now, new_id) if case is None else _raised(policy, case, rule, row, now)
    )
    told = map(str, first.remedies)
    wish = wanted(policy, rule, row, after, ticket, first.verdict.because, remedies=told)
    return Decision(
        reason=Reason.RULE_HOLDS if case is None else Reason.RAISED,
        case=after,
        changes=wish.changes,
        problems=wish.problems,
        rule=rule.name,
        because=first.verdict.because,
        remarks=others,
    )


def _repeat(policy: Policy, case: Case, ticket: Ticket, judged: Judged) -> Decision:
    """Ask for the rule's changes once more, but say nothing more to the customer."""
    rule, because = judged.rule, judged.verdict.because
    row, told = policy.row(rule.issue_type, rule.severity), map(str, judged.remedies)
    wish = wanted(policy, rule, row, case, ticket, because, remedies=told)
    inward = tuple(c for c in wish.changes if not (isinstance(c, AddComment) and c.public))
    return Decision(
        reason=Reason.REPEATED, case=case, changes=inward, rule=rule.name, because=because, problems=wish.problems
    )


def _names(judged: Iterable[Judged]) -> tuple[str, ...]:
    return tuple(one.rule.name for one in judged)


def _all(evaluation: Evaluation, reason: Reason) -> tuple[Remark, ...]:
    return tuple(
        Remark(rule=j.rule.name, reason=reason, because=j.verdict.because) for j in evaluation.judged if j.verdict.holds
    )


def _would(policy: Policy, judged: Judged, ticket: Ticket, now: datetime, reason: Reason) -> Remark:
    rule, because = judged.rule, judged.verdict.because
    row = policy.row(rule.issue_type, rule.severity)
    case = _opened(policy, rule, row, ticket.ref, now, "")
    wish = wanted(policy, rule, row, case, ticket, because, remedies=map(str, judged.remedies))
    return Remark(rule=rule.name, reason=reason, because=because, changes=wish.changes)


def _opened(policy: Policy, rule: Rule, row: MatrixRow, ticket: TicketRef, now: datetime, new_id: str) -> Case:
    case = Case(
        id=new_id,
        ticket=ticket,
        state=CaseState.OPEN,
        rule=rule.name,
        issue_type=rule.issue_type,
        severity=rule.severity,
        owner=policy.owner(row, now),
        policy_version=policy.version,
        opened_at=now,
        next_update_at=now + (row.update_every or DAY),
        update_every=row.update_every or DAY,
    )
    return climbing.begun(policy, case, now)


def _raised(policy: Policy, case: Case, rule: Rule, row: MatrixRow, now: datetime) -> Case:
    every = row.update_every or case.update_every
    kept = case.next_update_at > now  # a promise already missed is not made once more
    raised = replace(
        case,
        state=TRANSITIONS[case.state][Trigger.WORSE_RULE_FIRED],
        rule=rule.name,
        issue_type=rule.issue_type,
        severity=rule.severity,
        owner=policy.owner(row, now),
        policy_version=policy.version,  # its row is of this one
        next_update_at=min(case.next_update_at, now + every) if kept else now + every,
        update_every=every,
        acknowledged_at=None,
    )
    return climbing.begun(policy, raised, now)


def end(case: Case | None, trigger: Trigger, now: datetime) -> Case | None:
    """Return the case after the trigger ended it; a case that knows no such move stays as it is."""
    state = TRANSITIONS[case.state].get(trigger) if case else None
    return case if case is None or state is None else replace(case, state=state, ended_at=now)


def on_owner_acted(policy: Policy, case: Case, at: datetime) -> Decision:
    """Count anything the owner does on the ticket as taking it up; later on it gives the work its time anew."""
    if Trigger.ACKNOWLEDGED not in TRANSITIONS[case.state]:
        return Decision(reason=Reason.NOT_EXPECTED_NOW, case=case)
    return Decision(reason=Reason.ACKNOWLEDGED, case=climbing.acknowledged(policy, case, at))


def on_owner_changed(policy: Policy, case: Case, person: str, at: datetime, *, taken: bool) -> Decision:
    """Follow a person who gave the ticket to somebody; whoever has `taken` it has acknowledged it, too."""
    if Trigger.OWNER_CHANGED not in TRANSITIONS[case.state]:
        return Decision(reason=Reason.NOT_EXPECTED_NOW, case=case)
    given = climbing.given_to(policy, case, person, at)
    return Decision(reason=Reason.OWNER_CHANGED, case=climbing.acknowledged(policy, given, at) if taken else given)


def on_step_due(policy: Policy, case: Case, now: datetime) -> Decision:
    """Climb the ladder, if the case still stands where its time was up; at the end of it tell the admin."""
    if Trigger.STEP_DUE not in TRANSITIONS[case.state] or case.due_at is None or now < case.due_at:
        return Decision(reason=Reason.NOT_EXPECTED_NOW, case=case)
    climb = climbing.climbed(policy, case, now)
    note = AddComment(text=climbing.note(policy, case, climb), public=False)
    if climb.step is None:
        return Decision(reason=Reason.LADDER_ENDED, case=climb.case, changes=(note,))
    owner = policy.people[climb.case.owner].ids.get(case.ticket.connection)  # whoever is there is one of the people
    assign = (Assign(person_id=owner),) if owner else ()
    return Decision(reason=Reason.CLIMBED, case=climb.case, changes=(*assign, note))


def on_customer_updated(case: Case, at: datetime) -> Decision:
    """Count a person's public answer as the promise kept, and promise the next; an older answer takes none back."""
    if Trigger.CUSTOMER_UPDATED not in TRANSITIONS[case.state]:
        return Decision(reason=Reason.NOT_EXPECTED_NOW, case=case)
    kept = replace(case, next_update_at=max(case.next_update_at, at + case.update_every), prompts=0)
    return Decision(reason=Reason.PROMISE_KEPT, case=kept)


def on_promise_due(policy: Policy, case: Case, now: datetime) -> Decision:
    """Prompt the owner by an internal note; after MOST_PROMPTS leave only a line in the log."""
    if Trigger.PROMISE_DUE not in TRANSITIONS[case.state]:
        return Decision(reason=Reason.NOT_EXPECTED_NOW, case=case)
    again = replace(case, next_update_at=now + max(case.update_every, _patience(case)), prompts=case.prompts + 1)
    if case.prompts >= MOST_PROMPTS:
        return Decision(reason=Reason.PROMPTS_EXHAUSTED, case=again)
    owner = policy.name_of(case.owner)
    text = f"{owner}: the next update was promised to the customer for now, and nobody has written yet."
    return Decision(reason=Reason.PROMISE_DUE, case=again, changes=(AddComment(text=text, public=False),))


def _patience(case: Case) -> timedelta:
    return DAY if case.prompts >= MOST_PROMPTS else timedelta()
