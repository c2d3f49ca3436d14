"""How the suite works a platform's sandbox, in our words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from connectors.accounts import Account


class Clock:
    """Time that moves when a test says so; the connector and the sandbox share it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def forward(self, **length: float) -> None:
        """Let time pass."""
        self.now += timedelta(**length)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One comment as a reader of the helpdesk sees it."""

    text: str
    public: bool
    author_id: str


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One webhook request as the platform sends it; header names in lower case."""

    headers: Mapping[str, str]
    body: bytes
    url_secret: str | None = None  #: What the address it goes to says, of a platform that signs nothing.


class Driver(Protocol):
    """A sandbox of one platform, with one of everything in it."""

    account: Account
    clock: Clock
    our_id: str
    agent_id: str  #: May be assigned, in the group, and follow.
    customer_id: str
    group_id: str  #: Empty where tickets have no group.
    new_priority: str | None  #: What a new ticket has.
    field_id: str
    secret_of_webhook: str
    place: Mapping[str, str]  #: Where new tickets are opened: a project and a type, or a group.
    #: Longest text a comment of the platform may be shown with.
    bad_account: Account  #: The same place, credentials that are refused.

    def customer_opens(self, subject: str, text: str, *, tags: Sequence[str] = ()) -> str:
        """Have the customer open a ticket; return its id."""

    def comment(self, ticket_id: str, author_id: str, text: str, *, public: bool = True) -> None:
        """Have somebody write on it."""

    def agent_edits(self, ticket_id: str) -> None:
        """Have the agent change something of the ticket."""

    def delete(self, ticket_id: str) -> None:
        """Take the ticket away."""

    def comments(self, ticket_id: str) -> Sequence[Shown]:
        """Return what a reader sees, oldest first."""

    def fail(self, what: str, status: int, *, retry_after: int | None = None) -> None:
        """Answer the next `read` or `write` of a ticket with the status."""

    def drop(self, *, applied: bool) -> None:
        """Cut the line on the next write of a ticket, before or after it is carried out."""

    def drop_opening(self, *, applied: bool) -> None:
        """Cut the line when a ticket is opened next, before or after it is there."""

    def tickets(self) -> Sequence[str]:
        """Return the ids of all tickets."""

    def calls(self) -> Sequence[str]:
        """Return the verbs of all calls so far."""

    def violations(self) -> Sequence[str]:
        """Return what the vendor's description of the API has against them."""

    def deliveries(self) -> Sequence[Delivery]:
        """Return the webhook requests of what happened since the last time, signed now."""

    def ticket_json(self, ticket_id: str) -> bytes:
        """Return the ticket as the API gives it."""
