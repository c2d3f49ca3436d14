"""What came of a step, in the words of the test file.

Rule 1: what the plugin did is read from the case log and from the writes that arrived, never worked out anew.
Rule 2: what a rule says when the step is over comes of the evaluation in earnest, on all there is to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any as Json

from connectors.errors import NotFound
from connectors.model import Change, Ticket, TicketEvent, TicketRef
from plugin.core.evaluation import Judged, evaluate
from plugin.core.facts import FactTable, case_values, of_ticket
from plugin.core.mirror import seen
from plugin.core.model import LIVE, LogEntry, Mirror, Reason, TimerKind
from plugin.core.recurrence import Sighting, counted, entities_in
from plugin.rehearsal.runner import Rehearsal
from plugin.rehearsal.saying import Saying
from plugin.rehearsal.stories import Step
from plugin.store.records import Claim, Work

#: Decisions by which a rule acts.
ACTS = frozenset({Reason.RULE_HOLDS, Reason.RAISED, Reason.REPEATED})
_REMARKS = {"outranked": Reason.ALREADY_ESCALATED, "shadow": Reason.SHADOW, "held": Reason.HELD}


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What came of one step."""

    facts: Mapping[str, Json]  #: By the keys of `expect`; besides these `reasons`, of which one is expected.
    lines: tuple[LogEntry, ...]  #: Of this step and ticket.
    judged: Mapping[str, Judged]  #: What each rule says now, by name; empty for a ticket that is gone.

    def acted(self) -> list[str]:
        """Return the rules that acted, or told in shadow that they would have."""
        return [*self.facts["acted"], *self.facts["shadow"]]


@dataclass
class Observer:
    """Looks at a rehearsal after each step."""

    rehearsal: Rehearsal
    _lines: dict[TicketRef, int] = field(default_factory=dict)
    _writes: dict[TicketRef, int] = field(default_factory=dict)

    def look(self, step: Step) -> Seen:
        """Return what came of the step, on the ticket it is about."""
        ref = self.rehearsal.ref(step.on)
        lines, writes = self._new_lines(ref), self._new_writes(ref)
        work = self.rehearsal.store.load(Claim(ticket=ref, token="", lease=timedelta()))
        ticket = self._ticket(ref)
        return Seen(
            facts=self._facts(ref, lines, writes, work, ticket),
            lines=lines,
            judged=self._judged(step, ticket, work) if ticket else {},
        )

    def _new_lines(self, ref: TicketRef) -> tuple[LogEntry, ...]:
        lines = self.rehearsal.store.log(ref)
        told, self._lines[ref] = self._lines.get(ref, 0), len(lines)
        return tuple(lines[told:])

    def _new_writes(self, ref: TicketRef) -> list[Change]:
        applied = [one.operation for one in self.rehearsal.helpdesk.applied if one.operation.ticket == ref]
        told, self._writes[ref] = self._writes.get(ref, 0), len(applied)
        return [change for operation in applied[told:] for change in operation.changes]

    def _ticket(self, ref: TicketRef) -> Ticket | None:
        try:
            return self.rehearsal.helpdesk.ticket(ref)
        except NotFound:
            return None

    def _facts(
        self,
        ref: TicketRef,
        lines: Iterable[LogEntry],
        writes: Iterable[Change],
        work: Work,
        ticket: Ticket | None,
    ) -> Mapping[str, Json]:
        lines, saying = tuple(lines), Saying(self.rehearsal.policy, self.rehearsal.connection)
        cases = [case for case in self.rehearsal.store.cases() if case.ticket == ref]
        open_case = next((case for case in cases if case.state in LIVE), None)
        return {
            "acted": [str(line.evidence["rule"]) for line in lines if line.what == "decided" and line.reason in ACTS],
            **{key: _remarked(lines, reason) for key, reason in _REMARKS.items()},
            "reasons": list(dict.fromkeys(line.reason.value for line in lines)),
            "case": cases[-1].state.value if cases else "none",
            "owner": open_case.owner if open_case else None,
            "severity": open_case.severity.value if open_case else None,
            "issue_type": open_case.issue_type if open_case else None,
            "changes": saying.changes(writes),
            "ticket": saying.ticket(ticket) if ticket else {},
            "next_timer": min(work.timers.values(), default=None),
            "rule_timer": work.timers.get(TimerKind.RULE),
            "next_update": open_case.next_update_at if open_case else None,
        }

    def _judged(self, step: Step, ticket: Ticket, work: Work) -> Mapping[str, Judged]:
        """Ask every rule about everything there is to know."""
        policy, now = self.rehearsal.policy, self.rehearsal.clock()
        event = self.rehearsal.platform.last_event(ticket.ref) if step.deeds else None
        facts = self._known(ticket, work.mirror, event).with_values(case_values(work.case))
        evaluation = evaluate(policy, facts, now, firings=work.mirror.fired, whole=True)
        return {one.rule.name: one for one in evaluation.judged}

    def _known(self, ticket: Ticket, mirror: Mirror, event: TicketEvent | None) -> FactTable:
        policy, connection = self.rehearsal.policy, self.rehearsal.connection
        fresh = seen(mirror, ticket, watched=policy.watched_fields(connection))
        facts = of_ticket(ticket, fresh, event, names=policy.names(connection), by_time=event is None)
        named = entities_in(policy.entities, facts)
        return facts.with_values(counted(named, partial(self._others, ticket.ref), named))

    def _others(self, ref: TicketRef, entity: str, values: tuple[str, ...]) -> tuple[Sighting, ...]:
        since: datetime = self.rehearsal.clock() - self.rehearsal.policy.longest_window(entity)
        return self.rehearsal.store.others(ref, entity, values, since=since)


def _remarked(lines: Iterable[LogEntry], reason: Reason) -> list[str]:
    found = (str(line.evidence.get("rule")) for line in lines if line.what == "rule" and line.reason is reason)
    return list(dict.fromkeys(found))
