"""A ticket's follow-ups while the ticket is worked on: kept beside its case, and looked at when their timer is due.

Rule 1: what changes of them is written with the step that changes them, and with their timer.
Rule 2: a note goes out on a ticket that takes one; on a closed or a vanished ticket only the log is told.
"""

from __future__ import annotations

from dataclasses import dataclass

from connectors.errors import NotFound
from connectors.model import AddComment, Change, Mode, Status, Ticket
from plugin.core.following_up import Look, looked_at
from plugin.core.model import Say
from plugin.core.notes import note
from plugin.core.planning import spoken
from plugin.core.policy import Policy
from plugin.pipeline import apply
from plugin.pipeline.deliver import Sender
from plugin.pipeline.inquiry import Inquiry
from plugin.pipeline.standing import Standing


@dataclass
class Follower:
    """Looks at the follow-ups of one ticket in hand."""

    at: Standing
    sender: Sender
    inquiry: Inquiry

    def fire(self) -> None:
        """Look at every follow-up that is due: one note for each, in one transaction with its new term."""
        ticket = self._ticket()
        for one in tuple(self.at.follow_ups.values()):
            policy = self.at.parts.policy_of(one.policy_version, self.at.policy)
            look = looked_at(policy, one, self.at.follow_ups, self.at.parts.clock())
            if look is not None:
                self._tell(policy, look, ticket)
        self.at.write()  # a timer that was early, or that nothing waits for, is set right

    def _ticket(self) -> Ticket | None:
        """Return the ticket, if it takes a note."""
        try:
            ticket = self.at.read()
        except NotFound:
            return None
        enforced = self.at.parts.accounts[ticket.ref.connection].mode is Mode.ENFORCE
        return ticket if enforced and ticket.status is not Status.CLOSED else None

    def _tell(self, policy: Policy, look: Look, ticket: Ticket | None) -> None:
        one, now = look.follow_up, self.at.parts.clock()
        changes = self._note(policy, look, ticket) if ticket else ()
        outgoing = (
            apply.outbox(self.at.parts, changes, ticket, case_id=one.case_id, rule=None, now=now) if ticket else ()
        )
        self.at.follow_ups = {**self.at.follow_ups, one.case_id: one}
        self.at.tell().line("follow-up", look.line.reason, {**look.line.evidence, "noted": bool(outgoing)})
        self.at.write(operations=outgoing)
        if outgoing and ticket:
            self.sender.send(outgoing, ticket)

    def _note(self, policy: Policy, look: Look, ticket: Ticket) -> tuple[Change, ...]:
        if not look.said:
            return ()
        head = self._head(policy, look, ticket) if look.lists else None
        text = note(policy, None, *([head] if head else []), *look.said)
        return (AddComment(text=text, public=False),)

    def _head(self, policy: Policy, look: Look, ticket: Ticket) -> str:
        """Return what goes before the list: the policy's own text, or a plain one."""
        terms, case = policy.conduct.follow_up, self.at.last
        if terms is None or terms.note is None or case is None or case.id != look.follow_up.case_id:
            return "The case has ended; its follow-up begins."
        comment, problem = spoken(policy, Say(template=terms.note, public=False, kind="follow_up"), case, ticket)
        if problem:
            self.at.tell().line("follow-up", look.line.reason, {"problems": [problem]})
        return comment.text
