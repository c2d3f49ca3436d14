"""From messages that wait to one notice at their destination.

Rule 1: whatever waits for a destination goes out as one; then the destination is left alone for its throttle.
Rule 2: at least once: a notice whose answer was lost is sent again. When all goes well it is sent once.
Rule 3: a destination that does not take it is tried again, later and later; in the end a person must look.
"""

from __future__ import annotations

from connectors import notices
from connectors.errors import ConnectorError, PermanentFailure
from plugin.core.bundling import notice
from plugin.log import logger
from plugin.pipeline.parts import Parts
from plugin.store.records import Posting


def tell(parts: Parts, posting: Posting) -> None:
    """Tell one destination what waits for it, and write down what became of it."""
    try:
        destination = parts.destinations.get(posting.destination)
        if destination is None:
            raise PermanentFailure("the connections file has no such destination")
        told = notice(posting.messages)
        notices.send(destination, title=told.title, body=told.body, tone=told.tone.value)
    except ConnectorError as problem:
        _failed(parts, posting, problem)
        return
    now = parts.clock()
    parts.store.postings.sent(posting, now=now, next_at=now + destination.throttle)
    logger.info("destination=%s told messages=%d", posting.destination, len(posting.ids))


def _failed(parts: Parts, posting: Posting, problem: ConnectorError) -> None:
    now = parts.clock()
    next_at = now + parts.back_off(posting.failures + 1)
    for_good = isinstance(problem, PermanentFailure)
    dead = parts.store.postings.failed(posting, str(problem), now=now, next_at=next_at, for_good=for_good)
    logger.warning("destination=%s not told: %s", posting.destination, problem)
    if dead:
        logger.error("destination=%s gave up %d messages; see: escalation dead-letters list", posting.destination, dead)
