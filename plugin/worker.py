"""Takes tickets with work due, many at once, and sleeps when there are none.

Rule 1: a worker sleeps until the next due instant, or until it is rung; the slow poll is only a safety net.
Rule 2: on a stop the tickets in hand are finished and nothing new is taken; notices are waited for a little while.
Rule 3: a ticket that fails in a way nobody thought of is pushed back, in the end to a person, and stops no other.
"""

from __future__ import annotations

import os
import platform
import threading
import traceback
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

from connectors.model import Mode
from plugin.log import logger
from plugin.pipeline.parts import Parts
from plugin.pipeline.together import Together
from plugin.pipeline.visiting import visit
from plugin.store.records import Claim, LeaseLost, StoreError, StoreRefused
from plugin.store.setbacks import MOST
from plugin.tellers import Tellers
from plugin.upkeep import Upkeep

SAFETY_POLL = timedelta(seconds=30)  # also how late a policy file that changed is noticed at most
HEARTBEAT = timedelta(seconds=15)
STORE_RETRY_SECONDS = 2.0
_HOUSE, _ROOMS = Path(__file__).parents[1], ("plugin/", "connectors/")


class Worker:
    """One scheduler thread and a pool of visitors."""

    def __init__(self, parts: Parts, *, threads: int, lease: timedelta, upkeep: Upkeep | None = None) -> None:
        self._parts = parts
        self._threads = threads
        self._lease = lease
        self._upkeep = upkeep
        self._name = f"{platform.node()}:{os.getpid()}"
        self._accounts = tuple(name for name, a in parts.accounts.items() if a.mode is not Mode.OFF)
        self._alarm = parts.store.alarm()
        self._tellers = Tellers(parts=parts, ring=self._alarm.ring)
        self._stopping = threading.Event()
        self._busy: set[Future[datetime | None]] = set()
        self._full = False  #: Whether work may wait for a visitor.
        self._planned: datetime | None = None  #: When it looks again of itself; None while it looks.
        self._seen: datetime | None = None

    def wake(self) -> None:
        """Have it look around at once; safe in a signal handler."""
        self._alarm.ring()

    def stop(self) -> None:
        """Ask it to stop; safe in a signal handler."""
        self._stopping.set()
        self._alarm.ring()

    def run(self) -> None:
        """Work until stopped."""
        logger.info("worker=%s started threads=%d policy=%s", self._name, self._threads, self._parts.policy.version)
        for account in self._accounts:
            self._parts.connector(account)  # loads what is slow to load before the first ticket waits for it
        with ThreadPoolExecutor(self._threads, thread_name_prefix="visit") as pool:
            while not self._stopping.is_set():
                self._turn(pool)
        self._tellers.part()
        self._say_goodbye()
        self._alarm.close()
        logger.info("worker=%s stopped", self._name)

    def _turn(self, pool: ThreadPoolExecutor) -> None:
        self._planned = None
        try:
            now = self._parts.clock()
            self._heartbeat(now)
            self._keep_up(pool)
            wait = self._work(pool, now)
            told = self._tellers.hand_out(now)
            wait = wait if told is None else min(wait, told)
        except StoreError as problem:
            logger.error("store unavailable: %s", problem)
            wait = STORE_RETRY_SECONDS
        self._planned = self._parts.clock() + timedelta(seconds=wait)
        self._alarm.wait(wait)

    def _keep_up(self, pool: ThreadPoolExecutor) -> None:
        """Look for another policy file and for silent cases, and have the feeds fetched when it is time."""
        if self._upkeep is None:
            return
        self._upkeep.look()
        if self._upkeep.watch():
            pool.submit(self._upkeep.beat)
        if self._upkeep.feeds_due():
            pool.submit(self._fetch_feeds, self._upkeep)
        for account in self._upkeep.reconciliations_due():
            pool.submit(self._reconcile, self._upkeep, account)

    def _fetch_feeds(self, upkeep: Upkeep) -> None:
        try:
            upkeep.fetch_feeds()
        except StoreError as problem:
            logger.error("feeds not kept: %s", problem)

    def _reconcile(self, upkeep: Upkeep, account: str) -> None:
        try:
            upkeep.reconcile(account)
        except StoreError as problem:
            logger.error("connection=%s not asked for what no webhook told: %s", account, problem)

    def _work(self, pool: ThreadPoolExecutor, now: datetime) -> float:
        """Hand out what is due and return how long there is nothing more to hand out."""
        self._full = True  # said before it is counted: a visitor that ends in between must ring
        free = self._threads - len(self._busy)
        self._full = free <= 0
        if self._full:
            return SAFETY_POLL.total_seconds()  # a visitor that ends rings
        claims = self._parts.store.claim(self._accounts, now=now, lease=self._lease, limit=free)
        together = {claimed.ticket.connection: Together() for claimed in claims}
        for claimed in claims:
            self._submit(pool, claimed, together[claimed.ticket.connection])
        outlook = self._parts.store.outlook(self._accounts, now=now)
        if outlook.wake is not None and outlook.wake <= now:
            return 0.0 if claims else 0.05  # none: another worker was faster, or holds the row for a moment
        waits = [SAFETY_POLL, *(at - now for at in [outlook.wake, *outlook.paused.values()] if at is not None)]
        return max(0.0, min(waits).total_seconds())

    def _submit(self, pool: ThreadPoolExecutor, claimed: Claim, together: Together) -> None:
        future = pool.submit(self._visit, claimed, together)
        self._busy.add(future)
        future.add_done_callback(self._done)

    def _done(self, future: Future[datetime | None]) -> None:
        """Look around again only for what this visitor leaves behind: most tickets leave nothing for today."""
        self._busy.discard(future)
        wanted, planned = future.result(), self._planned
        if self._full or (wanted is not None and (planned is None or wanted < planned)):
            self._alarm.ring()

    def _visit(self, claimed: Claim, together: Together) -> datetime | None:
        """Work on a ticket and return when it wants to be looked at next."""
        try:
            return visit(self._parts, claimed, together)
        except LeaseLost:
            logger.warning("ticket=%s lease lost to another worker", claimed.ticket)
        except StoreRefused as problem:
            self._push_back(claimed, problem.__cause__ or problem)
        except StoreError as problem:
            logger.error("ticket=%s left to its lease: %s", claimed.ticket, problem)
        except Exception as problem:  # noqa: BLE001  the one place: whatever it was, the other tickets go on
            self._push_back(claimed, problem)
        return self._parts.clock()

    def _push_back(self, claimed: Claim, problem: BaseException) -> None:
        why = f"{_kind(problem)} at {_place(problem)}"
        logger.error("ticket=%s pushed back: %s", claimed.ticket, why)
        try:
            count = self._parts.store.push_back(claimed, why, now=self._parts.clock())
        except StoreError as also:
            logger.error("ticket=%s left to its lease: %s", claimed.ticket, also)
            return
        if count == MOST:
            logger.error("ticket=%s given up; see: escalation dead-letters list", claimed.ticket)

    def _heartbeat(self, now: datetime) -> None:
        if self._seen is None or abs(now - self._seen) >= HEARTBEAT:
            self._parts.store.worker_seen(self._name, now)
            self._seen = now

    def _say_goodbye(self) -> None:
        try:
            self._parts.store.worker_gone(self._name)
        except StoreError as problem:
            logger.warning("could not sign off: %s", problem)


def _kind(problem: BaseException) -> str:
    return type(getattr(problem, "orig", None) or problem).__name__


def _place(problem: BaseException) -> str:
    """Return the last place in our own code; never its text, which may quote a ticket."""
    frames = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(problem.__traceback__)]
    ours = [f"{Path(file).relative_to(_HOUSE)}:{line}" for file, line in frames if Path(file).is_relative_to(_HOUSE)]
    return next((place for place in reversed(ours) if place.startswith(_ROOMS)), "?")
