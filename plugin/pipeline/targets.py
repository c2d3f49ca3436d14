"""Whether the helpdesk chose the SLA policy it was asked to: looked at a little after the write, and told.

Rule: one read for a look; what it shows of the ticket is remembered like any other read.
"""

from __future__ import annotations

from dataclasses import replace

from connectors.errors import NotFound, PermanentFailure
from plugin.core import slas
from plugin.core.mirror import seen
from plugin.core.model import SlaWatch
from plugin.pipeline.apply import stops_connection
from plugin.pipeline.standing import Standing


def look(at: Standing) -> None:
    """Look at what came of the tag; have the log told, or look again later."""
    watch, ref = at.mirror.sla, at.claimed.ticket
    if watch is not None and watch.due_at is not None:
        try:
            ticket = at.connector.read(ref, sla_policy=True)
        except PermanentFailure as problem:
            _give_up(at, watch, problem)
            raise
        told = slas.looked_at(watch, ticket, at.parts.clock())
        at.mirror = replace(seen(at.mirror, ticket, watched=at.watched), sla=told.watch)
        if told.reason:
            at.tell().line("sla", told.reason, told.evidence)
    at.write()  # a timer that nothing waits for any more is taken back


def _give_up(at: Standing, watch: SlaWatch, problem: PermanentFailure) -> None:
    """Look no more at a ticket that cannot be read; a connection whose credentials are refused is another matter."""
    if not stops_connection(problem):
        at.mirror = replace(at.mirror, sla=None if isinstance(problem, NotFound) else replace(watch, due_at=None))
