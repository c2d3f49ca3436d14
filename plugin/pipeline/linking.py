"""Tickets of other accounts: opened for a case, looked at, and told what becomes of it.

Rule 1: an opening is written down before it is begun; one that may have been begun is looked for by its marker first.
Rule 2: what happens to the other ticket is a hint that goes into this one's inbox; what it is now is read.
Rule 3: the other helpdesk's failures are its own: this ticket goes on, and is never held up by them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connectors.calls import Urgency
from connectors.errors import (
    ConnectorError,
    FewCallsLeft,
    NotFound,
    UnknownOutcome,
)
from connectors.model import DONE, AddComment, Mode, Ticket, TicketRef
from plugin.core import linking
from plugin.core.linked import THERE, LinkedState, LinkedTicket
from plugin.core.model import Reason
from plugin.core.promising import DAY
from plugin.pipeline import apply
from plugin.pipeline.onward import Moved, tell
from plugin.pipeline.parts import Parts
from plugin.pipeline.standing import Standing

#: A lost answer may still be on its way, and a helpdesk finds a new ticket only after a while.
SETTLE = timedelta(seconds=60)
#: A look that fails is put off as long as something that failed so often.
_TRIES = 5


@dataclass
class Linker:
    """The links of one ticket in hand."""

    at: Standing

    def due(self) -> LinkedTicket | None:
        """Return a link of which something is due."""
        past = self.at.parts.past
        return next((one for one in self.at.opened.values() if one.next_at is not None and past(one.next_at)), None)

    def attend(self, link: LinkedTicket) -> None:
        """Open what is due, or look at it; what that decides is written before the next one's turn."""
        if link.state is LinkedState.WANTED:
            self._open(link)
        else:
            self._look(link)

    def hear(self, moved: Moved) -> None:
        """Look at a ticket of which something was heard."""
        link = self.at.opened.get(moved.link_id)
        if link is None or link.ticket is None:
            return
        if moved.merged_into is not None:
            self._look(replace(link, ticket=replace(link.ticket, id=moved.merged_into)))
        elif moved.gone:
            self._take(linking.gone(self.at.policy_of_case(), self.at.case, link))
        else:
            self._look(link, active_at=moved.active_at)

    def look_around(self) -> None:
        """Look at the open tickets of the case, before something happens because nothing did."""
        for link in tuple(self.at.opened.values()):
            if link.state in THERE and self.at.case and link.case_id == self.at.case.id:
                self._look(link)

    # --- opening

    def _open(self, link: LinkedTicket) -> None:
        policy, case, now = self.at.policy_of_case(), self.at.case, self.at.parts.clock()
        opening = linking.opening_of(policy, case, link.place)
        if case is None or opening is None or case.id != link.case_id or case.state in linking.IDLE:
            self._find(link)  # the case ended, its remedy is in, or it was raised to a ladder that opens none
            return
        if why := _hindrance(self.at.parts, link.connection):
            self._take(linking.refused(policy, case, link, why))
            return
        paused = self.at.parts.store.outlook((link.connection,), now=now).paused.get(link.connection)
        if paused is not None:
            self._take(linking.put_off(policy, case, link, paused, now))
            return
        ref = self.at.claimed.ticket
        ticket = self.at.read()
        url = ticket.url or self.at.parts.platform(ref.connection).link(self.at.account, ref)
        if ticket.status in DONE or ticket.tags & policy.opt_out_tags:  # what that means for the case is decided first
            self._keep(replace(link, next_at=now + (SETTLE if ticket.status in DONE else DAY)))
            return
        wish = linking.wish(policy, case, opening, ticket, link, url)
        begun = self._keep(replace(link, attempts=link.attempts + 1, next_at=now + SETTLE, called=wish.origin_name))
        self.at.write()
        try:
            with self._calling(link.connection), self.at.parts.tally(link.connection).write():
                there = self.at.parts.connector(link.connection).open_ticket(wish, again=link.attempts > 0)
        except ConnectorError as problem:
            self._failed(begun, problem)
        else:
            self._take(linking.opened(policy, case, begun, there, self.at.parts.clock()))

    def _find(self, link: LinkedTicket) -> None:
        """Look for what nobody needs any more: an earlier try may have opened it, and its people must not wait."""
        ticket = None
        if link.attempts and not _hindrance(self.at.parts, link.connection):
            try:
                with self._calling(link.connection):
                    ticket = self.at.parts.connector(link.connection).opened(link.marker)
            except ConnectorError as problem:
                if not apply.is_final(problem):
                    self._keep(replace(link, next_at=self.at.parts.clock() + self._wait(problem, _TRIES)))
                    return
        policy, case, now = self.at.policy_of_case(), self.at.case, self.at.parts.clock()
        if ticket is not None and case is not None and case.id == link.case_id:
            self._take(linking.opened(policy, case, link, ticket, now))
            return
        if ticket is None:
            self._keep(replace(link, state=LinkedState.WITHDRAWN, next_at=None))
        else:
            there, text = linking.found_late(link, ticket)
            self.at.aside += (tell(self._keep(there), text, "late", now),)
        reason = Reason.LINKED_WITHDRAWN if ticket is None else Reason.LINKED_OPENED
        self.at.tell().line("linked", reason, {"place": link.place})

    def _failed(self, link: LinkedTicket, problem: ConnectorError) -> None:
        policy, case, now = self.at.policy_of_case(), self.at.case, self.at.parts.clock()
        assert case is not None, "only for a case something is opened"
        if apply.is_final(problem):
            self._take(linking.refused(policy, case, link, str(problem)))
            return
        self.at.tell().line("linked", Reason.LINKED_LATE, {"place": link.place, "detail": str(problem)})
        if isinstance(problem, FewCallsLeft):  # nothing was sent
            link = replace(link, attempts=link.attempts - 1)
        lost = isinstance(problem, UnknownOutcome)
        wait = SETTLE if lost else self._wait(problem, link.attempts)
        apply.pause_connection(self.at.parts, link.connection, problem, wait)
        self._take(linking.put_off(policy, case, link, now + wait, now, why=str(problem)))

    # --- looking

    def _look(self, link: LinkedTicket, *, active_at: datetime | None = None) -> None:
        policy, case = self.at.policy_of_case(), self.at.case
        assert link.ticket is not None, "only what was opened is looked at"
        try:
            ticket = self._read(link.ticket)
        except ConnectorError as problem:
            if apply.is_final(problem):
                self._take(linking.gone(policy, case, link))  # not there, or not for our user to see
                return
            wait = self._wait(problem, _TRIES)
            apply.pause_connection(self.at.parts, link.connection, problem, wait)
            self._keep(replace(link, next_at=self.at.parts.clock() + wait))
        else:
            self._take(linking.looked_at(policy, case, link, ticket, self.at.parts.clock(), active_at=active_at))

    def _read(self, ref: TicketRef) -> Ticket:
        if ref.connection not in self.at.parts.accounts:
            raise NotFound(f"{ref.connection} is no connection any more", status=404)
        with self._calling(ref.connection):
            return self.at.parts.connector(ref.connection).read(ref)

    def _wait(self, problem: ConnectorError, tries: int) -> timedelta:
        """Return how long to leave it alone: never not at all, whatever the other helpdesk says."""
        return max(apply.wait_for(self.at.parts, problem, tries), timedelta(seconds=1))

    # --- writing down

    def _take(self, looked: linking.Looked) -> None:
        """Keep the link as it is now, and let the case move; it is written with the next decision."""
        decision, link = looked.decision, self._keep(looked.link)
        before, self.at.case = self.at.case, decision.case
        self.at.wishes += decision.changes
        self.at.says += decision.says
        if decision.reason is not Reason.NOT_EXPECTED_NOW and (decision.changes or before != self.at.case):
            told = {"ticket": str(link.ticket) if link.ticket else link.place}
            why = {"detail": link.problem} if link.problem else {}
            self.at.tell().line("linked", decision.reason, {**told, **why})

    def _keep(self, link: LinkedTicket) -> LinkedTicket:
        self.at.opened = {**self.at.opened, link.id: link}
        return link

    @contextmanager
    def _calling(self, connection: str) -> Iterator[None]:
        """Make calls of another account, and write down that they were made."""
        parts, case = self.at.parts, self.at.case
        tally = parts.tally(connection)
        try:
            with tally.urgent(Urgency.INTERNAL):
                yield
        finally:
            spent = tally.taken(case_id=case.id if case else None, rule=case.rule if case else None)
            if spent and connection != self.at.claimed.ticket.connection:
                parts.store.calls.spend(connection, spent, now=parts.clock())
                tally.written()


def _hindrance(parts: Parts, connection: str) -> str | None:
    """Return why nothing can be opened on a connection; None: nothing is in the way."""
    account = parts.accounts.get(connection)
    if account is None:
        return f'there is no connection "{connection}"; add it, or change the policy'
    if account.mode is not Mode.ENFORCE:
        return f"the connection is {account.mode.value}: nothing is written there"
    return None


def say(at: Standing, text: str) -> None:
    """Write on a ticket what became of the case that it was opened for."""
    at.wishes += (AddComment(text=text, public=False),)
    at.tell().line("linked", Reason.LINKED_TOLD)
