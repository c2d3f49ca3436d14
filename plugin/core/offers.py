"""What a link offers: one command to one person, at one stage of one case.

Rule 1: only the owner of a case is offered anything, and only what the policy lets that person tell.
Rule 2: an offer holds as long as its stage: whatever moves the case makes it stale, and that is told politely.
Rule 3: only internal notes carry links; a customer never reads one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connectors.model import AddComment, Change, TicketRef
from plugin.core.commands import LONGEST, Command, Word
from plugin.core.model import Case, CaseState
from plugin.core.policy import Policy

_OFFERED: Mapping[CaseState, tuple[Word, ...]] = {
    CaseState.OPEN: (Word.ACKNOWLEDGE,),
    CaseState.REQUESTED: (Word.APPROVE, Word.DECLINE),
}
LABELS: Mapping[Word, str] = {Word.ACKNOWLEDGE: "Acknowledge", Word.APPROVE: "Approve", Word.DECLINE: "Decline"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """One command that a link tells."""

    ticket: TicketRef
    case_id: str
    stage: str
    word: Word
    person: str  #: Key of the person it was made for.

    @property
    def key(self) -> str:
        """Return what makes it one-time: the same for every link of the same offer."""
        parts = (str(self.ticket), self.case_id, self.stage, self.word.value, self.person)
        return f"link:{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """An offer that somebody has taken up."""

    offer: Offer
    reason: str = ""


def stage(case: Case) -> str:
    """Name where a case stands: no two times at which it asks somebody are named alike."""
    return f"{case.state.value}.{case.step}.{case.severity.value}.{case.handoffs}.{case.reopened}"


def offers(policy: Policy, case: Case) -> tuple[Offer, ...]:
    """Return what the owner of a case may answer by a link."""
    if case.owner not in policy.people:
        return ()
    words = [word for word in _OFFERED.get(case.state, ()) if _may(policy, word, case.owner)]
    return tuple(
        Offer(ticket=case.ticket, case_id=case.id, stage=stage(case), word=word, person=case.owner) for word in words
    )


def _may(policy: Policy, word: Word, person: str) -> bool:
    named = policy.conduct.commands.who.get(word)
    return named is None or person in named


def command(taken: Taken, policy: Policy, case: Case | None) -> Command:
    """Return the command of an offer that was taken; one that is stale says so as its problem."""
    offer = taken.offer
    problem = _stale(offer, policy, case)
    return Command(word=offer.word, by=offer.person, reason=one_line(taken.reason), via="link", problem=problem)


def one_line(text: str) -> str:
    """Return what a person typed as one line that can be kept."""
    line = " ".join(text.split())
    return "".join(letter for letter in line if letter.isprintable())[:LONGEST].strip()


def _stale(offer: Offer, policy: Policy, case: Case | None) -> str | None:
    if case is None or case.id != offer.case_id:
        return "the case of this link has ended"
    if case.owner != offer.person:
        return f"the link was made for {policy.name_of(offer.person)}, and {policy.name_of(case.owner)} owns it now"
    if stage(case) != offer.stage:
        return f"the link is of an earlier step, and the case is {case.state.value.replace('_', ' ')} now"
    return None


def in_notes(policy: Policy, case: Case) -> tuple[Offer, ...]:
    """Return the offers that may stand in a note, which others read, too."""
    return tuple(offer for offer in offers(policy, case) if offer.word in policy.conduct.commands.note_links)


def noted(changes: Iterable[Change], links: Iterable[tuple[str, str]]) -> tuple[Change, ...]:
    """Return the changes with the links below the internal note, if there is one."""
    lines = "\n".join(f"{label}: {url}" for label, url in links)
    return tuple(
        AddComment(text=f"{change.text}\n{lines}", public=False)
        if lines and isinstance(change, AddComment) and not change.public
        else change
        for change in changes
    )
