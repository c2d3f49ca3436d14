"""What becomes of an agent's command.

Rule 1: each command is answered by a note: done, or why not.
Rule 2: who may is said by RIGHTS, unless the policy names the people.
Rule 3: a command that came late, or twice, changes nothing and is told so politely.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from types import MappingProxyType

from connectors.model import AddComment, AddTags, Change, RemoveTags, SetField, TicketRef
from plugin.core import approving, climbing, excepting, granting, moves, passing, promising, resolving, told_times
from plugin.core.commands import Command, Word
from plugin.core.conduct import Approval
from plugin.core.follow_ups import FollowUp
from plugin.core.handing_off import Missing, nothing
from plugin.core.lifecycle import knows
from plugin.core.model import Case, CaseState, Decision, Pending, Reason, Trigger
from plugin.core.notes import note
from plugin.core.policy import Policy
from plugin.core.problems import unknown_word
from plugin.core.templates import instant


class May(Enum):
    """Who may tell a command."""

    ANYBODY = "any agent"
    PEOPLE = "the people of the policy"
    OWNER = "the owner of the case, or the admin"
    APPROVERS = "whoever may approve it"


RIGHTS: Mapping[Word, May] = {
    Word.REQUEST: May.ANYBODY,
    Word.OPT_OUT: May.ANYBODY,
    Word.ACKNOWLEDGE: May.PEOPLE,
    Word.WAIT: May.PEOPLE,
    Word.HAND_OFF: May.PEOPLE,
    Word.RESOLVE: May.PEOPLE,
    Word.SNOOZE: May.OWNER,
    Word.DE_ESCALATE: May.OWNER,
    Word.EXCEPTION: May.PEOPLE,
    Word.APPROVE: May.APPROVERS,
    Word.DECLINE: May.APPROVERS,
    **dict.fromkeys((Word.CAUSE, Word.ACTION, Word.DONE, Word.PREVENTION), May.PEOPLE),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A command, and all that it may depend on."""

    policy: Policy
    case: Case | None  #: The open one.
    command: Command
    ticket: TicketRef
    now: datetime
    new_id: str
    missing: Missing = nothing  #: What the next step needs and the ticket does not have.
    last: Case | None = None  #: The newest one that has ended.
    follow_ups: Mapping[str, FollowUp] = field(default_factory=dict)  #: By case.


#: What is told of an open case alone.
_OF_A_CASE = frozenset({Word.ACKNOWLEDGE, Word.HAND_OFF, Word.SNOOZE, Word.WAIT, Word.DE_ESCALATE, Word.RESOLVE})
#: What has to wait while something waits for an approval.
_UNDECIDED = frozenset({Word.HAND_OFF, Word.WAIT, Word.EXCEPTION, Word.ACKNOWLEDGE})
Deeds = Mapping[Word, Callable[[Told], Decision]]


def obey(told: Told, also: Deeds = MappingProxyType({})) -> Decision:
    """Return what happens, with the note that answers and the command's tag or field cleared away.

    `also` are the deeds of words that are not told of the case itself.
    """
    done = _obeyed(told, {**_DEEDS, **also})
    return replace(done, changes=(*_cleared(told.command), *done.changes))


def _obeyed(told: Told, deeds: Deeds) -> Decision:
    command = told.command
    if command.word is None or command.problem:
        return refuse(told, command.problem or "unknown command")
    if told.case is None and command.word in _OF_A_CASE:
        return _no_case(told)
    pending = told.case.pending if told.case else None
    if told.case and pending and command.word in _UNDECIDED:
        what = excepting.described(told.policy, told.case, pending)
        return refuse(told, f"{told.policy.name_of(pending.approver)} has to decide on {what} first")
    if not _may(told, command.word):
        named = told.policy.conduct.commands.who.get(command.word)
        who = ", ".join(sorted(map(told.policy.name_of, named))) if named else RIGHTS[command.word].value
        return refuse(told, f'"{command.word}" may be told by {who} only')
    return deeds[command.word](told)


def _may(told: Told, word: Word) -> bool:
    named = told.policy.conduct.commands.who.get(word)
    if named is not None:
        return told.command.by in named
    if RIGHTS[word] is May.ANYBODY:
        return True
    if told.command.by is None:
        return False
    if RIGHTS[word] is May.PEOPLE:
        return True
    if RIGHTS[word] is May.APPROVERS:
        waits = told.case is not None and (told.case.pending is not None or knows(told.case, Trigger.APPROVED))
        return told.case is None or not waits or told.command.by in approving.deciders(told.policy, told.case)
    return told.command.by in {told.case.owner if told.case else None, told.policy.admin}


def refuse(told: Told, why: str) -> Decision:
    """Return the decision that nothing happens but a note."""
    prefix = told.policy.conduct.commands.prefix
    text = f"Not done: {why}."
    if told.command.word is None:
        words = ", ".join(one.value for one in Word)
        text = f"Not done: {why}. Commands are lines such as /{prefix} ack; known: {words}."
    said = AddComment(text=note(told.policy, told.case, text), public=False)
    return Decision(reason=Reason.COMMAND_REFUSED, case=told.case, changes=(said,))


