"""`escalation test`: cases in JSON, run on the real pipeline with an empty store and a helpdesk in memory."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

import click

from plugin.commands.told import told
from plugin.log import logger
from plugin.rehearsal import report
from plugin.rehearsal.rehearsing import Rehearsed, Result, Running, find, read


@click.command("test")
@click.argument("place", metavar="DIR", type=click.Path(exists=True, path_type=Path))
@click.option("--policy", type=click.Path(dir_okay=False, path_type=Path), help="For files that name no policy.")
@click.option("--coverage", is_flag=True, help="A rule that writes and acted in no case is an error.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@told
def test(place: Path, policy: Path | None, coverage: bool, as_json: bool) -> None:
    """Run the cases of every *.test.json in a folder; exit code 1 when one fails.

    Example: escalation test examples/policies --coverage
    """
    logger.addHandler(logging.NullHandler())  # what an operator would read is in the cases' own results
    running = Running(read(find(place), policy))
    rehearsed = running.run((lambda _: None) if as_json else _tell)
    click.echo(
        json.dumps(report.as_json(rehearsed), indent=2, ensure_ascii=False) if as_json else report.text(rehearsed)
    )
    if rehearsed.failed or (coverage and not _covered(rehearsed)):
        sys.exit(1)


def _tell(result: Result) -> None:
    click.echo(click.style(report.line(result), fg="red" if result.failures else None))


def _covered(rehearsed: Rehearsed) -> bool:
    """Return True if no rule lacks; else say which."""
    missing = [name for one in rehearsed.coverages.values() for name in one.missing()]
    if missing:
        click.echo(f"Not covered: {', '.join(missing)}", err=True)
    return not missing
