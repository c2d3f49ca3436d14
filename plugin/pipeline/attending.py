"""What people do on a ticket, and what that does to its case.

Rule 1: commands first; then who owns the ticket and who works on it; then what the customer says.
Rule 2: a move is noted here and written with the event's one decision; its texts are rendered once the ticket is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from connectors.model import Comment, EventKind, Mode, Party, Status, TicketEvent
from plugin.core import filling_in, moves, obeying, offers, published
from plugin.core.commands import Command, heard
from plugin.core.follow_ups import Followed
from plugin.core.model import Case, Decision, Mirror, Reason
from plugin.core.policy import Policy
from plugin.pipeline.inquiry import Inquiry
from plugin.pipeline.staffing import staffed
from plugin.pipeline.standing import Standing


@dataclass
class Attendant:
    """Follows what happens on one ticket."""

    at: Standing
    inquiry: Inquiry

    def attend(self, event: TicketEvent, before: Mirror) -> None:
        """Move the case as an event of other people says; `before` is what was known until then."""
        shown = published.fields(self._policy(), self.at.case, event.ticket.connection)
        told = heard(
            _said(event, before, self.at.mirror), self.at.policy.conduct.commands, self.at.names, self.at.policy.zone
        )
        for command in told:
            self._obey(command)
        if not told:
            self._follow(event)
        if event.kind is EventKind.STATUS_CHANGED and isinstance(event.current, Status):
            self._status(event, event.current)
        if event.comment and event.kind is EventKind.COMMENT_ADDED:
            self._commented(event.comment, event)
        if event.kind is EventKind.RATING_RECEIVED and self.at.case:
            self._take("answer", moves.on_rated(self._policy(), self.at.case, event.current, self.at.parts.clock()))
        self._publish()
        if shown != published.fields(self._policy(), self.at.case, event.ticket.connection):
            self.at.unpublished = True

    def take(self, taken: offers.Taken) -> None:
        """Obey a link that its person followed."""
        self._obey(offers.command(taken, self._policy(), self.at.case))
        self._publish()

    def _policy(self) -> Policy:
        return self.at.policy_of_case()

    def _policy_after(self) -> Policy:
        """Return the policy by which the last case is followed up, where none is open."""
        case = self.at.case or self.at.last
        return self.at.policy if case is None else self.at.parts.policy_of(case.policy_version, self.at.policy)

    def _obey(self, command: Command) -> None:
        evidence = {"command": str(command.word or "?"), "reason": command.reason, "by": command.teller}
        evidence |= {"via": command.via} if command.via else {}
        if self.at.parts.accounts[self.at.claimed.ticket.connection].mode is Mode.SHADOW:
            self.at.tell().line("command", Reason.SHADOW, evidence, actor=command.teller)
            return
        told = obeying.Told(
            policy=self._policy_after() if command.word in filling_in.DEEDS else staffed(self.at, self._policy()),
            case=self.at.case,
            command=command,
            ticket=self.at.claimed.ticket,
            now=self.at.parts.clock(),
            new_id=self.at.parts.new_id(),
            missing=self.inquiry.missing,
            last=self.at.last,
            follow_ups=self.at.follow_ups,
        )
        decision = obeying.obey(told, filling_in.DEEDS)
        if isinstance(decision, Followed):
            self.at.follow_ups = {**self.at.follow_ups, decision.follow_up.case_id: decision.follow_up}
        self._take("command", decision, evidence, actor=command.teller)

    def _follow(self, event: TicketEvent) -> None:
        """Follow who owns the ticket, and note that its owner works on it."""
        case = self.at.case
        if case is None or event.actor_id is None:
            return
        people, given = self.at.names.people, event.current if event.kind is EventKind.ASSIGNEE_CHANGED else None
        person = people.get(str(given)) if given else None
        at = max(event.occurred_at, case.opened_at)
        if person and person != case.owner:
            taken = event.actor_id == given
            self._take("owner", moves.on_owner_changed(self._policy(), case, person, at, taken=taken))
        elif people.get(event.actor_id) == case.owner:
            self._take("owner", moves.on_owner_acted(self._policy(), case, at))

    def _status(self, event: TicketEvent, status: Status) -> None:
        case = self.at.case
        if case is None or status in (Status.SOLVED, Status.CLOSED):
            return
        by_customer = event.actor_id is None or event.actor is Party.CUSTOMER or self._is_requester(event.actor_id)
        at = max(event.occurred_at, case.opened_at)
        self._take("status", moves.on_status(self._policy(), case, status, at, by_customer=by_customer))

    def _is_requester(self, person: str) -> bool:
        return person == self.at.mirror.known.get("requester_id")

    def _commented(self, comment: Comment, event: TicketEvent) -> None:
        """Count a person's public answer as the promise kept, and hear what the customer says."""
        case, now = self.at.case, self.at.parts.clock()
        if comment.by is Party.AGENT and comment.public and case:
            kept = moves.on_customer_updated(self._policy(), case, max(comment.at, case.opened_at))
            self._take("promise", kept, always=True)
        elif comment.by is Party.CUSTOMER and case:
            self._take("answer", moves.on_customer_wrote(self._policy(), case, comment.text, now))
        elif comment.by is Party.CUSTOMER:
            self._after_the_end(comment)

    def _after_the_end(self, comment: Comment) -> None:
        last, now = self.at.last, self.at.parts.clock()
        policy = self.at.parts.policy_of(last.policy_version, self.at.policy) if last else self.at.policy
        again = moves.on_reply_after_the_end(policy, last, comment.text, now)
        if again is not None:
            self._take("answer", again)
        elif last is not None and moves.forgets(policy, last, now):
            self.at.mirror = replace(self.at.mirror, fired={})  # whatever comes now is something new

    def _take(
        self,
        what: str,
        decision: Decision,
        evidence: Mapping[str, object] | None = None,
        *,
        actor: str = "policy",
        always: bool = False,
    ) -> None:
        """Let a move happen, and note it, unless nothing moved."""
        before, self.at.case = self.at.case, decision.case
        self.at.wishes += decision.changes
        self.at.says += decision.says
        self.at.opens = self.at.opens or decision.opens
        quiet = decision.reason is Reason.NOT_EXPECTED_NOW or before == decision.case
        repeated = decision.reason is Reason.STARTED and before is not None and _same_work(before, decision.case)
        if always or evidence is not None or not (quiet or repeated):
            owner = decision.case.owner if decision.case else None
            self.at.tell().line(what, decision.reason, {"owner": owner, **(evidence or {})}, actor=actor)

    def _publish(self) -> None:
        """Note that the tags must be written anew, where they show another state than the case has."""
        found = self.at.mirror.known.get("tags")
        tags = found if isinstance(found, (frozenset, set, tuple, list)) else ()
        if published.changes(self._policy(), self.at.case, map(str, tags), self.at.parts.clock()):
            self.at.unpublished = True


def _said(event: TicketEvent, before: Mirror, after: Mirror) -> TicketEvent:
    """Return an event that does not say what it changed as one of its tags, where it brought some."""
    now, then = event.known.get("tags"), before.known.get("tags", frozenset())
    vague = event.kind in (EventKind.UPDATED, EventKind.CREATED)
    if not vague or not isinstance(now, frozenset) or not isinstance(then, frozenset) or after.known.get("tags") != now:
        return event
    return replace(event, kind=EventKind.TAGS_CHANGED, current=now - then, previous=frozenset())


def _same_work(before: Case, after: Case | None) -> bool:
    return after is not None and before.state is after.state
