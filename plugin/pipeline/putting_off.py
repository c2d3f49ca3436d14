"""A ticket that cannot be read: later, where that helps; else it is left to a person."""

from __future__ import annotations

from datetime import datetime

from connectors.errors import ConnectorError
from plugin.core.model import Reason, TimerKind
from plugin.core.promising import DAY
from plugin.pipeline import apply
from plugin.pipeline.standing import Blocked, Standing
from plugin.store.records import Delivery


def put_off(
    at: Standing,
    problem: ConnectorError,
    *,
    since: datetime,
    delivery: Delivery | None = None,
    timer: TimerKind | None = None,
) -> None:
    """Wait for a platform that cannot be read now; leave to a person what never can be."""
    if apply.is_final(problem):
        at.tell().line("reading the ticket", Reason.REFUSED, {"error": str(problem)})
        tomorrow: dict[TimerKind, datetime | None] = {timer: at.parts.clock() + DAY} if timer else {}
        at.write(dead=((delivery.id, str(problem)),) if delivery else (), timers=tomorrow)
        return
    waited = (at.parts.clock() - since).total_seconds()
    wait = apply.wait_for(at.parts, problem, max(1, int(waited).bit_length()))
    apply.pause_connection(at.parts, at.claimed.ticket.connection, problem, wait)
    raise Blocked(at.parts.clock() + wait)
