"""The lines of the case log that wait for the next transaction.

Rule 1: a line says what happened and why, with evidence; it never holds ticket text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from connectors.contract import Clock
from connectors.model import TicketEvent, TicketRef
from plugin.core.model import Because, Case, Decision, LogEntry, Reason
from plugin.core.planning import describe
from plugin.core.remedies import Use
from plugin.core.replaying import TOLD, snapshot
from plugin.pipeline.apply import Sent
from plugin.store.records import Outgoing


@dataclass(kw_only=True)
class Journal:
    """Collects the lines of one visit to one ticket."""

    ticket: TicketRef
    clock: Clock
    policy_version: str | None = None
    case_id: str | None = None
    _lines: list[LogEntry] = field(default_factory=list)

    @property
    def waiting(self) -> tuple[LogEntry, ...]:
        """Return the lines that wait."""
        return tuple(self._lines)

    def keep(self, lines: tuple[LogEntry, ...] = ()) -> None:
        """Keep these lines alone: the others are written, or what they tell did not happen."""
        self._lines = list(lines)

    def line(
        self, what: str, reason: Reason, evidence: Mapping[str, object] | None = None, *, actor: str = "policy"
    ) -> None:
        """Add one line."""
        entry = LogEntry(
            at=self.clock(),
            actor=actor,
            what=what,
            reason=reason,
            ticket=self.ticket,
            case_id=self.case_id,
            policy_version=self.policy_version,
            evidence=evidence or {},
        )
        self._lines.append(entry)

    def stands(self, case: Case) -> None:
        """Tell with the newest line where the case stands now."""
        if self._lines:
            last = self._lines[-1]
            evidence = {**last.evidence, TOLD: snapshot(case)}
            self._lines[-1] = replace(last, case_id=case.id, evidence=evidence)

    def decision(self, decision: Decision, outgoing: tuple[Outgoing, ...], event: TicketEvent | None) -> None:
        """Tell a decision, and what became of every other rule that holds."""
        evidence: dict[str, object] = {"trigger": event.kind.value if event else "timer"}
        if decision.rule and decision.case:
            evidence |= {
                "rule": decision.rule,
                "severity": decision.case.severity.value,
                "owner": decision.case.owner,
                "because": trace(decision.because),
                "plan": [describe(c) for o in outgoing for c in o.operation.changes],
            }
        elif decision.about:
            plan = [describe(c) for o in outgoing for c in o.operation.changes]
            evidence |= {**decision.about, "because": trace(decision.because), "plan": plan}
        if decision.problems:
            evidence["problems"] = list(decision.problems)
        self.line("decided", decision.reason, evidence)
        for remark in decision.remarks:
            plan = [describe(change) for change in remark.changes]
            self.line("rule", remark.reason, {"rule": remark.rule, "because": trace(remark.because), "plan": plan})

    def given(self, uses: Iterable[Use]) -> None:
        """Tell which remedies were given."""
        for use in uses:
            self.line("remedy", Reason.REMEDY_USED, {"remedy": use.remedy, "by": use.by})

    def sent(self, sent: Sent, *, row: int | None = None) -> None:
        """Tell what became of a send; `row` is the case's row of the matrix, counted from 0."""
        changes = [describe(change) for change in sent.outgoing.operation.changes]
        evidence: dict[str, object] = {"operation": sent.outgoing.operation.id, "changes": changes}
        if sent.outgoing.detail:
            evidence["detail"] = sent.outgoing.detail
        if sent.refused:
            evidence["refused"] = list(sent.refused)
            evidence |= {} if row is None else {"place": f"matrix[{row}].changes"}
        self.line("sent", sent.reason, evidence)


def trace(because: Iterable[Because]) -> list[dict[str, object]]:
    """Return a verdict's trace as JSON for the log."""
    return [_line(one) for one in because]


def _line(because: Because) -> dict[str, object]:
    told = {name: getattr(because, name) for name in ("field", "operator", "wanted", "seen", "holds")}
    return told | {"calendar": because.calendar} if because.calendar else told
