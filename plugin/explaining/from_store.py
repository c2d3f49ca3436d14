"""Explaining a ticket the plugin knows: from what it remembers, and from a fresh read where one is wanted.

Rule 1: nothing is written, neither in the store nor in the helpdesk.
Rule 2: an earlier instant is told with what was known by then, as far as the store remembers it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from connectors.contract import Connector
from connectors.model import Mode, Ticket, TicketRef
from plugin.core.facts import COMMENT_FACTS, HISTORY_FACTS, FactTable, case_values, of_mirror, of_ticket
from plugin.core.mirror import seen
from plugin.core.model import Mirror
from plugin.core.policy import Policy
from plugin.core.problems import Problem, Problems
from plugin.core.recurrence import Sighting, counted, entities_in
from plugin.core.staffing import staffed
from plugin.core.why.hindrances import Situation
from plugin.core.why.rewinding import rewound, ticket_then
from plugin.explaining.report import Report, in_time, report
from plugin.store.lookups import Dossier
from plugin.store.store import Store

#: Lines of the log that come along.
LINES = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """Which ticket is asked about, and when."""

    policy: Policy
    ref: TicketRef
    at: datetime
    now: datetime
    mode: Mode = Mode.ENFORCE  #: The connection's.


def of_known(question: Question, store: Store, connector: Connector | None = None) -> Report:
    """Explain a ticket of the store's; with a connector it is read first."""
    question = replace(question, ref=store.named(question.ref))
    dossier = store.dossier(question.ref, at=question.at, lines=LINES)
    if dossier is None and connector is None:
        remedy = "no event of it has come; read it with --read, or see `escalation log`"
        raise Problems(f"{question.ref}:", [Problem(where="", message=f"the store knows no such ticket: {remedy}")])
    mirror = dossier.mirror if dossier else Mirror()
    ticket = _read(question, connector) if connector else None
    mirror, ticket = _then(question, mirror, ticket)
    facts = _with_others(question, store, mirror, _facts(question, mirror, ticket))
    case = dossier.case if dossier else None
    facts = facts.with_values(case_values(case))
    staff = store.staff(question.policy.rosters, weighed=question.policy.weighs)
    situation = Situation(
        policy=staffed(question.policy, staff, case, ticket) if question.policy.selects else question.policy,
        now=question.at,
        facts=facts,
        later=facts,
        firings=mirror.fired,
        case=case,
        held=dossier.held if dossier else {},
        mode=question.mode,
        ticket=question.ref,
    )
    ref, notes = question.ref, tuple(_notes(question, dossier, ticket))
    return report(situation, ticket=ref.id, connection=ref.connection, read=ticket, notes=notes, dossier=dossier)


def _read(question: Question, connector: Connector) -> Ticket:
    asks = question.policy.beside.asks.union(*(rule.asks for rule in question.policy.rules))
    past = question.at < question.now
    comments, history = past or bool(asks & COMMENT_FACTS), past or bool(asks & HISTORY_FACTS)
    return connector.read(question.ref, comments=comments, history=history)


def _then(question: Question, mirror: Mirror, ticket: Ticket | None) -> tuple[Mirror, Ticket | None]:
    """Return both as they were at the instant asked for."""
    if ticket:
        watched = question.policy.watched_fields(question.ref.connection)
        mirror = seen(mirror, ticket, watched=watched)
    if question.at >= question.now:
        return mirror, ticket
    mirror = rewound(mirror, question.at)
    return mirror, ticket_then(ticket, mirror, question.at) if ticket else None


def _facts(question: Question, mirror: Mirror, ticket: Ticket | None) -> FactTable:
    names = question.policy.names(question.ref.connection)
    return of_ticket(ticket, mirror, names=names, by_time=True) if ticket else of_mirror(mirror, names)


def _with_others(question: Question, store: Store, mirror: Mirror, facts: FactTable) -> FactTable:
    """Look up the other tickets that rules count."""
    policy = question.policy
    named = {**mirror.entities, **entities_in(policy.entities, facts)}
    return facts.with_values(counted(named, partial(_others, question, store), policy.windows))


def _others(question: Question, store: Store, entity: str, values: tuple[str, ...]) -> tuple[Sighting, ...]:
    since = question.at - question.policy.longest_window(entity)
    found = store.others(question.ref, entity, values, since=since)
    return tuple(one for one in found if one.at <= question.at)


def _notes(question: Question, dossier: Dossier | None, ticket: Ticket | None) -> Iterator[str]:
    yield from in_time(question.at, question.now)
    if question.at < question.now:
        yield "It is past: status, group, assignee and comments are as they were; all else is as it is known now."
    yield "The ticket was read just now." if ticket else "From the store alone; --read asks the helpdesk as well."
    if dossier is None:
        yield "The store has never heard of this ticket."
    elif dossier.waiting:
        yield f"Deliveries of it that are not worked on yet: {dossier.waiting}."
    case = dossier.case if dossier else None
    if case and case.policy_version != question.policy.version:
        yield f"Its open case began with policy version {case.policy_version}; this file is {question.policy.version}."
