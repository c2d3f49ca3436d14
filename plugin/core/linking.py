"""What a ticket that was opened elsewhere does to the case it was opened for, and what its people hear of that case.

Rule 1: no clock, no I/O: the other ticket as it was read, and instants, are arguments.
Rule 2: one ticket for one place and case, and no second one while the first is open.
Rule 3: what cannot be opened is told to agents, and holds up nothing: the case goes on by its own clocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connectors.model import DONE, AddComment, NewTicket, SetField, Status, Ticket
from plugin.core import climbing, moves, resolving
from plugin.core.lifecycle import knows
from plugin.core.linked import NOT_YET, TAG, THERE, LinkedState, LinkedTicket, Opening, WhenSolved
from plugin.core.model import LIVE, Case, CaseState, Decision, Reason, Say, Trigger
from plugin.core.notes import note
from plugin.core.planning import spoken, text_values
from plugin.core.policy import Policy
from plugin.core.templates import one_line
from plugin.core.texts.fallbacks import fallback

#: How long an opening may fail before agents are told that it takes longer.
PATIENCE = timedelta(minutes=5)
#: After an opening the ticket is looked at once more: what happened meanwhile was nobody's news.
SETTLED = timedelta(minutes=1)
#: States of a case for which nothing is opened: nobody decided yet, or the remedy is in.
IDLE = frozenset({CaseState.REQUESTED, CaseState.RESOLVED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """A link after a look at its ticket, and what that decides."""

    link: LinkedTicket
    decision: Decision


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """What people on the other ticket hear of the case."""

    link: LinkedTicket
    text: str
    key: str  #: The same for the same news.


def opening_of(policy: Policy, case: Case | None, place: str) -> Opening | None:
    """Return what a step of the case's ladder opens at a place."""
    steps = climbing.steps_of(policy, case) if case else ()
    return next((step.opens for step in steps if step.opens and step.opens.place == place), None)


def kept(
    policy: Policy, case: Case | None, links: Mapping[str, LinkedTicket], now: datetime, new_id: Callable[[], str]
) -> Mapping[str, LinkedTicket]:
    """Return the links as they are beside the case now: what its step opens is wanted, what nobody needs is not."""
    live = case is not None and case.state in LIVE and case.state not in IDLE
    after = {
        key: replace(one, state=LinkedState.WITHDRAWN, next_at=None)
        if _is_needless(one) and not (live and case and one.case_id == case.id)
        else one
        for key, one in links.items()
    }
    step = climbing.step_of(policy, case) if live and case else None
    if case is None or step is None or step.opens is None:
        return after
    here = [one for one in after.values() if one.place == step.opens.place and one.state is not LinkedState.WITHDRAWN]
    if any(one.case_id == case.id for one in here):
        return after
    there = next((one for one in here if one.state is LinkedState.OPEN), None)
    if there is not None:  # of an earlier case: the same people still work on it
        return {**after, there.id: replace(there, case_id=case.id)}
    wanted = LinkedTicket(
        id=new_id(),
        origin=case.ticket,
        case_id=case.id,
        place=step.opens.place,
        connection=step.opens.connection,
        wanted_at=now,
        next_at=now,
    )
    return {**after, wanted.id: wanted}


def _is_needless(one: LinkedTicket) -> bool:
    """Tell if nobody needs one without its case: it is not there, and cannot be."""
    return one.state in NOT_YET and not (one.state is LinkedState.WANTED and one.attempts)


def look_at(links: Iterable[LinkedTicket]) -> datetime | None:
    """Return when the first of some links is opened or looked at."""
    return min((one.next_at for one in links if one.next_at is not None), default=None)


def wish(policy: Policy, case: Case, opening: Opening, ticket: Ticket, link: LinkedTicket, url: str) -> NewTicket:
    """Return the ticket to open for one just read; its text always says for which."""
    subject = ticket.subject if opening.subject is None else ""
    subject = subject or _text(policy, opening.subject, "link_subject", case, ticket)
    text = _text(policy, opening.text, "link_text", case, ticket)
    where, called = opening.connection, f"{ticket.ref.connection} {ticket.key}" if ticket.key else str(case.ticket)
    fields = {
        policy.fields[key].ids.get(where, "") if key in policy.fields else key: value
        for key, value in opening.custom_fields.items()
    }
    return NewTicket(
        marker=link.marker,
        subject=one_line(subject),
        text=text if url in text else f"{text}\n\nOpened for {called}: {url}",
        origin=url,
        origin_ref=case.ticket,
        origin_name=called,
        link_type=opening.link_type,
        project=opening.project,
        type=opening.type,
        form_id=opening.form,
        group_id=policy.groups[opening.group].ids.get(where) if opening.group else None,
        priority=opening.priority,
        tags=(TAG, *opening.tags),
        custom_fields={key: value for key, value in fields.items() if key},
    )


