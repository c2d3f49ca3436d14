"""The helpdesk in memory as the pipeline sees every platform: one that parses deliveries, and one that talks.

Rule 1: a delivery's body names an event of the helpdesk's; what it tells never leaves this process.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from connectors.accounts import Account
from connectors.calls import Ceiling, Listener
from connectors.catalogue import Catalogue
from connectors.contract import Clock, Parsed
from connectors.errors import Unparseable
from connectors.missed import Page, Undelivered
from connectors.model import Change, NewTicket, Operation, Person, Ticket, TicketEvent, TicketRef
from connectors.parcels import one_call
from plugin.rehearsal.helpdesk import US, Helpdesk

NAME = "rehearsal"


@dataclass
class RehearsalPlatform:
    """The platform's pure side."""

    helpdesk: Helpdesk
    name: str = NAME
    ceilings: tuple[Ceiling, ...] = ()
    _told: dict[str, TicketEvent] = field(default_factory=dict)

    def bodies(self) -> list[bytes]:
        """Return a delivery's body for everything that happened since it was last asked."""
        news = self.helpdesk.news()
        self._told |= {event.id: event for event in news}
        return [json.dumps({"event": event.id}).encode() for event in news]

    def last_event(self, ref: TicketRef) -> TicketEvent | None:
        """Return what somebody else than us last did to a ticket, as it was told."""
        told = (event for event in reversed(self._told.values()) if event.ticket == ref and event.actor_id != US.id)
        return next(told, None)

    def verify(
        self,
        headers: Mapping[str, str],
        body: bytes,
        *,
        secrets: Sequence[str],
        now: datetime,
        accept_test_secret: bool,
        url_secret: str | None = None,
    ) -> None:
        """Let everything in: there is no outside."""

    def parse(self, account: Account, headers: Mapping[str, str], body: bytes) -> Parsed:
        """Return the event that a body names, or raise Unparseable."""
        try:
            event = self._told[json.loads(body)["event"]]
        except (ValueError, KeyError, TypeError) as problem:
            raise Unparseable("body: names no event of this helpdesk") from problem
        return Parsed(event_key=event.id, invocation_id=None, events=(event,))

    def ticket(self, account: Account, body: bytes) -> Ticket:
        """Refuse: nothing but the helpdesk itself holds its tickets."""
        raise ValueError("a rehearsal's tickets are in its helpdesk")

    def calendar(self, schedule: Mapping[str, object], holidays: Sequence[Mapping[str, object]]) -> dict[str, object]:
        """Refuse: this helpdesk keeps no schedules."""
        raise Unparseable("schedule: there are none here")

    def parcels(self, changes: Iterable[Change]) -> tuple[tuple[Change, ...], ...]:
        """Return what one write each carries, as on Zendesk."""
        return one_call(changes)

    def link(self, account: Account, ref: TicketRef) -> str:
        """Return an address at which nothing is."""
        return f"{account.base_url}/{ref.id}"

    def mistakes(self, account: Account) -> Mapping[str, str]:
        """Return nothing: nobody wrote any settings."""
        return {}

    def auth(self, base_url: str, word: str) -> tuple[Mapping[str, object], str]:
        """Return nothing: nobody proves anything here."""
        return {}, "nothing"

    def advice(self, account: Account) -> str | None:
        """Return nothing: nobody needs credentials here."""

    def open(self, account: Account, *, clock: Clock, listener: Listener | None = None) -> RehearsalConnector:
        """Return a connector."""
        return RehearsalConnector(self.helpdesk, account.name)

    def provisioner(self, account: Account, *, clock: Clock) -> None:
        """Return none: there is nothing to set up."""


@dataclass(frozen=True)
class RehearsalConnector:
    """The account's API."""

    helpdesk: Helpdesk
    account: str = NAME

    def identity(self) -> Person:
        """Return our own user."""
        return Person(id=US.id, name="Escalation", role="admin")

    def read(
        self, ref: TicketRef, *, comments: bool = False, history: bool = False, sla_policy: bool = False
    ) -> Ticket:
        """Return the ticket with as much as was asked for, or raise NotFound."""
        return _read(self.helpdesk.ticket(ref), comments=comments or history, history=history)

    def read_many(self, refs: Sequence[TicketRef]) -> Mapping[TicketRef, Ticket]:
        """Return none: each is read by itself."""
        return {}

    def apply(self, operation: Operation, *, base: Ticket) -> Ticket:
        """Carry out a write, or raise Conflict or NotFound."""
        return _read(self.helpdesk.apply(operation, base), comments=False, history=False)

    def landed(self, ref: TicketRef, markers: Sequence[str]) -> frozenset[str]:
        """Return which of our writes arrived."""
        return frozenset(markers) & {applied.operation.id for applied in self.helpdesk.applied}

    def open_ticket(self, wish: NewTicket, *, again: bool) -> Ticket:
        """Open it for nobody: there are no people on any other connection."""
        return self.helpdesk.open(TicketRef(connection=self.account, id=wish.marker), wish)

    def opened(self, marker: str) -> Ticket | None:
        """Return nothing: what is opened here is known at once."""
        return None

    def changed(self, cursor: str | None, *, since: datetime) -> Page:
        """Return nothing: no delivery is lost here."""
        return Page(changed=(), cursor=cursor, caught_up=True)

    def happened(self, ref: TicketRef, *, since: datetime) -> tuple[TicketEvent, ...]:
        """Return nothing."""
        return ()

    def undelivered(self, *, since: datetime) -> tuple[Undelivered, ...]:
        """Return nothing."""
        return ()

    def catalogue(self) -> Catalogue:
        """Know nothing of what there is: a rehearsal takes every name."""
        return Catalogue()

    def check_rights(self) -> list[str]:
        """Find nothing missing."""
        return []


def _read(ticket: Ticket, *, comments: bool, history: bool) -> Ticket:
    return replace(
        ticket,
        comments=ticket.comments if comments else None,
        history=ticket.history if history else None,
        active_at=ticket.active_at if history else None,
    )
