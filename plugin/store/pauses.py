"""Accounts that must be left alone for a while, by every worker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, select

from plugin.store.codec import from_ms, to_ms
from plugin.store.schema import cursors, tickets
from plugin.store.statements import put

_PAUSED = "paused_until"
_STILL = (cursors.c.name == _PAUSED) & (cursors.c.value > bindparam("now"))
_ALL = select(cursors.c.connection, cursors.c.value).where(_STILL)


def pause(connection: Connection, account: str, until: datetime) -> None:
    """Leave the account alone until then."""
    row = {"connection": account, "name": _PAUSED, "value": to_ms(until)}
    connection.execute(put(connection, cursors, "value"), row)


def paused(connection: Connection, *, now: datetime) -> Mapping[str, datetime]:
    """Return the accounts that must be left alone, and until when."""
    rows = connection.execute(_ALL, {"now": to_ms(now)}).all()
    return {account: from_ms(until) for account, until in rows}


def may_be_asked() -> ColumnElement[bool]:
    """Return the condition that a ticket's account is not left alone; the statement needs `now`, in milliseconds."""
    return ~select(cursors.c.name).where(_STILL, cursors.c.connection == tickets.c.connection).exists()
