"""`escalation log-export` and `escalation log-verify`: the case log for an archive, and whether it is whole."""

from __future__ import annotations

import json
import sys

import click

from plugin.commands.told import told
from plugin.settings import DEFAULTS
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
        click.echo(json.dumps(line, ensure_ascii=False))


@click.command("log-verify")
@_DATABASE
@told
def log_verify(database_url: str) -> None:
    """Say whether each line of the case log follows from the one before it; exit code 1 if one does not.

    Example: escalation log-verify
    """
    breaks = Store.open(database_url).log_breaks()
    for one in breaks:
        click.echo(f"line {one.line}  {one.connection}#{one.ticket_id}  was changed, or a line before it is missing")
    click.echo("The case log is whole." if not breaks else f"{len(breaks)} lines do not follow.")
    sys.exit(1 if breaks else 0)
