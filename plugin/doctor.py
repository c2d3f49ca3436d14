"""A look at a whole installation, with a remedy for everything that is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from connectors import notices
from connectors.accounts import Account
from connectors.errors import ConnectorError
from connectors.notices import Destination
from connectors.provisions import WEBHOOK, Made, digest
from connectors.registry import PLATFORMS
from plugin.clock import utc_now
from plugin.core.policy import Policy
from plugin.core.problems import Problems
from plugin.documents import load_policy
from plugin.settings import DEFAULTS, Settings
from plugin.store.records import StoreError
from plugin.store.store import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing looked at."""

    what: str
    well: bool
    says: str


def examine(environ: Mapping[str, str]) -> list[Finding]:
    """Return what was found, all of it, whatever is broken; reads only, and writes nothing anywhere."""
    values = {name: environ.get(name) or default for name, default in DEFAULTS.items()}
    told, settings = _settings(environ)
    findings = [*told, *_store(values["DATABASE_URL"])]
    told, policy = _policy(values["POLICY_FILE"])
    findings += told
    for account in settings.accounts.values() if settings else ():
        findings.extend(_account(account, policy))
        findings.extend(_webhook(account, _made(values["DATABASE_URL"], account.name)))
        findings.extend(_reconciled(values["DATABASE_URL"], account.name))
    if settings:
        findings.extend(_destinations(settings.destinations, policy))
    return findings


def _settings(environ: Mapping[str, str]) -> tuple[list[Finding], Settings | None]:
    try:
        settings = Settings.from_env(environ)
    except Problems as problems:
        return [Finding(what="settings", well=False, says=str(problem)) for problem in problems.found], None
    return [Finding(what="settings", well=True, says=f"{len(settings.accounts)} connections")], settings


def _policy(path: str) -> tuple[list[Finding], Policy | None]:
    try:
        policy, _ = load_policy(path)
    except Problems as problems:
        return [Finding(what="policy", well=False, says=str(problem)) for problem in problems.found], None
    return [Finding(what="policy", well=True, says=f"version {policy.version}")], policy


def _store(url: str) -> Iterator[Finding]:
    try:
        with closing(Store.open(url)) as store:
            current = store.is_current()
            spoilt = store.policies.spoilt() if current else []
    except StoreError as problem:
        yield Finding(what="store", well=False, says=str(problem))
        return
    yield Finding(what="store", well=current, says="current" if current else "not current; run: escalation migrate")
    for version in spoilt:
        says = f"the document kept as version {version} was changed; cases that began with it go by the current policy"
        yield Finding(what="store", well=False, says=says)


def _account(account: Account, policy: Policy | None) -> Iterator[Finding]:
    what = f"connection {account.name}"
    if advice := PLATFORMS[account.platform].advice(account):
        yield Finding(what=what, well=True, says=advice)
    if policy is not None:
        yield from (Finding(what=what, well=False, says=says) for says in _missing_ids(account, policy))
    try:
        remedies = PLATFORMS[account.platform].open(account, clock=utc_now).check_rights()
    except ConnectorError as problem:
        yield Finding(what=what, well=False, says=str(problem))
        return
    yield from (Finding(what=what, well=False, says=remedy) for remedy in remedies)
    if not remedies:
        yield Finding(what=what, well=True, says="credentials and rights are in order")


def _made(url: str, connection: str) -> list[Made]:
    """Return what `connect` made there; a store that cannot be asked is told of elsewhere."""
    try:
        with closing(Store.open(url)) as store:
            return store.provisions.of(connection) if store.is_current() else []
    except StoreError:
        return []


def _webhook(account: Account, made: Sequence[Made]) -> Iterator[Finding]:
    """Look whether the webhook that was made is as it was left: without it nothing is heard, and nobody is told."""
    hooks = [one for one in made if one.kind == WEBHOOK]
    provisioner = PLATFORMS[account.platform].provisioner(account, clock=utc_now) if hooks else None
    try:
        there = provisioner.look([WEBHOOK]).things.get(WEBHOOK) if provisioner else None
    except ConnectorError:
        return  # told of already
    if there is None:
        return
    facts = {thing.id: digest(thing.facts) for thing in there}
    what, run = f"connection {account.name}", f"escalation connect {account.platform} {account.name}"
    for one in hooks:
        if one.id not in facts:
            yield Finding(what=what, well=False, says=f"the webhook that was made is gone; run: {run}")
        elif one.found not in ("", facts[one.id]):
            says = f"somebody changed the webhook since it was made; look: {run} --dry-run"
            yield Finding(what=what, well=False, says=says)
        else:
            yield Finding(what=what, well=True, says="the webhook is as it was made")


def _reconciled(url: str, connection: str) -> Iterator[Finding]:
    """Say when the helpdesk was last asked for what no webhook told."""
    try:
        with closing(Store.open(url)) as store:
            state = store.reconciliations.state(connection) if store.is_current() else None
    except StoreError:
        return  # told of already
    what = f"connection {connection}"
    if state and state.problem:
        yield Finding(what=what, well=False, says=f"what no webhook told cannot be looked for: {state.problem}")
    elif state and state.looked_at:
        found = f"events found so far that no webhook told: {state.missed}"
        yield Finding(what=what, well=True, says=f"last asked at {state.looked_at:%Y-%m-%d %H:%M:%SZ}; {found}")


def _destinations(known: Mapping[str, Destination], policy: Policy | None) -> Iterator[Finding]:
    """Look at each address without telling anybody, and for those that the policy names in vain."""
    for name, destination in known.items():
        try:
            notices.check(destination)
        except ConnectorError as problem:
            yield Finding(what=f"destination {name}", well=False, says=str(problem))
        else:
            says = f"{destination.masked} can be read; try it: escalation notify test {name}"
            yield Finding(what=f"destination {name}", well=True, says=says)
    for name in policy.audiences if policy else ():
        if name not in known:
            says = "the policy names it, and the connections file has no address for it"
            yield Finding(what=f"destination {name}", well=False, says=says)


def _missing_ids(account: Account, policy: Policy) -> Iterator[str]:
    for section, entries in (("people", policy.people), ("groups", policy.groups)):
        for key, entry in entries.items():
            if account.name not in entry.ids:
                yield f'the policy\'s {section}.{key} has no id here; add "{account.name}" to its ids'
