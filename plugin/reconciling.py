"""Looking for what no webhook told: at a worker's start, after it was away, and every so often.

Rule 1: what is found goes into the inbox, each ticket in its turn; one that was heard of already changes nothing.
Rule 2: the helpdesk is asked for so many pages and then left alone for a while; nothing sleeps here, and what is more
        urgent goes before.
Rule 3: what was not asked yet stays so until it was: a cursor moves once its page is in the inbox.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.calls import Urgency
from connectors.errors import ConnectorError, NotFound, PermanentFailure
from connectors.missed import Changed, Page
from connectors.model import Mode, TicketEvent, TicketRef
from plugin.log import logger
from plugin.pipeline import apply, missed
from plugin.pipeline.parts import Parts
from plugin.pipeline.receive import as_delivery
from plugin.store.records import Reconciled

#: Pages of changed tickets for one look, and how long the next look waits where there are more: six in a minute.
PAGES = 3
PAUSE = timedelta(seconds=30)
#: What happened so shortly before a look may be told in the next one only.
OVERLAP = timedelta(minutes=5)
#: How long helpdesks keep requests that failed.
KEPT = timedelta(days=7)
#: Helpdesks do not tell what changed a moment ago, and do not like to be asked.
SETTLED = timedelta(minutes=2)
#: A look that takes longer is another process's to go on with.
LEASE = timedelta(minutes=10)
#: A worker that starts again so soon has missed nothing.
FRESH = timedelta(minutes=1)
#: When it is tried again where the helpdesk could not be asked.
AGAIN = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """What one look found."""

    account: str
    since: datetime
    changed: int = 0  #: Tickets that changed.
    fresh: int = 0  #: Of them those that are looked at in their turn; the others were, at this version.
    replayed: int = 0  #: Requests that had failed.
    caught_up: bool = True
    problems: tuple[str, ...] = ()
    would: tuple[tuple[TicketRef, tuple[TicketEvent, ...]], ...] = field(default=(), repr=False)  #: Of a rehearsal.


@dataclass(kw_only=True)
class Reconciler:
    """Looks at every connection that is worked on."""

    parts: Parts
    every: timedelta

    def begin(self) -> None:
        """Have each connection looked at once more, unless somebody just did."""
        now = self.parts.clock()
        for account in self.accounts():
            self.parts.store.reconciliations.begin(account, now=now)
            self.parts.store.reconciliations.hurry(account, before=now - FRESH, now=now)

    def due(self) -> list[str]:
        """Return the connections that it is time to look at, once each time."""
        now, store = self.parts.clock(), self.parts.store.reconciliations
        return [account for account in self.accounts() if store.take(account, now=now, lease=LEASE)]

    def look(self, account: str) -> Looked:
        """Look at a connection, and put what is found into the inbox; what cannot be asked now is asked later."""
        store, state = self.parts.store.reconciliations, self._state(account)
        begun = state.begun_at or self.parts.clock()
        changed, fresh, caught_up = 0, 0, False
        try:
            with self.parts.tally(account).urgent(Urgency.BACKGROUND):
                for page in self._pages(account, state.cursor, state.since):
                    found = [missed.delivery(one, since=state.since, now=self.parts.clock()) for one in page.changed]
                    fresh += store.post(account, found, begun=begun, cursor=page.cursor)
                    changed, caught_up = changed + len(page.changed), page.caught_up
                replayed, problems = self._replayed(account, state)
        except ConnectorError as problem:
            return self._failed(account, state, problem)
        finally:
            self._count(account)
        now = self.parts.clock()
        if caught_up:
            store.done(account, since=begun - OVERLAP, now=now, next_at=now + self.every)
        else:
            store.wait(account, until=now + PAUSE)
        looked = Looked(
            account=account,
            since=state.since,
            changed=changed,
            fresh=fresh,
            replayed=replayed,
            caught_up=caught_up,
            problems=problems,
        )
        _tell(looked)
        return looked

    def rehearse(self, account: str, since: datetime | None = None) -> Looked:
        """Return what a look would find, and change nothing."""
        state = self.parts.store.reconciliations.state(account)
        begin = since or (state.since if state else self.parts.clock())
        cursor = state.cursor if state and since is None else None
        changed, caught_up = list[Changed](), False
        for page in self._pages(account, cursor, begin):
            changed, caught_up = [*changed, *page.changed], page.caught_up
        newest = {one.ref: one for one in changed}
        would = tuple((ref, self._unheeded(one, begin)) for ref, one in newest.items())
        return Looked(
            account=account,
            since=begin,
            changed=len(newest),
            caught_up=caught_up,
            would=tuple((ref, events) for ref, events in would if events or newest[ref].gone),
        )

    def restart(self, account: str, since: datetime) -> None:
        """Have a connection looked at from an instant on."""
        self._state(account)
        self.parts.store.reconciliations.restart(account, since=since, now=self.parts.clock())

    def _pages(self, account: str, cursor: str | None, since: datetime) -> Iterator[Page]:
        """Yield what changed, so many pages at most."""
        settled = min(since, self.parts.clock() - SETTLED)
        for _ in range(PAGES):
            page = self.parts.connector(account).changed(cursor, since=settled)
            yield page
            if page.caught_up or page.cursor is None:
                return
            cursor = page.cursor

    def _unheeded(self, changed: Changed, since: datetime) -> tuple[TicketEvent, ...]:
        account, ref = changed.ref.connection, changed.ref
        try:
            told = self.parts.connector(account).happened(ref, since=since) if not changed.gone else ()
        except NotFound:
            return ()
        mirror = self.parts.store.reconciliations.mirror(ref)
        return tuple(missed.missed(told, mirror, self.parts.our_id(account)))

    def _replayed(self, account: str, state: Reconciled) -> tuple[int, tuple[str, ...]]:
        """Put requests into the inbox that our receiver did not take; that they cannot be had is a smaller problem."""
        since = max((state.looked_at or state.since) - OVERLAP, self.parts.clock() - KEPT)
        try:
            failed = self.parts.connector(account).undelivered(since=since)
        except PermanentFailure as problem:
            return 0, (f"requests that failed cannot be looked for: {problem}",)
        found = (as_delivery(self.parts, account, one.headers, one.body) for one in failed)
        return self.parts.store.reconciliations.replay(account, [one for one in found if one]), ()

    def _failed(self, account: str, state: Reconciled, problem: ConnectorError) -> Looked:
        """Try again later, and leave the account alone where the failure is the account's."""
        wait = max(AGAIN, apply.wait_for(self.parts, problem, 1))
        apply.pause_connection(self.parts, account, problem, apply.wait_for(self.parts, problem, 1))
        self.parts.store.reconciliations.wait(account, until=self.parts.clock() + wait, problem=str(problem))
        logger.warning("connection=%s could not be asked for what no webhook told: %s", account, problem)
        return Looked(account=account, since=state.since, caught_up=False, problems=(str(problem),))

    def _state(self, account: str) -> Reconciled:
        store = self.parts.store.reconciliations
        store.begin(account, now=self.parts.clock())
        state = store.state(account)
        assert state is not None, "just begun"
        return state

    def accounts(self) -> list[str]:
        """Return the connections that are looked at."""
        return [name for name, account in self.parts.accounts.items() if account.mode is not Mode.OFF]

    def _count(self, account: str) -> None:
        """Write down the calls it took; they are for no case and no rule."""
        tally = self.parts.tally(account)
        if spent := tally.taken(case_id=None, rule=None):
            self.parts.store.calls.spend(account, spent, now=self.parts.clock())
            tally.written()


def _tell(looked: Looked) -> None:
    for problem in looked.problems:
        logger.warning("connection=%s %s", looked.account, problem)
    if looked.fresh or looked.replayed:
        logger.info(
            "connection=%s looked since %s: %d tickets changed, %d to be looked at, %d failed requests replayed",
            *(looked.account, f"{looked.since:%Y-%m-%dT%H:%M:%SZ}", looked.changed, looked.fresh, looked.replayed),
        )
