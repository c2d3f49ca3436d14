"""What a database says when it fails, in an admin's words.

Rule 1: a message says what to do; it never holds a row's content, and of the address no more than its host or file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

import psycopg
from sqlalchemy.engine import URL
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError, StatementError

MIGRATE = "its tables are missing or not current; run: escalation migrate"
NEWER = "the database is newer than this program; update the program, or restore a backup of before"


class NoFile(sqlite3.OperationalError):
    """There is no such SQLite file, and this is not the moment to make one."""


#: By SQLite's primary code. https://www.sqlite.org/rescode.html
_SQLITE: Mapping[int, str] = {
    sqlite3.SQLITE_BUSY: "the file {where} is held by another program",
    sqlite3.SQLITE_READONLY: "the file {where} may not be written to",
    sqlite3.SQLITE_IOERR: "the file {where} cannot be read or written; is the disk full, or a network share?",
    sqlite3.SQLITE_FULL: "the disk of {where} is full",
    sqlite3.SQLITE_CANTOPEN: "the file {where} cannot be opened; is its folder there, and ours to write to?",
    sqlite3.SQLITE_NOTADB: "the file {where} is no SQLite database; check DATABASE_URL",
    sqlite3.SQLITE_CORRUPT: "the file {where} is damaged; restore a backup",
}
#: By the first letters of the state. https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRESQL: Mapping[str, str] = {
    "25006": "the database on {where} may only be read",
    "28": "the server {where} refuses the user or its password; check DATABASE_URL",
    "3D": "the server {where} has no such database; check DATABASE_URL",
    "42P01": MIGRATE,
    "42703": MIGRATE,
    "42501": "the server {where} denies the user the right; make it the owner of the tables",
    "53": "the server {where} is out of room or connections",
    "57": "the server {where} is shutting down",
}


def words(problem: SQLAlchemyError, url: URL) -> str:
    """Return what is wrong and what to do, with the kind of the error for who looks it up."""
    cause = getattr(problem, "orig", None) or problem
    told = _of_sqlite(cause, url) if url.drivername == "sqlite" else _of_postgresql(cause, url)
    return f"{told} ({type(cause).__name__})" if told else f"the store failed ({type(cause).__name__})"


def _of_sqlite(cause: BaseException, url: URL) -> str | None:
    if isinstance(cause, NoFile):
        return f"there is no file {url.database}; run: escalation migrate, or check DATABASE_URL"
    if not isinstance(cause, sqlite3.Error):
        return None
    if str(cause).startswith(("no such table", "no such column")):
        return MIGRATE
    told = _SQLITE.get((getattr(cause, "sqlite_errorcode", None) or 0) & 0xFF)
    return told and told.format(where=url.database)


def _of_postgresql(cause: BaseException, url: URL) -> str | None:
    if not isinstance(cause, psycopg.Error):
        return None
    state, where = cause.sqlstate or "", url.host or "on this machine"
    for beginning, told in _POSTGRESQL.items():
        if state.startswith(beginning):
            return told.format(where=where)
    if state or not isinstance(cause, psycopg.OperationalError):
        return None
    return f"the server {where} cannot be reached, or does not let us in; check DATABASE_URL, and that it runs"


def is_of_one_value(problem: SQLAlchemyError) -> bool:
    """Tell if the database works, and only what it was given is at fault."""
    given = isinstance(problem, StatementError) and not isinstance(problem, DBAPIError)
    return given or isinstance(problem, IntegrityError | DataError)
