"""What happens to a ticket's case next.

Rule 1: every move of a case is a row of TRANSITIONS; what is not there does not happen.
Rule 2: no clock, no I/O, no chance: `now` and a new case's id are arguments.
Rule 3: of the rules that hold, one decides; every other one gets a remark.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connectors.model import DONE, AddComment, Mode, Ticket, TicketRef
from plugin.core.conditions import Facts
from plugin.core.model import Case, CaseState, Decision, Reason, Remark, Trigger, Verdict
from plugin.core.planning import wanted
from plugin.core.policy import MatrixRow, Policy, Rule

TRANSITIONS: Mapping[CaseState, Mapping[Trigger, CaseState]] = {
    CaseState.OPEN: {
        Trigger.WORSE_RULE_FIRED: CaseState.OPEN,
        Trigger.PROMISE_DUE: CaseState.OPEN,
        Trigger.CUSTOMER_UPDATED: CaseState.OPEN,
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """What every unspent rule says of a ticket."""

    verdicts: tuple[tuple[Rule, Verdict], ...]

    @property
    def until(self) -> datetime | None:
        """Return the first instant at which time alone could make a rule hold."""
        return min((v.until for _, v in self.verdicts if v.until and not v.holds), default=None)

    @property
    def open(self) -> bool:
        """Return True if some rule holds or cannot be told yet: a read is worth its price."""
        return any(v.holds is not False for _, v in self.verdicts)

    def asks(self, names: frozenset[str]) -> bool:
        """Return True if a rule that may still hold asks for one of these facts."""
        return any(v.holds is not False and rule.condition.fields() & names for rule, v in self.verdicts)


def evaluate(policy: Policy, facts: Facts, now: datetime, *, spent: Iterable[str] = ()) -> Evaluation:
    """Ask every rule that is on and has not fired yet for this ticket."""
    gone = set(spent)
    rules = [r for r in policy.rules if r.mode is not Mode.OFF and r.name not in gone]
    return Evaluation(verdicts=tuple((rule, rule.condition.verdict(facts, now)) for rule in rules))


def decide(
    policy: Policy,
    case: Case | None,
    ticket: Ticket,
    evaluation: Evaluation,
    *,
    now: datetime,
    new_id: str,
    shadow: bool = False,
) -> Decision:
    """Say what happens to a ticket just read, and why.

    1. A done ticket ends its case and starts none.
    2. Rules in shadow only leave a remark with what they would have done.
    3. The first rule by priority, severity and order decides: a new case, a more severe one, or nothing new.
    """
    if ticket.status in DONE:
        ended = end(case, Trigger.TICKET_SOLVED, now)
        return Decision(reason=Reason.TICKET_DONE if case is None else Reason.TICKET_SOLVED, case=ended)
    holding = sorted(_holding(evaluation), key=lambda pair: (-pair[0].priority, pair[0].severity.rank))
    telling = [pair for pair in holding if shadow or pair[0].mode is Mode.SHADOW]
    acting = [pair for pair in holding if pair not in telling]
    remarks = tuple(_would(policy, rule, v, ticket, now) for rule, v in telling)
    fired = tuple(rule.name for rule, _ in holding)
    if not acting:
        reason = Reason.SHADOW if telling else Reason.NO_RULE_HOLDS
        return Decision(reason=reason, case=case, fired=fired, remarks=remarks)
    if case is not None and Trigger.WORSE_RULE_FIRED not in TRANSITIONS[case.state]:
        return Decision(reason=Reason.NOT_EXPECTED_NOW, case=case, fired=fired, remarks=remarks)
    rule, verdict = acting[0]
    remarks += tuple(Remark(rule=r.name, reason=Reason.ALREADY_ESCALATED, because=v.because) for r, v in acting[1:])
    if case is not None and not rule.severity.worse_than(case.severity):
        only = Remark(rule=rule.name, reason=Reason.ALREADY_ESCALATED, because=verdict.because)
        return Decision(reason=Reason.ALREADY_ESCALATED, case=case, fired=fired, remarks=(only, *remarks))
    row = policy.row(rule.issue_type, rule.severity)
    after = _opened(policy, rule, row, ticket.ref, now, new_id) if case is None else _raised(case, rule, row, now)
    return Decision(
        reason=Reason.RULE_HOLDS if case is None else Reason.RAISED,
        case=after,
        changes=wanted(policy, rule, row, after, ticket, verdict.because),
        rule=rule.name,
        because=verdict.because,
        fired=fired,
        remarks=remarks,
    )


def _holding(evaluation: Evaluation) -> list[tuple[Rule, Verdict]]:
    return [(rule, verdict) for rule, verdict in evaluation.verdicts if verdict.holds]


def _would(policy: Policy, rule: Rule, verdict: Verdict, ticket: Ticket, now: datetime) -> Remark:
    row = policy.row(rule.issue_type, rule.severity)
    case = _opened(policy, rule, row, ticket.ref, now, "")
    changes = wanted(policy, rule, row, case, ticket, verdict.because)
    return Remark(rule=rule.name, reason=Reason.SHADOW, because=verdict.because, changes=changes)


def _opened(policy: Policy, rule: Rule, row: MatrixRow, ticket: TicketRef, now: datetime, new_id: str) -> Case:
    return Case(
        id=new_id,
        ticket=ticket,
        state=CaseState.OPEN,
        rule=rule.name,
        issue_type=rule.issue_type,
        severity=rule.severity,
        owner=row.owner,
        policy_version=policy.version,
        opened_at=now,
        next_update_at=now + (row.update_every or DAY),
        update_every=row.update_every or DAY,
    )


def _raised(case: Case, rule: Rule, row: MatrixRow, now: datetime) -> Case:
    every = row.update_every or case.update_every
    kept = case.next_update_at > now  # a promise already missed is not made once more
    return replace(
        case,
        state=TRANSITIONS[case.state][Trigger.WORSE_RULE_FIRED],
        rule=rule.name,
        issue_type=rule.issue_type,
        severity=rule.severity,
        owner=row.owner,
        next_update_at=min(case.next_update_at, now + every) if kept else now + every,
        update_every=every,
    )


def end(case: Case | None, trigger: Trigger, now: datetime) -> Case | None:
    """Return the case after the trigger ended it; a case that knows no such move stays as it is."""
    state = TRANSITIONS[case.state].get(trigger) if case else None
    return case if case is None or state is None else replace(case, state=state, ended_at=now)


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
    owner = policy.people[case.owner].name if case.owner in policy.people else case.owner
    text = f"{owner}: the next update was promised to the customer for now, and nobody has written yet."
    return Decision(reason=Reason.PROMISE_DUE, case=again, changes=(AddComment(text=text, public=False),))


def _patience(case: Case) -> timedelta:
    return DAY if case.prompts >= MOST_PROMPTS else timedelta()
