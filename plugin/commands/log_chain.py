"""`escalation log-export` and `escalation log-verify`: the case log for an archive, and whether it is whole."""

from __future__ import annotations

import json
import sys

import click

from plugin.commands.shown import inert
from plugin.commands.told import told
from plugin.settings import DEFAULTS
from plugin.store.chain import Stray
from plugin.store.store import Store

_DATABASE = click.option("--database-url", envvar="DATABASE_URL", default=DEFAULTS["DATABASE_URL"], show_default=True)


@click.command("log-export")
@_DATABASE
@told
def log_export(database_url: str) -> None:
    """Print the whole case log as JSON lines, oldest first, each with its digest.

    Example: escalation log-export > case-log.jsonl
    """
    for line in Store.open(database_url).export_log():
        click.echo(inert(json.dumps(line, ensure_ascii=False)))


@click.command("log-verify")
@_DATABASE
@told
def log_verify(database_url: str) -> None:
    """Say whether each line of the case log follows from the one before it, and each case from its lines.

    And whether each policy that is kept is still what it was. Exit code 1 if one is not.

    Example: escalation log-verify
    """
    store = Store.open(database_url)
    found, spoilt = store.audit(), store.policies.spoilt()
    breaks, strays = found.breaks, found.strays
    for one in breaks:
        click.echo(f"line {one.line}  {one.connection}#{one.ticket_id}  was changed, or a line before it is missing")
    for stray in strays:
        click.echo(f"case {stray.case}  {stray.connection}#{stray.ticket_id}  {_astray(stray)}")
    for version in spoilt:
        click.echo(f"policy {version}  was changed: its document is none of this version")
    if strays:
        click.echo(f"{len(strays)} cases do not stand where their log leaves them.")
    click.echo("The case log is whole." if not breaks else f"{len(breaks)} lines do not follow.")
    sys.exit(1 if breaks or strays or spoilt else 0)


def _astray(stray: Stray) -> str:
    if not stray.log:
        return "stands there, and no line of the log tells of it"
    told = ", ".join(f"{key} {stray.log.get(key)}" for key in stray.table if stray.log.get(key) != stray.table[key])
    return f"was changed; the log says: {told}"
