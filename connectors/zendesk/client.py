"""The half of the connector that talks; belongs to one thread.

Rule 1: nothing but ConnectorError gets out, and nothing gets to zenpy but good answers: our session raises first, so
        none of zenpy's own repeats and sleeps ever happen.
Rule 2: zenpy writes; we read. Its objects lose the side-loads (`slas`, `users`) that one GET brings: see README.md.
Rule 3: a ticket is opened without zenpy, which has no way to send the key that keeps a repeat from opening another.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from zenpy import Zenpy
from zenpy.lib.api_objects import Ticket as ZenpyTicket
from zenpy.lib.exception import ZenpyException

from connectors.accounts import Account
from connectors.calls import Listener
from connectors.catalogue import Agent, Catalogue
from connectors.contract import Clock
from connectors.credentials import Credentials
from connectors.errors import AuthFailure, ConnectorError, NotFound, PermanentFailure, UnknownOutcome
from connectors.missed import Page, Undelivered
from connectors.model import NewTicket, Operation, Person, Ticket, TicketEvent, TicketRef
from connectors.remembered import Remembered
from connectors.transport import OWN_HOST, Transport
from connectors.values import attempt, instant
from connectors.zendesk import catalogue, changes, looking_back, rights, tickets
from connectors.zendesk.history import with_history
from connectors.zendesk.rates import allowances
from connectors.zendesk.refusals import explain
from connectors.zendesk.values import ident

#: A hundred on each; a ticket holds 5,000 comments at most, and every one makes an audit.
_MOST_PAGES = 60
#: Of a list of the whole account; who has more gets no answer rather than half of one.
_MOST_PAGES_OF_A_LIST = 500
_MOST_AT_ONCE = 100
#: Failed deliveries of one webhook that are looked at; the export tells of the tickets of all the others.
_MOST_UNDELIVERED = 100
_PAGE = "page%5Bsize%5D=100"

Json = dict[str, Any]


class ZendeskClient:
    """One account's API, for one thread."""

    def __init__(self, account: Account, transport: Transport, clock: Clock) -> None:
        self._name = account.name
        self._base_url = account.base_url
        self._http = transport
        subdomain, _, domain = OWN_HOST.partition(".")
        self._zenpy = Zenpy(subdomain=subdomain, domain=domain, session=transport, anonymous=True, disable_cache=True)
        self._us = Remembered("our user", lambda: tickets.person(self._me()), clock)

    def identity(self) -> Person:
        """Return our own user there, or raise AuthFailure."""
        return self._us.get()

    def read(
        self, ref: TicketRef, *, comments: bool = False, history: bool = False, sla_policy: bool = False
    ) -> Ticket:
        """Read the ticket with its SLA, requester and organization, and its comments or its history if asked."""
        path, more = _path(ref), ",metric_events" if sla_policy else ""
        document = self._get(f"{path}.json?include=slas,users,organizations{more}")
        if not (comments or history):
            return self._ticket(ref, document)
        pages = list(self._pages(f"{path}/comments.json?include=users&{_PAGE}"))
        document["comments"] = [comment for page in pages for comment in page.get("comments") or ()]
        document["users"] = [user for page in (document, *pages) for user in page.get("users") or ()]
        ticket = self._ticket(ref, document, our_id=self.identity().id)
        if not history:
            return ticket
        audits = [audit for page in self._pages(f"{path}/audits.json?{_PAGE}") for audit in _audits(page)]
        return with_history(ticket, audits, our_id=self.identity().id)

    def read_many(self, refs: Sequence[TicketRef]) -> Mapping[TicketRef, Ticket]:
        """Read up to a hundred tickets in one call, each as `read` would without more."""
        numbered = {ref.id: ref for ref in refs[:_MOST_AT_ONCE] if ref.id.isascii() and ref.id.isdigit()}
        if not numbered:
            return {}
        page = self._get(f"tickets/show_many.json?ids={','.join(numbered)}&include=slas,users,organizations")
        shown = {str(one.get("id")): one for one in page.get("tickets") or () if isinstance(one, dict)}
        return {ref: self._ticket(ref, {**page, "ticket": shown[id_]}) for id_, ref in numbered.items() if id_ in shown}

    def apply(self, operation: Operation, *, base: Ticket) -> Ticket:
        """Carry out the operation in one PUT and return the ticket after it."""
        try:
            wish = ZenpyTicket(id=changes.number(operation.ticket.id), **changes.to_body(operation, base))
        except ValueError as exc:
            raise PermanentFailure(str(exc)) from exc
        try:
            after = self._zenpy.tickets.update(wish).ticket.to_dict()
            return tickets.read(operation.ticket.connection, self._base_url, {"ticket": after})
        except (ZenpyException, AttributeError, TypeError, ValueError) as exc:
            raise UnknownOutcome(
                f"{self._base_url} answered the write of ticket {operation.ticket.id} with something that is no ticket"
            ) from exc

    def landed(self, ref: TicketRef, markers: Sequence[str]) -> frozenset[str]:
        """Look for the markers in the ticket's audits, the newest first."""
        wanted, found = frozenset(markers), frozenset[str]()
        for page in self._pages(f"{_path(ref)}/audits.json?sort_order=desc&{_PAGE}"):
            found |= wanted & frozenset(_markers(page))
            if found == wanted:
                break
        return found

    def open_ticket(self, wish: NewTicket, *, again: bool) -> Ticket:
        """Open a ticket in one POST; its external id is the marker, by which the account lists it at once."""
        opened = self.opened(wish.marker) if again else None
        if opened is not None:
            return opened
        try:
            body = {"ticket": changes.new_ticket(wish)}
        except ValueError as exc:
            raise PermanentFailure(str(exc), status=400) from exc
        sent = json.dumps(body).encode()  # the same key with another body would be refused
        key = f"{wish.marker}-{hashlib.sha256(sent).hexdigest()[:16]}"
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        answer = self._http.post(f"{self._base_url}/api/v2/tickets.json", data=sent, headers=headers).json()
        try:
            return tickets.read(self._name, self._base_url, {"ticket": answer["ticket"]})
        except (KeyError, TypeError, ValueError) as exc:
            raise UnknownOutcome(f"{self._base_url} answered a new ticket with something that is none") from exc

    def opened(self, marker: str) -> Ticket | None:
        """Return the oldest ticket with the marker as its external id."""
        found = self._get(f"tickets.json?external_id={quote(marker, safe='')}").get("tickets") or ()
        ids = [number for one in found if (number := attempt(ident, one.get("id")))]
        return self.read(TicketRef(connection=self._name, id=min(ids, key=int))) if ids else None

    def changed(self, cursor: str | None, *, since: datetime) -> Page:
        """Return a page of the export, a thousand tickets at most."""
        place = f"cursor={quote(cursor, safe='')}" if cursor else f"start_time={int(since.timestamp())}"
        return looking_back.page(self._name, self._get(f"incremental/tickets/cursor.json?{place}"))

    def happened(self, ref: TicketRef, *, since: datetime) -> tuple[TicketEvent, ...]:
        """Read the newest audits of a ticket, as far back as wanted."""
        audits, users = list[Json](), dict[str, Json]()
        for page in self._pages(f"{_path(ref)}/audits.json?sort_order=desc&include=users&{_PAGE}"):
            audits += _audits(page)
            users |= {str(user.get("id")): user for user in page.get("users") or () if isinstance(user, dict)}
            if any((at := attempt(instant, one.get("created_at"))) and at < since for one in _audits(page)):
                break
        told = looking_back.events(ref, audits, users, our_id=self.identity().id)
        return tuple(event for event in told if event.occurred_at >= since)

    def undelivered(self, *, since: datetime) -> tuple[Undelivered, ...]:
        """Read what the logs of our webhooks kept; Zendesk keeps it for seven days."""
        found = list[Undelivered]()
        for webhook in looking_back.ours(self._each("webhooks", _PAGE), self._name):
            place = f"webhooks/{webhook}/invocations"
            failed = looking_back.failed(self._each(place, _PAGE, key="invocations"), since)
            for at, number in failed[-_MOST_UNDELIVERED:]:
                sent = looking_back.request_of(self._each(f"{place}/{number}/attempts", key="attempts"), at)
                found += [sent] if sent else []
        return tuple(sorted(found, key=lambda one: one.at))

    def catalogue(self) -> Catalogue:
        """Return what a policy may name; what our user may not list, or the plan does not have, is None."""
        self.identity()
        members, fields = self._list("group_memberships", _PAGE), self._list("ticket_fields", _PAGE)
        groups, statuses = self._list("groups", f"exclude_deleted=true&{_PAGE}"), self._list("custom_statuses")
        policies = self._list("slas/policies", key="sla_policies")
        definitions = self._definitions()
        sla = None if policies is None else catalogue.policies(policies)
        return Catalogue(
            agents=None if members is None else self._agents(catalogue.members(members)),
            groups=None if groups is None else catalogue.names(groups),
            fields=None if fields is None else catalogue.fields(fields),
            statuses=None if statuses is None else catalogue.names(statuses, "agent_label"),
            brands=catalogue.chosen(definitions, "brand_id"),
            forms=catalogue.chosen(definitions, "ticket_form_id"),
            sla_policies=sla,
            tags=None if fields is None else catalogue.tags(fields, sla or ()),
            lacks=changes.LACKS,
        )

    def check_rights(self) -> list[str]:
        """Return what an admin must fix, in plain words."""
        try:
            found = rights.remedies(self._me())
            self._get("tickets.json?per_page=1")
        except AuthFailure as problem:
            return [f"{problem}. {rights.HOW}"]
        except ConnectorError as problem:
            return [f"{self._base_url} could not be asked: {problem}"]
        return found

    def _each(self, path: str, query: str = "", *, key: str = "") -> list[Json]:
        """Return a list as far as a bounded number of pages brings it."""
        pages = self._pages(f"{path}?{query}".rstrip("?"))
        return [one for page in pages for one in page.get(key or path) or () if isinstance(one, dict)]

    def _list(self, path: str, query: str = "", *, key: str = "") -> list[Json] | None:
        """Return a whole list; None where our user may not see it, or sees only a part."""
        try:
            pages = list(self._pages(f"{path}.json?{query}".rstrip("?"), most=_MOST_PAGES_OF_A_LIST))
        except PermanentFailure:
            return None
        if len(pages) == _MOST_PAGES_OF_A_LIST:
            return None
        return [one for page in pages for one in page.get(key or path) or () if isinstance(one, dict)]

    def _agents(self, groups: Mapping[str, frozenset[str]]) -> dict[str, Agent] | None:
        """Return everybody who is in a group, a hundred in one call."""
        ids, users = sorted(groups), list[Json]()
        for start in range(0, len(ids), 100):
            page = self._list("users/show_many", f"ids={','.join(ids[start : start + 100])}", key="users")
            if page is None:
                return None
            users += page
        return catalogue.agents(users, groups)

    def _definitions(self) -> Json:
        """Return what triggers may name, nothing where our user may not ask."""
        try:
            return self._get("triggers/definitions.json")
        except PermanentFailure:
            return {}

    def _me(self) -> Json:
        """Return our user; refused credentials may be answered with an anonymous one, and 200."""
        user = self._get("users/me.json").get("user")
        if not isinstance(user, dict) or not user.get("id") or user.get("role") not in rights.ROLES:
            raise AuthFailure(f"{self._base_url} does not take our credentials for an agent's or admin's", status=401)
        return user

    def _ticket(self, ref: TicketRef, document: Json, *, our_id: str | None = None) -> Ticket:
        try:
            return tickets.read(ref.connection, self._base_url, document, our_id=our_id)
        except ValueError as exc:
            raise PermanentFailure(f"{self._base_url} answered ticket {ref.id} with {exc}") from exc

    def _pages(self, path: str, *, most: int = _MOST_PAGES) -> Iterator[Json]:
        """Follow a cursor, or the next page's address, for a bounded number of pages."""
        for _ in range(most):
            page = self._get(path)
            yield page
            meta, links = page.get("meta") or {}, page.get("links") or {}
            path = (links.get("next") if meta.get("has_more") else page.get("next_page")) or ""
            if not path:
                return

    def _get(self, path: str) -> Json:
        url = path if "://" in path else f"{self._base_url}/api/v2/{path}"
        document = self._http.get(url).json()
        if not isinstance(document, dict):
            raise PermanentFailure(f"{self._base_url} does not answer like Zendesk; check the connection's base_url")
        return document


def _path(ref: TicketRef) -> str:
    """Return where a ticket is; what is no number names none, and must not name another place either."""
    try:
        return f"tickets/{changes.number(ref.id)}"
    except ValueError as exc:
        raise NotFound(f"no ticket can be there: {exc}", status=404) from exc


def _audits(page: Json) -> Iterator[Json]:
    return (audit for audit in page.get("audits") or () if isinstance(audit, dict))


def _markers(page: Json) -> Iterator[str]:
    for audit in _audits(page):
        custom = (audit.get("metadata") or {}).get("custom") or {}
        yield str(custom.get(changes.MARKER))


def open_client(
    account: Account, credentials: Credentials, *, clock: Clock, listener: Listener | None = None
) -> ZendeskClient:
    """Return a client with the account's credentials; nothing is sent yet."""
    logging.getLogger("zenpy").setLevel(logging.WARNING)  # At DEBUG it logs whole comments.
    transport = Transport(
        account.base_url, credentials, clock=clock, explain=explain, allowances=allowances, listener=listener
    )
    return ZendeskClient(account, transport, clock)
