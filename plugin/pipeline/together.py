"""Tickets that wait at the same time, read in one call.

Rule 1: only a ticket whose news is loaded already is read along: the read comes after all that is worked on.
Rule 2: it is the first read of a visit or none: what was written or read since is newer.
Rule 3: no call is made that would not have been made anyway; a ticket that is not told is read by itself.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from connectors.contract import Connector
from connectors.model import Ticket, TicketRef

#: From so many on, one call for all of them is better than one for each.
FEWEST = 2


@dataclass
class Together:
    """The tickets of one connection that were claimed at once."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _waiting: list[TicketRef] = field(default_factory=list)
    _found: dict[TicketRef, Ticket] = field(default_factory=dict)

    def join(self, ref: TicketRef) -> None:
        """Have a ticket read along, now that its news is loaded."""
        with self._lock:
            self._waiting.append(ref)

    def leave(self, ref: TicketRef) -> None:
        """Have it not read along any more: it is done, or newer than that."""
        with self._lock:
            self._forget(ref)
            self._found.pop(ref, None)

    def read(self, connector: Connector, ref: TicketRef) -> Ticket | None:
        """Return the ticket as it is now, read with the others; None: it must be read by itself."""
        with self._lock:
            if ref not in self._found and ref in self._waiting and len(self._waiting) >= FEWEST:
                self._found |= connector.read_many(self._waiting)
                self._waiting.clear()
            self._forget(ref)
            return self._found.pop(ref, None)

    def _forget(self, ref: TicketRef) -> None:
        if ref in self._waiting:
            self._waiting.remove(ref)
