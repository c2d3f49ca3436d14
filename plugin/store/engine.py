"""One engine for both databases, and the migrations on it.

Rule 1: on SQLite a transaction that writes says so at once (BEGIN IMMEDIATE), so it never fails half-way as busy.
Rule 2: what was acknowledged or decided survives a power cut (`synchronous=FULL` in WAL mode); leases need not.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from plugin.store.records import StoreError
from plugin.store.words import NEWER, NoFile

#: How long a writer waits for another one, in milliseconds.
BUSY_MS = 10_000
#: How long PostgreSQL may take to let us in.
CONNECT_SECONDS = 5
#: A connection that was idle for longer is asked whether it is still there before it is used.
IDLE_SECONDS = 1.0
_USED = "used"
#: Execution option of a transaction that only reads.
READING = "reading"
#: Execution option of a transaction that a power cut may take back: who holds which lease is void after it anyway.
FLEETING = "fleeting"


_UNREADABLE = "cannot be read as an address; in a password write @ as %40, / as %2F, : as %3A and % as %25"


def database_url(text: str) -> URL:
    """Return the URL with the driver we use, or raise ValueError; Heroku's `postgres://` is accepted.

    What is wrong is told without any of the text: a piece of a password may stand where one looks for something else.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise ValueError(_UNREADABLE) from None
    if "@" in (url.host or ""):
        raise ValueError(_UNREADABLE)
    if url.drivername == "sqlite" and url.database in (None, "", ":memory:"):
        raise ValueError("names no file, and every process would have a database of its own; expected sqlite:///FILE")
    if url.drivername in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise ValueError("expected sqlite:///FILE or postgresql://…")
    return url


def open_engine(text: str) -> Engine:
    """Return an engine; nothing is connected yet."""
    url = database_url(text)
    if url.drivername != "sqlite":
        patience = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_SECONDS}
        engine = create_engine(url, pool_size=20, max_overflow=10, pool_use_lifo=True, connect_args=patience)
        event.listen(engine, "begin", _begin_postgresql)
        event.listen(engine, "checkin", _note_use)
        event.listen(engine, "checkout", partial(_ask_if_alive, engine))
        return engine
    engine = create_engine(
        url, connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000}, pool_size=20, max_overflow=10
    )
    event.listen(engine, "do_connect", _open_no_new_file)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _open_no_new_file(_dialect: object, _record: object, arguments: list[Any], _: object) -> None:
    """Refuse a file that is not there: only a migration makes one, for who mistypes a path must be told."""
    if not Path(arguments[0]).exists():
        raise NoFile("no such file")


def _prepare_sqlite(dbapi: Any, _: object) -> None:
    dbapi.isolation_level = None  # we say BEGIN ourselves
    _use_wal(dbapi)
    for pragma in ("synchronous=FULL", f"busy_timeout={BUSY_MS}", "foreign_keys=ON"):
        dbapi.execute(f"PRAGMA {pragma}").close()


def _use_wal(dbapi: Any) -> None:
    """Switch the file to WAL; where two switch a new file at once, SQLite refuses one instead of letting it wait."""
    for pause in (*[0.01] * (BUSY_MS // 10), None):
        try:
            dbapi.execute("PRAGMA journal_mode=WAL").close()
        except sqlite3.OperationalError as problem:
            if pause is None or problem.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(pause)
        else:
            return


def reading(engine: Engine) -> dict[str, Any]:
    """Return the execution options of a transaction that only reads.

    On PostgreSQL it is none, which saves two calls: each of its statements sees the newest anyway (READ COMMITTED).
    """
    return {READING: True} if engine.dialect.name == "sqlite" else {"isolation_level": "AUTOCOMMIT"}


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(READING):
        connection.exec_driver_sql("BEGIN")
        return
    connection.exec_driver_sql(f"PRAGMA synchronous={'NORMAL' if options.get(FLEETING) else 'FULL'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _note_use(_: object, record: ConnectionPoolEntry) -> None:
    record.info[_USED] = time.monotonic()


def _ask_if_alive(engine: Engine, dbapi: Any, record: ConnectionPoolEntry, _: object) -> None:
    """Have all connections replaced if one that lay idle is dead, as after a restart of the database."""
    if time.monotonic() - record.info.get(_USED, 0.0) < IDLE_SECONDS:
        return
    try:
        engine.dialect.do_ping(dbapi)
    except engine.dialect.loaded_dbapi.Error as problem:
        raise InvalidatePoolError from problem


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get(FLEETING):
        connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the tables to a revision; `base` takes everything away."""
    if engine.dialect.name == "sqlite":
        _make_file(Path(engine.url.database or ""))
    with engine.begin() as connection:
        if _revision(connection) == _scripts().get_current_head() and revision == "head":
            return
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7305819)")  # two releases at once take turns
        step = command.downgrade if revision == "base" else command.upgrade
        step(_config(connection), revision)


def _make_file(path: Path) -> None:
    with suppress(OSError):  # the database says in its own words why it cannot be opened
        path.touch()


@cache
def _scripts() -> ScriptDirectory:
    """Return the migrations, which are read once."""
    return ScriptDirectory.from_config(_config())


def _revision(connection: Connection) -> str | None:
    """Return at which revision the tables are; StoreError if it is one we do not know yet."""
    found = MigrationContext.configure(connection).get_current_revision()
    if found is not None and found not in {script.revision for script in _scripts().walk_revisions()}:
        raise StoreError(NEWER)
    return found


def is_current(engine: Engine) -> bool:
    """Return True if the tables are at the newest revision; StoreError if they are at one we do not know yet."""
    with engine.connect().execution_options(**{READING: True}) as connection:
        return _revision(connection) == _scripts().get_current_head()
