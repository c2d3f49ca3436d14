"""The half of the connector that talks; belongs to one thread.

Rule 1: nothing but ConnectorError gets out.
Rule 2: Jira has no lock: before a write the issue is read, and one that changed since it was decided on is a conflict.
Rule 3: an edit is found again by the issue's property, a comment by its own; watchers and a status show themselves.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from connectors.accounts import Account
from connectors.calls import Listener
from connectors.catalogue import Catalogue, CatalogueField
from connectors.contract import Clock
from connectors.credentials import Credentials
from connectors.errors import (
    AuthFailure,
    Conflict,
    ConnectorError,
    NotFound,
    PermanentFailure,
    UnknownOutcome,
)
from connectors.jira import changes, looking_back, opening, rights, tickets, values
from connectors.jira.rates import allowances
from connectors.jira.refusals import explain
from connectors.jira.site import PAGE, Site, place_of
from connectors.missed import Changed, Page, Undelivered
from connectors.model import (
    AddComment,
    AddFollowers,
    Comment,
    NewTicket,
    Operation,
    Person,
    SetField,
    SetPriority,
    SetStatus,
    Status,
    Ticket,
    TicketEvent,
    TicketRef,
)
from connectors.remembered import Remembered
from connectors.transport import Transport
from connectors.values import attempt, mapping

#: Of our own comments the newest are looked at for a marker: what is looked for was written lately.
_MOST_MARKS = 40

#: Issues that a search is told to look at anew, since the site's index lags behind our own writes.
_MOST_RECONCILED = 50

Json = dict[str, Any]


class JiraClient:
    """One site's API, for one thread."""

    def __init__(self, account: Account, transport: Transport, clock: Clock) -> None:
        self._account = account
        self._site = Site(account, transport, clock)
        self._clock = clock
        self._priorities = Remembered("priorities", self._asked_priorities, clock)
        self._written: deque[int] = deque(maxlen=_MOST_RECONCILED)

    def identity(self) -> Person:
        """Return our own user there, or raise AuthFailure."""
        return tickets.person(self._site.myself())

    def read(
        self, ref: TicketRef, *, comments: bool = False, history: bool = False, sla_policy: bool = False
    ) -> Ticket:
        """Read the issue with its SLA, reporter and organization, and its comments or its history if asked."""
        document = self._site.issue(ref, changelog=history)
        if not (comments or history):
            return self._ticket(document)
        ticket = self._ticket(document, said=self._site.comments(ref, document))
        if not history:
            return ticket
        us, histories = self._site.us(), list(self._site.histories(ref, document))
        moves = looking_back.history(self._account, ticket, histories, our_id=us)
        return replace(ticket, history=moves, active_at=looking_back.active_at(ticket, histories, our_id=us))

    def read_many(self, refs: Sequence[TicketRef]) -> Mapping[TicketRef, Ticket]:
        """Return none: what Jira reads at once lacks the schema of its fields; each is read by itself."""
        return {}

    def apply(self, operation: Operation, *, base: Ticket) -> Ticket:
        """Carry out the operation and return the ticket after it."""
        ref = operation.ticket
        document = self._site.issue(ref)
        now = self._ticket(document)
        if now.version != base.version:
            raise Conflict(f"issue {ref.id} was changed at {now.version}; it was decided on as of {base.version}")
        self._write(operation, document, now)
        self._written.append(int(ref.id))
        try:
            after = self._ticket(self._site.issue(ref))
        except ConnectorError as problem:
            raise UnknownOutcome(f"issue {ref.id} was written, and could not be read again: {problem}") from problem
        follow = {person for one in operation.changes if isinstance(one, AddFollowers) for person in one.person_ids}
        return replace(after, follower_ids=base.follower_ids | follow)

    def landed(self, ref: TicketRef, markers: Sequence[str]) -> frozenset[str]:
        """Look for the markers in the issue's property, and in those of our newest comments."""
        wanted = frozenset(markers)
        found = wanted & frozenset(tickets.runs(self._site.issue(ref)))
        if found == wanted:
            return found
        return found | (wanted & frozenset(self._marks(ref, wanted - found)))

    def open_ticket(self, wish: NewTicket, *, again: bool) -> Ticket:
        """Create an issue, and show its origin as a link; a search finds it by its label, though not at once."""
        number = opening.found(self._site, wish.marker, self._written) if again else None
        if number is None:
            asked = {wish.priority} if wish.priority else set()
            number = opening.created(self._site, wish, self._priority_ids(asked))
        self._written.append(int(number))
        try:
            document = self._site.issue(TicketRef(connection=self._account.name, id=number))
            opening.tied(self._site, number, wish, document)
            return self._ticket(document)
        except ConnectorError as problem:
            raise UnknownOutcome(f"issue {number} was created, and then could not be reached: {problem}") from problem

    def opened(self, marker: str) -> Ticket | None:
        """Return the issue with the marker among its labels, as far as the site's index knows it."""
        number = opening.found(self._site, marker, self._written)
        return self.read(TicketRef(connection=self._account.name, id=number)) if number else None

    def changed(self, cursor: str | None, *, since: datetime) -> Page:
        """Search for what changed; JQL knows minutes, so that the same issue may come more than once.

        The cursor is where the search began, and where its page ended: a site's index lags behind.
        """
        begun, _, place = (cursor or values_of(since)).partition(" ")
        minutes = int((self._clock() - values.moment(begun)) / timedelta(minutes=1)) + 2
        scope = f" AND ({self._account.scope})" if self._account.scope else ""
        jql = f"updated >= -{max(minutes, 2)}m{scope} ORDER BY updated ASC"
        document = self._site.search(jql, place, lately=self._written)
        issues = [one for one in document.get("issues") or () if isinstance(one, dict)]
        found = [one for one in map(self._changed, issues) if one]
        following = self._site.following(document, place, len(issues))
        if following is None:
            newest = max((one.version for one in found), default=begun)
            return Page(changed=tuple(found), cursor=newest, caught_up=True)
        return Page(changed=tuple(found), cursor=f"{begun} {following}", caught_up=False)

    def happened(self, ref: TicketRef, *, since: datetime) -> tuple[TicketEvent, ...]:
        """Read the issue's comments and changelog."""
        document = self._site.issue(ref, changelog=True)
        ticket = self._ticket(document, said=self._site.comments(ref, document))
        histories = list(self._site.histories(ref, document))
        return looking_back.events(self._account, ticket, histories, our_id=self._site.us(), since=since)

    def undelivered(self, *, since: datetime) -> tuple[Undelivered, ...]:
        """Return none: Jira keeps no requests of admin webhooks."""
        return ()

    def catalogue(self) -> Catalogue:
        """Return what a policy may name; of people and groups a site tells nobody who is no admin."""
        self._site.myself()
        why = rights.hindrance(self._site.get(f"api/2/mypermissions?permissions={','.join(rights.OPENING)}"))
        return Catalogue(
            fields=self._fields(),
            statuses=self._names("status"),
            lacks={**changes.LACKS, **({"open_ticket": why} if why else {})},
            needs=changes.NEEDS,
        )

    def check_rights(self) -> list[str]:
        """Return what an admin must fix, in plain words."""
        try:
            self._site.myself()
            found = self._site.get(f"api/2/mypermissions?permissions={','.join(rights.NEEDED)}")
        except AuthFailure as problem:
            return [f"{problem}. {rights.HOW}"]
        except ConnectorError as problem:
            return [f"{self._account.base_url} could not be asked: {problem}"]
        return rights.remedies(found)

    # --- writes

    def _write(self, operation: Operation, document: Json, now: Ticket) -> None:
        place, one = f"api/2/issue/{now.ref.id}", operation.changes[0] if operation.changes else None
        if isinstance(one, AddComment):
            self._say(operation, one, document, place)
        elif isinstance(one, AddFollowers):
            for person in one.person_ids:
                self._site.http.post(f"{self._site.base}/{place}/watchers", json=person)
        elif isinstance(one, SetStatus):
            self._site.http.post(f"{self._site.base}/{place}/transitions", json=self._transition(place, one.status))
        else:
            self._site.http.put(f"{self._site.base}/{place}", json=self._edit(operation, document, place))

    def _edit(self, operation: Operation, document: Json, place: str) -> Json:
        wants_field = any(isinstance(one, SetField) for one in operation.changes)
        meta = mapping(self._site.get(f"{place}/editmeta").get("fields")) if wants_field else {}
        asked = {one.priority for one in operation.changes if isinstance(one, SetPriority)}
        return changes.edit(
            operation,
            runs=tickets.runs(document),
            cloud=self._site.is_cloud(),
            priorities=self._priority_ids(asked),
            schema={name: mapping(mapping(told).get("schema")) for name, told in meta.items()},
        )

    def _say(self, operation: Operation, said: AddComment, document: Json, place: str) -> None:
        if said.public and not tickets.is_of_service_desk(document):
            raise PermanentFailure(
                "the customer cannot be written to: the issue is of no service desk, where every comment is for all who"
                " see the issue; leave public comments out for it",
                status=400,
            )
        answer = self._site.http.post(
            f"{self._site.base}/{place}/comment", json=changes.comment(operation, said)
        ).json()
        if not said.public and mapping(answer).get("jsdPublic") is True and tickets.is_of_service_desk(document):
            self._site.http.delete(f"{self._site.base}/{place}/comment/{values.ident(answer.get('id'))}")
            raise PermanentFailure("the site made an internal note public: it was taken back at once", status=400)

    def _transition(self, place: str, wanted: Status) -> Json:
        """Return the body that brings the issue to a status; the one that needs nothing filled in, if there is one."""
        found = self._site.get(f"{place}/transitions?expand=transitions.fields").get("transitions") or ()
        fits = [one for one in found if self._leads_to(mapping(one), wanted)]
        easy = [one for one in fits if not _required(one)]
        if easy:
            return {"transition": {"id": str(easy[0]["id"])}}
        needs = sorted({name for one in fits for name in _required(one)})
        told = (
            f"its transition wants {', '.join(needs)} filled in"
            if needs
            else "no transition leads there from its status"
        )
        raise PermanentFailure(f"the status cannot become {wanted.value}: {told}", status=400, refused={"status": told})

    def _leads_to(self, transition: Mapping[str, Any], wanted: Status) -> bool:
        return attempt(lambda one: values.status(one, self._account.statuses), transition.get("to")) is wanted

    def _priority_ids(self, asked: Collection[str]) -> Mapping[str, str]:
        """Return the site's priorities by our words; asked for anew where one that is wanted is not among them."""
        if not asked:
            return {}
        known = self._priorities.get()
        return known if known.keys() >= set(asked) else self._priorities.missed()

    def _asked_priorities(self) -> Mapping[str, str]:
        """Return the site's priorities by our words: of several the first in its order."""
        listed = self._site.http.get(f"{self._site.base}/api/2/priority").json()
        found: dict[str, str] = {}
        for one in listed if isinstance(listed, list) else ():
            word = attempt(lambda told: values.priority(told, self._account.priorities), one)
            if word:
                found.setdefault(word, str(mapping(one).get("id")))
        return found

    # --- reads

    def _ticket(self, document: Json, *, said: Sequence[Comment] | None = None) -> Ticket:
        try:
            return tickets.read(self._account, document, comments=said)
        except (ValueError, KeyError, TypeError) as exc:
            raise PermanentFailure(f"{self._account.base_url} answered with something that is no issue") from exc

    def _marks(self, ref: TicketRef, wanted: frozenset[str]) -> Iterator[str]:
        """Yield the markers of our newest comments, until all that are wanted are found."""
        page = self._site.get(f"api/2/issue/{place_of(ref)}/comment?orderBy=-created&startAt=0&maxResults={PAGE}")
        us, left = self._site.us(), set(wanted)
        mine = [
            one for one in page.get("comments") or () if attempt(values.person_id, mapping(one).get("author")) == us
        ]
        for one in mine[:_MOST_MARKS]:
            try:
                told = self._site.get(f"api/2/comment/{values.ident(one.get('id'))}/properties/{changes.RUN}")
            except NotFound:
                continue
            mark = str(mapping(told.get("value")).get("id"))
            yield mark
            left.discard(mark)
            if not left:
                return

    def _changed(self, issue: Json) -> Changed | None:
        number = attempt(values.ident, issue.get("id"))
        updated = attempt(values.moment, mapping(issue.get("fields")).get("updated"))
        if number is None or updated is None:
            return None
        return Changed(ref=TicketRef(connection=self._account.name, id=number), version=tickets.version(updated))

    def _fields(self) -> dict[str, CatalogueField] | None:
        listed = self._site.listed("api/2/field")
        return (
            None
            if listed is None
            else {
                str(one["id"]): CatalogueField(
                    id=str(one["id"]), name=str(one.get("name")), type=str(mapping(one.get("schema")).get("type") or "")
                )
                for one in listed
                if one.get("id")
            }
        )

    def _names(self, what: str) -> dict[str, str] | None:
        listed = self._site.listed(f"api/2/{what}")
        return None if listed is None else {str(one.get("id")): str(one.get("name")) for one in listed}


def _required(transition: Mapping[str, Any]) -> list[str]:
    fields = mapping(transition.get("fields"))
    return [
        name
        for name, told in fields.items()
        if mapping(told).get("required") is True and mapping(told).get("hasDefaultValue") is not True
    ]


def values_of(since: datetime) -> str:
    """Write an instant as a cursor holds it."""
    return tickets.version(since)


def open_client(
    account: Account, credentials: Credentials, *, clock: Clock, listener: Listener | None = None
) -> JiraClient:
    """Return a client with the account's credentials; nothing is sent yet."""
    transport = Transport(
        account.base_url, credentials, clock=clock, explain=explain, allowances=allowances, listener=listener
    )
    return JiraClient(account, transport, clock)