def _text(policy: Policy, template: str | None, kind: str, case: Case, ticket: Ticket) -> str:
    if template is not None:
        return spoken(policy, Say(template=template, public=False, kind=kind), case, ticket)[0].text
    reader, default = policy.people.get(case.owner), policy.texts.default_language
    language = reader.language if reader else None
    return fallback(kind, language, text_values(policy, case, ticket), default_language=default)


# --- what comes of opening it


def opened(policy: Policy, case: Case, link: LinkedTicket, ticket: Ticket, now: datetime) -> Looked:
    """Link the ticket that was opened, and show it on the one it was opened for."""
    after = replace(_there(link, ticket), next_at=now + SETTLED, active_at=now)
    said = AddComment(text=note(policy, case, f"A ticket was opened for it: {after.name}"), public=False)
    opening = opening_of(policy, case, link.place)
    known = policy.fields[opening.show_in].ids.get(case.ticket.connection) if opening and opening.show_in else None
    shown = (SetField(field_id=known, value=after.name),) if known else ()
    return Looked(link=after, decision=Decision(reason=Reason.LINKED_OPENED, case=case, changes=(*shown, said)))


def found_late(link: LinkedTicket, ticket: Ticket) -> tuple[LinkedTicket, str]:
    """Link a ticket whose case ended before anybody knew that it was opened; return also what its people are told."""
    return _there(link, ticket), f"{link.called or link.origin}: the case has ended already."


def _there(link: LinkedTicket, ticket: Ticket) -> LinkedTicket:
    return replace(link, state=LinkedState.OPEN, next_at=None, ticket=ticket.ref, url=ticket.url)


def refused(policy: Policy, case: Case, link: LinkedTicket, why: str) -> Looked:
    """Tell agents that no ticket can be opened, and why: the case goes on without."""
    after = replace(link, state=LinkedState.REFUSED, next_at=None, problem=why)
    what = f"No ticket could be opened on {link.connection}: {why}"
    said = AddComment(text=note(policy, case, what, "Open one by hand, or go on without."), public=False)
    return Looked(link=after, decision=Decision(reason=Reason.LINKED_REFUSED, case=case, changes=(said,)))


def put_off(policy: Policy, case: Case, link: LinkedTicket, until: datetime, now: datetime, *, why: str = "") -> Looked:
    """Try again later; agents are told once, where it takes long."""
    after = replace(link, next_at=until)
    nothing = Decision(reason=Reason.LINKED_LATE, case=case)
    if link.late or until - link.wanted_at < PATIENCE:
        return Looked(link=after, decision=nothing)
    what = f"No ticket can be opened on {link.connection} now; it is tried again as long as the case is open."
    what += f" Why: {why}" if why else ""
    said = AddComment(text=note(policy, case, what), public=False)
    return Looked(link=replace(after, late=True), decision=replace(nothing, changes=(said,)))


# --- what comes of looking at it


def looked_at(
    policy: Policy,
    case: Case | None,
    link: LinkedTicket,
    ticket: Ticket,
    now: datetime,
    *,
    active_at: datetime | None = None,
) -> Looked:
    """Follow the other ticket, as it was read; `active_at` is when somebody last did anything there, where known."""
    done = ticket.status in DONE
    active = max((at for at in (link.active_at, active_at) if at is not None), default=None)
    seen = replace(link, ticket=ticket.ref, url=ticket.url, active_at=active, next_at=None)
    worked_on = active is not None and link.active_at is not None and active > link.active_at
    at = min(max(active, link.wanted_at), now) if worked_on and active else now
    if done and link.state is not LinkedState.SOLVED:
        after = replace(seen, state=LinkedState.SOLVED, taken_up=True)
        return Looked(link=after, decision=_solved(policy, case, after, now))
    if not done and link.state is not LinkedState.OPEN:
        after = replace(seen, state=LinkedState.OPEN, taken_up=True)
        return Looked(link=after, decision=_reopened(policy, case, after, now))
    if not done and (worked_on or (ticket.status in _WAITS and not link.taken_up)):
        after = replace(seen, taken_up=True)
        return Looked(link=after, decision=_worked_on(policy, case, after, at, first=not link.taken_up))
    return Looked(link=seen, decision=_nothing(case))


#: Statuses that only a person gives.
_WAITS = frozenset({Status.PENDING, Status.HOLD})


def gone(policy: Policy, case: Case | None, link: LinkedTicket) -> Looked:
    """Tell agents that the other ticket is there no more."""
    after = replace(link, state=LinkedState.GONE, next_at=None)
    if not _concerns(case, link) or case is None:
        return Looked(link=after, decision=Decision(reason=Reason.LINKED_GONE, case=case))
    what = f"{link.name} is there no more: nobody works on it there."
    said = AddComment(text=note(policy, case, what), public=False)
    return Looked(link=after, decision=Decision(reason=Reason.LINKED_GONE, case=case, changes=(said,)))


def _nothing(case: Case | None) -> Decision:
    return Decision(reason=Reason.NOT_EXPECTED_NOW, case=case)


def _concerns(case: Case | None, link: LinkedTicket) -> bool:
    return case is not None and case.id == link.case_id and case.state in LIVE


