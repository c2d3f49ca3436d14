"""Having the helpdesk choose an SLA policy: a tag is written, and what came of it is told.

Rule 1: nobody can assign a policy; the helpdesk looks at the tag among others, at some moment after the write.
Rule 2: what we wrote we take away, when the case is raised to another row or turns out to be none; on a solved ticket
        it stays, for its reports speak of the policy by which it was solved.
Rule 3: applied, not applied, unknown: the third is said wherever the helpdesk does not tell enough for the others.

https://developer.zendesk.com/api-reference/ticketing/business-rules/sla_policies/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from connectors.model import AddTags, Change, RemoveTags, Ticket
from plugin.core.model import Case, CaseState, Reason, SlaWatch
from plugin.core.policy import Policy, Wishes

#: How long after the write it is looked at, how long after that again, and once more.
LOOKS = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2))
#: None: no tag of ours is on the ticket.
Watch = SlaWatch | None
#: After these there was nothing to escalate, and the ticket's own targets are the right ones.
_NOT_ESCALATED = frozenset({CaseState.DE_ESCALATED, CaseState.DECLINED, CaseState.CANCELLED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What a look shows; without a reason it is looked at once more."""

    watch: Watch
    reason: Reason | None = None
    evidence: Mapping[str, object] = field(default_factory=dict)
    passing: bool = False  #: It may still come out otherwise.


def wanted(policy: Policy, case: Case) -> Wishes:
    """Return what the policy wants of a case's ticket; of one that was asked for what its row wants."""
    row = policy.row(case.issue_type, case.severity).wishes
    rule = None if case.requested_by else policy.rule(case.rule)
    return rule.wishes.over(row) if rule else row


def begun(watch: Watch, policy: Policy, case: Case, changes: Iterable[Change], ticket: Ticket) -> Watch:
    """Return the watch over the tag that is about to be written; a tag that is there already is not ours."""
    wishes = wanted(policy, case)
    tag = (wishes.sla_tag or "").lower()
    if not tag or tag in ticket.tags or not any(isinstance(one, AddTags) and tag in one.tags for one in changes):
        return watch
    return SlaWatch(tag=tag, policy=wishes.sla_policy, before=bool(ticket.slas))


def taken_away(watch: Watch, policy: Policy, case: Case | None, tags: Iterable[str]) -> tuple[RemoveTags, ...]:
    """Return what takes the tag away again, where it is ours, still there and no longer wanted."""
    if watch is None or case is None or not watch.landed or watch.removed or watch.tag not in tags:
        return ()
    wishes = wanted(policy, case)
    raised = wishes.sla_tag is not None and wishes.sla_tag.lower() != watch.tag
    return (RemoveTags(tags=(watch.tag,)),) if raised or case.state in _NOT_ESCALATED else ()


def written(watch: Watch, changes: Iterable[Change], now: datetime) -> Watch:
    """Return the watch after a write landed: from now on it is looked at."""
    if watch is None:
        return None
    for one in changes:
        if isinstance(one, AddTags) and watch.tag in one.tags:
            return replace(watch, due_at=now + LOOKS[0], looks=0, landed=True)
        if isinstance(one, RemoveTags) and watch.tag in one.tags:
            return replace(watch, due_at=now + LOOKS[0], looks=0, removed=True)
    return watch


def looked_at(watch: SlaWatch, ticket: Ticket, now: datetime) -> Seen:
    """Say what came of the tag, or when to look again."""
    seen = _removed(watch, ticket) if watch.removed else _applied(watch, ticket)
    if seen.passing and watch.looks + 1 < len(LOOKS):
        later = replace(watch, looks=watch.looks + 1, due_at=now + LOOKS[watch.looks + 1])
        return Seen(watch=later)
    told = {"tag": watch.tag, **({"policy": ticket.sla_policy} if ticket.sla_policy else {})}
    due = min((one.breach_at for one in ticket.slas or () if one.breach_at), default=None)
    told |= {"next_breach": due.isoformat()} if due else {}
    return replace(seen, evidence={**told, **seen.evidence})


def _applied(watch: SlaWatch, ticket: Ticket) -> Seen:
    done = replace(watch, due_at=None)
    if watch.tag not in ticket.tags:
        return _no(done, "the tag was taken away since")
    if ticket.slas is None:
        return _unknown(done, "the helpdesk does not tell the ticket's targets")
    if not ticket.slas:
        more = "" if ticket.priority else ": it has no priority, and targets are given by priority"
        return replace(_no(done, f"the ticket has no target{more}"), passing=True)
    if ticket.sla_policy is None and watch.before:
        return _unknown(done, "targets ran before, and the helpdesk does not tell of which policy they are now")
    if watch.policy and ticket.sla_policy and _folded(ticket.sla_policy) != _folded(watch.policy):
        problem = "another policy won: it stands before, and fits as well"
        return replace(_no(done, problem, wanted=watch.policy), passing=True)
    return Seen(watch=done, reason=Reason.SLA_APPLIED)


def _removed(watch: SlaWatch, ticket: Ticket) -> Seen:
    if watch.tag in ticket.tags:
        return _unknown(None, "somebody wrote the tag again")
    if ticket.slas is None or (ticket.slas and ticket.sla_policy is None):
        return _unknown(None, "the helpdesk does not tell of which policy the ticket's targets are")
    if ticket.slas and watch.policy and ticket.sla_policy and _folded(ticket.sla_policy) == _folded(watch.policy):
        return replace(
            _unknown(None, "the policy is still the same: the ticket meets it without the tag"), passing=True
        )
    return Seen(watch=None, reason=Reason.SLA_REMOVED)


def _no(watch: Watch, problem: str, **more: str) -> Seen:
    return Seen(watch=watch, reason=Reason.SLA_NOT_APPLIED, evidence={**more, "problem": problem})


def _unknown(watch: Watch, problem: str) -> Seen:
    return Seen(watch=watch, reason=Reason.SLA_UNKNOWN, evidence={"problem": problem})


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
