"""What a platform must offer, and nothing else.

Rule 1: `Platform` is pure (bytes in, values out); `Connector` is the one thing that talks.
Rule 2: header names arrive in lower case.
Rule 3: a connector belongs to one thread and raises nothing but ConnectorError.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from connectors.accounts import Account
from connectors.calls import Ceiling, Listener
from connectors.catalogue import Catalogue
from connectors.errors import ConnectorError
from connectors.missed import Page, Undelivered
from connectors.model import Change, NewTicket, Operation, Person, Ticket, TicketEvent, TicketRef
from connectors.provisions import Found, Made, Plan, Setup, Step, Trial

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

    def read_many(self, refs: Sequence[TicketRef]) -> Mapping[TicketRef, Ticket]:
        """Read tickets in fewer calls than one for each, as `read` would without more; those not told are left out."""

    def apply(self, operation: Operation, *, base: Ticket) -> Ticket:
        """Carry out the operation in one call and return the ticket after it.

        `base` is the ticket the changes were decided on: the write is refused with Conflict when the ticket has
        changed since, a lone comment too: a send that arrives late must not be written beside its repeat.
        """

    def landed(self, ref: TicketRef, markers: Sequence[str]) -> frozenset[str]:
        """Return which operation markers the ticket's own history holds."""

    def open_ticket(self, wish: NewTicket, *, again: bool) -> Ticket:
        """Open a ticket and return it, with its origin shown on it.

        `again`: an earlier try may have landed; then the one with the marker is returned, and no second one is opened.
        Whoever tries again waits a minute: a helpdesk may find a new ticket only then. PermanentFailure tells what the
        helpdesk does not take.
        """

    def opened(self, marker: str) -> Ticket | None:
        """Return the ticket that was opened with a marker, if the helpdesk knows of it by now."""

    def changed(self, cursor: str | None, *, since: datetime) -> Page:
        """Return the next tickets that changed: after a cursor, or since an instant where there is none yet.

        What changed in the last minute may be left out; it comes later. The same ticket may come more than once.
        """

    def happened(self, ref: TicketRef, *, since: datetime) -> tuple[TicketEvent, ...]:
        """Return what a ticket's own history tells of since then, oldest first, as webhooks would have told it.

        Each with who did it; what the ticket is now is not among it. NotFound when the ticket is gone.
        """

    def undelivered(self, *, since: datetime) -> tuple[Undelivered, ...]:
        """Return webhook requests to us that failed since then, oldest first; none where no helpdesk keeps them."""

    def catalogue(self) -> Catalogue:
        """Return what a policy may name there; a part that our user may not see is None.

        Raises ConnectorError when nothing can be asked at all.
        """

    def check_rights(self) -> list[str]:
        """Return what an admin must fix, in plain words; empty when all is well."""


class Provisioner(Protocol):
    """Sets one account up for the plugin; belongs to one thread and raises nothing but ConnectorError."""

    def kinds(self, setup: Setup, made: Sequence[Made]) -> tuple[str, ...]:
        """Return the kinds of things that a setup needs looked at."""

    def look(self, kinds: Collection[str]) -> Found:
        """Return what is there of some kinds; reads only. What we may not see is a hindrance, with its remedy."""

    def plan(self, setup: Setup, found: Found, made: Sequence[Made], *, agreed: Collection[str] = ()) -> Plan:
        """Return what makes the account as wanted: pure; `agreed` are the questions that were answered with yes."""

    def undo(self, found: Found, made: Sequence[Made], *, everything: bool, agreed: Collection[str] = ()) -> Plan:
        """Return what takes down what we made, and nothing else: pure."""

    def carry_out(self, step: Step, ids: Mapping[str, str]) -> str | None:
        """Do what one step says, with the ids of what was made; return the id of what is there then."""

    def hint(self, step: Step, problem: ConnectorError) -> str:
        """Return what an admin can do about a step that failed."""

    def chosen_secret(self) -> str | None:
        """Return the secret that a webhook will have, where we choose it; None: the helpdesk does."""

    def secret(self, webhook_id: str) -> str:
        """Return what signs a webhook's requests."""

    def test(self, webhook_id: str, address: str, payload: Mapping[str, object]) -> Trial:
        """Have the webhook send a body to our address, and return what that answered."""


class Platform(Protocol):
    """One helpdesk product."""

    name: str

    @property
    def ceilings(self) -> Sequence[Ceiling]:
        """Return how often our user may write to one ticket: no more than this is tried, so that no limit is met."""

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
        """Return if the request is signed by the platform, else raise BadSignature.

        `url_secret` is what the request's address says for `secret`: for platforms that sign nothing.
        """

    def parse(self, account: Account, headers: Mapping[str, str], body: bytes) -> Parsed:
        """Read a verified body; raise Unparseable with the place and the reason."""

    def ticket(self, account: Account, body: bytes) -> Ticket:
        """Read a ticket from JSON as the API gives it, comments included where they are; ValueError if it is none."""

    def calendar(self, schedule: Mapping[str, object], holidays: Sequence[Mapping[str, object]]) -> dict[str, object]:
        """Return a schedule of the helpdesk's as a policy writes calendars; Unparseable with every mistake."""

    def parcels(self, changes: Iterable[Change]) -> tuple[tuple[Change, ...], ...]:
        """Split a decision's changes into what one call each carries, in the order in which they must go."""

    def link(self, account: Account, ref: TicketRef) -> str:
        """Return where an agent opens the ticket."""

    def mistakes(self, account: Account) -> Mapping[str, str]:
        """Return what is wrong with a connection's settings for this platform: a key, and what to do about it."""

    def auth(self, base_url: str, word: str) -> tuple[Mapping[str, object], str]:
        """Return a new connection's `auth`, its secrets in variables that begin with a word, and what to make there."""

    def advice(self, account: Account) -> str | None:
        """Return what must change before long in how the account is reached, in plain words; None: nothing."""

    def open(self, account: Account, *, clock: Clock, listener: Listener | None = None) -> Connector:
        """Return a connector for one thread, which has the listener hear of its calls; opens no connection yet."""

    def provisioner(self, account: Account, *, clock: Clock) -> Provisioner | None:
        """Return what sets the account up, for one thread; None: people do it by hand there."""