def _worked_on(policy: Policy, case: Case | None, link: LinkedTicket, at: datetime, *, first: bool) -> Decision:
    """Count work there as the owner's, as long as the case is on the step that opened it."""
    if case is None or not _concerns(case, link) or not _is_on_step(policy, case, link):
        return _nothing(case)
    moved = moves.on_owner_acted(policy, case, max(at, case.opened_at))
    if moved.case is None or moved.reason is Reason.NOT_EXPECTED_NOW or not first:
        return moved
    said = AddComment(text=note(policy, moved.case, f"It is taken up there: {link.name}"), public=False)
    return replace(moved, reason=Reason.LINKED_TAKEN_UP, changes=(said,))


def _solved(policy: Policy, case: Case | None, link: LinkedTicket, now: datetime) -> Decision:
    """Ask the customer, or have the owner go on, as the policy says."""
    if case is None or not _concerns(case, link):
        return Decision(reason=Reason.LINKED_SOLVED, case=case)
    what, opening = f"It is solved there: {link.name}", opening_of(policy, case, link.place)
    asks = opening is not None and opening.when_solved is WhenSolved.ASK_CUSTOMER
    if asks and policy.conduct.resolution and knows(case, Trigger.REMEDIED):
        asked = resolving.remedied(policy, case, now, solved=False)
        changes = (AddComment(text=what, public=False), *asked.changes)
        return replace(asked, reason=Reason.LINKED_SOLVED, changes=changes)
    after = _worked(policy, case, link, now)
    next_ = "" if after.state is CaseState.RESOLVED else "Tell the customer, and solve this ticket if it holds."
    said = AddComment(text=note(policy, after, what, *([next_] if next_ else [])), public=False)
    return Decision(reason=Reason.LINKED_SOLVED, case=after, changes=(said,))


def _worked(policy: Policy, case: Case, link: LinkedTicket, now: datetime) -> Case:
    """Return the case whose work goes on here: a wait for the vendor is over, and its step counts as worked on."""
    if case.state is CaseState.WAITING and case.waiting_for == "vendor":
        return moves.wait_over(policy, case, now).case or case
    return (moves.on_owner_acted(policy, case, now).case or case) if _is_on_step(policy, case, link) else case


def _is_on_step(policy: Policy, case: Case, link: LinkedTicket) -> bool:
    step = climbing.step_of(policy, case)
    return step is not None and step.opens is not None and step.opens.place == link.place


def _reopened(policy: Policy, case: Case | None, link: LinkedTicket, now: datetime) -> Decision:
    """Have a case whose remedy was that one go on."""
    if case is None or not _concerns(case, link):
        return Decision(reason=Reason.LINKED_REOPENED, case=case)
    what = f"It was opened again there: {link.name}"
    if case.state is CaseState.RESOLVED and knows(case, Trigger.REOPENED):
        again = resolving.reopened(policy, case, now, by_customer=False)
        return replace(
            again, reason=Reason.LINKED_REOPENED, changes=(AddComment(text=what, public=False), *again.changes)
        )
    said = AddComment(text=note(policy, case, what), public=False)
    return Decision(reason=Reason.LINKED_REOPENED, case=case, changes=(said,))


# --- what its people hear of the case

_ENDS: Mapping[CaseState, str] = {
    CaseState.CLOSED: "it is closed",
    CaseState.DE_ESCALATED: "it needs no escalation any more",
    CaseState.CANCELLED: "the ticket, or the ground for it, is gone",
}


def news(before: Case | None, after: Case | None, links: Iterable[LinkedTicket]) -> Iterator[News]:
    """Yield what a move of the case is to those who work on it elsewhere."""
    told = _told(before, after) if before and after and before.id == after.id else None
    if told is None or after is None:
        return
    text, key = told
    for link in links:
        if link.case_id == after.id and link.state in THERE:
            yield News(link=link, text=f"{link.called or after.ticket}: {text}", key=f"{after.id}:{key}")


#: States of a case whose remedy was in.
_OVER = frozenset({CaseState.RESOLVED, CaseState.CLOSED})


def _again(before: Case, after: Case) -> str:
    if after.reopened > before.reopened:
        return "the ticket is open again"
    return "the customer is not sure that it works" if after.asked else "the customer says that it does not work"


def _told(before: Case, after: Case) -> tuple[str, str] | None:
    """Return a move in words, and the same word for the same move."""
    if before.state in LIVE and after.state in _ENDS:
        confirmed = after.ended_by is Reason.CONFIRMED
        how = "the customer confirms that it works" if confirmed else _ENDS[after.state]
        return f"the case has ended: {how}.", f"ended:{after.reopened}"
    if before.state in _OVER and after.state is CaseState.IN_PROGRESS:
        return f"{_again(before, after)}; the case goes on.", f"again:{after.reopened}:{before.resolved_at}"
    if after.severity.worse_than(before.severity):
        return f"it is {after.severity.value} now.", f"severity:{after.severity.value}"
    return None
