"""The store as those see it who set helpdesks up: what we made there, and the last test that arrived.

Rule 1: that we begin to make something is written down before, what came of it right after: a crash in between leaves
        a trace by which it is found again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, delete, select
from sqlalchemy.sql.elements import ColumnElement

from connectors.provisions import Made
from plugin.store.codec import to_ms
from plugin.store.schema import cursors
from plugin.store.schema_of_connections import provisions
from plugin.store.statements import put

_TEST = "test of the webhook"
_TOLD = ("name", "platform_id", "wrote", "found", "adopted", "made_at")


@dataclass(frozen=True)
class Provisions:
    """What we made in helpdesks; safe to share between threads."""

    writing: Callable[..., AbstractContextManager[Connection]]
    reading: Callable[[], AbstractContextManager[Connection]]

    def of(self, connection: str) -> list[Made]:
        """Return what we made for a connection, or began to make, in the order in which we did."""
        query = select(provisions).where(provisions.c.connection == connection)
        with self.reading() as db:
            rows = db.execute(query.order_by(provisions.c.made_at, provisions.c.kind, provisions.c.key)).all()
        return [
            Made(
                kind=row.kind,
                key=row.key,
                name=row.name,
                id=row.platform_id,
                wrote=row.wrote,
                found=row.found,
                adopted=bool(row.adopted),
            )
            for row in rows
        ]

    def made(self, connection: str, made: Made, *, now: datetime) -> None:
        """Note what was made, or without an id that it is about to be."""
        with self.writing() as db:
            db.execute(put(db, provisions, *_TOLD), _row(connection, made, now))

    def forget(self, connection: str, kind: str, key: str) -> None:
        """Note that something is ours no more."""
        with self.writing() as db:
            db.execute(delete(provisions).where(_is(connection, kind, key)))

    def arrived(self, connection: str, number: int) -> None:
        """Note that the webhook's test of this number arrived, well signed."""
        with self.writing() as db:
            db.execute(put(db, cursors, "value"), {"connection": connection, "name": _TEST, "value": number})

    def has_arrived(self, connection: str, number: int) -> bool:
        """Tell if the last test that arrived has this number."""
        query = select(cursors.c.value).where(cursors.c.connection == connection, cursors.c.name == _TEST)
        with self.reading() as db:
            return db.scalar(query) == number


def _row(connection: str, made: Made, now: datetime) -> dict[str, object]:
    return {
        **{"connection": connection, "kind": made.kind, "key": made.key, "name": made.name},
        **{"platform_id": made.id, "wrote": made.wrote, "found": made.found},
        **{"adopted": int(made.adopted), "made_at": to_ms(now)},
    }


def _is(connection: str, kind: str, key: str) -> ColumnElement[bool]:
    return and_(provisions.c.connection == connection, provisions.c.kind == kind, provisions.c.key == key)
