"""`escalation explain`: why a rule fires on a ticket or does not, and what happens next.

Rule 1: nothing is written anywhere; the helpdesk is read only where `--read` asks for it.
"""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

import click

from connectors.contract import Connector
from connectors.model import Mode
from connectors.registry import PLATFORMS
from plugin.clock import utc_now
from plugin.commands.shown import look_of, read_instant, read_ref, say, say_json
from plugin.commands.told import told, wrong
from plugin.core.policy import Policy
from plugin.core.problems import Problems, unknown_word
from plugin.documents import load_policy
from plugin.explaining.document import as_json
from plugin.explaining.from_file import of_file
from plugin.explaining.from_store import Question, of_known
from plugin.explaining.report import Report
from plugin.explaining.text import as_text
from plugin.json_file import read_json
from plugin.settings import DEFAULTS, Settings
from plugin.store.store import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """The options, as they were given."""

    ticket: IO[bytes] | None
    event: IO[bytes] | None
    known: str | None
    read: bool
    connection: str | None
    platform: str


@click.command()
@click.argument("policy", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--ticket", type=click.File("rb"), help="A ticket as the API gives it.")
@click.option("--event", type=click.File("rb"), help="A webhook body that tells of it.")
@click.option("--id", "known", help="Instead of --ticket: one the plugin knows, as acme#42, or sd#SD-12.")
@click.option("--read", is_flag=True, help="With --id: read it from the helpdesk first.")
@click.option("--at", help="The instant to judge at, ISO 8601; now if absent.")
@click.option("--rule", "rules", multiple=True, metavar="NAME", help="Only this rule; may be given several times.")
@click.option("--connection", help="With --ticket: whose ids the policy's words stand for.")
@click.option("--platform", type=click.Choice(sorted(PLATFORMS)), default="zendesk", show_default=True)
@click.option("--json", "as_document", is_flag=True, help="For programs.")
@told
def explain(policy: Path, at: str | None, rules: tuple[str, ...], as_document: bool, **asked: object) -> None:
    """Say of every rule why it fires on a ticket or does not, when it will, and what would stop it.

    Example: escalation explain policy.json --ticket ticket.json --at 2026-11-24T10:00:00Z
    """
    compiled, _ = load_policy(policy)
    wanted = _named(compiled, rules)
    now = utc_now()
    instant = read_instant("--at", at, compiled.zone) if at else now
    report = _report(compiled, _Asked(**asked), instant, now)  # type: ignore[arg-type]
    report = report.only(wanted) if wanted else report
    if as_document:
        say_json(as_json(report))
    else:
        say(as_text(report, look_of(compiled.zone)))


def _named(policy: Policy, rules: tuple[str, ...]) -> frozenset[str]:
    for name in rules:
        if policy.rule(name) is None:
            raise wrong("--rule:", unknown_word(name, [rule.name for rule in policy.rules], what="rule"))
    return frozenset(rules)


def _report(policy: Policy, asked: _Asked, at: datetime, now: datetime) -> Report:
    if asked.ticket is not None and asked.known is not None:
        raise wrong("explain:", "takes one of --ticket and --id, not both")
    if asked.ticket is None and asked.known is None:
        raise wrong("explain:", "needs either --ticket or --id")
    if asked.ticket is None:
        return _of_known(policy, asked, at, now)
    if asked.read:
        raise wrong("--read:", "goes with --id; a file's ticket is read from the file")
    return of_file(
        policy,
        PLATFORMS[asked.platform],
        asked.ticket.read(),
        event=asked.event.read() if asked.event else None,
        at=at,
        now=now,
        connection=asked.connection,
    )


def _of_known(policy: Policy, asked: _Asked, at: datetime, now: datetime) -> Report:
    if asked.event is not None or asked.connection is not None:
        raise wrong("explain:", "--event and --connection go with --ticket; --id names its connection itself")
    ref = read_ref("--id", str(asked.known))
    connector = _connector(ref.connection) if asked.read else None
    question = Question(policy=policy, ref=ref, at=at, now=now, mode=_mode(ref.connection))
    with closing(Store.open(os.environ.get("DATABASE_URL") or DEFAULTS["DATABASE_URL"])) as store:
        return of_known(question, store, connector)


def _connector(name: str) -> Connector:
    accounts = Settings.from_env(os.environ).accounts
    if name not in accounts:
        raise wrong("--id:", unknown_word(name, accounts, what="connection"))
    return PLATFORMS[accounts[name].platform].open(accounts[name], clock=utc_now)


def _mode(name: str) -> Mode:
    """Return the connection's mode, as far as the file of connections is here; its secrets are not needed for that."""
    try:
        document = read_json(os.environ.get("CONNECTIONS_FILE") or DEFAULTS["CONNECTIONS_FILE"], "connections")
        return Mode(document["connections"][name].get("mode", Mode.ENFORCE))
    except (Problems, KeyError, TypeError, AttributeError, ValueError):
        return Mode.ENFORCE
