"""What the pipeline is made of; put together in bootstrap, replaced piecemeal by tests' real fakes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from connectors.accounts import Account
from connectors.contract import Clock, Connector, Platform
from connectors.notices import Destination
from plugin.core.policy import Policy
from plugin.core.problems import Problems
from plugin.core.rules import compile_policy
from plugin.links import Links
from plugin.log import logger
from plugin.pipeline.tally import Tally
from plugin.store.store import Store


@dataclass(kw_only=True)
class Parts:
    """Everything a stage may use. Connectors belong to one thread each; all else is shared."""

    store: Store
    policy: Policy
    accounts: Mapping[str, Account]
    platforms: Mapping[str, Platform]
    clock: Clock
    new_id: Callable[[], str]
    chance: Callable[[], float]  #: Uniform in [0, 1), for jitter.
    destinations: Mapping[str, Destination] = field(default_factory=dict)
    links: Links = field(default_factory=Links)  #: None are made unless it has an address.
    _own: threading.local = field(default_factory=threading.local)
    _identities: dict[str, str] = field(default_factory=dict)
    _policies: dict[str, Policy | None] = field(default_factory=dict)  #: Of cases that started with an earlier one.

    def platform(self, account: str) -> Platform:
        """Return the platform of an account."""
        return self.platforms[self.accounts[account].platform]

    def connector(self, account: str) -> Connector:
        """Return this thread's connector to an account."""
        opened: dict[str, Connector] = self._own.__dict__.setdefault("opened", {})
        if account not in opened:
            platform, listener = self.platform(account), self.tally(account)
            opened[account] = platform.open(self.accounts[account], clock=self.clock, listener=listener)
        return opened[account]

    def tally(self, account: str) -> Tally:
        """Return what this thread's calls of an account come to."""
        tallies: dict[str, Tally] = self._own.__dict__.setdefault("tallies", {})
        return tallies.setdefault(account, Tally(self.clock))

    def our_id(self, account: str) -> str:
        """Return our own user's id there; asked for once per process."""
        if account not in self._identities:
            self._identities[account] = self.connector(account).identity().id
        return self._identities[account]

    def policy_of(self, version: str, current: Policy) -> Policy:
        """Return an earlier policy, with today's duty and people; the current one where it is of no use."""
        if version == current.version:
            return current
        if version not in self._policies:
            self._policies[version] = self._earlier(version)
        earlier = self._policies[version]
        if earlier is None:
            return current
        rotas = {key: current.rotas.get(key, rota) for key, rota in earlier.rotas.items()}
        return replace(earlier, rotas=rotas, people={**earlier.people, **current.people})

    def _earlier(self, version: str) -> Policy | None:
        """Return a policy as it was kept; None where it was not, or is no longer what it was."""
        if version in self.store.policies.spoilt():
            logger.error("policy=%s is kept as something else than it was; its cases go by the current one", version)
            return None
        document = self.store.policies.document(version)
        try:
            return compile_policy(document) if document else None
        except Problems:  # it was in order once; a later program may see it otherwise
            return None

    def back_off(self, tries: int, *, retry_after: float | None = None) -> timedelta:
        """Return how long to leave something alone after so many tries; never less than the platform asked."""
        seconds = retry_after if retry_after is not None else min(2.0 ** min(tries, 9), 300.0)
        return timedelta(seconds=seconds * (1 + self.chance() / 4))

    def past(self, at: datetime) -> bool:
        """Return True if the instant has come."""
        return at <= self.clock()