def _cleared(command: Command) -> tuple[Change, ...]:
    tag = (RemoveTags(tags=(command.tag,)),) if command.tag else ()
    return (*tag, *((SetField(field_id=command.field_id, value=None),) if command.field_id else ()))


def _answered(told: Told, decision: Decision, what: str) -> Decision:
    """Add the note on a move, unless it has one."""
    if any(isinstance(change, AddComment) for change in decision.changes):
        return decision
    text = note(told.policy, decision.case, what, why=(told.command.reason,))
    return replace(decision, changes=(*decision.changes, AddComment(text=text, public=False)))


def _teller(told: Told) -> str:
    return told.policy.name_of(told.command.by) if told.command.by else "an agent"


def _no_case(told: Told) -> Decision:
    if told.case is not None:
        return refuse(told, f"the case is {told.case.state.value.replace('_', ' ')}: nothing to {told.command.word}")
    return refuse(told, f"there is no open case on this ticket for {told.command.word}")


def _request(told: Told) -> Decision:
    policy, command = told.policy, told.command
    terms = policy.conduct.requests
    severity = command.severity or terms.severity
    if told.case is not None:
        owner = policy.name_of(told.case.owner)
        return refuse(told, f"it is escalated already, as {told.case.severity.value}; {owner} owns it")
    if not command.reason:
        return refuse(told, "a request needs its reason: what happened, whom it hits, what was tried")
    row = policy.row(terms.issue_type, severity)
    case = Case(
        id=told.new_id,
        ticket=told.ticket,
        state=CaseState.OPEN,
        rule="request",
        issue_type=terms.issue_type,
        severity=severity,
        owner=policy.owner(row, told.now),
        policy_version=policy.version,
        opened_at=told.now,
        next_update_at=told.now,
        update_every=row.update_every or promising.DAY,
        requested_by=command.teller,
    )
    if terms.approval:
        case = approving.wanted(policy, case, terms.approval, told.now)
        return Decision(reason=Reason.APPROVAL_WANTED, case=case, changes=approving.asked(policy, case))
    case = climbing.begun(policy, promising.promised(policy, case, told.now + case.update_every), told.now)
    decision = Decision(reason=Reason.REQUESTED, case=case, opens=True)
    return passing.started(policy, _answered(told, decision, f"Escalated at the request of {_teller(told)}."))


def _acknowledge(told: Told) -> Decision:
    case, by = told.case, told.command.by
    if case is None:
        return _no_case(told)
    if by is not None and by != case.owner and knows(case, Trigger.OWNER_CHANGED):
        taken = moves.on_owner_changed(told.policy, case, by, told.now, taken=True)
        assert taken.case is not None, "a case that changes hands is there"
        taken = replace(taken, changes=moves.assigned(told.policy, taken.case))
        return _answered(told, taken, f"{_teller(told)} has taken this case over and acknowledged it.")
    if case.state is CaseState.WAITING and case.by_status:
        return refuse(told, "it waits as long as the ticket is pending or on hold; open the ticket to go on")
    if case.state is CaseState.WAITING:
        return _answered(told, moves.wait_over(told.policy, case, told.now), f"{_teller(told)} goes on with it.")
    if case.state is not CaseState.OPEN:
        return refuse(told, f"there is nothing to acknowledge: the case is {case.state.value.replace('_', ' ')}")
    return _answered(told, moves.on_owner_acted(told.policy, case, told.now), f"{_teller(told)} has acknowledged it.")


def _hand_off(told: Told) -> Decision:
    if told.case is None or not knows(told.case, Trigger.HANDED_OFF):
        return _no_case(told)
    if climbing.next_step(told.policy, told.case, told.now) is None:
        admin = told.policy.name_of(told.policy.admin) if told.policy.admin else "an admin"
        return refuse(told, f"nobody comes after on the ladder; {admin} must look at it")
    why = f": {told.command.reason}" if told.command.reason else ""
    what = f"{_teller(told)} hands it off{why}."
    by = told.command.by or ""
    climbed = moves.climb(told.policy, told.case, told.now, missing=told.missing, what=what, by=by)
    return replace(climbed, reason=Reason.HANDED_OFF if climbed.reason is Reason.CLIMBED else climbed.reason)


def _snooze(told: Told) -> Decision:
    case, command = told.case, told.command
    if case is None or not knows(case, Trigger.SNOOZED):
        return refuse(told, "only a case that was acknowledged can be put off")
    until = command.until or told.now + (command.lasting or told.policy.conduct.longest_snooze)
    latest = told.now + told.policy.conduct.longest_snooze
    if not told.now < until <= latest:
        return refuse(told, f"it can be put off until {instant(latest, told.policy.zone)} at the latest")
    due = climbing.acknowledged(told.policy, case, until).due_at or until  # after it the work has its time
    decision = Decision(reason=Reason.SNOOZED, case=replace(case, due_at=max(due, case.due_at or due)))
    return _answered(told, decision, f"{_teller(told)} puts it off until {instant(until, told.policy.zone)}.")


