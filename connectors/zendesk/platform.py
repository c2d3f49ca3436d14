"""Zendesk as a platform: what the registry names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from connectors.accounts import Account, ApiToken
from connectors.calls import Listener
from connectors.contract import Clock, Connector, Parsed, Provisioner
from connectors.credentials import TokenSources
from connectors.model import Change, Ticket, TicketRef
from connectors.parcels import one_call
from connectors.zendesk import payload, rates, schedules, signature, tickets


class Zendesk:
    """Zendesk Support."""

    name = "zendesk"
    ceilings = rates.CEILINGS

    def __init__(self) -> None:
        self._tokens = TokenSources()

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
        """Return if the request is signed by Zendesk, else raise BadSignature."""
        signature.verify(headers, body, secrets=secrets, now=now, accept_test_secret=accept_test_secret)

    def parse(self, account: Account, headers: Mapping[str, str], body: bytes) -> Parsed:
        """Read a verified body; raise Unparseable with the place and the reason."""
        return payload.parse(account.name, headers, body)

    def ticket(self, account: Account, body: bytes) -> Ticket:
        """Read a ticket from JSON as the API gives it; ValueError if it is none."""
        return tickets.load(account.name, body)

    def calendar(self, schedule: Mapping[str, object], holidays: Sequence[Mapping[str, object]]) -> dict[str, object]:
        """Return a schedule of the helpdesk's as a policy writes calendars; Unparseable if it is none."""
        return schedules.calendar_of(schedule, holidays)

    def parcels(self, changes: Iterable[Change]) -> tuple[tuple[Change, ...], ...]:
        """Return everything with the note, then a public comment, then a status: a PUT takes one comment."""
        return one_call(changes)

    def link(self, account: Account, ref: TicketRef) -> str:
        """Return the ticket's page in Zendesk's agent workspace."""
        return tickets.page(account.base_url, ref.id)

    def mistakes(self, account: Account) -> Mapping[str, str]:
        """Return what is another platform's: a path, and words for what Zendesk names itself."""
        others = {"statuses": account.statuses, "priorities": account.priorities, "scope": account.scope}
        found = {name: "is of no use with Zendesk; take it out" for name, value in others.items() if value}
        if urlsplit(account.base_url).path.strip("/"):
            found["base_url"] = f'found "{account.base_url}", expected no path, as https://acme.zendesk.com'
        return found

    def auth(self, base_url: str, word: str) -> tuple[Mapping[str, object], str]:
        """Return an OAuth client's."""
        client = {"oauth_client_id": {"env": f"{word}_CLIENT_ID"}}
        return client | {"oauth_client_secret": {"env": f"{word}_CLIENT_SECRET"}}, "an OAuth client"

    def advice(self, account: Account) -> str | None:
        """Return that API tokens end, for an account that is reached by one."""
        ends = "Zendesk ends API tokens on 2027-04-30; make an OAuth client before"
        return ends if isinstance(account.auth, ApiToken) else None

    def open(self, account: Account, *, clock: Clock, listener: Listener | None = None) -> Connector:
        """Return a connector for one thread; opens no connection yet."""
        # Who only receives needs no HTTP client, and importing one takes 0.2 s.
        from connectors.zendesk.client import open_client
        from connectors.zendesk.tokens import credentials_of

        credentials = credentials_of(account, self._tokens, clock=clock)
        return open_client(account, credentials, clock=clock, listener=listener)

    def provisioner(self, account: Account, *, clock: Clock) -> Provisioner:
        """Return what sets the account up, for one thread."""
        from connectors.transport import Transport
        from connectors.zendesk.provisioning.provisioner import ZendeskProvisioner
        from connectors.zendesk.refusals import explain
        from connectors.zendesk.tokens import credentials_of

        credentials = credentials_of(account, self._tokens, clock=clock)
        transport = Transport(account.base_url, credentials, clock=clock, explain=explain)
        return ZendeskProvisioner(account.name, account.base_url, transport)
