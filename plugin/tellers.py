"""Those of a worker who tell destinations, beside those who visit tickets.

Rule 1: they have threads of their own: a chat that does not answer holds up no ticket.
Rule 2: they are woken when a destination may be told, and not before.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from plugin.log import logger
from plugin.pipeline.parts import Parts
from plugin.pipeline.telling import tell
from plugin.store.records import Posting, StoreError

#: Destinations told at once.
MOST = 2
#: Longer than any service is waited for: who has not written down what became of a notice by then is gone.
LEASE = timedelta(minutes=2)
#: Seconds until another worker, which was faster or holds the row for a moment, has let it be seen.
MOMENT = 0.05


@dataclass(kw_only=True)
class Tellers:
    """The tellers of one worker."""

    parts: Parts
    ring: Callable[[], None]  #: Has the worker look around again.
    _busy: set[Future[None]] = field(default_factory=set)

    def hand_out(self, pool: Executor, now: datetime) -> float | None:
        """Hand out what may be told; return in how many seconds there is more, None: when something happens."""
        if not (self.parts.destinations or self.parts.policy.audiences):
            return None
        postings = self.parts.store.postings
        while len(self._busy) < MOST:
            next_at = postings.next_at()
            if next_at is None or next_at > now:
                return None if next_at is None else (next_at - now).total_seconds()
            posting = postings.take(now=now, lease=LEASE)
            if posting is None:
                return MOMENT
            self._submit(pool, posting)
        return None  # one that ends rings

    def _submit(self, pool: Executor, posting: Posting) -> None:
        future = pool.submit(self._tell, posting)
        self._busy.add(future)
        future.add_done_callback(self._done)

    def _done(self, future: Future[None]) -> None:
        self._busy.discard(future)
        self.ring()

    def _tell(self, posting: Posting) -> None:
        try:
            tell(self.parts, posting)
        except StoreError as problem:
            logger.error("destination=%s left to its lease: %s", posting.destination, problem)
        except Exception as problem:  # noqa: BLE001  whatever it was, the other destinations go on
            logger.error("destination=%s left to its lease: %s", posting.destination, type(problem).__name__)