def _wait(told: Told) -> Decision:
    case, command = told.case, told.command
    if case is None or command.waits_for is None or not knows(case, Trigger.WAIT):
        return refuse(
            told, f"only a case that was acknowledged can wait; /{told.policy.conduct.commands.prefix} ack it first"
        )
    until = command.until or (told.now + command.lasting if command.lasting else None)
    if until is not None and until <= told.now:
        return refuse(told, f"{instant(until, told.policy.zone)} is over")
    if until is not None and until > told.now + told_times.LONGEST:
        return refuse(told, f"a case waits {told_times.LONGEST.days} days at the most")
    waiting = moves.wait(told.policy, case, command.waits_for, told.now, until=until)
    return _answered(told, waiting, f"{_teller(told)} waits for the {command.waits_for}.")


def _de_escalate(told: Told) -> Decision:
    case = told.case
    if case is None or not knows(case, Trigger.DE_ESCALATED):
        return _no_case(told)
    if not told.command.reason:
        return refuse(told, "a de-escalation needs its reason")
    approval = told.policy.conduct.exceptions.get(excepting.DE_ESCALATE)
    if approval and told.command.by not in excepting.deciders(told.policy, approval, None):
        return _ask(told, excepting.DE_ESCALATE, approval)
    return granting.ended(told.policy, case, told.now, f"De-escalated by {_teller(told)}.", told.command.reason)


def _exception(told: Told) -> Decision:
    name, known = told.command.exception or "", excepting.exceptions(told.policy)
    if name not in known:
        return refuse(told, unknown_word(name[:40], list(known), what="exception"))
    if not told.command.reason:
        return refuse(told, "an exception needs its reason")
    return _ask(told, name, known[name])


def _ask(told: Told, kind: str, approval: Approval) -> Decision:
    case, command = told.case, told.command
    if case is None or not knows(case, Trigger.EXCEPTION_ASKED):
        return refuse(told, "an exception is asked for on an open case")
    by = command.by or ""
    wanted = excepting.asked(
        told.policy, case, kind, approval, told.now, by=by, reason=command.reason, amount=command.amount
    )
    if by not in excepting.deciders(told.policy, approval, command.amount) or wanted.case is None:
        return wanted
    pending = wanted.case.pending or Pending(kind=kind)
    what = f"{_teller(told)} grants {excepting.described(told.policy, case, pending)}."
    given = replace(case, granted=excepting.granted(wanted.case).granted)
    return _answered(told, Decision(reason=Reason.APPROVED, case=given), what)


def _resolve(told: Told) -> Decision:
    case = told.case
    if told.policy.conduct.resolution is None:
        return refuse(told, 'the policy has no "resolution"; solve the ticket instead')
    if case is None or not knows(case, Trigger.REMEDIED):
        return _no_case(told)
    return resolving.remedied(told.policy, case, told.now, solved=False)


def _opt_out(told: Told) -> Decision:
    tag = min(told.policy.opt_out_tags, default=None)
    if tag is None:
        return refuse(told, 'the policy has no "opt_out_tags"')
    what = f"{_teller(told)} keeps the policy off this ticket; take the tag {tag} away to undo it."
    decision = Decision(reason=Reason.OPT_OUT, case=told.case, changes=(AddTags(tags=(tag,)),))
    return _answered(told, decision, what)


def _approve(told: Told) -> Decision:
    case, by = told.case, told.command.by or ""
    if case is not None and case.pending is not None:
        what = f"Approved by {told.policy.name_of(by)}: {excepting.described(told.policy, case, case.pending)}."
        return granting.approved(told.policy, case, told.now, what, missing=told.missing)
    if case is None or not knows(case, Trigger.APPROVED):
        return refuse(told, "nothing here waits for an approval")
    return approving.approved(told.policy, case, told.now, by=by)


def _decline(told: Told) -> Decision:
    case, by, why = told.case, told.command.by or "", told.command.reason
    waits = case is not None and (case.pending is not None or knows(case, Trigger.DECLINED))
    if case is None or not waits:
        return refuse(told, "nothing here waits for an approval")
    if not why:
        return refuse(told, "whoever declines says why")
    if case.pending is not None:
        what = f"Declined by {told.policy.name_of(by)}: {excepting.described(told.policy, case, case.pending)}."
        return granting.declined(told.policy, case, told.now, what, why=why)
    return approving.declined(told.policy, case, told.now, by=by, why=why)


_DEEDS: Deeds = {
    Word.REQUEST: _request,
    Word.ACKNOWLEDGE: _acknowledge,
    Word.HAND_OFF: _hand_off,
    Word.SNOOZE: _snooze,
    Word.WAIT: _wait,
    Word.DE_ESCALATE: _de_escalate,
    Word.RESOLVE: _resolve,
    Word.OPT_OUT: _opt_out,
    Word.APPROVE: _approve,
    Word.DECLINE: _decline,
    Word.EXCEPTION: _exception,
}
