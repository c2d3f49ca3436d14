"""One claimed ticket, worked on until nothing of it is due.

Rule 1: unfinished operations first, then its deliveries in the order they came, then its timers.
Rule 2: each event or timer is one decision and one transaction; sending comes after.
Rule 3: the API is asked only when some rule's verdict is not already False on what is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from connectors.errors import ConnectorError, NotFound, Unparseable
from connectors.model import DONE, EventKind, Mode, Party, Status, Ticket, TicketEvent
from plugin.core.conditions import UNKNOWN
from plugin.core.evaluation import Evaluation
from plugin.core.facts import FactTable, case_values, of_event, of_mirror
from plugin.core.firing import fired, left
from plugin.core.granting import Seen, on_timer
from plugin.core.heeding import heeded, was_heeded
from plugin.core.lifecycle import decide, solved
from plugin.core.mirror import heard, last_public
from plugin.core.model import LIVE, CaseState, Decision, Reason, TimerKind, Trigger
from plugin.log import logger
from plugin.pipeline import apply, missed
from plugin.pipeline.attending import Attendant
from plugin.pipeline.children import calling, heed
from plugin.pipeline.committing import limited, linked, next_look
from plugin.pipeline.deliver import Sender
from plugin.pipeline.echo import signed
from plugin.pipeline.following import Follower
from plugin.pipeline.inheriting import bequeath
from plugin.pipeline.inquiry import Inquiry, Occasion
from plugin.pipeline.linking import Linker
from plugin.pipeline.our_own import act_of
from plugin.pipeline.putting_off import put_off
from plugin.pipeline.staffing import staffed
from plugin.pipeline.standing import Before, Standing
from plugin.pipeline.targets import look
from plugin.store.records import Delivery, Gone, Outgoing, OverLimit, TurnTaken, Work

_GONE = frozenset({EventKind.DELETED, EventKind.DELETED_FOR_GOOD, EventKind.SPAM, EventKind.MERGED})


@dataclass
class Visit:
    """What one claim makes of one ticket."""

    at: Standing
    sender: Sender
    inquiry: Inquiry
    attendant: Attendant
    follower: Follower
    linker: Linker
    held: frozenset[str]  #: Rules that wait for a person.

    def run(self, work: Work) -> None:
        """Do everything that is due; Blocked when something has to wait."""
        self.sender.finish(work.operations)
        for delivery in work.deliveries:
            self.hear(delivery)
        for kind in TimerKind:
            if kind in self.at.timers and self.at.parts.past(self.at.timers[kind]):
                self.fire(kind)

    # --- events and timers

    def hear(self, delivery: Delivery) -> None:
        """Work on one delivery."""
        if act := act_of(self.at, self.attendant, self.linker, delivery):
            self._on_our_own(delivery, act)
            return
        if wish := missed.look(delivery):
            self._look_back(wish, delivery)
            return
        try:
            account = self.at.parts.accounts[delivery.connection]
            parsed = self.at.parts.platform(account.name).parse(account, delivery.headers, delivery.body)
        except Unparseable as problem:
            self.at.write(dead=((delivery.id, str(problem)),))
            return
        for event in parsed.events:
            last = event is parsed.events[-1]
            self._on_event(event, delivery, (delivery.id,) if last else ())

    def _on_event(self, event: TicketEvent, delivery: Delivery, done: tuple[int, ...]) -> None:
        with self._weathered(delivery.received_at, done=done, event=event, delivery=delivery):
            event, echo = signed(self.at, event)
            before = self.at.mirror
            sure = replace(event, comment=None) if event.partly else event
            self.at.mirror = heard(self.at.mirror, sure, watched=self.at.watched)
            if event.kind in _GONE:
                target = str(event.current) if event.kind is EventKind.MERGED and event.current else None
                self._gone(Reason.TICKET_DELETED, done=done, event=event, gone=bequeath(self.at, target))
            elif echo:
                evaluation, _ = self.inquiry.ask(of_event(event, self.at.mirror, self.at.names))
                decision = Decision(reason=Reason.OUR_OWN_ECHO, case=self.at.case)
                self._settle(decision, evaluation, done=done, event=event, partly=evaluation.open)
            elif event.partly and (self.at.case or self.at.last):
                self._look_up(event, delivery, done)
            else:
                if not was_heeded(before, event):
                    self.attendant.attend(event, before)
                    self.at.mirror = heeded(self.at.mirror, event)
                self._consider(of_event(event, self.at.mirror, self.at.names), Occasion(event, before), done)

    def _look_up(self, event: TicketEvent, delivery: Delivery, done: tuple[int, ...]) -> None:
        """Work on what the ticket's history tells of an event that tells less."""
        found = missed.unheeded(self.at, missed.Look(since=event.occurred_at - missed.SKEW, version="", gone=False))
        for one in found:
            self._on_event(one, delivery, ())
        self._consider(of_mirror(self.at.mirror, self.at.names), Occasion(), done)

    def _look_back(self, wish: missed.Look, delivery: Delivery) -> None:
        """Work on what the ticket's history tells and no webhook told."""
        with self._weathered(delivery.received_at, done=(delivery.id,), delivery=delivery):
            events = missed.found(self.at, wish)
            if not events and missed.is_behind(self.at.mirror, wish):
                self.at.read()
                self._consider(of_mirror(self.at.mirror, self.at.names), Occasion(), (delivery.id,))
            elif not events:
                self.at.write(done=(delivery.id,))
            for event in events:
                last = event is events[-1]
                self._on_event(event, delivery, (delivery.id,) if last else ())

    def _on_our_own(self, delivery: Delivery, act: Callable[[], None]) -> None:
        """Act on a delivery that we made, as a link that somebody followed."""
        with self._weathered(delivery.received_at, done=(delivery.id,), delivery=delivery):
            case = self.at.case
            act()
            self.attendant.publish(case)
            self._consider(of_mirror(self.at.mirror, self.at.names), Occasion(), (delivery.id,))

    @contextmanager
    def _weathered(
        self,
        since: datetime,
        *,
        done: tuple[int, ...] = (),
        event: TicketEvent | None = None,
        delivery: Delivery | None = None,
        timer: TimerKind | None = None,
    ) -> Iterator[None]:
        """Do something, and what a ticket that is gone, or a platform that cannot be read, asks for instead."""
        try:
            yield
        except NotFound:
            self._gone(Reason.TICKET_GONE, done=done, event=event)
        except ConnectorError as problem:
            put_off(self.at, problem, since=since, delivery=delivery, timer=timer)

    def _gone(
        self, why: Reason, *, done: tuple[int, ...] = (), event: TicketEvent | None = None, gone: Gone | None = None
    ) -> None:
        """End the case of a ticket that is no more."""
        self.at.end_case(Trigger.TICKET_GONE, why)
        self.at.mirror = replace(self.at.mirror, sla=None)
        decision = Decision(reason=Reason.TICKET_GONE, case=self.at.case)
        self._settle(decision, None, done=done, event=event, gone=gone)

    def _solved(
        self,
        status: Status,
        *,
        done: tuple[int, ...] = (),
        event: TicketEvent | None = None,
        facts: FactTable | None = None,
        ticket: Ticket | None = None,
    ) -> None:
        """Ask the customer of a solved ticket if the remedy holds, where the policy says so; else end its case."""
        before, now = self.at.case, self.at.parts.clock()
        decision = solved(self.at.policy_of_case(), before, status, now)
        ends = before is not None and decision.case is not None and decision.case.state not in LIVE
        if (decision.says or self.at.wanting or ends) and ticket is None:
            ticket = self.at.read()
            if ticket.status not in DONE:
                evaluation, facts = self.inquiry.ask(Occasion(event).of_ticket(ticket, self.at))
                self._decide(ticket, evaluation, facts, event=event, done=done)
                return
        if ends:
            self.at.case = decision.case
            self.at.tell().line("case ended", Reason.TICKET_SOLVED)
            decision = replace(decision, reason=Reason.TICKET_DONE)
        self._settle(decision, None, ticket=ticket, done=done, event=event, facts=facts)

    def fire(self, kind: TimerKind) -> None:
        """Work on a timer that is due."""
        with self._weathered(self.at.timers[kind], timer=kind):
            if kind is TimerKind.RULE:
                self._consider(of_mirror(self.at.mirror, self.at.names), Occasion(), ())
            elif kind is TimerKind.PROBLEM:
                self._problem_moved()
            elif kind is TimerKind.FOLLOW_UP:
                self.follower.fire()
            elif kind is TimerKind.SLA:
                look(self.at)
            elif kind is TimerKind.LINKED:
                self._links_due()
            else:
                self._case_due(kind)
        if kind is TimerKind.PROBLEM:
            self.at.write(timers={kind: None})

    def _consider(self, facts: FactTable, occasion: Occasion, done: tuple[int, ...]) -> None:
        """Ask the rules; read the ticket if one may act; decide; write down; send."""
        event = occasion.event
        if self.at.reopens:
            decision = Decision(reason=Reason.REJECTED, case=self.at.case)
            self._settle(decision, None, ticket=self.at.read(), done=done, event=event)
            return
        evaluation, facts = self.inquiry.ask(facts)
        status = facts.get("ticket.status")
        if isinstance(status, Status) and status in DONE:
            self._solved(status, done=done, event=event, facts=facts)
            return
        if not evaluation.open and not self.at.wanting and not (self.at.case and status is UNKNOWN):
            decision = Decision(reason=Reason.NO_RULE_HOLDS, case=self.at.case)
            self._settle(decision, evaluation, done=done, event=event, facts=facts)
            return
        ticket, evaluation, facts = self.inquiry.read(evaluation, occasion)
        self._decide(ticket, evaluation, facts, event=event, done=done)

    def _decide(
        self,
        ticket: Ticket,
        evaluation: Evaluation,
        facts: FactTable,
        *,
        event: TicketEvent | None,
        done: tuple[int, ...],
    ) -> None:
        """Decide and write down; where a rule has acted too often in this hour, hold it and decide without it."""
        now, new_id, before = self.at.parts.clock(), self.at.parts.new_id(), self.at.before
        shadow = self.at.parts.accounts[ticket.ref.connection].mode is Mode.SHADOW
        lasting = None if ticket.status in DONE else evaluation
        while True:
            policy = staffed(self.at, self.at.policy, ticket)
            decision = decide(
                policy, self.at.case, ticket, evaluation, now=now, new_id=new_id, shadow=shadow, held=self.held
            )
            try:
                self._settle(decision, lasting, ticket=ticket, done=done, event=event, now=now, facts=facts)
            except OverLimit as over:
                self._hold(over.rule, before)
            except TurnTaken as taken:
                if before[0] and before[0].turn == taken.turn:  # a command took it: the whole event is heard anew
                    raise
                self.at.back_to(before)
            else:
                return

    def _hold(self, rule: str, before: Before) -> None:
        """Hold a rule for a person, and be where we were: nothing of the decision was written."""
        self.at.parts.store.hold(rule, now=self.at.parts.clock())
        self.held |= {rule}
        logger.error("rule=%s held: it acted on as many tickets in an hour as it may; see: escalation held list", rule)
        self.at.back_to(before)

    def _case_due(self, kind: TimerKind) -> None:
        """Something of the case is due: make sure that the ticket still needs it, then do it."""
        if self.at.case is None:
            self.at.write(timers={kind: None})
            return
        if kind is TimerKind.STEP:
            self.linker.look_around()
        assigned = self.at.mirror.known.get("assignee_id")
        ticket, now = self.at.read(comments=kind is TimerKind.PROMISE), self.at.parts.clock()
        if ticket.status in DONE and self.at.case.state is not CaseState.RESOLVED:
            self._solved(ticket.status, ticket=ticket)
            return
        policy, case = staffed(self.at, self.at.policy_of_case(), ticket), self.at.case
        seen = Seen(ticket=ticket, assigned_before=assigned, people=self.at.names.people, missing=self.inquiry.missing)
        seen = replace(seen, answered_at=last_public(self.at.mirror.comments, Party.AGENT))
        decision = on_timer(policy, case, seen, now, promise=kind is TimerKind.PROMISE)
        moved = case_values(decision.case) != case_values(case)
        evaluation, facts = self.inquiry.ask(Occasion().of_ticket(ticket, self.at))
        self._settle(decision, evaluation, ticket=ticket, facts=facts, again=moved and self.at.policy.asks_about_case)

    def _links_due(self) -> None:
        """Open and look at linked tickets, each with what it decides."""
        while link := self.linker.due():
            case = self.at.case
            self.linker.attend(link)
            self.attendant.publish(case)
            if self.at.wanting or self.at.case != case:
                self._consider(of_mirror(self.at.mirror, self.at.names), Occasion(), ())
            else:
                self.at.write()

    def _problem_moved(self) -> None:
        """Tell an incident how its problem stands."""
        ticket, decision = heed(self.at)
        evaluation, facts = self.inquiry.ask(Occasion().of_ticket(ticket, self.at))
        self._settle(decision, evaluation, ticket=ticket, facts=facts)

    def _settle(
        self,
        decision: Decision,
        evaluation: Evaluation | None,
        *,
        ticket: Ticket | None = None,
        done: tuple[int, ...] = (),
        event: TicketEvent | None = None,
        now: datetime | None = None,
        facts: FactTable | None = None,
        gone: Gone | None = None,
        partly: bool = False,
        again: bool = False,
    ) -> None:
        """Commit one decision with everything that belongs to it, then send what it wants.

        Where the rules were asked on a part of the facts only, the timer set on all of them stays; `again` has them
        asked anew at once.
        """
        now = now or self.at.parts.clock()
        decision = linked(self.at, decision, ticket)
        self.at.case = decision.case
        firings = left(
            self.at.mirror.fired, evaluation.left if evaluation else self.at.mirror.fired
        )  # none: it is done
        self.at.mirror = replace(self.at.mirror, fired=fired(firings, decision.fired, now))
        outgoing: tuple[Outgoing, ...] = ()
        if ticket:
            rule = None if self.at.wanting else decision.rule  # what people wanted stays wanted
            decision = self.at.whole(decision, ticket, now)
            case_id = self.at.case.id if self.at.case else None
            outgoing = apply.outbox(self.at.parts, decision.changes, ticket, case_id=case_id, rule=rule, now=now)
        naming = gone or self.inquiry.naming(facts)
        given = self.inquiry.given(event)
        self.at.tell().decision(decision, outgoing, event)
        until = now if again else next_look(self.at, evaluation, decision, now, partly=partly)
        self.at.write(
            done=done,
            timers={TimerKind.RULE: until, **self.at.case_timers()},
            operations=outgoing,
            limited=limited(self.at, decision),
            held=decision.held,
            naming=naming,
            remedies=given,
            children=calling(self.at),
        )
        self.at.written()
        self.at.drop_ended_case()
        if outgoing and ticket:
            self.sender.send(outgoing, ticket)
