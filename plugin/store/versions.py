"""Policies as they were, who took which into use, and the last good copies of rotas' feeds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from plugin.core.duty.feeds import Copy
from plugin.core.rules import version_of
from plugin.store.codec import from_ms, to_ms
from plugin.store.records import PolicyLoad
from plugin.store.schema import feeds, policies, policy_loads
from plugin.store.statements import add, put


def save(connection: Connection, version: str, document: Mapping[str, object], *, now: datetime, by: str) -> bool:
    """Keep a policy's document; return True, and note it, if another version, or a refused one, came before."""
    values = {"version": version, "document": json.dumps(document), "loaded_at": to_ms(now)}
    connection.execute(add(connection, policies), values)
    last = connection.execute(select(policy_loads).order_by(policy_loads.c.id.desc()).limit(1)).first()
    if last is not None and last.version == version and last.problem is None:
        return False
    connection.execute(policy_loads.insert(), {"version": version, "at": to_ms(now), "by": by})
    return last is None or last.version != version


def refused(connection: Connection, version: str, problem: str, *, now: datetime, by: str) -> None:
    """Note that a file was refused, and which version goes on."""
    row = {"version": version, "at": to_ms(now), "by": by, "problem": problem[:1000]}
    connection.execute(policy_loads.insert(), row)


def document(connection: Connection, version: str) -> Mapping[str, object] | None:
    """Return the document of a policy version; None where there is none, or none that can be read."""
    return _read(connection.scalar(select(policies.c.document).where(policies.c.version == version)))


def _read(text: str | None) -> Mapping[str, object] | None:
    try:
        found = json.loads(text) if text else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def spoilt(connection: Connection) -> list[str]:
    """Return the versions whose document is not the one that has this name: it was changed behind our back."""
    rows = connection.execute(select(policies.c.version, policies.c.document).order_by(policies.c.loaded_at)).all()
    return [version for version, text in rows if version_of(_read(text) or {}) != version]


def loads(connection: Connection) -> list[PolicyLoad]:
    """Return which policy was taken into use when and by whom, oldest first."""
    rows = connection.execute(select(policy_loads).order_by(policy_loads.c.id)).all()
    return [PolicyLoad(version=row.version, at=from_ms(row.at), by=row.by, problem=row.problem) for row in rows]


def last_load(connection: Connection) -> PolicyLoad | None:
    """Return what was last taken into use, or refused."""
    row = connection.execute(select(policy_loads).order_by(policy_loads.c.id.desc()).limit(1)).first()
    return PolicyLoad(version=row.version, at=from_ms(row.at), by=row.by, problem=row.problem) if row else None


def feed(connection: Connection, name: str) -> Copy | None:
    """Return a rota's feed as it was last fetched."""
    row = connection.execute(select(feeds).where(feeds.c.name == name)).first()
    return Copy(text=row.text, etag=row.etag, fetched_at=from_ms(row.fetched_at)) if row else None


def save_feed(connection: Connection, name: str, copy: Copy) -> None:
    """Keep the last good copy of a rota's feed."""
    values = {"text": copy.text, "etag": copy.etag, "fetched_at": to_ms(copy.fetched_at)}
    connection.execute(put(connection, feeds, *values), {"name": name, **values})
