"""Cases that have ended, by whose ticket they were of: one may go on in another ticket of the same requester."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from connectors.model import TicketRef
from plugin.core.model import Case
from plugin.store.codec import load_case, to_ms
from plugin.store.schema import cases
from plugin.store.statements import key, of_ticket

#: Most cases of one requester that are looked at.
MOST = 20

_ENDED = (
    select(cases.c.document)
    .where(cases.c.connection == bindparam("account"), cases.c.requester == bindparam("whose"))
    .where(cases.c.ended_at > bindparam("since"))
    .order_by(cases.c.ended_at.desc())
    .limit(MOST)
)
_LAST = select(cases.c.id).where(of_ticket(cases)).order_by(cases.c.opened_at.desc(), cases.c.id.desc()).limit(1)


def ended(connection: Connection, account: str, requester: str, *, since: datetime) -> tuple[Case, ...]:
    """Return a requester's cases that ended since then, the newest first."""
    of = {"account": account, "whose": requester, "since": to_ms(since)}
    return tuple(map(load_case, connection.scalars(_ENDED, of)))


def last(connection: Connection, ref: TicketRef) -> str | None:
    """Return the id of a ticket's newest case."""
    return connection.scalar(_LAST, key(ref))
