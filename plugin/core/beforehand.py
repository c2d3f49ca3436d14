"""What comes before a case is opened: a known answer, or a remedy that the frontline may give.

Rule 1: an open case knows neither; what is worse than a known issue goes before it.
Rule 2: the answer, and the list of remedies, is written once on a ticket.
Rule 3: what is set aside is not spent: a rule that was held back acts when what held it back is gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.model import AddComment, AddTags, Change, LinkProblem, Ticket
from plugin.core.evaluation import Evaluation, Judged
from plugin.core.known_issues import JudgedIssue, KnownIssue
from plugin.core.model import Decision, Reason, Remark
from plugin.core.planning import sentence, ticket_values
from plugin.core.policy import Policy, Rule
from plugin.core.remedies import note, offered_mark
from plugin.core.templates import Rendered, instant, render_or_fallback
from plugin.core.texts.fallbacks import fallback


@dataclass(frozen=True, kw_only=True, slots=True)
class Beforehand:
    """What is left for a case, and what is said of the rest."""

    acting: tuple[Judged, ...]
    aside: tuple[Judged, ...] = ()  #: Rules that are not spent.
    remarks: tuple[Remark, ...] = ()
    decision: Decision | None = None  #: What happens instead of a case; None: a case, or nothing, as ever.


def beforehand(
    policy: Policy, ticket: Ticket, evaluation: Evaluation, acting: Sequence[Judged], *, now: datetime
) -> Beforehand:
    """Set aside the rules that a known issue holds back; where none is left, say what happens instead of a case."""
    about = (one for one in evaluation.issues if one.verdict.holds)
    known = next((one for one in about if not one.issue.spares(ticket.ref, ticket.type)), None)
    back = tuple(one for one in acting if known and holds_back(known.issue, one.rule))
    left = tuple(one for one in acting if one not in back)
    remarks = tuple(_remark(one, Reason.KNOWN_ISSUE) for one in back)
    if known and back and not left:
        decision = _answered(policy, ticket, known, back[0])
        return Beforehand(acting=(), aside=back, remarks=remarks, decision=decision)
    if left and all(one.remedies and _first(one) for one in left):
        later = tuple(_remark(one, Reason.REMEDY_FIRST) for one in left)
        return Beforehand(acting=(), aside=tuple(acting), remarks=remarks + later, decision=_offer(policy, left, now))
    return Beforehand(acting=left, aside=back, remarks=remarks)


def holds_back(issue: KnownIssue, rule: Rule) -> bool:
    """Return True if a ticket about the issue keeps the rule from opening a case."""
    return not rule.despite_known_issues and not rule.severity.worse_than(issue.up_to)


def _first(judged: Judged) -> bool:
    return judged.rule.remedy_first is not None and not judged.offered


def _remark(judged: Judged, reason: Reason) -> Remark:
    return Remark(rule=judged.rule.name, reason=reason, because=judged.verdict.because)


def _answered(policy: Policy, ticket: Ticket, known: JudgedIssue, judged: Judged) -> Decision:
    """Tell the known answer; a ticket that was told it already is left alone."""
    issue = known.issue
    about: dict[str, object] = {"known_issue": issue.name}
    if known.told:
        return Decision(reason=Reason.KNOWN_ISSUE, about=about)
    said = tuple(_said(policy, ticket, known, judged.rule))
    return Decision(
        reason=Reason.KNOWN_ISSUE,
        changes=(*_marks(issue, ticket), *(comment for comment, _ in said)),
        because=known.verdict.because,
        fired=(issue.mark,),
        about={**about, "rule": judged.rule.name},
        problems=tuple(problem for _, problem in said if problem),
    )


def _marks(issue: KnownIssue, ticket: Ticket) -> Iterator[Change]:
    """Yield the tags and the link."""
    if issue.tags:
        yield AddTags(tags=issue.tags)
    if problem := issue.link_of(ticket):
        yield LinkProblem(problem_id=problem)


def _said(policy: Policy, ticket: Ticket, known: JudgedIssue, rule: Rule) -> Iterator[tuple[AddComment, str | None]]:
    values = _values(ticket, known, rule)
    locale = ticket.requester.locale if ticket.requester else None
    told = ((known.issue.answer, None, False), (known.issue.tell_customer, locale, True))
    for name, language, public in told:
        if name:
            done = _rendered(policy, name, values, language, public=public)
            yield AddComment(text=done.text, public=public), done.problem


def _rendered(policy: Policy, name: str, values: Mapping[str, object], locale: str | None, *, public: bool) -> Rendered:
    _, text = policy.texts.pick(name, locale)
    kind, default = ("known_comment" if public else "known_answer"), policy.texts.default_language
    return render_or_fallback(text, values, lambda: fallback(kind, locale, values, default_language=default), name=name)


def _values(ticket: Ticket, known: JudgedIssue, rule: Rule) -> Mapping[str, object]:
    return {
        **ticket_values(ticket),
        "known_issue": {"name": known.issue.name},
        "rule": {"name": rule.name},
        "because": [line for line in map(sentence, known.verdict.because) if line],
    }


def _offer(policy: Policy, judged: Sequence[Judged], now: datetime) -> Decision:
    """List what may be given, and look again when the time for it is over."""
    remedies = tuple({remedy.name: remedy for one in judged for remedy in one.remedies}.values())
    until = min(now + one.rule.remedy_first for one in judged if one.rule.remedy_first)
    return Decision(
        reason=Reason.REMEDY_FIRST,
        changes=(AddComment(text=note(remedies, instant(until, policy.zone)), public=False),),
        because=judged[0].verdict.because,
        fired=tuple(offered_mark(one.rule.name) for one in judged),
        about={"rule": judged[0].rule.name, "remedies": [one.name for one in remedies]},
        look_at=until,
    )
