"""`escalation check`: what is wrong with a policy, before it runs.

Rule 1: everything is told at once; exit code 1 says that something must be changed.
Rule 2: only `--connection` asks anybody; if it cannot, what the file alone tells is told all the same.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from connectors.accounts import Account
from connectors.errors import ConnectorError
from connectors.registry import PLATFORMS
from plugin.clock import utc_now
from plugin.commands.check_account import Asked, Report, as_json, as_text
from plugin.commands.told import told
from plugin.core.compiling.openings import openings_of
from plugin.core.lint import Code, Finding, finding, lint, lint_live
from plugin.core.policy import Policy
from plugin.core.problems import Problems, unknown_word
from plugin.core.rota import Rota
from plugin.documents import load_policy
from plugin.feeds import refresh
from plugin.settings import Settings


@click.command()
@click.argument("policy", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--connection", help="Compare with what this connection has: agents, groups, fields, SLA policies …")
@click.option("--strict", is_flag=True, help="Exit code 1 for warnings, too.")
@click.option("--json", "for_programs", is_flag=True, help="For programs.")
@told
def check(policy: Path, connection: str | None, strict: bool, for_programs: bool) -> None:
    """Check a policy file: mistakes, and what cannot be meant.

    Exit code 1: there are errors. 2: the connection could not be asked.

    Example: escalation check policy.json --connection acme
    """
    report = look(str(policy), connection, utc_now())
    text = json.dumps(as_json(report), indent=2, ensure_ascii=False)
    click.echo(text if for_programs else as_text(report, strict=strict))
    sys.exit(report.exit_code(strict=strict))


def look(path: str, connection: str | None, now: datetime) -> Report:
    """Return everything that is found."""
    try:
        policy, document = load_policy(path)
    except Problems as problems:
        mistakes = [finding(Code.MISTAKE, one.where, one.message) for one in problems.found]
        return Report(path=path, policy=None, findings=mistakes)
    if connection is None:
        return Report(path=path, policy=policy, findings=lint(policy, document, now=now))
    policy, unread = _fed(policy, now)
    asked = _asked(connection)
    found = lint(policy, document, now=now, connections=[connection] if asked.catalogue else ())
    live = lint_live(policy, document, asked.catalogue, connection=connection, now=now) if asked.catalogue else ()
    return Report(path=path, policy=policy, findings=(*found, *unread, *live, *_addresses(policy)), asked=asked)


def _asked(connection: str) -> Asked:
    """Ask a connection what it has."""
    try:
        account = _account(connection)
        found = PLATFORMS[account.platform].open(account, clock=utc_now).catalogue()
    except (Problems, ConnectorError) as problem:
        return Asked(name=connection, problem=str(problem))
    return Asked(name=connection, catalogue=found)


def _addresses(policy: Policy) -> tuple[Finding, ...]:
    """Tell of what the connections file does not have; nothing, where the settings themselves are what is wrong."""
    try:
        settings = Settings.from_env(os.environ)
    except Problems:
        return ()
    return (*_destinations(policy, settings), *_connections(policy, settings))


def _destinations(policy: Policy, settings: Settings) -> Iterator[Finding]:
    """Yield destinations that have no address."""
    known = settings.destinations
    for key in policy.audiences:
        if key not in known:
            says = f"in the connections file: {unknown_word(key, known, what='destination')}"
            yield finding(Code.DESTINATION_UNKNOWN, f"destinations.{key}", says)


def _connections(policy: Policy, settings: Settings) -> Iterator[Finding]:
    """Yield connections on which a ticket is to be opened, and that are not there."""
    known = settings.accounts
    for place, opening in openings_of(policy.ladders):
        if opening.connection not in known:
            says = f"in the connections file: {unknown_word(opening.connection, known, what='connection')}"
            yield finding(Code.CONNECTION_UNKNOWN, f"{place}.connection", says)


def _account(connection: str) -> Account:
    accounts = Settings.from_env(os.environ).accounts
    if connection not in accounts:
        raise Problems(unknown_word(connection, accounts, what="connection"), ())
    return accounts[connection]


def _fed(policy: Policy, now: datetime) -> tuple[Policy, tuple[Finding, ...]]:
    """Return the policy with what the feeds of its rotas say, and what is wrong with those."""
    read = {key: refresh(r, policy.people, None, environ=os.environ, now=now) for key, r in _feeds(policy)}
    rotas = {**policy.rotas, **{key: one.rota for key, one in read.items()}}
    told = [(key, one.problem) for key, one in read.items() if one.problem]
    told += [
        (key, f'the feed names "{name}", who is nobody here') for key, one in read.items() for name in one.unmatched
    ]
    found = tuple(finding(Code.FEED_UNREAD, f"rotas.{key}.feed", says) for key, says in told)
    return replace(policy, rotas=rotas), found


def _feeds(policy: Policy) -> Iterator[tuple[str, Rota]]:
    return ((key, rota) for key, rota in policy.rotas.items() if rota.feed is not None)
