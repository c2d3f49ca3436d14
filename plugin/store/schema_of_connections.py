"""The tables of what concerns whole connections: what was set up there, called there, looked at there.

Rule: as in plugin.store.schema, of which these are a part.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from plugin.store.schema import metadata as metadata

provisions = Table(
    "provisions",
    metadata,
    Column("connection", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("platform_id", String),  # null: begun; whether it came to be is not known
    Column("wrote", String, nullable=False),  # digest of what we asked for
    Column("found", String, nullable=False),  # digest of what was there right after
    Column("adopted", Integer, nullable=False),  # 1: it was there before, and is not ours to remove
    Column("made_at", BigInteger, nullable=False),
)

calls = Table(
    "calls",
    metadata,
    Column("connection", String, primary_key=True),
    Column("day", Integer, primary_key=True),  # since 1970, UTC
    Column("case_id", String, primary_key=True),  # empty: for no case
    Column("rule", String, primary_key=True),  # empty: for no rule
    Column("endpoint", String, primary_key=True),
    Column("made", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
)
Index("calls_day", calls.c.day)

allowances = Table(
    "allowances",
    metadata,
    Column("connection", String, primary_key=True),
    Column("endpoint", String, primary_key=True),  # empty: of the whole account
    Column("total", Integer, nullable=False),
    Column("left", Integer, nullable=False),
    Column("until", BigInteger, nullable=False),
)

reconciliations = Table(
    "reconciliations",
    metadata,
    Column("connection", String, primary_key=True),
    Column("cursor", Text),  # the platform's own; null: begin at `since`
    Column("since", BigInteger, nullable=False),  # what happened before that was looked at
    Column("begun_at", BigInteger),  # of the look under way
    Column("looked_at", BigInteger),  # when the last look was done
    Column("next_at", BigInteger, nullable=False),
    Column("lease_until", BigInteger, nullable=False),
    Column("changed", Integer, nullable=False),  # so far: tickets looked at, requests replayed, events missed
    Column("replayed", Integer, nullable=False),
    Column("missed", Integer, nullable=False),
    Column("problem", Text),  # of the last try
)
