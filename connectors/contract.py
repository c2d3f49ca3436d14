"""What a platform must offer, and nothing else.

Rule 1: `Platform` is pure (bytes in, values out); `Connector` is the one thing that talks.
Rule 2: header names arrive in lower case.
Rule 3: a connector belongs to one thread and raises nothing but ConnectorError.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from connectors.accounts import Account
from connectors.catalogue import Catalogue
from connectors.model import Operation, Person, Ticket, TicketEvent, TicketRef

Clock = Callable[[], datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class Parsed:
    """What one webhook request says: events, or why it is none of our business."""

    event_key: str | None  #: The same for every delivery of the same event; None: cannot be told.
    invocation_id: str | None  #: The same for every retry of one delivery, if the platform names it.
    events: tuple[TicketEvent, ...] = ()
    ignored: str | None = None  #: Why there is no ticket event, in a few words.


class Connector(Protocol):
    """One account's API, for one thread."""

    def identity(self) -> Person:
        """Return our own user there, or raise AuthFailure."""

    def read(
        self, ref: TicketRef, *, comments: bool = False, history: bool = False, sla_policy: bool = False
    ) -> Ticket:
        """Read the ticket fresh, with its comments or with all it went through if asked; NotFound when it is gone.

        The history brings the comments along: who wrote them tells who did what. `sla_policy` asks besides which of
        the platform's policies the targets are of, as far as it tells.
        """

    def apply(self, operation: Operation, *, base: Ticket) -> Ticket:
        """Carry out the operation in one call and return the ticket after it.

        `base` is the ticket the changes were decided on: the write is refused with Conflict when the ticket has
        changed since, a lone comment too: a send that arrives late must not be written beside its repeat.
        """

    def landed(self, ref: TicketRef, markers: Sequence[str]) -> frozenset[str]:
        """Return which operation markers the ticket's own history holds."""

    def catalogue(self) -> Catalogue:
        """Return what a policy may name there; a part that our user may not see is None.

        Raises ConnectorError when nothing can be asked at all.
        """

    def check_rights(self) -> list[str]:
        """Return what an admin must fix, in plain words; empty when all is well."""


class Platform(Protocol):
    """One helpdesk product."""

    name: str

    def verify(
        self,
        headers: Mapping[str, str],
        body: bytes,
        *,
        secrets: Sequence[str],
        now: datetime,
        accept_test_secret: bool,
    ) -> None:
        """Return if the request is signed by the platform, else raise BadSignature."""

    def parse(self, connection: str, headers: Mapping[str, str], body: bytes) -> Parsed:
        """Read a verified body; raise Unparseable with the place and the reason."""

    def ticket(self, connection: str, body: bytes) -> Ticket:
        """Read a ticket from JSON as the API gives it, comments included where they are; ValueError if it is none."""

    def calendar(self, schedule: Mapping[str, object], holidays: Sequence[Mapping[str, object]]) -> dict[str, object]:
        """Return a schedule of the helpdesk's as a policy writes calendars; Unparseable with every mistake."""

    def link(self, account: Account, ref: TicketRef) -> str:
        """Return where an agent opens the ticket."""

    def open(self, account: Account, *, clock: Clock) -> Connector:
        """Return a connector for one thread; opens no connection yet."""
