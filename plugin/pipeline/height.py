"""How often a ticket was written to, held against what its platform takes: known before it refuses.

Rule: the last of it is for what customers read, or what has to be written before that.
"""

from __future__ import annotations

from datetime import datetime

from connectors.calls import Ceiling, Urgency
from connectors.errors import FewCallsLeft
from connectors.model import Operation
from plugin.pipeline.parts import Parts

#: What a customer reads may go beyond a ceiling by this part of it: platforms' own limits are higher still.
ABOVE = 0.25


def check(parts: Parts, operation: Operation) -> None:
    """Return if the ticket may be written to now, else raise FewCallsLeft."""
    ref, now = operation.ticket, parts.clock()
    ceilings = parts.platform(ref.connection).ceilings
    if not ceilings:
        return
    written = parts.store.calls.writes(ref, since=now - max(one.within for one in ceilings))
    urgent = parts.tally(ref.connection).urgency is Urgency.CUSTOMER
    waits = [free for one in ceilings if (free := _free(one, written, now, urgent=urgent)) > now]
    if waits:
        told = f"{ref} was written to {len(written)} times lately: the next write waits until {max(waits):%H:%M:%S} UTC"
        raise FewCallsLeft(told, retry_after=(max(waits) - now).total_seconds())


def _free(ceiling: Ceiling, written: tuple[datetime, ...], now: datetime, *, urgent: bool) -> datetime:
    """Return when another write fits under a ceiling."""
    most = int(ceiling.writes * (1 + ABOVE)) if urgent else ceiling.writes
    lately = [at for at in written if at > now - ceiling.within]
    return lately[-most] + ceiling.within if len(lately) >= most else now
