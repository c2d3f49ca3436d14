"""Rate limits, counted on the sandbox's own clock; none is enforced until a test says so.

An issue takes 20 writes in two seconds and 100 in thirty; a site takes bursts, and a gateway says nothing.

https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
"""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.sandbox.jira.site import Refused, stamp

_ISSUE = re.compile(r"/rest/(?:api/2/issue|servicedeskapi/request)/([^/]+)")
PER_ISSUE = ((20, timedelta(seconds=2)), (100, timedelta(seconds=30)))
SECOND = timedelta(seconds=1)


@dataclass
class Rates:
    """The buckets."""

    clock: Callable[[], datetime]
    per_issue: bool = False
    burst: int | None = None  #: Calls in a second; None: as many as come.
    gateway: int = 0  #: So many calls are refused without a word.
    _calls: deque[datetime] = field(default_factory=deque)
    _writes: dict[str, deque[datetime]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, method: str, path: str) -> Refused | None:
        """Count a call, or return its refusal, which does not count."""
        with self._lock:
            now = self.clock()
            if self.gateway:
                self.gateway -= 1
                return Refused(429)
            if self.burst is not None and _lately(self._calls, now, SECOND) >= self.burst:
                return _refusal("jira-burst-based", self.burst, now + SECOND, now)
            issue = _ISSUE.match(path)
            if issue and method != "GET" and self.per_issue:
                written = self._writes.setdefault(issue[1], deque())
                for most, within in PER_ISSUE:
                    if _lately(written, now, within) >= most:
                        return _refusal("jira-per-issue-on-write", most, now + within, now)
                written.append(now)
            self._calls.append(now)
            return None


def _lately(taken: deque[datetime], now: datetime, within: timedelta) -> int:
    return sum(at > now - within for at in taken)


def _refusal(reason: str, most: int, resets: datetime, now: datetime) -> Refused:
    problem = Refused(429, "Rate limit exceeded")
    problem.headers = {
        "Retry-After": str(max(int((resets - now).total_seconds()), 1)),
        "RateLimit-Reason": reason,
        "X-RateLimit-Limit": str(most),
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": stamp(resets),
    }
    return problem
