"""Which remedies customers were given.

Rule 1: a remedy is recorded once for a ticket, in the transaction of the decision that saw its tag.
Rule 2: what counts for a customer is counted on all tickets of the same connection.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from connectors.model import TicketRef
from plugin.core.remedies import Use
from plugin.store.codec import from_ms, to_ms
from plugin.store.schema import remedies_used
from plugin.store.statements import add

#: Most uses looked at for one requester: beyond, every bound is reached.
MOST = 1_000

_USED = (
    select(remedies_used)
    .where(remedies_used.c.connection == bindparam("account"), remedies_used.c.requester == bindparam("of_requester"))
    .where(remedies_used.c.at > bindparam("since"))
    .order_by(remedies_used.c.at.desc())
    .limit(MOST)
)


def record(connection: Connection, ref: TicketRef, uses: Iterable[Use]) -> None:
    """Write down what was given on a ticket; what is there already stays as it is."""
    for use in uses:
        row = {"remedy": use.remedy, "requester": use.requester, "at": to_ms(use.at), "by": use.by}
        connection.execute(add(connection, remedies_used), {"connection": ref.connection, "ticket_id": ref.id, **row})


def used(connection: Connection, account: str, requester: str, *, since: datetime) -> tuple[Use, ...]:
    """Return what a requester was given since then, the newest first."""
    of = {"account": account, "of_requester": requester, "since": to_ms(since)}
    rows = connection.execute(_USED, of).all()
    return tuple(Use(remedy=row.remedy, requester=row.requester, at=from_ms(row.at), by=row.by) for row in rows)
