"""What belongs to a decision beside its changes: which case it follows, when to look again, what is counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from connectors.model import Ticket
from plugin.core.evaluation import Evaluation
from plugin.core.model import Decision, TimerKind
from plugin.pipeline.standing import Standing


def linked(at: Standing, decision: Decision, ticket: Ticket | None) -> Decision:
    """Have a new case say which one it follows: of its ticket, or of the closed one to which that is the reply."""
    case, last = decision.case, at.last
    if case is None or case.follows or (last and case.id == last.id) or at.case is not None:
        return decision
    before = last.id if last else None
    if before is None and ticket and ticket.follows:
        before = at.parts.store.last_case(replace(ticket.ref, id=ticket.follows))
    return replace(decision, case=replace(case, follows=before))


def next_look(
    at: Standing, evaluation: Evaluation | None, decision: Decision, now: datetime, *, partly: bool
) -> datetime | None:
    """Return when time alone could make a rule act; one that acted just now may act again."""
    known = [evaluation.until if evaluation else None, at.timers.get(TimerKind.RULE) if partly else None]
    known.append(decision.look_at)
    for rule in filter(None, map(at.policy.rule, decision.fired)):
        waits = rule.refire.waits(at.mirror.fired.get(rule.name), now)
        known.append(waits[1] if waits else None)
    return min((at for at in known if at is not None), default=None)


def limited(at: Standing, decision: Decision) -> tuple[tuple[str, int], ...]:
    """Return the rule that acts, if it may act on so many tickets only."""
    rule = at.policy.rule(decision.rule or str(decision.about.get("rule", "")))
    return ((rule.name, rule.max_per_hour),) if rule and rule.max_per_hour else ()
