"""What a ticket's history tells that no webhook told, heeded in the ticket's turn.

Rule 1: that a ticket changed is stored as a delivery; what happened is looked up when the ticket's turn comes.
Rule 2: each event that was not heeded is worked on like one that a webhook brought, the oldest first; the ticket is as
        it is now, and as it was then it is nobody's.
Rule 3: deliveries with MISSED in their headers are made here alone; the receiver keeps no such header of a request.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connectors.errors import NotFound
from connectors.missed import Changed
from connectors.model import EventKind, Party, Ticket, TicketEvent
from plugin.core.heeding import was_heeded
from plugin.core.mirror import KEPT
from plugin.core.model import Mirror, Reason
from plugin.pipeline.standing import Standing
from plugin.pipeline.taking import OURS
from plugin.store.records import Delivery, NewDelivery

MISSED = f"{OURS}missed"
#: How far the clocks of a helpdesk's events and of its history may be apart.
SKEW = timedelta(seconds=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """Wish to look at what happened on a ticket."""

    since: datetime
    version: str  #: The ticket's, when it was found to have changed.
    gone: bool


def delivery(changed: Changed, *, since: datetime, now: datetime) -> NewDelivery:
    """Return the delivery that has a ticket looked at in its turn; of one version it is the same."""
    told = {"since": since.isoformat(), "version": changed.version, "gone": changed.gone}
    return NewDelivery(
        connection=changed.ref.connection,
        ticket_id=changed.ref.id,
        event_key=f"missed:{changed.ref.id}:{changed.version}:{'gone' if changed.gone else ''}",
        invocation_id=None,
        received_at=now,
        headers={MISSED: "1"},
        body=json.dumps(told).encode(),
    )


def look(delivery: Delivery) -> Look | None:
    """Return what a delivery wishes, if it is of that kind."""
    if MISSED not in delivery.headers:
        return None
    told = json.loads(delivery.body)
    return Look(since=datetime.fromisoformat(told["since"]), version=told["version"], gone=told["gone"])


def found(at: Standing, wish: Look) -> list[TicketEvent]:
    """Return what nobody told us, and have the log told and it counted; NotFound where the ticket was deleted."""
    if wish.gone:
        raise NotFound(f"{at.claimed.ticket} was deleted", status=404)
    events = unheeded(at, wish)
    if events:
        kinds = sorted({event.kind.value for event in events})
        at.tell().line("missed", Reason.FOUND_LATER, {"events": len(events), "kinds": kinds})
        at.parts.store.reconciliations.count_missed(at.claimed.ticket.connection, len(events))
    return events


def unheeded(at: Standing, wish: Look) -> list[TicketEvent]:
    """Return what people did on the ticket and nobody told us, with the ticket as it is now; the oldest first."""
    us = at.parts.our_id(at.claimed.ticket.connection)
    told = at.connector.happened(at.claimed.ticket, since=wish.since)
    events = missed(told, at.mirror, us)
    if not events:
        return []
    ticket = at.read(comments=any(event.comment for event in events))
    return [_now(event, ticket) for event in events]


def missed(told: Iterable[TicketEvent], mirror: Mirror, us: str) -> list[TicketEvent]:
    """Return the events that are not our own, and were not heeded."""
    theirs = [one for one in told if one.actor is not Party.US and one.actor_id != us]
    return [event for event in theirs if not was_heeded(mirror, event)]


def is_behind(mirror: Mirror, wish: Look) -> bool:
    """Tell if the ticket may be another one than the mirror shows."""
    updated = mirror.known.get("updated_at")
    return not isinstance(updated, datetime) or updated.strftime("%Y-%m-%dT%H:%M:%SZ") < wish.version


def _now(event: TicketEvent, ticket: Ticket) -> TicketEvent:
    """Return the event with the ticket as it is now; of a new one also what it says."""
    known: dict[str, object] = {name: getattr(ticket, name) for name in KEPT}
    if event.kind is EventKind.CREATED:
        known |= {"subject": ticket.subject, "description": ticket.description}
    return replace(event, known=known)
