"""What calls were made and for what, and how many a platform still allows: shared by every process.

Rule 1: counted in the transaction of the decision they were made for, in sums by day: no row for each call.
Rule 2: the sums come last in a transaction, and in order: whoever waits for one holds none that another waits for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import Connection, bindparam, func, select

from connectors.calls import Allowance
from connectors.model import TicketRef
from plugin.store.codec import from_ms, to_ms
from plugin.store.records import Counted, Progress, Spent
from plugin.store.schema import cases, deliveries, operations
from plugin.store.schema_of_connections import allowances, calls
from plugin.store.statements import Insert, insert_for, key, of_ticket, put

_KNOWN = select(allowances).where(allowances.c.connection == bindparam("account"))
_WRITES = (
    select(operations.c.done_at)
    .where(of_ticket(operations), operations.c.done_at > bindparam("since"))
    .where(operations.c.state == Progress.APPLIED.value)
    .order_by(operations.c.done_at)
)
_COUNTED = select(calls).where(calls.c.day >= bindparam("day")).order_by(*calls.primary_key)


def known(connection: Connection, account: str) -> tuple[Allowance, ...]:
    """Return what an account's platform still allows, as far as it was scarce when last heard of."""
    rows = connection.execute(_KNOWN, {"account": account}).all()
    return tuple(
        Allowance(endpoint=row.endpoint, total=row.total, left=row.left, until=from_ms(row.until)) for row in rows
    )


def spend(connection: Connection, account: str, spent: Spent, *, now: datetime) -> None:
    """Add calls to the sums, and remember what is left."""
    of = {"connection": account, "day": _day(now), "case_id": spent.case_id or "", "rule": spent.rule or ""}
    rows = [
        {**of, "endpoint": endpoint, "made": made, "failed": failed}
        for endpoint, (made, failed) in sorted(spent.calls.items())
    ]
    if rows:
        connection.execute(_more(connection.dialect.name), rows)
    told = [
        {"connection": account, "endpoint": one.endpoint, "total": one.total, "left": one.left}
        | {"until": to_ms(one.until)}
        for one in sorted(spent.allowances, key=lambda one: one.endpoint)
    ]
    if told:
        connection.execute(put(connection, allowances, "total", "left", "until"), told)


@cache
def _more(dialect: str) -> Insert:
    """Return an INSERT that adds to what is there."""
    insert = insert_for(dialect, calls)
    added = {name: calls.c[name] + insert.excluded[name] for name in ("made", "failed")}
    return insert.on_conflict_do_update(index_elements=list(calls.primary_key), set_=added)


def _midnight(at: datetime) -> int:
    return _day(at) * 86_400_000


def _day(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp() // 86_400)


@dataclass(frozen=True)
class Calls:
    """Calls as those see them who count or make some; safe to share between threads."""

    writing: Callable[..., AbstractContextManager[Connection]]
    reading: Callable[[], AbstractContextManager[Connection]]

    def known(self, account: str) -> tuple[Allowance, ...]:
        """Return what an account's platform still allows, as far as it was scarce when last heard of."""
        with self.reading() as connection:
            return known(connection, account)

    def spend(self, account: str, spent: Spent, *, now: datetime) -> None:
        """Add calls that were made beside every decision."""
        with self.writing(fleeting=True) as connection:
            spend(connection, account, spent, now=now)

    def writes(self, ref: TicketRef, *, since: datetime) -> tuple[datetime, ...]:
        """Return when a ticket was written to since then, the oldest first."""
        with self.reading() as connection:
            return tuple(map(from_ms, connection.scalars(_WRITES, {**key(ref), "since": to_ms(since)})))

    def counted(self, *, since: datetime) -> tuple[Counted, ...]:
        """Return the sums of all days since the one of an instant."""
        with self.reading() as connection:
            return tuple(
                Counted(
                    connection=row.connection,
                    case_id=row.case_id or None,
                    rule=row.rule or None,
                    endpoint=row.endpoint,
                    made=row.made,
                    failed=row.failed,
                )
                for row in connection.execute(_COUNTED, {"day": _day(since)})
            )

    def today(self, *, now: datetime) -> Mapping[str, tuple[int, int]]:
        """Return of each connection how many calls were made since the day began, and how many of them failed."""
        sums = (
            select(calls.c.connection, func.sum(calls.c.made), func.sum(calls.c.failed))
            .where(calls.c.day == _day(now))
            .group_by(calls.c.connection)
        )
        with self.reading() as connection:
            return {account: (int(made), int(failed)) for account, made, failed in connection.execute(sums)}

    def events(self, *, since: datetime) -> Mapping[str, int]:
        """Return how many deliveries of each connection were worked on, of those that came since the day began."""
        heard = (
            select(deliveries.c.connection, func.count())
            .where(deliveries.c.state == "done", deliveries.c.received_at >= _midnight(since))
            .group_by(deliveries.c.connection)
        )
        with self.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(heard)}

    def cases(self, *, since: datetime) -> Mapping[str, int]:
        """Return how many cases of each connection were opened since the day began."""
        day = cases.c.opened_at >= _midnight(since)
        opened = select(cases.c.connection, func.count()).where(day).group_by(cases.c.connection)
        with self.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(opened)}
