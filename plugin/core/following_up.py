"""What becomes of a case's follow-up: begun, put back, carried on, reminded of, finished.

Rule 1: a follow-up follows its case: it begins when the case ends, rests while the case is open again, and goes on.
Rule 2: of a ticket's follow-ups one is open at the most: a later case carries on what an earlier one left.
Rule 3: what is open is looked at again: its owner is reminded so often, then the admin once, then only the log is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from plugin.core.choosing import Choice
from plugin.core.follow_ups import Action, FollowUp, FollowUpState, FollowUpTerms, Term
from plugin.core.model import LIVE, Case, CaseState, Reason
from plugin.core.policy import Policy
from plugin.core.templates import instant

#: How often the log is told of what nobody does, once the admin was named.
WEEK = timedelta(days=7)
FollowUps = Mapping[str, FollowUp]  # by case

_GATHERING, _OPEN, _FINISHED, _CARRIED = FollowUpState
_BEGUN, _ENDED, _BACK = Reason.FOLLOW_UP_BEGUN, Reason.FOLLOW_UP_FINISHED, Reason.REOPENED
#: What the log is told of a change of state.
_TOLD: Mapping[tuple[FollowUpState, FollowUpState], tuple[Reason, ...]] = {
    (_GATHERING, _OPEN): (_BEGUN,),
    (_GATHERING, _FINISHED): (_BEGUN, _ENDED),
    (_OPEN, _FINISHED): (_ENDED,),
    (_OPEN, _GATHERING): (_BACK,),
    (_FINISHED, _GATHERING): (_BACK,),
    (_OPEN, _CARRIED): (_BACK,),
    (_GATHERING, _CARRIED): (_BACK,),
    (_FINISHED, _OPEN): (_BACK,),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One thing the log is told."""

    reason: Reason
    evidence: Mapping[str, object] = field(default_factory=dict)


def new(policy: Policy, case: Case, now: datetime) -> FollowUp:
    """Return the empty follow-up of a case."""
    terms = policy.conduct.follow_up
    choice = Choice(person=terms.person, rota=terms.rota) if terms and (terms.person or terms.rota) else None
    return FollowUp(
        case_id=case.id,
        ticket=case.ticket,
        severity=case.severity,
        policy_version=case.policy_version,
        owner=(policy.there(choice, now) if choice else None) or case.owner,
        follows=case.follows,
    )


def kept(policy: Policy, case: Case | None, found: FollowUps, now: datetime) -> FollowUps:
    """Return a ticket's follow-ups as they are beside its case; all of them where none of them changes."""
    terms = policy.conduct.follow_up
    after = dict(found)
    if case is not None and terms is not None and case.state in LIVE:
        after = _beside(policy, case, after, now)
    elif case is not None and terms is not None:
        after |= {one.case_id: one for one in _after(policy, terms, case, after.get(case.id), now)}
    return {key: _finished(one, now) for key, one in after.items()}


def _beside(policy: Policy, case: Case, found: FollowUps, now: datetime) -> dict[str, FollowUp]:
    """Put the open case's own follow-up back, and have it carry on what earlier cases left."""
    after, own = dict(found), found.get(case.id)
    if own is not None and own.state in (_OPEN, _FINISHED):
        own = after[case.id] = replace(own, state=_GATHERING, term=None, noted=False, finished_at=None)
    for one in found.values():
        if one.case_id != case.id and one.lives:
            own = own or new(policy, case, now)
            actions = sorted((*own.actions, *one.undone), key=lambda action: action.number)
            own = replace(own, required=own.required or one.required, actions=tuple(actions))
            after[one.case_id] = replace(one, state=_CARRIED, actions=tuple(a for a in one.actions if a.done_at))
            after[case.id] = own
    return after


def _after(policy: Policy, terms: FollowUpTerms, case: Case, own: FollowUp | None, now: datetime) -> Iterator[FollowUp]:
    """Begin what follows a case that has ended, where the policy wants it or somebody told of it."""
    required = case.state is CaseState.CLOSED and case.severity in terms.required_for
    if own is None and not required:
        return
    fresh = new(policy, case, now)
    own = own or fresh
    if own.state is _GATHERING:
        own = replace(own, severity=case.severity, owner=fresh.owner, required=own.required or required)
        yield begun(own, terms, now)


def begun(own: FollowUp, terms: FollowUpTerms, now: datetime) -> FollowUp:
    """Return a follow-up that begins."""
    return replace(own, state=_OPEN, begun_at=now, noted=False, term=term(terms, now + terms.within, now))


def term(terms: FollowUpTerms, due: datetime, now: datetime) -> Term:
    """Return a term whose owner is reminded once before it is due, where there is time for it."""
    early = due - terms.remind_every
    return Term(due_at=due, next_at=early if early > now else due)


def _finished(one: FollowUp, now: datetime) -> FollowUp:
    open_still = bool(one.missing or one.undone)
    if one.state is _OPEN and not open_still:
        return replace(one, state=_FINISHED, finished_at=now)
    if one.state is _FINISHED and open_still:  # somebody told of another action
        return replace(one, state=_OPEN, finished_at=None)
    return one


def lines(before: FollowUps, after: FollowUps) -> Iterator[Line]:
    """Yield what the log is told of follow-ups that changed their state."""
    for key, one in after.items():
        was = before[key].state if key in before else _GATHERING
        for reason in _TOLD.get((was, one.state), ()):
            yield Line(reason=reason, evidence=_evidence(one))


