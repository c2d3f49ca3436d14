"""Rate limits, counted on the sandbox's own clock; none is enforced until a test says so.

https://developer.zendesk.com/api-reference/introduction/rate-limits/
"""

from __future__ import annotations

import re
import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.sandbox.zendesk import refusal
from tests.sandbox.zendesk.refusal import Refusal

_TICKET = re.compile(r"/api/v2/tickets/(\d+)(\.json|/tags(\.json)?)?")
_EXPORT = re.compile(r"/api/v2/incremental/")
TEN_MINUTES = timedelta(minutes=10)


@dataclass
class Limits:
    """How many calls are taken; None: as many as come."""

    account: int | None = None  #: In a minute.
    updates: int | None = None  #: Of tickets, in a minute.
    per_ticket: int | None = None  #: Updates of one ticket by one user, in ten minutes.
    exports: int | None = None  #: In a minute.


@dataclass
class Rates:
    """The buckets."""

    clock: Callable[[], datetime]
    limits: Limits = field(default_factory=Limits)
    _minute: int = 0
    _taken: Counter[str] = field(default_factory=Counter)
    _updates: dict[tuple[int | None, str], deque[datetime]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, method: str, path: str, user: int | None) -> Refusal | None:
        """Count a call, or return its refusal, which counts as well."""
        with self._lock:
            self._turn()
            for name, most in self._buckets(method, path):
                self._taken[name] += 1
                if most is not None and self._taken[name] > most:
                    return refusal.throttled(self._resets())
            ticket = _TICKET.fullmatch(path)
            return self._take_of(ticket[1], user) if ticket and method != "GET" else None

    def headers(self, method: str, path: str) -> dict[str, str]:
        """Return what every answer tells of the limits."""
        with self._lock:
            self._turn()
            told = {"ratelimit-reset": str(self._resets())}
            for name, most in self._buckets(method, path):
                total = most or {"account": 700, "updates": 100, "exports": 10}[name]
                left = max(total - self._taken[name], 0) if most is not None else total - 1
                if name == "account":
                    told |= {"x-rate-limit": str(total), "x-rate-limit-remaining": str(left)}
                    told |= {"ratelimit-limit": str(total), "ratelimit-remaining": str(left)}
                else:
                    told[f"zendesk-ratelimit-{_HEADERS[name]}"] = (
                        f"total={total}; remaining={left}; resets={self._resets()}"
                    )
            return told

    def _buckets(self, method: str, path: str) -> list[tuple[str, int | None]]:
        found = [("account", self.limits.account)]
        if method != "GET" and _TICKET.fullmatch(path):
            found.append(("updates", self.limits.updates))
        if _EXPORT.match(path):
            found.append(("exports", self.limits.exports))
        return found

    def _take_of(self, ticket: str, user: int | None) -> Refusal | None:
        """Count an update of one ticket; its limit is a window that slides."""
        most, now = self.limits.per_ticket, self.clock()
        done = self._updates.setdefault((user, ticket), deque())
        while done and done[0] <= now - TEN_MINUTES:
            done.popleft()
        if most is not None and len(done) >= most:
            seconds = max(int((done[0] + TEN_MINUTES - now).total_seconds()), 1)
            told = refusal.throttled(seconds)
            told.headers["zendesk-ratelimit-per-ticket-updates"] = f"total={most}; remaining=0; resets={seconds}"
            return told
        done.append(now)
        return None

    def _turn(self) -> None:
        minute = int(self.clock().timestamp() // 60)
        if minute != self._minute:
            self._minute = minute
            self._taken.clear()

    def _resets(self) -> int:
        return 60 - int(self.clock().timestamp()) % 60


_HEADERS = {"updates": "tickets-update", "exports": "incremental-exports"}
