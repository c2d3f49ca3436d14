"""What `connect` and `disconnect` stand on: one connection, its store, and what sets its helpdesk up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from connectors.contract import Provisioner
from connectors.provisions import Made
from connectors.registry import PLATFORMS
from plugin.clock import utc_now
from plugin.commands.told import wrong
from plugin.settings import DEFAULTS, Joining, joining
from plugin.store.store import Store


@dataclass(frozen=True, kw_only=True)
class Joined:
    """A connection with everything that sets it up."""

    joining: Joining
    store: Store
    provisioner: Provisioner

    @property
    def name(self) -> str:
        """Return the connection's name."""
        return self.joining.account.name

    @property
    def made(self) -> list[Made]:
        """Return what was made for it so far."""
        return self.store.provisions.of(self.name)


@contextmanager
def joined(environ: Mapping[str, str], name: str) -> Iterator[Joined]:
    """Give it, or raise Problems."""
    found = joining(environ, name)
    provisioner = PLATFORMS[found.account.platform].provisioner(found.account, clock=utc_now)
    if provisioner is None:
        raise wrong(f"{name}:", f"a connection of {found.account.platform} is set up by hand; see its how-to")
    store = Store.open(environ.get("DATABASE_URL") or DEFAULTS["DATABASE_URL"])
    try:
        if not store.is_current():
            raise wrong("The store is not current.", "run: escalation migrate")
        yield Joined(joining=found, store=store, provisioner=provisioner)
    finally:
        store.close()
