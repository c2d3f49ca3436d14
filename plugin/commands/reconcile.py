"""`escalation reconcile`: looks at once for what no webhook told.

Rule 1: a dry run writes nothing, neither into the store nor anywhere else.
Rule 2: what is found is worked on by the worker, each ticket in its turn; here it is only told.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import click

from plugin.bootstrap import build
from plugin.commands.shown import read_since, say
from plugin.commands.told import told, wrong
from plugin.core.problems import unknown_word
from plugin.reconciling import Looked, Reconciler
from plugin.settings import Settings


@click.command()
@click.option("--connection", help="Only one connection.")
@click.option("--since", help="From an instant on, ISO 8601, or so long ago: 4h, 2d …")
@click.option("--dry-run", is_flag=True, help="Tells what would be found, and changes nothing.")
@told
def reconcile(connection: str | None, since: str | None, dry_run: bool) -> None:
    """Look at once for what no webhook told: tickets that changed, and requests that failed.

    Example: escalation reconcile --connection acme --since 2d --dry-run
    """
    settings = Settings.from_env(os.environ)
    if connection is not None and connection not in settings.accounts:
        raise wrong("--connection:", unknown_word(connection, list(settings.accounts), what="connection"))
    begin = read_since("--since", since, UTC) if since else None
    parts = build(settings)
    reconciler = Reconciler(parts=parts, every=timedelta(minutes=settings.reconcile_minutes))
    well = True
    for account in [connection] if connection else reconciler.accounts():
        looked = reconciler.rehearse(account, begin) if dry_run else _look(reconciler, account, begin)
        well = well and (looked.caught_up or not looked.problems)
        say("\n".join(_lines(looked, dry_run=dry_run)))
    parts.store.close()
    if not well:
        sys.exit(1)


def _look(reconciler: Reconciler, account: str, begin: datetime | None) -> Looked:
    if begin is not None:
        reconciler.restart(account, begin)
    return reconciler.look(account)


def _lines(looked: Looked, *, dry_run: bool) -> Iterator[str]:
    begun = f"{looked.since.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"
    if dry_run:
        events = sum(len(found) for _, found in looked.would)
        yield (
            f"{looked.account}: {_many(looked.changed, 'ticket')} changed since {begun};"
            f" {_many(events, 'event')} on {_many(len(looked.would), 'ticket')} that nobody told us"
        )
        for ref, found in looked.would:
            kinds = ", ".join(f"{event.kind.value} at {event.occurred_at:%Y-%m-%d %H:%M:%SZ}" for event in found)
            yield f"  {ref}: {kinds or 'deleted'}"
    elif looked.caught_up or not looked.problems:
        yield (
            f"{looked.account}: {_many(looked.changed, 'ticket')} changed since {begun}, {looked.fresh} to look at;"
            f" {_many(looked.replayed, 'failed request')} replayed"
        )
    if not looked.caught_up and not looked.problems:
        yield "  there is more; the worker goes on with it" if not dry_run else "  there is more"
    yield from (f"  {problem}" for problem in looked.problems)


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
