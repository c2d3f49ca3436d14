"""A claimed ticket is loaded, worked on and given back.

Rule: a decision that came second to another one's turn was not written; the ticket is loaded and worked on anew.
"""

from __future__ import annotations

from datetime import datetime

from plugin.pipeline.attending import Attendant
from plugin.pipeline.deliver import Sender
from plugin.pipeline.following import Follower
from plugin.pipeline.inquiry import Inquiry
from plugin.pipeline.journal import Journal
from plugin.pipeline.linking import Linker
from plugin.pipeline.parts import Parts
from plugin.pipeline.process import Visit
from plugin.pipeline.standing import Blocked, Standing
from plugin.pipeline.together import Together
from plugin.store.records import Claim, TurnTaken


def visit(parts: Parts, claimed: Claim, together: Together | None = None) -> datetime | None:
    """Work on a claimed ticket, give it back and return when there is work for it next.

    `together` are the tickets of its connection that were claimed with it.
    """
    try:
        while True:
            try:
                return _visited(parts, claimed, together)
            except TurnTaken:  # nothing of that decision was written: what is left is found in the store
                continue
    finally:
        if together:
            together.leave(claimed.ticket)


def _visited(parts: Parts, claimed: Claim, together: Together | None) -> datetime | None:
    work = parts.store.load(claimed)
    if together and not work.operations:
        together.join(claimed.ticket)
    until = None
    journal = Journal(ticket=claimed.ticket, clock=parts.clock, policy_version=parts.policy.version)
    standing = Standing(
        parts=parts,
        policy=parts.policy,
        claimed=claimed,
        mirror=work.mirror,
        case=work.case,
        last=work.last,
        timers=dict(work.timers),
        journal=journal,
        follow_ups={one.case_id: one for one in work.follow_ups},
        stored={one.case_id: one for one in work.follow_ups},
        opened={one.id: one for one in work.opened},
        opened_before={one.id: one for one in work.opened},
        into=work.into,
        turns=frozenset(case.turn for case in (work.case, work.last) if case),
        together=None if work.operations else together,
    )
    standing.tally.begin(work.allowances)
    sender, inquiry = Sender(standing), Inquiry(standing)
    follower = Follower(standing, sender, inquiry)
    try:
        attendant = Attendant(standing, inquiry)
        Visit(standing, sender, inquiry, attendant, follower, Linker(standing), work.held).run(work)
    except Blocked as blocked:
        until = blocked.until
    _count(standing)
    return parts.store.release(claimed, now=parts.clock(), not_before=until)


def _count(standing: Standing) -> None:
    """Write down the calls after which nothing else was to be written."""
    if spent := standing.spent:
        standing.parts.store.calls.spend(standing.claimed.ticket.connection, spent, now=standing.parts.clock())
        standing.tally.written()
