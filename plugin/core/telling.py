"""What is told of a case to people who do not look at the ticket.

Rule 1: a move is seen by comparing the case as it was written last with the case as it is written now.
Rule 2: a message is made of the policy's words and the case alone; no ticket text stands in it, and no template.
Rule 3: its shape is fixed, its length bounded, and it is plain text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.model import TicketRef
from plugin.core.audience import CaseMove, all_of
from plugin.core.climbing import steps_of
from plugin.core.model import LIVE, Case, CaseState, Severity
from plugin.core.policy import Policy
from plugin.core.templates import instant

#: Letters of a name that a message has room for.
LONGEST_NAME = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One move of one case, for one destination."""

    destination: str
    ticket: TicketRef
    case_id: str
    move: CaseMove
    severity: Severity
    headline: str
    happened: str
    owner: str
    next: str
    link: str
    at: datetime
    answers: tuple[str, ...] = ()  #: Links by which its reader may answer, where that is the owner alone.


def move(before: Case | None, after: Case | None, *, steps: int) -> CaseMove | None:
    """Return what became of a case that is on a ladder of so many steps; None: nothing to tell of."""
    if after is None:
        return None
    if before is None or before.id != after.id:
        return _begun(after)
    if after.state not in LIVE:
        return CaseMove.ENDED if before.state in LIVE else None
    if before.state not in LIVE:
        return CaseMove.REOPENED
    if before.state is CaseState.REQUESTED:
        return CaseMove.OPENED if after.state is not CaseState.REQUESTED else None
    if (before.state is CaseState.RESOLVED) is not (after.state is CaseState.RESOLVED):
        return CaseMove.RESOLVED if after.state is CaseState.RESOLVED else CaseMove.REOPENED
    if after.severity.worse_than(before.severity):
        return CaseMove.RAISED
    if after.step > before.step:
        return CaseMove.LADDER_ENDED if after.step >= steps else CaseMove.CLIMBED
    missed = after.missed > before.missed or after.prompts > before.prompts
    return CaseMove.PROMISE_DUE if missed else None


def _begun(case: Case) -> CaseMove | None:
    """Return how a case begins, or begins again."""
    if case.state is CaseState.REQUESTED:
        return CaseMove.APPROVAL_WANTED
    if case.reopened:
        return CaseMove.REOPENED
    return CaseMove.OPENED if case.state in LIVE else None


def messages(
    policy: Policy,
    before: Case | None,
    after: Case | None,
    *,
    link: str,
    now: datetime,
    answers: Sequence[tuple[str, str]] = (),
) -> tuple[Message, ...]:
    """Return a message for each destination that the policy wants told; `link` is where an agent opens the ticket.

    What is a person's own is told of that person's cases alone, with the links by which the owner may answer.
    """
    if after is None or not policy.audiences:
        return ()
    moved = move(before, after, steps=len(steps_of(policy, after)))
    if moved is None:
        return ()
    return tuple(
        _message(policy, before, after, moved, name, link=link, now=now, answers=answers)
        for name in _told(policy, after)
        if moved in policy.audiences[name].moves and policy.audiences[name].person in (None, after.owner)
    )


def _told(policy: Policy, case: Case) -> tuple[str, ...]:
    """Return the destinations of the case's row, and of every step it has come to."""
    row = policy.row(case.issue_type, case.severity)
    return all_of(row.tell, *(step.tell for step in row.steps[: case.step + 1]))


def _message(
    policy: Policy,
    before: Case | None,
    case: Case,
    moved: CaseMove,
    destination: str,
    *,
    link: str,
    now: datetime,
    answers: Sequence[tuple[str, str]],
) -> Message:
    own = policy.audiences[destination].person is not None
    owner = plain(policy.name_of(case.owner))
    return Message(
        destination=destination,
        ticket=case.ticket,
        case_id=case.id,
        move=moved,
        severity=case.severity,
        headline=f"{case.severity.value} {plain(case.issue_type)}: {plain(str(case.ticket))} {_WORDS[moved]}",
        happened=_happened(policy, before, case, moved, now),
        owner=owner,
        next=_next(policy, case, moved),
        link=link,
        at=now,
        answers=tuple(f"{label}: {url}" for label, url in answers) if own else (),
    )


_WORDS: Mapping[CaseMove, str] = {
    CaseMove.APPROVAL_WANTED: "wants an approval",
    CaseMove.OPENED: "is escalated",
    CaseMove.RAISED: "is raised",
    CaseMove.CLIMBED: "has a new owner",
    CaseMove.LADDER_ENDED: "is at the end of its ladder",
    CaseMove.PROMISE_DUE: "owes the customer an update",
    CaseMove.RESOLVED: "has its remedy",
    CaseMove.REOPENED: "goes on again",
    CaseMove.ENDED: "has ended",
}


def _happened(policy: Policy, before: Case | None, case: Case, moved: CaseMove, now: datetime) -> str:
    was = plain(policy.name_of(before.owner)) if before else ""
    if moved is CaseMove.CLIMBED:
        step = policy.row(case.issue_type, case.severity).steps[case.step]
        late = before is not None and before.due_at is not None and before.due_at <= now
        why = "did not act in time" if late else "hands it off"
        return f"{was} {why}; {plain(policy.name_of(case.owner))} ({step.tier}) owns it now."
    if moved is CaseMove.RAISED and before:
        return f"Raised from {before.severity.value} by the rule {case.rule}."
    if moved is CaseMove.ENDED:
        return _ENDS.get(case.state, "The ticket no longer needs it.")
    return {
        CaseMove.LADDER_ENDED: f"{was} did not act in time, and nobody comes after.",
        CaseMove.PROMISE_DUE: "The next update was promised for now, and nobody has written yet.",
        CaseMove.RESOLVED: "The customer is asked whether it works now.",
        CaseMove.REOPENED: "The remedy did not hold, or the customer wrote again.",
    }.get(moved, "An agent asked for it." if case.requested_by else f"The rule {case.rule} holds.")


_ENDS = {
    CaseState.CLOSED: "The ticket is solved.",
    CaseState.DECLINED: "It was not approved.",
    CaseState.DE_ESCALATED: "A person took it back.",
}


def _next(policy: Policy, case: Case, moved: CaseMove) -> str:
    """Say what comes next, the nearest first."""
    if moved is CaseMove.ENDED:
        return "nothing; the case is closed."
    if moved is CaseMove.LADDER_ENDED:
        return f"{plain(policy.name_of(policy.admin)) if policy.admin else 'an admin'} must look at it."
    if moved is CaseMove.APPROVAL_WANTED:
        return f"to be approved or declined by {instant(case.due_at, policy.zone)}."
    if moved is CaseMove.RESOLVED:
        return f"closed by {instant(case.next_update_at, policy.zone)} if nothing is heard."
    update = f"update to the customer by {instant(case.next_update_at, policy.zone)}."
    if case.due_at is None:
        return update
    wanted = "acknowledged" if case.state is CaseState.OPEN else "done"
    return f"to be {wanted} by {instant(case.due_at, policy.zone)}; {update}"


def plain(text: str) -> str:
    """Return a name on one line, without control characters, no longer than a message has room for."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 1]}…"
