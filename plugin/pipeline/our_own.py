"""Deliveries that we made ourselves, and what each asks for.

Rule 1: a link that somebody followed, the case of a merged ticket, news of a ticket that is linked: each is heard in
        its ticket's turn, like what a helpdesk sends.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from plugin.pipeline import onward
from plugin.pipeline.attending import Attendant
from plugin.pipeline.inheriting import bequeathed, inherit
from plugin.pipeline.linking import Linker, say
from plugin.pipeline.standing import Standing
from plugin.pipeline.taking import taken
from plugin.store.records import Delivery


def act_of(at: Standing, attendant: Attendant, linker: Linker, delivery: Delivery) -> Callable[[], None] | None:
    """Return what a delivery of ours asks for; None: it is the helpdesk's."""
    if followed := taken(delivery):
        return partial(attendant.take, followed)
    if case := bequeathed(delivery):
        return partial(inherit, at, case)
    if moved := onward.hint(delivery):
        return partial(linker.hear, moved)
    if text := onward.told(delivery):
        return partial(say, at, text)
    return None
