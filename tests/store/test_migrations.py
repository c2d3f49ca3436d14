"""The tables come to be what the schema says, from wherever an installation starts."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import plugin.store.migrations
from plugin.store.chain import OLDER
from plugin.store.engine import is_current, migrate, open_engine
from plugin.store.schema_of_connections import metadata
from tests.store.samples import sqlite_url, together

_SCRIPTS = ScriptDirectory(str(Path(plugin.store.migrations.__file__).parent))
REVISIONS = [script.revision for script in reversed(list(_SCRIPTS.walk_revisions()))]
VERSIONS = "alembic_version"


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


def tables_of(engine: sa.Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names()) - {VERSIONS}


def shape_of(engine: sa.Engine) -> Mapping[str, object]:
    """Return columns, keys and indexes with their conditions, however they came about."""
    inspector = sa.inspect(engine)
    return {
        name: (
            {c["name"]: (str(c["type"]), c["nullable"], c["default"]) for c in inspector.get_columns(name)},
            inspector.get_pk_constraint(name)["constrained_columns"],
            {tuple(c["column_names"]) for c in inspector.get_unique_constraints(name)},
            {i["name"]: (i["column_names"], i["unique"], _condition(i)) for i in inspector.get_indexes(name)},
        )
        for name in tables_of(engine)
    }


def _condition(index: Any) -> str | None:
    found = [text for option, text in index.get("dialect_options", {}).items() if option.endswith("_where")]
    return str(found[0]) if found else None


def a_row(table: sa.Table, number: int) -> dict[str, object]:
    """Fill every column a revision has with something that fits."""

    def value(column: sa.Column[Any]) -> object:
        if isinstance(column.type, sa.Integer):
            return number
        if isinstance(column.type, sa.LargeBinary):
            return b"{}"
        return "{}" if isinstance(column.type, sa.Text) else f"{column.name} {number}"

    return {column.name: value(column) for column in table.columns}


def content_of(engine: sa.Engine, columns: Mapping[str, list[str]]) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of all tables, told by these columns."""
    found = {}
    with engine.connect() as connection:
        for name, words in columns.items():
            query = sa.select(*(sa.column(word) for word in words)).select_from(sa.table(name))
            found[name] = sorted((tuple(row) for row in connection.execute(query)), key=repr)
    return found


def test_nothing_becomes_the_whole_schema(engine: sa.Engine) -> None:
    migrate(engine)

    assert tables_of(engine) == set(metadata.tables)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_migrations_make_the_very_shape_of_the_schema(engine: sa.Engine) -> None:
    migrate(engine)
    migrated = shape_of(engine)
    migrate(engine, "base")
    metadata.create_all(engine)

    assert migrated == shape_of(engine)


def test_the_way_down_takes_everything_and_the_way_up_is_open_again(engine: sa.Engine) -> None:
    migrate(engine)
    shape = shape_of(engine)

    migrate(engine, "base")

    assert tables_of(engine) == set()
    assert not is_current(engine)
    migrate(engine)
    assert is_current(engine)
    assert shape_of(engine) == shape


@pytest.mark.parametrize("revision", ["base", *REVISIONS[:-1]])
def test_an_older_release_is_not_current(engine: sa.Engine, revision: str) -> None:
    migrate(engine, revision)

    assert not is_current(engine)


@pytest.mark.parametrize("revision", REVISIONS)
def test_rows_of_every_release_are_there_after_the_newest(engine: sa.Engine, revision: str) -> None:
    migrate(engine, revision)
    tables = sa.MetaData()
    tables.reflect(engine)
    tables.remove(tables.tables[VERSIONS])
    with engine.begin() as connection:
        for table in tables.tables.values():
            connection.execute(table.insert(), [a_row(table, number) for number in (1, 2, 3)])
    stay = {name: [c.name for c in t.columns if c.name in metadata.tables[name].c] for name, t in tables.tables.items()}
    before = content_of(engine, stay)

    migrate(engine)

    assert is_current(engine)
    after = content_of(engine, stay)
    after["cursors"] = [row for row in after["cursors"] if OLDER not in row]
    assert after == before
    assert all(len(found) == 3 for found in before.values())


@pytest.mark.parametrize(
    ("digests", "older"), [([], None), (["a", "b"], None), ([None, None, "a"], 2), ([None, "a", None], 1), ([None], 1)]
)
def test_lines_before_the_first_digest_are_older_than_the_chain(
    engine: sa.Engine, digests: list[str | None], older: int | None
) -> None:
    migrate(engine, "0009")
    with engine.begin() as connection:
        for number, digest in enumerate(digests, 1):
            row = a_row(metadata.tables["case_log"], number) | {"digest": digest}
            connection.execute(metadata.tables["case_log"].insert(), row)

    migrate(engine)

    with engine.connect() as connection:
        found = connection.scalar(sa.text("SELECT value FROM cursors WHERE name = :name"), {"name": OLDER})
    assert found == older


def test_what_was_released_stands_in_one_line() -> None:
    assert len(_SCRIPTS.get_heads()) == 1
    assert len(_SCRIPTS.get_bases()) == 1


def _migrate_alone(url: str) -> None:
    engine = open_engine(url)
    try:
        migrate(engine)
    finally:
        engine.dispose()


def test_threads_that_migrate_at_once_all_succeed(database_url: str, engine: sa.Engine) -> None:
    with together(*[lambda: _migrate_alone(database_url)] * 3):
        pass

    assert is_current(engine)
    assert tables_of(engine) == set(metadata.tables)


def test_a_new_file_is_opened_while_another_prepares_it(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "escalation.db", isolation_level=None)) as another:
        another.execute("BEGIN IMMEDIATE")

        with together(lambda: _migrate_alone(sqlite_url(tmp_path))):
            threading.Event().wait(0.2)  # long enough for a first try; SQLite itself would not try again
            another.execute("COMMIT")
