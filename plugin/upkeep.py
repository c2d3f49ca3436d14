"""Keeping a running worker up to date: the policy file, and the feeds of rotas.

Rule 1: a policy file that changed is taken into use when it checks; one that does not is refused, loudly, and what ran
        before goes on.
Rule 2: with a new policy every ticket is looked at anew, a hundred in a second, since its rules may wait for other
        instants now.
Rule 3: a feed is fetched beside the work, never in its way; its last good copy goes on meanwhile.
"""

from __future__ import annotations

import getpass
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.errors import ConnectorError
from connectors.heartbeat import beat
from plugin.core.policy import Policy
from plugin.core.problems import Problem, Problems
from plugin.documents import load_policy
from plugin.feeds import Refreshed, refresh
from plugin.log import logger
from plugin.pipeline.parts import Parts
from plugin.reconciling import Reconciler

#: How often a feed is asked for.
FEED_EVERY = timedelta(minutes=15)
#: How often silent cases are looked for.
WATCH_EVERY = timedelta(minutes=1)
#: What is looked at to see that a file is another one.
Stamp = tuple[int, int, int] | None


@dataclass(kw_only=True)
class Upkeep:
    """What one worker keeps up to date."""

    parts: Parts
    policy_file: Path
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    heartbeat_url: str = field(default="", repr=False)  #: Called while all is well; empty: nothing is.
    reconciler: Reconciler | None = None  #: Looks for what no webhook told; None: nobody does.
    _stamp: Stamp = None
    _feeds_due: datetime | None = None
    _watch_due: datetime | None = None

    def begin(self, document: Mapping[str, Any]) -> None:
        """Note the policy that this worker begins with."""
        self._stamp = _stamp(self.policy_file)
        self._taken(self.parts.policy, document)
        if self.reconciler:
            self.reconciler.begin()

    def look(self) -> None:
        """Take a policy file that changed into use, or refuse it."""
        stamp = _stamp(self.policy_file)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            policy, document = load_policy(self.policy_file)
        except Problems as problems:
            self._refuse(problems)
            return
        except Exception as problem:  # noqa: BLE001  whatever it is, the old policy goes on; its text may hold a secret
            self._refuse(Problems("", [Problem(where="", message=f"cannot be read: {type(problem).__name__}")]))
            return
        if policy.version == self.parts.policy.version:
            self._taken(self.parts.policy, document)
            return
        self.parts.policy = replace(policy, rotas=_with_shifts(policy, self.parts.policy))
        self._feeds_due = None
        self._taken(policy, document)

    def watch(self) -> bool:
        """Look for open cases that nothing waits for, once a minute, and wake them; return if a heartbeat is due."""
        now = self.parts.clock()
        if self._watch_due is not None and now < self._watch_due:
            return False
        self._watch_due = now + WATCH_EVERY
        woken = self.parts.store.wake_silent(now=now)
        for ticket in woken:
            logger.error("ticket=%s had an open case that nothing waited for; it is woken", ticket)
        return bool(self.heartbeat_url) and not woken

    def beat(self) -> None:
        """Tell the monitor that all is well; may take as long as the monitor does."""
        try:
            beat(self.heartbeat_url, clock=self.parts.clock)
        except ConnectorError as problem:
            logger.warning("the heartbeat was not taken: %s", problem)

    def reconciliations_due(self) -> list[str]:
        """Return the connections that it is time to ask for what no webhook told, once each time."""
        return self.reconciler.due() if self.reconciler else []

    def reconcile(self, account: str) -> None:
        """Ask a connection; may take as long as it does."""
        if self.reconciler:
            self.reconciler.look(account)

    def feeds_due(self) -> bool:
        """Return True if it is time to fetch the feeds, once each time."""
        now = self.parts.clock()
        if not any(rota.feed for rota in self.parts.policy.rotas.values()):
            return False
        if self._feeds_due is not None and now < self._feeds_due:
            return False
        self._feeds_due = now + FEED_EVERY
        return True

    def fetch_feeds(self) -> None:
        """Fetch every feed and put what it says into the policy; may take as long as the feeds do."""
        policy, kept = self.parts.policy, self.parts.store.policies
        for key, rota in policy.rotas.items():
            if rota.feed is None:
                continue
            found = refresh(rota, policy.people, kept, environ=self.environ, now=self.parts.clock())
            _tell(key, found)
            current = self.parts.policy
            if current.version == policy.version:
                self.parts.policy = replace(current, rotas={**current.rotas, key: found.rota})

    def _taken(self, policy: Policy, document: Mapping[str, Any]) -> None:
        store, now = self.parts.store, self.parts.clock()
        if store.policies.save(policy.version, document, now=now, by=_who()):
            tickets = store.look_again(now=now)
            logger.info("policy=%s taken into use, %d tickets looked at anew", policy.version, tickets)

    def _refuse(self, problems: Problems) -> None:
        running = self.parts.policy.version
        logger.error("the policy file is refused, %s goes on; see: escalation check %s", running, self.policy_file)
        for problem in problems.found:
            logger.error("policy: %s", problem)
        first = f"{problems.found[0]}" if problems.found else problems.title
        self.parts.store.policies.refused(running, first, now=self.parts.clock(), by=_who())


def _tell(rota: str, found: Refreshed) -> None:
    if found.problem:
        logger.error("%s", found.problem)
    for name in found.unmatched:
        logger.warning('the feed of rota "%s" names nobody of the policy: %s', rota, name)
    for event in found.left_out:
        logger.warning('the feed of rota "%s" holds what cannot be read: %s', rota, event)


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _with_shifts(policy: Policy, before: Policy) -> Mapping[str, Any]:
    """Return the rotas with what their feeds last said, until they are fetched anew."""
    known = {key: rota for key, rota in before.rotas.items() if rota.feed}
    return {
        key: replace(rota, shifts=known[key].shifts) if rota.feed and key in known else rota
        for key, rota in policy.rotas.items()
    }


def _who() -> str:
    try:
        return f"{getpass.getuser()}@{platform.node()}"
    except (KeyError, OSError):  # no name for our user id, as in many containers
        return platform.node()
