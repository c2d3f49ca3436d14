"""Those of a worker who tell destinations, beside those who visit tickets.

Rule 1: they have threads of their own: a chat that does not answer holds up no ticket.
Rule 2: they are woken when a destination may be told, and not before.
Rule 3: on a stop they are waited for a little while; what is in hand longer is told by whoever works next, when its
        lease is over. Their threads hold up no process's end.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
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
#: Seconds that a stop waits for them; a service that answers at all has done so by then.
PARTING = 8.0
#: Seconds until another worker, which was faster or holds the row for a moment, has let it be seen.
MOMENT = 0.05


@dataclass(kw_only=True)
class Tellers:
    """The tellers of one worker."""

    parts: Parts
    ring: Callable[[], None]  #: Has the worker look around again.
    _busy: set[threading.Thread] = field(default_factory=set)

    def hand_out(self, now: datetime) -> float | None:
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
            self._submit(posting)
        return None  # one that ends rings

    def part(self, seconds: float = PARTING) -> None:
        """Wait for those that are busy, but not longer than so."""
        end = time.monotonic() + seconds
        for thread in tuple(self._busy):
            thread.join(max(0.0, end - time.monotonic()))

    def _submit(self, posting: Posting) -> None:
        thread = threading.Thread(target=self._tell_and_ring, args=(posting,), name="tell", daemon=True)
        self._busy.add(thread)
        thread.start()

    def _tell_and_ring(self, posting: Posting) -> None:
        try:
            self._tell(posting)
        finally:
            self._busy.discard(threading.current_thread())
            self.ring()

    def _tell(self, posting: Posting) -> None:
        try:
            tell(self.parts, posting)
        except StoreError as problem:
            logger.error("destination=%s left to its lease: %s", posting.destination, problem)
        except Exception as problem:  # noqa: BLE001  whatever it was, the other destinations go on
            logger.error("destination=%s left to its lease: %s", posting.destination, type(problem).__name__)
