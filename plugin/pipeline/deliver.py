"""Sending what was decided, and finishing what was begun.

Rule 1: the calls of one decision go in order; what hangs on a failed one is withdrawn with it. What one of them was
        refused in part stands in the note that goes after it.
Rule 2: what became of a send is written down before the next one is begun.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from connectors.calls import Urgency
from connectors.model import Ticket
from plugin.core import slas
from plugin.core.evaluation import evaluate
from plugin.core.facts import of_ticket
from plugin.core.mirror import seen
from plugin.core.model import Reason, TimerKind, Trigger
from plugin.core.refused import noted
from plugin.pipeline import apply
from plugin.pipeline.standing import Blocked, Standing
from plugin.store.records import Outgoing, Progress


@dataclass
class Sender:
    """The outbox of one ticket in hand."""

    at: Standing

    def send(self, outgoing: tuple[Outgoing, ...], ticket: Ticket) -> None:
        """Send a fresh decision: the first call on the ticket just read, each other on what the one before left."""
        begun, waiting = outgoing[0], outgoing[1:]
        while True:
            with self.at.tally.urgent(_urgency(begun, *waiting)):
                sent = apply.send(self.at.parts, begun, ticket, read=ticket)
            if sent.outgoing.state is not Progress.APPLIED or not waiting:
                break
            following = replace(waiting[0], attempts=1)
            self._sent(sent, (), also=following)
            begun, waiting, ticket = following, waiting[1:], sent.ticket or ticket
        self.finish(self._sent(sent, waiting))

    def finish(self, operations: tuple[Outgoing, ...]) -> None:
        """Bring unfinished operations to an end, in order; Blocked when one has to wait."""
        while operations:
            if not self.at.parts.past(operations[0].next_at):
                raise Blocked(operations[0].next_at)
            with self.at.tally.urgent(_urgency(*operations)):
                operations = self._retry(operations[0], operations[1:])

    def _retry(self, outgoing: Outgoing, rest: tuple[Outgoing, ...]) -> tuple[Outgoing, ...]:
        reviewed = apply.review(self.at.parts, self.at.policy, outgoing, self.at.mirror, self.at.case, self.at.followed)
        if reviewed.ticket:
            self.at.mirror = seen(self.at.mirror, reviewed.ticket, watched=self.at.watched)
        if reviewed.dropped:
            self.at.tell().line(
                "left to the person who changed it", Reason.HUMAN_CHANGED_IT, {"places": list(reviewed.dropped)}
            )
        to_send = reviewed.outgoing.state is Progress.OPEN and reviewed.ticket is not None
        if not to_send or reviewed.ticket is None:
            return self._sent(reviewed, rest)
        self.at.write(operations=(reviewed.outgoing,))
        sent = apply.send(self.at.parts, reviewed.outgoing, reviewed.ticket, read=reviewed.ticket)
        return self._sent(sent, rest)

    def _sent(
        self, sent: apply.Sent, rest: tuple[Outgoing, ...], *, also: Outgoing | None = None
    ) -> tuple[Outgoing, ...]:
        """Write down what became of a send, and return what is still open, in order."""
        sent, rest = _noted(sent, rest)
        outgoing = sent.outgoing
        if outgoing.state in (Progress.WITHDRAWN, Progress.DEAD):
            rest = tuple(apply.withdraw(other).outgoing if _same_decision(other, outgoing) else other for other in rest)
        if sent.ticket and outgoing.state is Progress.APPLIED and sent.reason is Reason.APPLIED:
            self.at.mirror = replace(seen(self.at.mirror, sent.ticket, ours=True), our_version=sent.ticket.version)
        if outgoing.state is Progress.APPLIED:
            watch = slas.written(self.at.mirror.sla, outgoing.operation.changes, self.at.parts.clock())
            self.at.mirror = replace(self.at.mirror, sla=watch)
        policy, case = self.at.policy_of_case(), self.at.case
        self.at.tell().sent(sent, row=policy.row_number(case.issue_type, case.severity) if case else None)
        self._after_withdrawal(sent)
        changed = (outgoing, *([also] if also else []), *rest)
        self.at.write(operations=changed, timers={**self._next_look(sent), **self.at.case_timers()})
        self.at.drop_ended_case()
        return tuple(one for one in (outgoing, *rest) if one.state is Progress.OPEN)

    def _next_look(self, sent: apply.Sent) -> dict[TimerKind, datetime | None]:
        """Return the rules' timer where what we wrote brings it nearer: the write's echo tells too little for that."""
        if sent.reason is Reason.TICKET_DONE:  # what a solved ticket means for its case is decided like any other news
            return {TimerKind.RULE: self.at.parts.clock()}
        if sent.reason is not Reason.APPLIED or sent.ticket is None:
            return {}
        facts = of_ticket(sent.ticket, self.at.mirror, names=self.at.names, by_time=True)
        evaluation = evaluate(self.at.policy, facts, self.at.parts.clock(), firings=self.at.mirror.fired)
        known = (evaluation.until, self.at.timers.get(TimerKind.RULE))
        return {TimerKind.RULE: min((at for at in known if at is not None), default=None)}

    def _after_withdrawal(self, sent: apply.Sent) -> None:
        """End the case whose ground went away before anything of it was written; its rule may hold again later."""
        if sent.reason is Reason.TICKET_GONE:
            self.at.end_case(Trigger.TICKET_GONE, Reason.TICKET_GONE)
        elif sent.reason is Reason.RULE_NO_LONGER_HOLDS:
            if self.at.case and self.at.case.opened_at == sent.outgoing.created_at:  # not one that was only raised
                self.at.end_case(Trigger.GROUND_GONE, Reason.RULE_NO_LONGER_HOLDS)
            fired = {name: at for name, at in self.at.mirror.fired.items() if name != sent.outgoing.rule}
            self.at.mirror = replace(self.at.mirror, fired=fired)


def _urgency(*operations: Outgoing) -> Urgency:
    """Tell for whom the first of some operations is sent: they go in order, so it is as urgent as any of them."""
    said = [one.operation.comment for one in operations]
    return Urgency.CUSTOMER if any(one and one.public for one in said) else Urgency.INTERNAL


def _same_decision(other: Outgoing, outgoing: Outgoing) -> bool:
    return other.case_id == outgoing.case_id and other.created_at == outgoing.created_at


def _noted(sent: apply.Sent, rest: tuple[Outgoing, ...]) -> tuple[apply.Sent, tuple[Outgoing, ...]]:
    """Say what was refused in the decision's note, where that is a call of its own; nobody else needs telling then."""
    told = () if sent.outgoing.operation.comment else sent.refused
    mine = [other for other in rest if _same_decision(other, sent.outgoing) and _is_note(other)]
    if not told or not mine:
        return sent, rest
    operation = mine[0].operation
    note = replace(mine[0], operation=replace(operation, changes=noted(operation.changes, told)))
    if sent.outgoing.state is Progress.DEAD:  # nothing is left of it, and that is said
        done = replace(sent.outgoing, state=Progress.UNCHANGED, reason=Reason.REFUSED_IN_PART)
        sent = replace(sent, outgoing=done, reason=Reason.REFUSED_IN_PART)
    return sent, tuple(note if other is mine[0] else other for other in rest)


def _is_note(outgoing: Outgoing) -> bool:
    said = outgoing.operation.comment
    return said is not None and not said.public
