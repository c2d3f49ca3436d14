"""Whether the helpdesk chose the SLA policy it was asked to: looked at a little after the write, and told.

Rule: one read for a look; what it shows of the ticket is remembered like any other read.
"""

from __future__ import annotations

from dataclasses import replace

from plugin.core import slas
from plugin.core.mirror import seen
from plugin.pipeline.standing import Standing


def look(at: Standing) -> None:
    """Look at what came of the tag; have the log told, or look again later."""
    watch = at.mirror.sla
    if watch is not None and watch.due_at is not None:
        ref = at.claimed.ticket
        ticket = at.parts.connector(ref.connection).read(ref, sla_policy=True)
        told = slas.looked_at(watch, ticket, at.parts.clock())
        at.mirror = replace(seen(at.mirror, ticket, watched=at.watched), sla=told.watch)
        if told.reason:
            at.tell().line("sla", told.reason, told.evidence)
    at.write()  # a timer that nothing waits for any more is taken back