def _evidence(one: FollowUp) -> Mapping[str, object]:
    due = one.term.due_at.isoformat() if one.term else None
    undone = [action.number for action in one.undone]
    return {
        "follow_up": one.case_id,
        "state": one.state.value,
        "owner": one.owner,
        "due_at": due,
        "missing": list(one.missing),
        "undone": undone,
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """A follow-up after it was looked at, and what people and the log are told."""

    follow_up: FollowUp
    line: Line
    said: tuple[str, ...] = ()  #: Lines of the note; none: only the log is told.
    lists: bool = False  #: The note is the one that lists what is missing.


def looked_at(policy: Policy, one: FollowUp, found: FollowUps, now: datetime) -> Look | None:
    """List what is missing once it has begun; later on remind whoever owns what is due."""
    terms = policy.conduct.follow_up or FollowUpTerms(causes={})  # its own policy may not be there any more
    if one.look_at is None or one.look_at > now:
        return None
    if one.state is _OPEN and not one.noted:
        told = tuple(listed(policy, terms, one, found))
        line = Line(reason=Reason.FOLLOW_UP_BEGUN, evidence=_evidence(one))
        return Look(follow_up=replace(one, noted=True), line=line, said=told, lists=True)
    return _reminded(policy, terms, one, now)


def _reminded(policy: Policy, terms: FollowUpTerms, one: FollowUp, now: datetime) -> Look:
    said: list[str] = []
    about: list[str] = []
    late = False
    after = one
    if one.term and one.state is _OPEN and one.missing and one.term.next_at <= now:
        what = f"the follow-up still lacks its {' and its '.join(one.missing)}"
        said += _words(policy, terms, one.owner, what, one.term, now)
        about += one.missing
        late = one.term.due_at <= now
        after = replace(after, term=_next(terms, one.term, now))
    actions = []
    for action in one.actions:
        if action.done_at is None and action.term.next_at <= now:
            what = f"action {action.number} is not done: {action.text}"
            said += _words(policy, terms, action.owner, what, action.term, now)
            about.append(f"action {action.number}")
            late = late or action.term.due_at <= now
            action = replace(action, term=_next(terms, action.term, now))
        actions.append(action)
    reason = Reason.FOLLOW_UP_OVERDUE if late else Reason.FOLLOW_UP_REMINDED
    evidence = {"follow_up": one.case_id, "about": about}
    told = (*said, _how(policy, one)) if said else ()
    return Look(
        follow_up=replace(after, actions=tuple(actions)), line=Line(reason=reason, evidence=evidence), said=told
    )


def _words(policy: Policy, terms: FollowUpTerms, owner: str, what: str, when: Term, now: datetime) -> Iterator[str]:
    """Name the owner as often as the policy says, then the admin once, then nobody."""
    by = instant(when.due_at, policy.zone)
    due = f"it was due by {by}" if when.due_at <= now else f"it is due by {by}"
    name = policy.name_of(owner)
    if when.reminders < terms.most_reminders:
        yield f"{name}: {what} ({due})."
    elif when.reminders == terms.most_reminders:
        admin = policy.name_of(policy.admin) if policy.admin else "An admin"
        yield f"{admin}: {what} ({due}). {name} was reminded {when.reminders} times; nobody is reminded any more."


def _next(terms: FollowUpTerms, when: Term, now: datetime) -> Term:
    later = now + (terms.remind_every if when.reminders < terms.most_reminders else max(WEEK, terms.remind_every))
    at = min(later, when.due_at) if now < when.due_at else later
    return replace(when, next_at=at, reminders=when.reminders + 1)


def listed(policy: Policy, terms: FollowUpTerms, one: FollowUp, found: FollowUps) -> Iterator[str]:
    """Yield what is missing, who tells it by when, and how."""
    prefix = policy.conduct.commands.prefix
    earlier = found.get(one.follows or "")
    if earlier is not None and earlier.cause:
        yield f"Repeat of {earlier.cause} ({words_of(terms, earlier.cause)}): {earlier.root_cause}"
    yield f"Owner: {policy.name_of(one.owner)}, {one.severity.value}"
    if one.term and one.missing:
        yield f"Due: {instant(one.term.due_at, policy.zone)}"
    if "cause" in one.missing:
        codes = ", ".join(f"{code} ({words})" for code, words in terms.causes.items())
        yield f"Missing: the cause and the root cause. /{prefix} cause CODE WHAT WENT WRONG, of the codes {codes}"
    if "prevention" in one.missing:
        yield f"Missing: what prevents it. /{prefix} prevention WHAT"
    for action in one.undone:
        yield f"Action {action.number}: {_action(policy, action)}"
    yield f"Actions: /{prefix} action PERSON until 2027-01-31 WHAT, and /{prefix} done NUMBER"


def words_of(terms: FollowUpTerms, code: str) -> str:
    """Return a cause's words; of one that another version of the policy knew, the code."""
    return terms.causes.get(code, code)


def _action(policy: Policy, action: Action) -> str:
    return f"{policy.name_of(action.owner)} by {instant(action.term.due_at, policy.zone)}: {action.text}"


def _how(policy: Policy, one: FollowUp) -> str:
    prefix = policy.conduct.commands.prefix
    ways = {"cause": f"/{prefix} cause CODE WHAT WENT WRONG", "prevention": f"/{prefix} prevention WHAT"}
    told = [ways[name] for name in one.missing]
    return f"How to tell it: {', '.join([*told, *([f'/{prefix} done NUMBER'] if one.undone else [])])}"
