"""`escalation held`: rules that acted on too many tickets and wait for a person."""

from __future__ import annotations

import click

from plugin.clock import utc_now
from plugin.commands.told import told, wrong
from plugin.store.store import Store

_DATABASE = click.option("--database-url", envvar="DATABASE_URL", default="sqlite:///escalation.db", show_default=True)


@click.group()
def held() -> None:
    """Look at rules that are held by their max_per_hour, and release them.

    Example: escalation held list
    """


@held.command("list")
@_DATABASE
@told
def list_held(database_url: str) -> None:
    """List the rules that wait, and on how many tickets they would have acted.

    Example: escalation held list
    """
    rules = Store.open(database_url).held()
    for rule in rules:
        click.echo(f"{rule.rule}  since {rule.since:%Y-%m-%d %H:%M:%S}Z  {rule.tickets} tickets wait")
    if not rules:
        click.echo("No rule is held.")


@held.command()
@click.argument("rule")
@_DATABASE
@told
def release(rule: str, database_url: str) -> None:
    """Let a rule act again, and have the tickets it waited with looked at anew.

    Example: escalation held release payment-risk
    """
    tickets = Store.open(database_url).release_rule(rule, now=utc_now())
    if tickets is None:
        raise wrong(f"{rule}:", "this rule is not held; see `escalation held list` for the names")
    click.echo(f"{rule} acts again; {tickets} tickets are looked at anew.")
