"""Statements that are built once and run often.

Rule 1: SQLAlchemy takes longer to put a statement together than the database takes to run it. What runs for every event
        is built once, with its values as parameters.
Rule 2: a statement about one ticket names it by `of_ticket`; `key` gives the values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam
from sqlalchemy.dialects import postgresql, sqlite

from connectors.model import TicketRef

Insert = postgresql.Insert | sqlite.Insert

_INSERTS: Mapping[str, Callable[[Table], Insert]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def of_ticket(table: Table) -> ColumnElement[bool]:
    """Return the condition that a row is of the ticket whose `key` comes with the statement."""
    return and_(table.c.connection == bindparam("of_connection"), table.c.ticket_id == bindparam("of_ticket"))


def key(ref: TicketRef) -> dict[str, object]:
    """Return the parameters that `of_ticket` wants."""
    return {"of_connection": ref.connection, "of_ticket": ref.id}


def insert_for(dialect: str, table: Table) -> Insert:
    """Return the dialect's INSERT, which knows ON CONFLICT."""
    return _INSERTS[dialect](table)


def add(connection: Connection, table: Table) -> Insert:
    """Return an INSERT that leaves a row alone which is there already."""
    return _add(connection.dialect.name, table)


def put(connection: Connection, table: Table, *changed: str, by: str | None = None) -> Insert:
    """Return an INSERT that, where the row is there already, changes these columns of it.

    A row is the same by its primary key, or `by` another unique column.
    """
    return _put(connection.dialect.name, table, changed, by)


@cache
def _add(dialect: str, table: Table) -> Insert:
    return insert_for(dialect, table).on_conflict_do_nothing()


@cache
def _put(dialect: str, table: Table, changed: tuple[str, ...], by: str | None) -> Insert:
    insert = insert_for(dialect, table)
    same = [by] if by else [column.name for column in table.primary_key]
    return insert.on_conflict_do_update(index_elements=same, set_={name: insert.excluded[name] for name in changed})
