"""A look at a whole installation, with a remedy for everything that is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from connectors.errors import ConnectorError
from connectors.model import Account, ApiToken
from connectors.registry import PLATFORMS
from plugin.clock import utc_now
from plugin.core.policy import Policy
from plugin.core.problems import Problems
from plugin.documents import load_policy
from plugin.settings import Settings
from plugin.store.records import StoreError
from plugin.store.store import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing looked at."""

    what: str
    well: bool
    says: str


def examine(environ: Mapping[str, str]) -> list[Finding]:
    """Return what was found; reads only, and writes nothing anywhere."""
    try:
        settings = Settings.from_env(environ)
    except Problems as problems:
        return [Finding(what="settings", well=False, says=str(problem)) for problem in problems.found]
    findings = [Finding(what="settings", well=True, says=f"{len(settings.accounts)} connections"), _store(settings)]
    try:
        policy, _ = load_policy(settings.policy_file)
    except Problems as problems:
        return findings + [Finding(what="policy", well=False, says=str(problem)) for problem in problems.found]
    findings.append(Finding(what="policy", well=True, says=f"version {policy.version}"))
    for account in settings.accounts.values():
        findings.extend(_account(account, policy))
    return findings


def _store(settings: Settings) -> Finding:
    try:
        current = Store.open(settings.database_url).is_current()
    except StoreError as problem:
        return Finding(what="store", well=False, says=f"{problem}; check DATABASE_URL")
    return Finding(what="store", well=current, says="current" if current else "not current; run: escalation migrate")


def _account(account: Account, policy: Policy) -> Iterator[Finding]:
    what = f"connection {account.name}"
    if isinstance(account.auth, ApiToken):
        yield Finding(what=what, well=True, says="API tokens end on 2027-04-30; make an OAuth client before")
    yield from (Finding(what=what, well=False, says=says) for says in _missing_ids(account, policy))
    try:
        remedies = PLATFORMS[account.platform].open(account, clock=utc_now).check_rights()
    except ConnectorError as problem:
        yield Finding(what=what, well=False, says=str(problem))
        return
    yield from (Finding(what=what, well=False, says=remedy) for remedy in remedies)
    if not remedies:
        yield Finding(what=what, well=True, says="credentials and rights are in order")


def _missing_ids(account: Account, policy: Policy) -> Iterator[str]:
    for section, entries in (("people", policy.people), ("groups", policy.groups)):
        for key, entry in entries.items():
            if account.name not in entry.ids:
                yield f'the policy\'s {section}.{key} has no id here; add "{account.name}" to its ids'
