"""An explanation as JSON: the keys are those of `schemas/explanation.schema.json`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from plugin.core.linked import LinkedTicket
from plugin.core.model import Case, Firing, LogEntry, Pending
from plugin.core.planning import describe
from plugin.core.why.explanation import Node, Standstill, unknown
from plugin.core.why.hindrances import Hindrance
from plugin.core.why.meanings import meaning
from plugin.core.why.reasoning import Explained
from plugin.core.why.unless import Stop
from plugin.explaining.report import Report
from plugin.pipeline.journal import trace
from plugin.store.lookups import Dossier
from plugin.store.records import Outgoing


def as_json(report: Report) -> dict[str, Any]:
    """Return the whole explanation; instants are UTC."""
    return {
        "ticket": report.ticket,
        "connection": report.connection,
        "at": instant(report.at),
        "time_zone": str(report.policy.zone),
        "policy": {"name": report.policy.name, "version": report.policy.version},
        "notes": list(report.notes),
        "rules": [_rule(one) for one in report.rules],
        "decision": report.decision.reason.value if report.decision else None,
        "owner": report.owner,
        "chosen": report.chosen,
        "plan": [describe(change) for change in report.plan],
        "next": _next(report.dossier) if report.dossier else None,
        "log": [log_line(entry) for entry in report.dossier.log] if report.dossier else [],
    }


def instant(at: datetime | None) -> str | None:
    """Write an instant, ISO 8601 in UTC."""
    return at.isoformat() if at else None


def _rule(one: Explained) -> dict[str, Any]:
    return {
        "rule": one.rule.name,
        "mode": one.rule.mode.value,
        "priority": one.rule.priority,
        "issue_type": one.rule.issue_type,
        "severity": one.rule.severity.value,
        "outcome": one.outcome.value,
        "holds": one.tree.holds,
        "until": instant(one.tree.verdict.until),
        "acts_at": instant(one.comes_at),
        "looked_until": instant(one.forecast.looked_until),
        "failing": _leaf(one.failing) if one.failing else None,
        "unknown": list(unknown(one.tree)),
        "kept_by": [_kept(hindrance) for hindrance in one.kept],
        "unless": [_stop(stop) for stop in one.stops],
        "fired": _fired(one.last),
        "tree": _node(one.tree),
        "because": trace(one.tree.verdict.because),
    }


def _node(node: Node) -> dict[str, Any]:
    told: dict[str, Any] = {
        "path": node.path,
        "kind": node.kind.value,
        "holds": node.holds,
        "until": instant(node.verdict.until),
    }
    return told | ({"parts": [_node(part) for part in node.parts]} if node.parts else _line(node))


def _leaf(node: Node) -> dict[str, Any]:
    return {"path": node.path, **_line(node)}


def _line(node: Node) -> dict[str, Any]:
    line = node.line
    return {
        "field": line.field,
        "operator": line.operator,
        "wanted": line.wanted,
        "seen": line.seen,
        "calendar": line.calendar,
        "stands_still": _still(node.still),
    }


def _still(still: Standstill | None) -> dict[str, Any] | None:
    if still is None:
        return None
    times = {"since": instant(still.since), "until": instant(still.until)}
    return {"cause": still.cause.value, "by": still.by, **times}


def _kept(one: Hindrance) -> dict[str, Any]:
    return {"reason": one.kept.value, "told": one.told, "since": instant(one.since), "until": instant(one.until)}


def _stop(stop: Stop) -> dict[str, Any]:
    return {"what": stop.what, "path": stop.path, "field": stop.field}


def _fired(last: Firing | None) -> dict[str, Any] | None:
    return {"at": instant(last.at), "count": last.count, "inside": last.inside} if last else None


def _next(dossier: Dossier) -> dict[str, Any]:
    return {
        "timers": {kind.value: instant(at) for kind, at in sorted(dossier.timers.items())},
        "case": _case(dossier.case) if dossier.case else None,
        "linked_tickets": [_linked(one) for one in dossier.opened],
        "unfinished": _unfinished(dossier.operations),
        "dead_letters": [{"name": one.name, "at": instant(one.at), "reason": one.reason} for one in dossier.letters],
        "waiting_deliveries": dossier.waiting,
        "connection_paused_until": instant(dossier.paused_until),
    }


def _linked(one: LinkedTicket) -> dict[str, Any]:
    return {
        "connection": one.connection,
        "place": one.place,
        "ticket": one.ticket.id if one.ticket else None,
        "url": one.url,
        "state": one.state.value,
        "taken_up": one.taken_up,
        "attempts": one.attempts,
        "next_at": instant(one.next_at),
    }


def _case(case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "rule": case.rule,
        "issue_type": case.issue_type,
        "severity": case.severity.value,
        "owner": case.owner,
        "opened_at": instant(case.opened_at),
        "next_update_at": instant(case.next_update_at),
        "prompts": case.prompts,
        "policy_version": case.policy_version,
        "state": case.state.value,
        "step": case.step,
        "times": case.times,
        "due_at": instant(case.due_at),
        "acknowledged_at": instant(case.acknowledged_at),
        "waiting_for": case.waiting_for,
        "pending": _pending(case.pending) if case.pending else None,
        "granted": list(case.granted),
        "incomplete": list(case.incomplete),
        "holdings": case.holdings,
        "missed": case.missed,
        "asked": case.asked,
        "chased": case.chased,
        "handoffs": case.handoffs,
        "reopened": case.reopened,
        "requested_by": case.requested_by,
        "follows": case.follows,
    }


def _pending(pending: Pending) -> dict[str, Any]:
    return {
        "kind": pending.kind,
        "by": pending.by or None,
        "reason": pending.reason,
        "amount": pending.amount,
        "approver": pending.approver,
    }


def _unfinished(operations: Iterable[Outgoing]) -> list[Mapping[str, Any]]:
    return [
        {
            "operation": one.operation.id,
            "rule": one.rule,
            "changes": [describe(change) for change in one.operation.changes],
            "attempts": one.attempts,
            "next_at": instant(one.next_at),
            "reason": one.reason.value if one.reason else None,
        }
        for one in operations
    ]


def log_line(entry: LogEntry) -> dict[str, Any]:
    """Return a line of the case log with its reason's meaning."""
    return {
        "at": instant(entry.at),
        "connection": entry.ticket.connection,
        "ticket": entry.ticket.id,
        "case": entry.case_id,
        "actor": entry.actor,
        "what": entry.what,
        "reason": entry.reason.value,
        "meaning": meaning(entry.reason),
        "evidence": dict(entry.evidence),
    }
