"""Explaining a ticket that a file holds, as the API gives it: no store, no helpdesk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from connectors.accounts import unconnected
from connectors.contract import Platform
from connectors.errors import Unparseable
from connectors.model import Ticket, TicketEvent
from plugin.core.facts import of_ticket
from plugin.core.mirror import heard, seen
from plugin.core.model import Mirror
from plugin.core.policy import Policy
from plugin.core.problems import Problem, Problems, unknown_word
from plugin.core.staff import Staff
from plugin.core.staffing import staffed
from plugin.core.why.hindrances import Situation
from plugin.core.why.rewinding import rewound, ticket_then
from plugin.explaining.report import Report, in_time, report

#: Where a ticket is from that no connection of the policy's is named for.
NOWHERE = "explained"


def of_file(
    policy: Policy,
    platform: Platform,
    body: bytes,
    *,
    event: bytes | None = None,
    at: datetime,
    now: datetime,
    connection: str | None = None,
) -> Report:
    """Explain a ticket, and an event of it where one is given."""
    name = _connection(policy, connection)
    ticket = _ticket(platform, name or NOWHERE, body)
    told = _event(platform, name or NOWHERE, event, ticket) if event else None
    watched = policy.watched_fields(name or NOWHERE)
    mirror = seen(heard(Mirror(), told, watched=watched) if told else Mirror(), ticket, watched=watched)
    notes = (*in_time(at, now), *_unnamed(policy, name), *_earlier(ticket, at), *_fresh(policy))
    if at < ticket.updated_at:
        mirror = rewound(mirror, at)
        ticket = ticket_then(ticket, mirror, at)
    names = policy.names(name or NOWHERE)
    later = of_ticket(ticket, mirror, names=names, by_time=True)
    facts = of_ticket(ticket, mirror, told, names=names) if told else later
    knowing = staffed(policy, Staff(), None, ticket) if policy.selects else policy
    situation = Situation(policy=knowing, now=at, facts=facts, later=later, ticket=ticket.ref)
    return report(situation, ticket=ticket.ref.id, connection=name, read=ticket, notes=notes)


def connections(policy: Policy) -> frozenset[str]:
    """Return the connections that the policy has ids for."""
    known = [one.ids for one in policy.people.values()]
    known += [one.ids for one in (*policy.groups.values(), *policy.fields.values())]
    return frozenset(name for ids in known for name in ids)


def _connection(policy: Policy, wanted: str | None) -> str | None:
    """Return the connection whose ids count: the one asked for, or the only one there is."""
    named = connections(policy)
    if wanted is not None and wanted not in named:
        told = unknown_word(wanted, named, what="connection")
        raise Problems("--connection:", [Problem(where="", message=f"{told}; the policy's ids name them")])
    return wanted or (next(iter(named)) if len(named) == 1 else None)


def _unnamed(policy: Policy, name: str | None) -> Iterator[str]:
    if name is None and connections(policy):
        several = ", ".join(sorted(connections(policy)))
        yield f"No connection was named (--connection, one of {several}): words for ids are not understood."


def _earlier(ticket: Ticket, at: datetime) -> Iterator[str]:
    if at < ticket.created_at:
        yield "It is before the ticket was made."
    elif at < ticket.updated_at:
        yield "The ticket has changed since: later comments do not count; what left no trace is as the file has it."


def _fresh(policy: Policy) -> Iterator[str]:
    if policy.rosters:
        yield "Whose turn it is, and who has how many cases, only the store knows: everybody counts as fresh."


def _ticket(platform: Platform, connection: str, body: bytes) -> Ticket:
    try:
        return platform.ticket(unconnected(connection, platform.name), body)
    except ValueError as problem:
        raise Problems("--ticket:", [Problem(where="", message=str(problem))]) from problem


def _event(platform: Platform, connection: str, body: bytes, ticket: Ticket) -> TicketEvent:
    try:
        parsed = platform.parse(unconnected(connection, platform.name), {}, body)
    except Unparseable as problem:
        raise Problems("--event:", [Problem(where="", message=str(problem))]) from problem
    if not parsed.events:
        raise Problems("--event:", [Problem(where="", message=f"tells of no ticket: {parsed.ignored}")])
    for event in parsed.events:
        if event.ticket.id == ticket.ref.id:
            return event
    other = f"tells of ticket {parsed.events[0].ticket.id}, but --ticket is {ticket.ref.id}"
    raise Problems("--event:", [Problem(where="", message=other)])
