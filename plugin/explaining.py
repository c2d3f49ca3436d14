"""Why a rule holds for a ticket or not: the same functions as in earnest, with the result written for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from connectors.contract import Parsed, Platform
from connectors.model import TicketEvent
from plugin.core.evaluation import evaluate
from plugin.core.facts import of_ticket
from plugin.core.lifecycle import decide
from plugin.core.mirror import heard, seen
from plugin.core.model import Mirror
from plugin.core.planning import describe, missing
from plugin.core.policy import Policy
from plugin.core.problems import Problem, Problems
from plugin.pipeline.journal import trace


def explain(
    policy: Policy, platform: Platform, ticket_body: bytes, *, event: bytes | None, now: datetime
) -> dict[str, Any]:
    """Return every rule's verdict with its trace, the decision and its plan."""
    try:
        ticket = platform.ticket("explained", ticket_body)
    except ValueError as problem:
        raise Problems("--ticket:", [Problem(where="", message=str(problem))]) from problem
    told = _event(platform, event) if event else None
    mirror = seen(heard(Mirror(), told) if told else Mirror(), ticket)
    facts = of_ticket(ticket, mirror, told, names=policy.names("explained"), by_time=told is None)
    evaluation = evaluate(policy, facts, now, whole=True)
    decision = decide(policy, None, ticket, evaluation, now=now, new_id="explained")
    return {
        "ticket": ticket.ref.id,
        "at": now.isoformat(),
        "rules": [
            {
                "rule": one.rule.name,
                "mode": one.rule.mode.value,
                "holds": one.verdict.holds,
                "until": one.verdict.until.isoformat() if one.verdict.until else None,
                "because": trace(one.verdict.because),
            }
            for one in evaluation.judged
        ],
        "decision": decision.reason.value,
        "owner": policy.people[decision.case.owner].name if decision.case else None,
        "plan": [describe(change) for change in missing(decision.changes, ticket)],
    }


def _event(platform: Platform, body: bytes) -> TicketEvent:
    parsed = platform.parse("explained", {}, body)
    if not parsed.events:
        raise Problems("--event:", [Problem(where="", message=f"tells of no ticket: {parsed.ignored}")])
    return parsed.events[0]


_WORDS = {True: "holds", False: "does not hold", None: "cannot be told"}


def text(explained: Mapping[str, Any]) -> str:
    """Return an explanation for people."""
    lines = [f"Ticket {explained['ticket']} at {explained['at']}"]
    for rule in explained["rules"]:
        until = f", until {rule['until']}" if rule["until"] else ""
        lines.append(f"\n{rule['rule']} ({rule['mode']}) {_WORDS[rule['holds']]}{until}")
        for b in rule["because"]:
            mark = {True: "+", False: "-", None: "?"}[b["holds"]]
            wanted = "" if b["wanted"] is None else f" {b['wanted']}"
            lines.append(f"  {mark} {b['field']} {b['operator']}{wanted}; seen: {b['seen']}")
    lines.append(f"\nDecision: {explained['decision']}")
    lines += [f"Owner: {explained['owner']}"] if explained["owner"] else []
    return "\n".join(lines + [f"  would {change}" for change in explained["plan"]])


def parsed_json(parsed: Parsed) -> dict[str, Any]:
    """Return what a body became, JSON-safe."""
    return {
        "ignored": parsed.ignored,
        "event_key": parsed.event_key,
        "events": [_event_json(event) for event in parsed.events],
    }


def _event_json(event: TicketEvent) -> dict[str, Any]:
    document = {k: _plain(v) for k, v in asdict(event).items() if k != "raw"}
    document["ticket"] = event.ticket.id
    return document


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return value
