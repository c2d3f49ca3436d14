"""The command line: `escalation …`.

Rule 1: what is wrong is said in an admin's words, all of it at once, and the exit code is 1.
Rule 2: colours only on a terminal; every command shows an example in its help.
"""

from __future__ import annotations

import os
import sys

import click

from plugin import processes
from plugin.bootstrap import build
from plugin.clock import utc_now
from plugin.commands.calendar import calendar
from plugin.commands.calls import calls
from plugin.commands.check import check
from plugin.commands.connect import connect
from plugin.commands.disconnect import disconnect
from plugin.commands.explain import explain
from plugin.commands.follow_up import follow_up
from plugin.commands.held import held
from plugin.commands.import_schedule import import_schedule
from plugin.commands.inspect import inspect
from plugin.commands.log import log
from plugin.commands.log_chain import log_export, log_verify
from plugin.commands.notify import notify
from plugin.commands.on_duty import on_duty
from plugin.commands.policy import policy
from plugin.commands.reconcile import reconcile
from plugin.commands.shown import say
from plugin.commands.test import test
from plugin.commands.told import told
from plugin.core.problems import Problem, Problems
from plugin.doctor import Finding, examine
from plugin.log import to_stderr
from plugin.settings import Settings
from plugin.store.records import DeadLetter
from plugin.store.store import Store


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="escalation-plugin")
def main() -> None:
    """Run a support team's escalation policy on top of its helpdesk.

    Example: escalation check policy.json && escalation doctor && escalation run

    Shell completion: eval "$(_ESCALATION_COMPLETE=bash_source escalation)"
    """


main.add_command(calendar)
main.add_command(calls)
main.add_command(check)
main.add_command(connect)
main.add_command(disconnect)
main.add_command(explain)
main.add_command(follow_up)
main.add_command(held)
main.add_command(import_schedule)
main.add_command(inspect)
main.add_command(log)
main.add_command(log_export)
main.add_command(log_verify)
main.add_command(notify)
main.add_command(on_duty)
main.add_command(policy)
main.add_command(reconcile)
main.add_command(test)


def _settings() -> Settings:
    to_stderr()
    return Settings.from_env(os.environ)


@main.command()
@told
def serve() -> None:
    """Receive webhooks over HTTP.

    Example: PORT=8080 escalation serve
    """
    settings = _settings()
    build(settings)  # a mistake in the policy is told here, once, before any process is made
    processes.serve(settings)


@main.command()
@told
def worker() -> None:
    """Work on what was received, and on timers.

    Example: WORKER_THREADS=8 escalation worker
    """
    processes.work(_settings())


@main.command()
@told
def run() -> None:
    """Receive and work: both, in one command.

    Example: POLICY_FILE=policy.json CONNECTIONS_FILE=connections.json escalation run
    """
    sys.exit(processes.run(_settings()))


@main.command()
@click.option("--database-url", envvar="DATABASE_URL", default="sqlite:///escalation.db", show_default=True)
@told
def migrate(database_url: str) -> None:
    """Bring the database to the newest shape.

    Example: DATABASE_URL=postgres://user@host/db escalation migrate
    """
    Store.open(database_url).migrate()
    click.echo("The database is current.")


@main.group("dead-letters")
def dead_letters() -> None:
    """Look at what waits for a person, and try it again.

    Example: escalation dead-letters list
    """


def _letters() -> tuple[Store, list[DeadLetter]]:
    store = Store.open(os.environ.get("DATABASE_URL") or "sqlite:///escalation.db")
    return store, store.dead_letters()


def _one(letters: list[DeadLetter], name: str) -> DeadLetter:
    found = next((letter for letter in letters if f"{letter.kind}:{letter.id}" == name), None)
    if found is None:
        remedy = "see `escalation dead-letters list` for the names"
        raise Problems(f"{name}:", [Problem(where="", message=f"no such dead letter; {remedy}")])
    return found


@dead_letters.command("list")
@told
def list_letters() -> None:
    """List them, oldest first.

    Example: escalation dead-letters list
    """
    _, letters = _letters()
    for letter in letters:
        ticket = f"{letter.connection}#{letter.ticket_id}" if letter.ticket_id else letter.connection
        say(f"{letter.kind}:{letter.id}  {letter.at:%Y-%m-%d %H:%M:%S}  {ticket}  {letter.reason}")
    if not letters:
        click.echo("No dead letters.")


@dead_letters.command()
@click.argument("name")
@told
def show(name: str) -> None:
    """Show one with its content, which may hold a customer's words.

    Example: escalation dead-letters show delivery:7
    """
    _, letters = _letters()
    letter = _one(letters, name)
    say(f"{letter.reason}\n\n{letter.body}")


@dead_letters.command()
@click.argument("names", nargs=-1, required=True)
@told
def replay(names: tuple[str, ...]) -> None:
    """Try some again, or all of them.

    Example: escalation dead-letters replay operation:3 delivery:7 (or: replay all)
    """
    store, letters = _letters()
    chosen = letters if names == ("all",) else [_one(letters, name) for name in names]
    for letter in chosen:
        if letter.kind == "delivery" and not letter.ticket_id:
            click.echo(f"{letter.kind}:{letter.id} names no ticket; there is nothing to replay.")
            continue
        store.replay(letter, now=utc_now())
        click.echo(f"{letter.kind}:{letter.id} will be tried again.")


@main.command()
@told
def doctor() -> None:
    """Check settings, store, policy, credentials and rights, and say what to do.

    Example: escalation doctor
    """
    findings = examine(os.environ)
    for finding in findings:
        click.echo(_line(finding))
    if any(not finding.well for finding in findings):
        sys.exit(1)


def _line(finding: Finding) -> str:
    mark = click.style("ok  ", fg="green") if finding.well else click.style("fix ", fg="red", bold=True)
    return f"{mark}{finding.what}: {finding.says}"
