"""Tickets whose work fails in a way nobody thought of.

Rule 1: each failure in a row waits longer than the one before; work that succeeds starts the count anew.
Rule 2: after MOST of them a person is told: what is pending or under way becomes a dead letter, so that nothing is lost
        and nothing goes on for ever. Timers that are due come again a day later.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from plugin.store import work
from plugin.store.codec import to_ms
from plugin.store.records import Claim
from plugin.store.schema import deliveries, operations, tickets, timers
from plugin.store.statements import key, of_ticket

MOST = 8
_FIRST, _LONGEST, _TIMERS_LATER = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def push_back(connection: Connection, claimed: Claim, why: str, *, now: datetime) -> int | None:
    """Give a ticket back to be tried later; return how many failures there were, None if it is no longer ours."""
    mine = of_ticket(tickets) & (tickets.c.lease_token == claimed.token)
    before = connection.scalar(select(tickets.c.setbacks).where(mine).with_for_update(), key(claimed.ticket))
    if before is None:
        return None
    count = int(before) + 1
    if count >= MOST:
        _give_up(connection, claimed, f"given up after {MOST} tries: {why}", now)
    later = now + min(_FIRST * 2**before, _LONGEST)
    work.release(connection, claimed, now=now, not_before=later if count < MOST else None)
    failed = update(tickets).where(of_ticket(tickets)).values(setbacks=count if count < MOST else 0)
    connection.execute(failed, key(claimed.ticket))
    return count


def _give_up(connection: Connection, claimed: Claim, reason: str, now: datetime) -> None:
    dead = {"state": "dead", "reason": reason, "done_at": to_ms(now)}
    for table, state in ((deliveries, "pending"), (operations, "open")):
        stuck = of_ticket(table) & (table.c.state == state)
        connection.execute(update(table).where(stuck).values(**dead), key(claimed.ticket))
    due = of_ticket(timers) & (timers.c.due_at <= to_ms(now))
    connection.execute(update(timers).where(due).values(due_at=to_ms(now + _TIMERS_LATER)), key(claimed.ticket))
