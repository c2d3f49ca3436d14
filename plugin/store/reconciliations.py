"""How far each connection was asked for what no webhook told, and who asks now.

Rule 1: one process asks at a time, under a lease; where it ended, another one goes on.
Rule 2: a cursor is written down once what it stands behind is in the inbox.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select, update

from connectors.model import TicketRef
from plugin.core.model import Mirror
from plugin.store import inbox
from plugin.store.codec import from_ms, load_mirror, to_ms
from plugin.store.records import NewDelivery, Receipt, Reconciled
from plugin.store.schema import tickets
from plugin.store.schema_of_connections import reconciliations
from plugin.store.statements import add, key, of_ticket
from plugin.store.wakeup import announce

_OF = reconciliations.c.connection == bindparam("account")
_ONE = select(reconciliations).where(_OF)
_TAKE = (
    update(reconciliations)
    .where(_OF, reconciliations.c.next_at <= bindparam("now"), reconciliations.c.lease_until <= bindparam("now"))
    .values(lease_until=bindparam("until"))
    .returning(reconciliations.c.connection)
)
_CHANGE = update(reconciliations).where(_OF)
_MIRROR = select(tickets.c.mirror).where(of_ticket(tickets))


@dataclass(frozen=True)
class Reconciliations:
    """What was asked for; safe to share between threads."""

    writing: Callable[..., AbstractContextManager[Connection]]
    reading: Callable[[], AbstractContextManager[Connection]]
    poke: Callable[[], None]

    def state(self, account: str) -> Reconciled | None:
        """Return how far a connection was asked; None: never."""
        with self.reading() as connection:
            row = connection.execute(_ONE, {"account": account}).first()
        return None if row is None else _read(row)

    def all(self) -> tuple[Reconciled, ...]:
        """Return how far every connection was asked."""
        with self.reading() as connection:
            rows = connection.execute(select(reconciliations).order_by(reconciliations.c.connection)).all()
        return tuple(map(_read, rows))

    def begin(self, account: str, *, now: datetime) -> None:
        """Have a connection asked from now on, if it never was."""
        row = {
            **{"connection": account, "since": to_ms(now), "next_at": to_ms(now), "lease_until": 0},
            **{"changed": 0, "replayed": 0, "missed": 0},
        }
        with self.writing() as connection:
            connection.execute(add(connection, reconciliations), row)

    def hurry(self, account: str, *, before: datetime, now: datetime) -> None:
        """Have a connection asked at once, unless it was asked since an instant."""
        asked = reconciliations.c.looked_at.is_not(None) & (reconciliations.c.looked_at > bindparam("before"))
        with self.writing() as connection:
            connection.execute(
                _CHANGE.where(~asked),
                {"account": account, "before": to_ms(before), "next_at": to_ms(now)},
            )

    def take(self, account: str, *, now: datetime, lease: timedelta) -> bool:
        """Return True if it is time to ask, and nobody else does."""
        of = {"account": account, "now": to_ms(now), "until": to_ms(now + lease)}
        with self.writing(fleeting=True) as connection:
            return connection.execute(_TAKE, of).first() is not None

    def wait(self, account: str, *, until: datetime, problem: str | None = None) -> None:
        """Ask again then; with what is wrong, if something is."""
        self._change(account, next_at=to_ms(until), lease_until=0, problem=problem)

    def post(self, account: str, found: Sequence[NewDelivery], *, begun: datetime, cursor: str | None) -> int:
        """Put a page of what was found into the inbox, and its cursor down; return how many were not there yet."""
        ordered = sorted(found, key=lambda one: (one.ticket_id, one.event_key or ""))
        with self.writing() as connection:
            fresh = sum(inbox.store(connection, one) is Receipt.ACCEPTED for one in ordered)
            values: dict[str, object] = {"begun_at": to_ms(begun), "changed": reconciliations.c.changed + fresh}
            connection.execute(
                _CHANGE.values(cursor=cursor, **values) if cursor else _CHANGE.values(**values), {"account": account}
            )
            announce(connection)
        self.poke()
        return fresh

    def replay(self, account: str, found: Iterable[NewDelivery]) -> int:
        """Put requests that failed into the inbox; return how many were not there yet."""
        ordered = sorted(found, key=lambda one: (one.ticket_id, one.event_key or ""))
        with self.writing() as connection:
            fresh = sum(inbox.store(connection, one) is Receipt.ACCEPTED for one in ordered)
            connection.execute(_CHANGE.values(replayed=reconciliations.c.replayed + fresh), {"account": account})
            announce(connection)
        self.poke()
        return fresh

    def done(self, account: str, *, since: datetime, now: datetime, next_at: datetime) -> None:
        """Note that everything before an instant was looked at."""
        told = {"since": to_ms(since), "looked_at": to_ms(now), "next_at": to_ms(next_at)}
        self._change(account, **told, begun_at=None, lease_until=0, problem=None)

    def count_missed(self, account: str, events: int) -> None:
        """Count events that no webhook told."""
        with self.writing(fleeting=True) as connection:
            connection.execute(_CHANGE.values(missed=reconciliations.c.missed + events), {"account": account})

    def restart(self, account: str, *, since: datetime, now: datetime) -> None:
        """Have a connection asked from an instant on."""
        self._change(account, cursor=None, since=to_ms(since), begun_at=None, next_at=to_ms(now))

    def mirror(self, ref: TicketRef) -> Mirror:
        """Return what is remembered of a ticket."""
        with self.reading() as connection:
            return load_mirror(connection.scalar(_MIRROR, key(ref)) or "{}")

    def _change(self, account: str, **values: object) -> None:
        with self.writing() as connection:
            connection.execute(_CHANGE.values(**values), {"account": account})


def _read(row: object) -> Reconciled:
    values = row._mapping  # type: ignore[attr-defined]
    return Reconciled(
        connection=values["connection"],
        cursor=values["cursor"],
        since=from_ms(values["since"]),
        begun_at=None if values["begun_at"] is None else from_ms(values["begun_at"]),
        looked_at=None if values["looked_at"] is None else from_ms(values["looked_at"]),
        next_at=from_ms(values["next_at"]),
        changed=values["changed"],
        replayed=values["replayed"],
        missed=values["missed"],
        problem=values["problem"],
    )
