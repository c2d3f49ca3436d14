"""The half of the connector that talks.

zenpy makes the writes and knows the current user; tickets are read through the same session directly, because zenpy's
objects lose the side-loads (`slas`, `users`) that one GET brings. Our session raises our errors before zenpy sees an
answer, so none of its own repeats or sleeps ever happen.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from requests.auth import HTTPBasicAuth
from zenpy import Zenpy
from zenpy.lib.api_objects import Ticket as ZenpyTicket

from connectors.contract import Clock
from connectors.errors import AuthFailure, ConnectorError, PermanentFailure
from connectors.model import Account, ApiToken, BearerToken, OAuthClient, Operation, Person, Ticket, TicketRef
from connectors.transport import PINNED_HOST, Bearer, TokenSource, Transport
from connectors.zendesk import changes, tickets

#: Comments are read a hundred at a time, this many times.
_COMMENT_PAGES = 20
_AUDIT_PAGES = 3
_TOKEN_LIFE = 7200
_sources: dict[str, TokenSource] = {}
_sources_lock = threading.Lock()


class ZendeskClient:
    """One account, for one thread."""

    def __init__(self, account: Account, transport: Transport) -> None:
        self._account = account
        self._http = transport
        subdomain, _, domain = PINNED_HOST.partition(".")
        self._zenpy = Zenpy(subdomain=subdomain, domain=domain, session=transport, anonymous=True, disable_cache=True)
        self._us: Person | None = None

    def identity(self) -> Person:
        """Return our own user; wrong credentials may get an anonymous one with 200, which is refused."""
        if self._us is None:
            user = self._get("users/me.json").get("user") or {}
            if not user.get("id") or user.get("role") not in ("agent", "admin"):
                raise AuthFailure(
                    f"{self._account.base_url} does not know our credentials as an agent's or admin's; "
                    "give the connection an integration user of its own",
                    status=401,
                )
            self._us = tickets.person(user)
        return self._us

    def read(self, ref: TicketRef, *, comments: bool = False) -> Ticket:
        """Read the ticket with its SLA, requester and organization, and its comments if asked."""
        document = self._get(f"tickets/{ref.id}.json?include=slas,users,organizations")
        if not comments:
            return tickets.read(ref.connection, self._account.base_url, document)
        read, authors = self._comments(ref)
        users = [*document.get("users", ()), *authors]
        whole = {**document, "users": users, "comments": read}
        return tickets.read(ref.connection, self._account.base_url, whole, our_id=self.identity().id)

    def _comments(self, ref: TicketRef) -> tuple[list[Any], list[Any]]:
        path = f"tickets/{ref.id}/comments.json?include=users&page%5Bsize%5D=100"
        read, authors = [], []
        for _ in range(_COMMENT_PAGES):
            page = self._get(path)
            read += page.get("comments", [])
            authors += page.get("users", [])
            following = (page.get("links") or {}).get("next")
            if not following or not (page.get("meta") or {}).get("has_more"):
                break
            path = following
        return read, authors

    def apply(self, operation: Operation, *, base: Ticket | None) -> Ticket:
        """Carry out the operation in one PUT and return the ticket after it."""
        try:
            body = changes.to_body(operation, base)
        except ValueError as exc:
            raise PermanentFailure(str(exc)) from exc
        audit = self._zenpy.tickets.update(ZenpyTicket(id=int(operation.ticket.id), **body))
        return tickets.read(operation.ticket.connection, self._account.base_url, {"ticket": audit.ticket.to_dict()})

    def landed(self, ref: TicketRef, markers: Sequence[str]) -> frozenset[str]:
        """Look for markers in the ticket's audits, the newest first."""
        found: set[str] = set()
        path = f"tickets/{ref.id}/audits.json?sort_order=desc&per_page=100"
        for _ in range(_AUDIT_PAGES):
            page = self._get(path)
            customs = [(audit.get("metadata") or {}).get("custom") or {} for audit in page.get("audits", ())]
            found |= {custom[changes.MARKER] for custom in customs if custom.get(changes.MARKER) in markers}
            following = page.get("next_page")
            if found or not following:
                break
            path = following
        return frozenset(found)

    def check_rights(self) -> list[str]:
        """Return what an admin must fix."""
        try:
            self.identity()
            self._get("tickets.json?per_page=1")
        except AuthFailure as problem:
            return [str(problem)]
        except ConnectorError as problem:
            return [f"cannot be asked now: {problem}"]
        return []

    def _get(self, path: str) -> dict[str, Any]:
        url = path if "://" in path else f"{self._account.base_url}/api/v2/{path}"
        document = self._http.get(url).json()
        if not isinstance(document, dict):
            raise PermanentFailure(f"{self._account.base_url} answered with something that is no Zendesk API")
        return document


def open_client(account: Account, *, clock: Clock) -> ZendeskClient:
    """Return a client with the account's credentials; nothing is sent yet."""
    return ZendeskClient(account, Transport(account.base_url, _auth(account, clock), clock=clock))


def _auth(account: Account, clock: Clock) -> Bearer | HTTPBasicAuth:
    auth = account.auth
    if isinstance(auth, ApiToken):
        return HTTPBasicAuth(f"{auth.email}/token".encode(), auth.api_token.encode())
    if isinstance(auth, BearerToken):
        token = auth.token
        return Bearer(TokenSource(fetch=lambda: (token, None), clock=clock))
    return Bearer(_source(account, auth, clock))


def _source(account: Account, auth: OAuthClient, clock: Clock) -> TokenSource:
    """Return the account's one token source of this process."""
    key = f"{account.base_url} {auth.client_id}"
    with _sources_lock:
        if key not in _sources:
            _sources[key] = TokenSource(fetch=lambda: _fetch(account, auth, clock), clock=clock)
        return _sources[key]


def _fetch(account: Account, auth: OAuthClient, clock: Clock) -> tuple[str, int | None]:
    """Get an access token. https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/."""
    asking = {
        "grant_type": "client_credentials",
        "client_id": auth.client_id,
        "client_secret": auth.client_secret,
        "scope": "read write",
        "expires_in": _TOKEN_LIFE,
    }
    transport = Transport(account.base_url, HTTPBasicAuth("", ""), clock=clock)
    transport.auth = None
    answer = transport.post(f"{account.base_url}/oauth/tokens", json=asking).json()
    return str(answer["access_token"]), answer.get("expires_in")
