"""What happens to a ticket's case next.

Rule 1: every move of a case is a row of TRANSITIONS; what is not there does not happen.
Rule 2: no clock, no I/O, no chance: `now` and a new case's id are arguments.
Rule 3: of the rules that hold, one decides; every other one gets a remark.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from connectors.model import DONE, AddComment, Mode, Status, Ticket, TicketRef
from plugin.core import approving, climbing, passing, promising, resolving
from plugin.core.beforehand import beforehand
from plugin.core.evaluation import Evaluation, Judged
from plugin.core.linked import TAG
from plugin.core.model import Case, CaseState, Decision, Reason, Remark, Trigger
from plugin.core.planning import wanted
from plugin.core.policy import MatrixRow, Policy, Rule

_ANY_OWNED = {
    Trigger.WORSE_RULE_FIRED: CaseState.OPEN,
    Trigger.OWNER_CHANGED: CaseState.OPEN,
    Trigger.TAKEN_OVER: CaseState.ACKNOWLEDGED,
    Trigger.HANDED_OFF: CaseState.OPEN,
    Trigger.REMEDIED: CaseState.RESOLVED,
    Trigger.TICKET_SOLVED: CaseState.CLOSED,
    Trigger.DE_ESCALATED: CaseState.DE_ESCALATED,
    Trigger.TICKET_GONE: CaseState.CANCELLED,
    Trigger.GROUND_GONE: CaseState.CANCELLED,
}

TRANSITIONS: Mapping[CaseState, Mapping[Trigger, CaseState]] = {
    CaseState.REQUESTED: {
        Trigger.APPROVED: CaseState.OPEN,
        Trigger.DECLINED: CaseState.DECLINED,
        Trigger.WORSE_RULE_FIRED: CaseState.OPEN,
        Trigger.TICKET_SOLVED: CaseState.CANCELLED,
        Trigger.TICKET_GONE: CaseState.CANCELLED,
        Trigger.GROUND_GONE: CaseState.CANCELLED,
    },
    CaseState.OPEN: {
        **_ANY_OWNED,
        Trigger.ACKNOWLEDGED: CaseState.ACKNOWLEDGED,
        Trigger.STEP_DUE: CaseState.OPEN,
        Trigger.EXCEPTION_ASKED: CaseState.WAITING,
        Trigger.PROMISE_DUE: CaseState.OPEN,
        Trigger.CUSTOMER_UPDATED: CaseState.OPEN,
    },
    CaseState.ACKNOWLEDGED: {
        **_ANY_OWNED,
        Trigger.ACKNOWLEDGED: CaseState.ACKNOWLEDGED,
        Trigger.STARTED: CaseState.IN_PROGRESS,
        Trigger.WAIT: CaseState.WAITING,
        Trigger.SNOOZED: CaseState.ACKNOWLEDGED,
        Trigger.STEP_DUE: CaseState.OPEN,
        Trigger.EXCEPTION_ASKED: CaseState.WAITING,
        Trigger.PROMISE_DUE: CaseState.ACKNOWLEDGED,
        Trigger.CUSTOMER_UPDATED: CaseState.ACKNOWLEDGED,
    },
    CaseState.IN_PROGRESS: {
        **_ANY_OWNED,
        Trigger.STARTED: CaseState.IN_PROGRESS,
        Trigger.WAIT: CaseState.WAITING,
        Trigger.SNOOZED: CaseState.IN_PROGRESS,
        Trigger.STEP_DUE: CaseState.OPEN,
        Trigger.EXCEPTION_ASKED: CaseState.WAITING,
        Trigger.PROMISE_DUE: CaseState.IN_PROGRESS,
        Trigger.CUSTOMER_UPDATED: CaseState.IN_PROGRESS,
    },
    CaseState.WAITING: {
        **_ANY_OWNED,
        Trigger.OWNER_CHANGED: CaseState.WAITING,
        Trigger.TAKEN_OVER: CaseState.WAITING,
        Trigger.EXCEPTION_ASKED: CaseState.WAITING,
        Trigger.WAIT: CaseState.WAITING,
        Trigger.WAIT_OVER: CaseState.IN_PROGRESS,
        Trigger.PROMISE_DUE: CaseState.WAITING,
        Trigger.CUSTOMER_UPDATED: CaseState.WAITING,
    },
    CaseState.RESOLVED: {
        Trigger.WORSE_RULE_FIRED: CaseState.OPEN,
        Trigger.OWNER_CHANGED: CaseState.RESOLVED,
        Trigger.TAKEN_OVER: CaseState.RESOLVED,
        Trigger.CONFIRMED: CaseState.CLOSED,
        Trigger.REJECTED: CaseState.IN_PROGRESS,
        Trigger.ANSWERED: CaseState.IN_PROGRESS,
        Trigger.REOPENED: CaseState.IN_PROGRESS,
        Trigger.CHASE_DUE: CaseState.RESOLVED,
        Trigger.SILENCE: CaseState.CLOSED,
        Trigger.DE_ESCALATED: CaseState.DE_ESCALATED,
        Trigger.TICKET_GONE: CaseState.CANCELLED,
    },
    CaseState.CLOSED: {Trigger.REOPENED: CaseState.IN_PROGRESS},
    CaseState.DECLINED: {},
    CaseState.DE_ESCALATED: {},
    CaseState.CANCELLED: {},
}


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

    1. A done ticket ends its case and starts none; a ticket that agents opted out starts none either, nor does one that
       was opened for another.
    2. Rules in shadow only leave a remark with what they would have done; rules that are held leave one too.
    3. The first rule by priority, severity and order decides: a new case or nothing new; an open case is raised by the
       first rule that is worse than it.
    """
    if ticket.status in DONE:
        return solved(policy, case, ticket.status, now)
    if ticket.tags & policy.opt_out_tags:
        return Decision(reason=Reason.OPTED_OUT, case=case, remarks=_all(evaluation, Reason.OPTED_OUT))
    if case is None and TAG in ticket.tags:
        return Decision(reason=Reason.LINKED, remarks=_all(evaluation, Reason.LINKED))
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
    undecided = case is not None and case.state is CaseState.REQUESTED and rule.approval is not None
    if case is not None and (undecided or not rule.severity.worse_than(case.severity)):
        repeated = next((j for j in acting if j.again and j.rule.name == case.rule), None)
        if repeated is None or case.state is CaseState.REQUESTED:
            only = Remark(rule=rule.name, reason=Reason.ALREADY_ESCALATED, because=first.verdict.because)
            return Decision(reason=Reason.ALREADY_ESCALATED, case=case, remarks=(only, *others))
        return _repeat(policy, case, ticket, repeated)
    if case is None and rule.approval:
        asked = approving.wanted(policy, _opened(policy, rule, row, ticket.ref, now, new_id), rule.approval, now)
        told = Decision(reason=Reason.APPROVAL_WANTED, case=asked, changes=approving.asked(policy, asked))
        return replace(told, rule=rule.name, because=first.verdict.because, remarks=others)
    after = (
        _opened(policy, rule, row, ticket.ref, now, new_id) if case is None else _raised(policy, case, rule, row, now)
    )
    given = map(str, first.remedies)
    wish = wanted(policy, rule, row, after, ticket, first.verdict.because, remedies=given)
    decision = Decision(
        reason=Reason.RULE_HOLDS if case is None else Reason.RAISED,
        case=after,
        changes=wish.changes,
        problems=wish.problems,
        rule=rule.name,
        because=first.verdict.because,
        remarks=others,
    )
    return passing.started(policy, decision)


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
        next_update_at=now,
        update_every=row.update_every or promising.DAY,
    )
    return climbing.begun(policy, promising.promised(policy, case, now + case.update_every), now)


