"""`escalation notify`: whether destinations can be told, and what waits for them.

Rule 1: an address is a secret: no more of it is shown than its scheme.
Rule 2: a test goes straight to the service, past the throttle and whatever waits, and is written down nowhere.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import datetime

import click

from connectors import notices
from connectors.errors import ConnectorError
from connectors.notices import Destination
from plugin.clock import utc_now
from plugin.commands.shown import say
from plugin.commands.told import told, wrong
from plugin.core.problems import unknown_word
from plugin.settings import Settings
from plugin.store.records import Reached
from plugin.store.store import Store

_TITLE = "Test of the escalation plugin"
_BODY = "This destination can be told of escalations. Nothing has happened, and nothing is to be done."


@click.group()
def notify() -> None:
    """Look at the destinations that are told of escalations, and test them.

    Example: escalation notify test
    """


@notify.command()
@click.argument("names", nargs=-1)
@told
def test(names: tuple[str, ...]) -> None:
    """Send a test message to some destinations, or to all, and say what became of each.

    Exit code 1: one could not be told.

    Example: escalation notify test payments-chat
    """
    destinations = Settings.from_env(os.environ).destinations
    chosen = [_one(destinations, name) for name in names] or list(destinations.values())
    if not chosen:
        click.echo("The connections file has no destinations.")
    problems = [_tried(destination) for destination in chosen]
    if any(problems):
        sys.exit(1)


def _one(destinations: Mapping[str, Destination], name: str) -> Destination:
    if name not in destinations:
        raise wrong(f"{name}:", unknown_word(name, destinations, what="destination"))
    return destinations[name]


def _tried(destination: Destination) -> str | None:
    """Tell one destination and say what became of it; return what was wrong."""
    try:
        notices.send(destination, title=_TITLE, body=_BODY, tone="info")
    except ConnectorError as problem:
        click.echo(f"{click.style('failed', fg='red', bold=True)}  {destination.name}: {problem}")
        return str(problem)
    click.echo(f"{click.style('ok', fg='green')}      {destination.name}: {destination.masked} took it")
    return None


@notify.command("list")
@told
def list_destinations() -> None:
    """List the destinations with what waits for each and when it was told last.

    Example: escalation notify list
    """
    settings = Settings.from_env(os.environ)
    reached = Store.open(settings.database_url).postings.reached()
    for name in sorted({*settings.destinations, *reached}):
        say(_line(name, settings.destinations.get(name), reached.get(name, Reached()), utc_now()))
    if not settings.destinations and not reached:
        click.echo("There are no destinations.")


def _line(name: str, destination: Destination | None, how: Reached, now: datetime) -> str:
    parts = [destination.masked if destination else "not in the connections file"]
    parts.append(f"told {_instant(how.told_at)}" if how.told_at else "never told")
    if how.waiting:
        when = f", next {_instant(how.next_at)}" if how.next_at and how.next_at > now else ""
        parts.append(f"{how.waiting} waiting{when}")
    if how.dead:
        parts.append(f"{how.dead} given up")
    if how.problem:
        parts.append(f"last try: {how.problem}")
    return f"{name}  {'; '.join(parts)}"


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}Z"
