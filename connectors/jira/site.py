"""What is asked of a Jira, call by call; belongs to one thread.

Rule 1: Cloud is told from Data Center by who we are there: an account, or a name.
Rule 2: pages are followed for a bounded number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from connectors.accounts import Account
from connectors.contract import Clock
from connectors.errors import AuthFailure, NotFound, PermanentFailure
from connectors.jira import tickets, values
from connectors.model import Comment, TicketRef
from connectors.remembered import Remembered
from connectors.transport import Transport
from connectors.values import attempt, mapping

_WHOLE = f"fields=*all&properties={tickets.PROPERTY}&expand=schema"
PAGE = 100
_MOST_PAGES = 60

Json = dict[str, Any]


class Site:
    """One site's API."""

    def __init__(self, account: Account, transport: Transport, clock: Clock) -> None:
        self._account = account
        self.address = account.base_url
        self.base = f"{account.base_url}/rest"
        self.http = transport
        self._me = Remembered("our user", self._asked_myself, clock)

    def myself(self) -> Json:
        """Return our own user; AuthFailure where there is none."""
        return self._me.get()

    def _asked_myself(self) -> Json:
        found = self.get("api/2/myself")
        if attempt(values.person_id, found) is None:
            raise AuthFailure(f"{self._account.base_url} does not say who our credentials are of", status=401)
        return found

    def us(self) -> str:
        """Return our own user's id."""
        return str(values.person_id(self.myself()))

    def is_cloud(self) -> bool:
        """Tell Cloud, where people are accounts, from Data Center, where they have names."""
        return "accountId" in self.myself()

    def issue(self, ref: TicketRef, *, changelog: bool = False) -> Json:
        """Read an issue whole, with our property, and its changelog if asked."""
        more = ",changelog" if changelog else ""
        return self.get(f"api/2/issue/{place_of(ref)}?{_WHOLE}{more}")

    def comments(self, ref: TicketRef, document: Json) -> list[Comment]:
        """Read every comment, and who may read it: Data Center tells that by the service desk's own API alone."""
        desk, us = tickets.is_of_service_desk(document), self.us()
        customers = tickets.customers(document)
        by_desk = desk and not self.is_cloud()
        raws = self._desk_comments(ref) if by_desk else self._pages(f"api/2/issue/{place_of(ref)}/comment?", "comments")
        found = [tickets.comment(one, customers=customers, our_id=us, public=not desk) for one in raws]
        fields = mapping(document.get("fields"))
        told = {"id": 0, "author": fields.get("creator"), "body": fields.get("description")}
        raw = {**told, "created": fields.get("created")}
        first = replace(tickets.comment(raw, customers=customers, our_id=us, public=True), id="description")
        return sorted([first, *found], key=lambda one: (one.at, one.id.zfill(20)))

    def _desk_comments(self, ref: TicketRef) -> Iterator[Json]:
        start = 0
        for _ in range(_MOST_PAGES):
            page = self.get(f"servicedeskapi/request/{place_of(ref)}/comment?start={start}&limit={PAGE}")
            found = [one for one in page.get("values") or () if isinstance(one, dict)]
            yield from found
            start += len(found)
            if page.get("isLastPage") is not False or not found:
                return

    def histories(self, ref: TicketRef, document: Json) -> Iterator[Json]:
        """Yield what the issue went through: what came along, or all pages where that is not all."""
        log = mapping(document.get("changelog"))
        told = [one for one in log.get("histories") or () if isinstance(one, dict)]  # type: ignore[attr-defined]
        total = log.get("total")
        if not isinstance(total, int) or total <= len(told):
            yield from told
            return
        yield from self._pages(f"api/2/issue/{place_of(ref)}/changelog?", "values")

    def _pages(self, path: str, name: str) -> Iterator[Json]:
        start = 0
        for _ in range(_MOST_PAGES):
            page = self.get(f"{path}startAt={start}&maxResults={PAGE}")
            found = [one for one in page.get(name) or () if isinstance(one, dict)]
            yield from found
            start += len(found)
            if start >= int(page.get("total") or 0) or not found:
                return

    def search(self, jql: str, place: str, *, lately: Collection[int] = ()) -> Json:
        """Return a page of issues: Cloud and Data Center have a search each.

        `lately` are issues that we wrote to, of which Cloud's index may not know yet.
        """
        if self.is_cloud():
            body: Json = {"jql": jql, "fields": ["updated"], "maxResults": PAGE}
            body |= {"nextPageToken": place} if place else {}
            body |= {"reconcileIssues": sorted(set(lately))} if lately else {}
            answer = self.http.post(f"{self.base}/api/3/search/jql", json=body).json()
        else:
            start = place if place.isdigit() else "0"
            path = f"api/2/search?jql={quote(jql, safe='')}&fields=updated&startAt={start}&maxResults={PAGE}"
            answer = self.get(path)
        return answer if isinstance(answer, dict) else {}

    def following(self, document: Json, place: str, found: int) -> str | None:
        """Return where the next page begins; None: there is none."""
        if self.is_cloud():
            token = document.get("nextPageToken")
            return token if isinstance(token, str) and document.get("isLast") is not True else None
        start = (int(place) if place.isdigit() else 0) + found
        return str(start) if found and start < int(document.get("total") or 0) else None

    def listed(self, path: str) -> list[Json] | None:
        """Return a list; None where our user may not see it."""
        try:
            listed = self.http.get(f"{self.base}/{path}").json()
        except PermanentFailure:
            return None
        return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else None

    def get(self, path: str) -> Json:
        """Read a document."""
        document = self.http.get(f"{self.base}/{path}").json()
        if not isinstance(document, dict):
            raise PermanentFailure(
                f"{self._account.base_url} does not answer like Jira; check the connection's base_url"
            )
        return document


def place_of(ref: TicketRef) -> str:
    """Return where an issue is; what is no number names none, and must not name another place either."""
    try:
        return values.ident(ref.id)
    except ValueError as exc:
        raise NotFound(f"no issue can be there: {exc}", status=404) from exc