def _raised(policy: Policy, case: Case, rule: Rule, row: MatrixRow, now: datetime) -> Case:
    raised = replace(
        promising.sooner(policy, case, now, row.update_every or case.update_every),
        state=TRANSITIONS[case.state][Trigger.WORSE_RULE_FIRED],
        rule=rule.name,
        issue_type=rule.issue_type,
        severity=rule.severity,
        owner=case.owner if climbing.stays(policy, case, row.steps[0], now) else policy.owner(row, now),
        policy_version=policy.version,  # its row is of this one
        acknowledged_at=None,
        waiting_for=None,
        pending=None,
        by_status=False,
        asked=False,
    )
    ladder = policy.row(case.issue_type, case.severity).ladder
    climbed = case.state is not CaseState.REQUESTED and 0 < case.step < len(row.steps)
    if climbed and ladder is not None and ladder == row.ladder:  # a raise sends nothing down the ladder it is on
        return climbing.given_to(policy, raised, case.owner, now)
    return climbing.begun(policy, raised, now)


def knows(case: Case, trigger: Trigger) -> bool:
    """Tell if the case's state has such a move."""
    return trigger in TRANSITIONS[case.state]


def solved(policy: Policy, case: Case | None, status: Status, now: datetime) -> Decision:
    """Ask the customer of a solved ticket whether the remedy holds, where the policy says so; else end its case."""
    if case is None:
        return Decision(reason=Reason.TICKET_DONE)
    if case.state is CaseState.RESOLVED and status is not Status.CLOSED:
        return Decision(reason=Reason.TICKET_DONE, case=replace(case, solved=True))
    if policy.conduct.resolution and status is not Status.CLOSED and knows(case, Trigger.REMEDIED):
        return resolving.remedied(policy, case, now, solved=True)
    trigger = Trigger.SILENCE if case.state is CaseState.RESOLVED else Trigger.TICKET_SOLVED
    ended = end(case, trigger, now)
    return Decision(reason=Reason.TICKET_SOLVED, case=ended)


def end(case: Case | None, trigger: Trigger, now: datetime) -> Case | None:
    """Return the case after the trigger ended it; a case that knows no such move stays as it is."""
    state = TRANSITIONS[case.state].get(trigger) if case else None
    if case is None or state is None:
        return case
    return replace(
        case, state=state, ended_at=now, due_at=None, look_at=None, waiting_for=None, by_status=False, pending=None
    )
