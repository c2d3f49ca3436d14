"""One claimed ticket, worked on until nothing of it is due.

Rule 1: unfinished operations first, then its deliveries in the order they came, then its timers.
Rule 2: each event or timer is one decision and one transaction; sending comes after.
Rule 3: the API is asked only when some rule's verdict is not already False on what is known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from connectors.errors import ConnectorError, NotFound, PermanentFailure, Unparseable
from connectors.model import DONE, EventKind, Mode, Party, Ticket, TicketEvent
from plugin.core.conditions import UNKNOWN
from plugin.core.facts import COMMENT_FACTS, FactTable, heard, of_event, of_mirror, of_ticket, seen
from plugin.core.lifecycle import Evaluation, decide, end, evaluate, on_customer_updated, on_promise_due
from plugin.core.model import (
    Case,
    CaseState,
    Decision,
    Mirror,
    Reason,
    TimerKind,
    Trigger,
)
from plugin.pipeline import apply
from plugin.pipeline.journal import Journal
from plugin.pipeline.parts import Parts
from plugin.store.records import Claim, Delivery, Outgoing, Progress, Step, Work

_GONE = frozenset({EventKind.DELETED, EventKind.DELETED_FOR_GOOD, EventKind.SPAM, EventKind.MERGED})


class Blocked(Exception):
    """Nothing more can be done for this ticket now."""

    def __init__(self, until: datetime | None = None) -> None:
        super().__init__()
        self.until = until


@dataclass(kw_only=True)
class Visit:
    """What one claim makes of one ticket; the mirror and the case move along."""

    parts: Parts
    claimed: Claim
    mirror: Mirror
    case: Case | None
    timers: dict[TimerKind, datetime]
    journal: Journal

    def run(self, work: Work) -> None:
        """Do everything that is due; Blocked when something has to wait."""
        self.finish(work.operations)
        for delivery in work.deliveries:
            self.hear(delivery)
        for kind in TimerKind:
            if kind in self.timers and self.parts.past(self.timers[kind]):
                self.fire(kind)

    # --- events and timers

    def hear(self, delivery: Delivery) -> None:
        """Work on one delivery."""
        try:
            parsed = self.parts.platform(delivery.connection).parse(
                delivery.connection, delivery.headers, delivery.body
            )
        except Unparseable as problem:
            self._write(dead=((delivery.id, str(problem)),))
            return
        for event in parsed.events:
            last = event is parsed.events[-1]
            self._on_event(event, delivery, (delivery.id,) if last else ())

    def _on_event(self, event: TicketEvent, delivery: Delivery, done: tuple[int, ...]) -> None:
        try:
            event, echo = self._signed(event)
            self.mirror = heard(self.mirror, event)
            if event.kind in _GONE:
                self._end_case(Trigger.TICKET_GONE, Reason.TICKET_DELETED)
                self._settle(Decision(reason=Reason.TICKET_GONE, case=self.case), None, done=done, event=event)
            elif echo:
                evaluation = self._evaluate(of_event(event, self.mirror))
                self._settle(Decision(reason=Reason.OUR_OWN_ECHO, case=self.case), evaluation, done=done, event=event)
            else:
                self._answered(event)
                self._consider(of_event(event, self.mirror), event, done)
        except NotFound:
            self._end_case(Trigger.TICKET_GONE, Reason.TICKET_GONE)
            self._settle(Decision(reason=Reason.TICKET_GONE, case=self.case), None, done=done, event=event)
        except ConnectorError as problem:
            self._put_off(problem, since=delivery.received_at, delivery=delivery)

    def fire(self, kind: TimerKind) -> None:
        """Work on a timer that is due."""
        due = self.timers[kind]
        try:
            if kind is TimerKind.PROMISE:
                self._promise()
            else:
                self._consider(of_mirror(self.mirror), None, ())
        except NotFound:
            self._end_case(Trigger.TICKET_GONE, Reason.TICKET_GONE)
            self._settle(Decision(reason=Reason.TICKET_GONE, case=self.case), None)
        except ConnectorError as problem:
            self._put_off(problem, since=due)

    def _signed(self, event: TicketEvent) -> tuple[TicketEvent, bool]:
        """Tell our own doing from everyone else's."""
        account = event.ticket.connection
        comment = event.comment
        if event.actor_id is None and (comment is None or comment.author_id is None):
            ours = self.mirror.our_version is not None and _version(event) == self.mirror.our_version
            return event, ours
        us = self.parts.our_id(account)
        if comment and comment.author_id == us:
            event = replace(event, comment=replace(comment, by=Party.US))
        return event, us == (event.actor_id or (comment.author_id if comment else None))

    def _answered(self, event: TicketEvent) -> None:
        """Count a person's public answer as the promise kept."""
        comment = event.comment
        if not (self.case and comment and comment.public and comment.by is Party.AGENT):
            return
        decision = on_customer_updated(self.case, max(comment.at, self.case.opened_at))
        self.case = decision.case
        self._tell().line("promise", decision.reason)

    def _consider(self, facts: FactTable, event: TicketEvent | None, done: tuple[int, ...]) -> None:
        """Ask the rules; read the ticket if one may hold; decide; write down; send."""
        evaluation = self._evaluate(facts)
        status = facts.get("ticket.status")
        if status in DONE:
            self._end_case(Trigger.TICKET_SOLVED, Reason.TICKET_SOLVED)
            self._settle(Decision(reason=Reason.TICKET_DONE, case=self.case), None, done=done, event=event)
            return
        if not evaluation.open and not (self.case and status is UNKNOWN):
            self._settle(Decision(reason=Reason.NO_RULE_HOLDS, case=self.case), evaluation, done=done, event=event)
            return
        ticket, evaluation = self._read(evaluation, event)
        now = self.parts.clock()
        decision = decide(
            self.parts.policy,
            self.case,
            ticket,
            evaluation,
            now=now,
            new_id=self.parts.new_id(),
            shadow=self.parts.accounts[ticket.ref.connection].mode is Mode.SHADOW,
        )
        self._settle(decision, None if ticket.status in DONE else evaluation, ticket=ticket, done=done, event=event)

    def _read(self, evaluation: Evaluation, event: TicketEvent | None) -> tuple[Ticket, Evaluation]:
        """Read what the open rules need; the comments only if one of them asks for them."""
        connector = self.parts.connector(self.claimed.ticket.connection)
        comments = evaluation.asks(COMMENT_FACTS)
        ticket = connector.read(self.claimed.ticket, comments=comments)
        self.mirror = seen(self.mirror, ticket)
        evaluation = self._evaluate(of_ticket(ticket, self.mirror, event))
        if not comments and evaluation.asks(COMMENT_FACTS):
            ticket = connector.read(self.claimed.ticket, comments=True)
            self.mirror = seen(self.mirror, ticket)
            evaluation = self._evaluate(of_ticket(ticket, self.mirror, event))
        return ticket, evaluation

    def _evaluate(self, facts: FactTable) -> Evaluation:
        return evaluate(self.parts.policy, facts, self.parts.clock(), spent=self.mirror.fired)

    def _promise(self) -> None:
        """The next update is due: make sure the ticket still needs one, then prompt its owner."""
        if self.case is None:
            self._write(timers={TimerKind.PROMISE: None})
            return
        ticket = self.parts.connector(self.claimed.ticket.connection).read(self.claimed.ticket)
        self.mirror = seen(self.mirror, ticket)
        if ticket.status in DONE:
            self._end_case(Trigger.TICKET_SOLVED, Reason.TICKET_SOLVED)
            self._settle(Decision(reason=Reason.TICKET_DONE, case=self.case), None)
            return
        decision = on_promise_due(self.parts.policy, self.case, self.parts.clock())
        if self.parts.accounts[ticket.ref.connection].mode is not Mode.ENFORCE:
            decision = replace(decision, changes=())
        evaluation = self._evaluate(of_ticket(ticket, self.mirror, None))
        self._settle(decision, evaluation, ticket=ticket)

    # --- writing down, then sending

    def _settle(
        self,
        decision: Decision,
        evaluation: Evaluation | None,
        *,
        ticket: Ticket | None = None,
        done: tuple[int, ...] = (),
        event: TicketEvent | None = None,
    ) -> None:
        """Commit one decision with everything that belongs to it, then send what it wants."""
        now = self.parts.clock()
        self.case = decision.case
        self.mirror = replace(self.mirror, fired={**self.mirror.fired, **dict.fromkeys(decision.fired, now)})
        outgoing: tuple[Outgoing, ...] = ()
        if decision.changes and ticket and self.case:
            outgoing = apply.outbox(
                self.parts, decision.changes, ticket, case_id=self.case.id, rule=decision.rule, now=now
            )
        self._tell().decision(decision, outgoing, event)
        until = evaluation.until if evaluation else None
        self._write(done=done, timers={TimerKind.RULE: until, **self._promise_timer()}, operations=outgoing)
        self._drop_ended_case()
        if outgoing and ticket:
            self._send(outgoing, ticket)

    def _promise_timer(self) -> dict[TimerKind, datetime | None]:
        is_open = self.case and self.case.state is CaseState.OPEN
        return {TimerKind.PROMISE: self.case.next_update_at if is_open and self.case else None}

    def _send(self, outgoing: tuple[Outgoing, ...], ticket: Ticket) -> None:
        """Send a fresh decision: the first call on the ticket just read, a public comment right after it."""
        sent = apply.send(self.parts, outgoing[0], ticket, read=ticket)
        if sent.outgoing.state is not Progress.APPLIED or len(outgoing) == 1:
            self._sent(sent, outgoing[1:])
            if sent.outgoing.state is Progress.OPEN:
                self.finish((sent.outgoing, *outgoing[1:]))
            return
        begun = replace(outgoing[1], attempts=1)
        self._sent(sent, (), also=begun)
        last = apply.send(self.parts, begun, None, read=sent.ticket or ticket)
        self._sent(last, ())
        if last.outgoing.state is Progress.OPEN:
            self.finish((last.outgoing,))

    def finish(self, operations: tuple[Outgoing, ...]) -> None:
        """Bring unfinished operations to an end, in order; Blocked when one has to wait."""
        waiting = list(operations)
        while waiting:
            outgoing = waiting.pop(0)
            while outgoing.state is Progress.OPEN:
                if not self.parts.past(outgoing.next_at):
                    raise Blocked(outgoing.next_at)
                outgoing = self._retry(outgoing, tuple(waiting))
            if outgoing.state in (Progress.WITHDRAWN, Progress.DEAD):
                waiting = [other for other in waiting if not _same_decision(other, outgoing)]

    def _retry(self, outgoing: Outgoing, rest: tuple[Outgoing, ...]) -> Outgoing:
        reviewed = apply.review(self.parts, outgoing, self.mirror)
        if reviewed.ticket:
            self.mirror = seen(self.mirror, reviewed.ticket)
        if reviewed.dropped:
            self._tell().line(
                "left to the person who changed it", Reason.HUMAN_CHANGED_IT, {"places": list(reviewed.dropped)}
            )
        to_send = reviewed.outgoing.state is Progress.OPEN and reviewed.ticket is not None
        if not to_send or reviewed.ticket is None:
            self._sent(reviewed, rest)
            return reviewed.outgoing
        self._write(operations=(reviewed.outgoing,))
        sent = apply.send(self.parts, reviewed.outgoing, reviewed.ticket, read=reviewed.ticket)
        self._sent(sent, rest)
        return sent.outgoing

    def _sent(self, sent: apply.Sent, rest: tuple[Outgoing, ...], *, also: Outgoing | None = None) -> None:
        """Write down what became of a send; what hangs on a failed one is withdrawn with it."""
        outgoing = sent.outgoing
        changed = [outgoing, *([also] if also else [])]
        if outgoing.state in (Progress.WITHDRAWN, Progress.DEAD):
            changed += [apply.withdraw(other).outgoing for other in rest if _same_decision(other, outgoing)]
        if sent.ticket and outgoing.state is Progress.APPLIED and sent.reason is Reason.APPLIED:
            self.mirror = replace(seen(self.mirror, sent.ticket), our_version=sent.ticket.version)
        self._tell().sent(sent)
        self._after_withdrawal(sent)
        self._write(operations=tuple(changed), timers=self._promise_timer())
        self._drop_ended_case()

    def _after_withdrawal(self, sent: apply.Sent) -> None:
        """End the case whose ground went away before anything of it was written; its rule may hold again later."""
        if sent.reason is Reason.TICKET_DONE:
            self._end_case(Trigger.TICKET_SOLVED, Reason.TICKET_SOLVED)
        elif sent.reason is Reason.TICKET_GONE:
            self._end_case(Trigger.TICKET_GONE, Reason.TICKET_GONE)
        elif sent.reason is Reason.RULE_NO_LONGER_HOLDS and self.case and not _only_comment(sent.outgoing):
            self._end_case(Trigger.GROUND_GONE, Reason.RULE_NO_LONGER_HOLDS)
            fired = {name: at for name, at in self.mirror.fired.items() if name != sent.outgoing.rule}
            self.mirror = replace(self.mirror, fired=fired)

    def _end_case(self, trigger: Trigger, reason: Reason) -> None:
        if self.case and self.case.state is CaseState.OPEN:
            self.case = end(self.case, trigger, self.parts.clock())
            self._tell().line("case ended", reason)

    def _drop_ended_case(self) -> None:
        if self.case and self.case.state is not CaseState.OPEN:
            self.case = None

    def _put_off(self, problem: ConnectorError, *, since: datetime, delivery: Delivery | None = None) -> None:
        """Wait for a platform that cannot be read now; leave to a person what never can be."""
        if isinstance(problem, PermanentFailure) and not apply.stops_connection(problem):
            self._tell().line("reading the ticket", Reason.REFUSED, {"error": str(problem)})
            self._write(dead=((delivery.id, str(problem)),) if delivery else (), timers={TimerKind.RULE: None})
            return
        waited = (self.parts.clock() - since).total_seconds()
        wait = apply.wait_for(self.parts, problem, max(1, int(waited).bit_length()))
        apply.pause_connection(self.parts, self.claimed.ticket.connection, problem, wait)
        raise Blocked(self.parts.clock() + wait)

    def _tell(self) -> Journal:
        self.journal.case_id = self.case.id if self.case else None
        return self.journal

    def _write(
        self,
        *,
        done: tuple[int, ...] = (),
        dead: tuple[tuple[int, str], ...] = (),
        timers: dict[TimerKind, datetime | None] | None = None,
        operations: tuple[Outgoing, ...] = (),
    ) -> None:
        changed = {kind: due for kind, due in (timers or {}).items() if due != self.timers.get(kind)}
        self.timers = {k: v for k, v in {**self.timers, **changed}.items() if v is not None}
        step = Step(
            done=done,
            dead=dead,
            mirror=self.mirror,
            case=self.case,
            timers=changed,
            operations=operations,
            log=self.journal.take(),
        )
        self.parts.store.write(self.claimed, step, now=self.parts.clock())


def _same_decision(other: Outgoing, outgoing: Outgoing) -> bool:
    return other.case_id == outgoing.case_id and other.created_at == outgoing.created_at


def _only_comment(outgoing: Outgoing) -> bool:
    """Return True for the second call of a decision: what came before it has been written already."""
    return bool(outgoing.operation.comment) and len(outgoing.operation.changes) == 1


def _version(event: TicketEvent) -> str | None:
    updated = event.known.get("updated_at")
    return updated.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(updated, datetime) else None


def visit(parts: Parts, claimed: Claim) -> None:
    """Work on a claimed ticket and give it back."""
    work = parts.store.load(claimed)
    until = None
    journal = Journal(ticket=claimed.ticket, clock=parts.clock)
    moving = Visit(
        parts=parts,
        claimed=claimed,
        mirror=work.mirror,
        case=work.case,
        timers=dict(work.timers),
        journal=journal,
    )
    try:
        moving.run(work)
    except Blocked as blocked:
        until = blocked.until
    parts.store.release(claimed, now=parts.clock(), not_before=until)
