"""The store as those see it who take policies into use: every version that a case may refer to, and rotas' feeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from plugin.core.duty.feeds import Copy
from plugin.store import versions
from plugin.store.records import PolicyLoad


@dataclass(frozen=True)
class Policies:
    """Which policies there were and are; safe to share between threads."""

    writing: Callable[..., AbstractContextManager[Connection]]
    reading: Callable[[], AbstractContextManager[Connection]]

    def save(self, version: str, document: Mapping[str, object], *, now: datetime, by: str = "") -> bool:
        """Keep a policy as long as cases may refer to it; return True if another one was in use before."""
        with self.writing() as connection:
            return versions.save(connection, version, document, now=now, by=by)

    def refused(self, version: str, problem: str, *, now: datetime, by: str = "") -> None:
        """Note that a policy file was refused, and which version goes on."""
        with self.writing() as connection:
            versions.refused(connection, version, problem, now=now, by=by)

    def last_load(self) -> PolicyLoad | None:
        """Return what policy was last taken into use, or refused."""
        with self.reading() as connection:
            return versions.last_load(connection)

    def document(self, version: str) -> Mapping[str, object] | None:
        """Return the document of a policy version."""
        with self.reading() as connection:
            return versions.document(connection, version)

    def spoilt(self) -> list[str]:
        """Return the versions whose document is not, or no longer, the one that has this name."""
        with self.reading() as connection:
            return versions.spoilt(connection)

    def loads(self) -> list[PolicyLoad]:
        """Return which policy was taken into use when and by whom, oldest first."""
        with self.reading() as connection:
            return versions.loads(connection)

    def feed(self, name: str) -> Copy | None:
        """Return a rota's feed as it was last fetched."""
        with self.reading() as connection:
            return versions.feed(connection, name)

    def save_feed(self, name: str, copy: Copy) -> None:
        """Keep the last good copy of a rota's feed."""
        with self.writing() as connection:
            versions.save_feed(connection, name, copy)
