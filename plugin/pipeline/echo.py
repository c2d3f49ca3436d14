"""Our own doing, told from everyone else's: an event that our own write caused is no news."""

from __future__ import annotations

from dataclasses import replace

from connectors.model import Party, TicketEvent
from plugin.core.mirror import is_as_we_left_it
from plugin.pipeline.standing import Standing


def signed(at: Standing, event: TicketEvent) -> tuple[TicketEvent, bool]:
    """Tell our own doing from everyone else's."""
    account = event.ticket.connection
    comment = event.comment
    if event.actor_id is None and (comment is None or comment.author_id is None):
        ours = is_as_we_left_it(at.mirror, event)
        return (replace(event, actor=Party.US) if ours else event), ours
    us = at.parts.our_id(account)
    if comment and comment.author_id == us:
        event = replace(event, comment=replace(comment, by=Party.US))
    ours = us == (event.actor_id or (comment.author_id if comment else None))
    return (replace(event, actor=Party.US) if ours else event), ours
