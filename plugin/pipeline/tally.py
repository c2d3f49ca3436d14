"""What calls a connection takes in one thread, and whether one more may be made now.

Rule 1: it is asked before every call and hears of each; what was made is written down with the decision it was for.
Rule 2: what other processes found scarce is known from the store; what is plentiful is not written there.
Rule 3: a write that has begun goes through, whatever it takes: only its first call may be put off.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from connectors.calls import WHOLE_ACCOUNT, Allowance, Called, Urgency
from connectors.contract import Clock
from connectors.errors import FewCallsLeft
from plugin.store.records import Spent

#: Of an allowance: below this part it is told to the other processes.
SCARCE = 0.5


@dataclass
class Tally:
    """One connection's calls in one thread."""

    clock: Clock
    urgency: Urgency = Urgency.READ
    _begun: bool | None = None  #: Whether the write in hand has made a call; None: none is in hand.
    _known: dict[str, Allowance] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)  #: Those that the other processes know of.
    _made: Counter[str] = field(default_factory=Counter)
    _failed: Counter[str] = field(default_factory=Counter)
    _news: dict[str, Allowance] = field(default_factory=dict)

    def begin(self, known: Iterable[Allowance]) -> None:
        """Take up a ticket, with what the store knows to be scarce."""
        for allowance in known:
            mine = self._known.get(allowance.endpoint)
            if mine is None or mine.until <= self.clock() or allowance.left < mine.left:
                self._known[allowance.endpoint] = allowance
            self._told.add(allowance.endpoint)

    @contextmanager
    def urgent(self, urgency: Urgency) -> Iterator[None]:
        """Make calls for somebody who may not wait as long, or may wait longer, than whoever reads."""
        before, self.urgency = self.urgency, urgency
        try:
            yield
        finally:
            self.urgency = before

    @contextmanager
    def write(self) -> Iterator[None]:
        """Make the calls of one write: all of them, or none."""
        self._begun = False
        try:
            yield
        finally:
            self._begun = None

    def before(self, endpoint: str) -> None:
        """Return if the call may be made now, else raise FewCallsLeft."""
        if self._begun:
            return
        now = self.clock()
        for allowance in (self._known.get(WHOLE_ACCOUNT), self._known.get(endpoint)):
            if allowance is not None and not allowance.spares(self.urgency, now):
                raise FewCallsLeft(
                    f"{endpoint}: {allowance.left} of {allowance.total} calls are left until"
                    f" {allowance.until:%H:%M:%S} UTC, for what is more urgent",
                    retry_after=(allowance.until - now).total_seconds(),
                )
        if self._begun is not None:
            self._begun = True

    def after(self, called: Called) -> None:
        """Hear of a call that was made, and of what is left."""
        self._made[called.endpoint] += 1
        if called.status is None or called.status >= 400:
            self._failed[called.endpoint] += 1
        told = {one.endpoint for one in called.allowances}
        for name in {WHOLE_ACCOUNT, called.endpoint} - told:  # its answer tells nothing: one less, as far as is known
            if name in self._known:
                self._hear(replace(self._known[name], left=max(self._known[name].left - 1, 0)))
        for allowance in called.allowances:
            self._hear(allowance)

    def taken(self, *, case_id: str | None, rule: str | None) -> Spent | None:
        """Return what was made since the last time, for a case or a rule; None: nothing."""
        if not self._made and not self._news:
            return None
        calls = {endpoint: (made, self._failed[endpoint]) for endpoint, made in self._made.items()}
        return Spent(calls=calls, allowances=tuple(self._news.values()), case_id=case_id, rule=rule)

    def written(self) -> None:
        """Forget what is written down now."""
        self._told |= {name for name, one in self._news.items() if _is_scarce(one)}
        self._made.clear()
        self._failed.clear()
        self._news.clear()

    def _hear(self, allowance: Allowance) -> None:
        self._known[allowance.endpoint] = allowance
        if _is_scarce(allowance) or allowance.endpoint in self._told:
            self._news[allowance.endpoint] = allowance
        if not _is_scarce(allowance):
            self._told.discard(allowance.endpoint)


def _is_scarce(allowance: Allowance) -> bool:
    return allowance.left < allowance.total * SCARCE
