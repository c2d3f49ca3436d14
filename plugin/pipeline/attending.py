"""What people do on a ticket, and what that does to its case.

Rule 1: commands first; then who owns the ticket and who works on it; then what the customer says.
Rule 2: a move is noted here and written with the event's one decision; its texts are rendered once the ticket is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from connectors.model import DONE, Comment, EventKind, Mode, Party, Status, TicketEvent
from plugin.core import filling_in, moves, obeying, offers, published
from plugin.core.commands import Command, Word, heard
from plugin.core.continuing import continued
from plugin.core.follow_ups import Followed
from plugin.core.mirror import history_of
from plugin.core.model import Case, CaseState, Decision, Mirror, Reason
from plugin.core.policy import Policy
from plugin.pipeline.inquiry import Inquiry
from plugin.pipeline.staffing import staffed
from plugin.pipeline.standing import Standing

#: Comments whose commands were obeyed, of one case: the same one may be told by two events.
_REMEMBERED = 20


@dataclass
class Attendant:
    """Follows what happens on one ticket."""

    at: Standing
    inquiry: Inquiry

    def attend(self, event: TicketEvent, before: Mirror) -> None:
        """Move the case as an event of other people says; `before` is what was known until then."""
        if event.kind is EventKind.CREATED and self.at.case is None and self.at.last is None:
            self._continue(event)
        case = self.at.case
        told = self._told(event, before)
        acks = any(one.word is Word.ACKNOWLEDGE for one in told)
        if told and not acks and case and case.state is CaseState.OPEN and self._is_of_owner(event, case):
            self._take("owner", moves.on_owner_acted(self._policy(), case, self._when(event, case)))
        for command in told:
            self._obey(command)
        if told and event.comment and self.at.case:
            self.at.case = replace(self.at.case, obeyed=(*self.at.case.obeyed, event.comment.id)[-_REMEMBERED:])
        if not told:
            self._follow(event)
        if event.kind is EventKind.STATUS_CHANGED and isinstance(event.current, Status):
            self._status(event, event.current)
        if event.comment and event.kind is EventKind.COMMENT_ADDED:
            self._commented(event.comment, event)
        if event.kind is EventKind.RATING_RECEIVED and self.at.case:
            self._take("answer", moves.on_rated(self._policy(), self.at.case, event.current, self.at.parts.clock()))
        if case and self.at.case and case.state is CaseState.OPEN:
            known = self.at.mirror.known.get("status")
            now = self.at.parts.clock()
            self._take("status", moves.as_the_status_says(self._policy(), self.at.case, known, now))
        self.publish(case)

    def _continue(self, event: TicketEvent) -> None:
        """Go on with the case of a closed ticket that a new one is the reply to.

        The ticket is read only where its requester has a case that a reply could open again.
        """
        requester, terms = self.at.mirror.known.get("requester_id"), self.at.policy.conduct.resolution
        ref, now = self.at.claimed.ticket, self.at.parts.clock()
        if requester is None or terms is None:
            return
        ended = self.at.parts.store.ended(ref.connection, str(requester), since=now - terms.grace)
        ticket = self.at.read() if ended else None
        theirs = next((one for one in ended if ticket and one.ticket.id == ticket.follows), None)
        if ticket is None or theirs is None:
            return
        policy = self.at.parts.policy_of(theirs.policy_version, self.at.policy)
        text = event.comment.text if event.comment else ticket.description
        again = continued(policy, theirs, ticket, text, now, self.at.parts.new_id())
        if again is not None:
            self._take("answer", again, {"from": str(theirs.ticket), "its_case": theirs.id})

    def _told(self, event: TicketEvent, before: Mirror) -> tuple[Command, ...]:
        """Return the commands of an event that the helpdesk itself confirms: a webhook alone commands nothing."""
        terms, zone = self.at.policy.conduct.commands, self.at.policy.zone
        told = heard(_said(event, before, self.at.mirror), terms, self.at.names, zone)
        case = self.at.case
        if not told or (case and event.comment and event.comment.id in case.obeyed):
            return ()
        confirmed = self.inquiry.confirmed(event)
        if confirmed is None:
            self.at.tell().line("command", Reason.COMMAND_REFUSED, {"problem": "the helpdesk does not confirm it"})
            return ()
        if event.comment is not None:
            return heard(replace(event, comment=confirmed.comment), terms, self.at.names, zone)
        fields = confirmed.ticket.custom_fields
        return tuple(
            one
            for one in told
            if one.tag in confirmed.ticket.tags or (one.field_id and fields.get(one.field_id) == event.current)
        )

    def _is_of_owner(self, event: TicketEvent, case: Case) -> bool:
        return self.at.names.people.get(event.actor_id or "") == case.owner

    def _when(self, event: TicketEvent, case: Case) -> datetime:
        """Return when it happened; not before the case, and not later than now, whatever is told."""
        return min(max(event.occurred_at, case.opened_at), self.at.parts.clock())

    def _is_stale(self, event: TicketEvent) -> bool:
        """Tell if a later move of the same attribute is known already: deliveries come in any order."""
        last = history_of(self.at.mirror).last(event.changed or "")
        return last is not None and last.at > event.occurred_at

    def take(self, taken: offers.Taken) -> None:
        """Obey a link that its person followed."""
        case = self.at.case
        self._obey(offers.command(taken, self._policy(), case))
        self.publish(case)

    def _policy(self) -> Policy:
        return self.at.policy_of_case()

    def _policy_after(self) -> Policy:
        """Return the policy by which the last case is followed up, where none is open."""
        case = self.at.case or self.at.last
        return self.at.policy if case is None else self.at.parts.policy_of(case.policy_version, self.at.policy)

    def _obey(self, command: Command) -> None:
        evidence: dict[str, object] = {"command": str(command.word or "?"), "reason": command.reason}
        evidence["by"] = command.teller
        evidence |= {"via": command.via} if command.via else {}
        evidence |= {"exception": command.exception, "amount": command.amount} if command.exception else {}
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
        at = self._when(event, case)
        if event.kind is EventKind.ASSIGNEE_CHANGED:
            self._given(event, case, at)
        elif self._is_of_owner(event, case):
            self._take("owner", moves.on_owner_acted(self._policy(), case, at))

    def _given(self, event: TicketEvent, case: Case, at: datetime) -> None:
        """Follow whom the ticket was given to."""
        given = str(event.current) if event.current else None
        person = self.at.names.people.get(given) if given else None
        if given is None or self._is_stale(event):
            return
        if person is None:
            self._take("owner", moves.on_stranger(self._policy(), case))
        elif person != case.owner:
            taken = event.actor_id == given
            self._take("owner", moves.on_owner_changed(self._policy(), case, person, at, taken=taken))
        elif event.actor_id == given:
            self._take("owner", moves.on_owner_acted(self._policy(), case, at))

    def _status(self, event: TicketEvent, status: Status) -> None:
        case = self.at.case
        if status in DONE or self._is_stale(event):
            return
        by_agent = event.actor is Party.AGENT or (event.actor_id or "") in self.at.names.people
        if case is not None:
            at = self._when(event, case)
            self._take("status", moves.on_status(self._policy(), case, status, at, by_agent=by_agent))
        elif by_agent and event.previous in DONE:
            again = moves.on_opened_after_the_end(self._policy_after(), self.at.last, self.at.parts.clock())
            if again is not None:
                self._take("status", again)

    def _is_customers(self, comment: Comment) -> bool:
        """Tell if the ticket's own customer wrote it for everybody on the ticket to read."""
        requester = self.at.mirror.known.get("requester_id")
        who = requester is None or comment.author_id is None or comment.author_id == requester
        return comment.by is Party.CUSTOMER and comment.public and who

    def _commented(self, comment: Comment, event: TicketEvent) -> None:
        """Count a person's public answer as the promise kept, and hear what the customer says."""
        case, now = self.at.case, self.at.parts.clock()
        if comment.by is Party.AGENT and comment.public and case:
            kept = moves.on_customer_updated(self._policy(), case, min(max(comment.at, case.opened_at), now))
            self._take("promise", kept, always=True)
        elif self._is_customers(comment) and case:
            wrote = moves.on_customer_wrote(self._policy(), case, comment.text, now, written=comment.at)
            self._take("answer", wrote)
        elif self._is_customers(comment):
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

    def publish(self, before: Case | None) -> None:
        """Note that tags and fields must be written anew, where they show another state than the case has."""
        policy, now, connection = self._policy(), self.at.parts.clock(), self.at.claimed.ticket.connection
        shown = (published.tags(policy, before, now), published.fields(policy, before, connection))
        if shown != (published.tags(policy, self.at.case, now), published.fields(policy, self.at.case, connection)):
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
