"""Jira as a platform: what the registry names."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from connectors.accounts import Account, ApiToken, BearerToken
from connectors.calls import Listener
from connectors.contract import Clock, Connector, Parsed, Provisioner
from connectors.credentials import Fixed
from connectors.errors import AuthFailure, Unparseable
from connectors.jira import changes, payload, rates, signature, tickets
from connectors.model import Change, Ticket, TicketRef


class Jira:
    """Jira and Jira Service Management, Cloud and Data Center."""

    name = "jira"
    ceilings = rates.CEILINGS

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
        """Return if the request is signed by the site or brings the secret, else raise BadSignature."""
        signature.verify(headers, body, secrets=secrets, url_secret=url_secret)

    def parse(self, account: Account, headers: Mapping[str, str], body: bytes) -> Parsed:
        """Read a verified body; raise Unparseable with the place and the reason."""
        return payload.parse(account, headers, body)

    def ticket(self, account: Account, body: bytes) -> Ticket:
        """Read a ticket from an issue's JSON as the API gives it; ValueError if it is none."""
        return tickets.load(account, body)

    def calendar(self, schedule: Mapping[str, object], holidays: Sequence[Mapping[str, object]]) -> dict[str, object]:
        """Refuse: no site tells its calendars by its API."""
        raise Unparseable(
            "Jira's calendars cannot be read by its API; write the policy's own, see docs/reference/calendars.md"
        )

    def parcels(self, changes_: Iterable[Change]) -> tuple[tuple[Change, ...], ...]:
        """Return the edit, each watcher, the note, the public comment, and the transition, each by itself."""
        return changes.parcels(changes_)

    def link(self, account: Account, ref: TicketRef) -> str:
        """Return where the issue is found by its id, which stays when its key moves."""
        return f"{account.base_url}/issues/?jql=id%3D{ref.id}"

    def mistakes(self, account: Account) -> Mapping[str, str]:
        """Return what Jira cannot be reached by, and what it has none of."""
        found = {}
        if not isinstance(account.auth, ApiToken | BearerToken):
            found["auth"] = "expected email and api_token for Cloud, or bearer_token for Data Center"
        if account.accept_test_secret:
            found |= {"accept_test_secret": "is of no use with Jira, which has no test secret; take it out"}
        return found

    def auth(self, base_url: str, word: str) -> tuple[Mapping[str, object], str]:
        """Return an API token's on Cloud, and a personal access token's elsewhere."""
        if (urlsplit(base_url).hostname or "").endswith((".atlassian.net", ".jira.com")):
            return {"email": {"env": f"{word}_EMAIL"}, "api_token": {"env": f"{word}_API_TOKEN"}}, "an API token"
        return {"bearer_token": {"env": f"{word}_TOKEN"}}, "a personal access token"

    def advice(self, account: Account) -> str | None:
        """Return nothing: no way to reach Jira ends by itself."""
        return None

    def open(self, account: Account, *, clock: Clock, listener: Listener | None = None) -> Connector:
        """Return a connector for one thread; opens no connection yet."""
        from connectors.jira.client import open_client

        return open_client(account, credentials_of(account), clock=clock, listener=listener)

    def provisioner(self, account: Account, *, clock: Clock) -> Provisioner:
        """Return what sets the account up, for one thread."""
        from connectors.jira.provisioning.provisioner import JiraProvisioner
        from connectors.jira.refusals import explain
        from connectors.transport import Transport

        transport = Transport(account.base_url, credentials_of(account), clock=clock, explain=explain)
        return JiraProvisioner(account, transport, clock=clock)


def credentials_of(account: Account) -> Fixed:
    """Return how the account proves who it is: Cloud by e-mail and API token, Data Center by a token of its own."""
    if isinstance(account.auth, ApiToken):
        pair = f"{account.auth.email}:{account.auth.api_token}"
        return Fixed(f"Basic {base64.b64encode(pair.encode()).decode()}")
    if isinstance(account.auth, BearerToken):
        return Fixed(f"Bearer {account.auth.token}")
    raise AuthFailure(
        f"connection {account.name}: Jira is reached by email and api_token (Cloud), or bearer_token (Data Center)",
        status=401,
    )
