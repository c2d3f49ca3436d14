"""`escalation disconnect`: takes down what `connect` made, and nothing else.

Rule 1: only what is written down as ours is touched, by its id; what was there before us stays.
Rule 2: SLA policies, views and fields stay unless they are asked for: tickets hold on to them.
"""

from __future__ import annotations

import os
import sys

import click

from connectors.provisions import WEBHOOK, Found, Plan, Step
from plugin.clock import utc_now
from plugin.commands import plan_text
from plugin.commands.carrying_out import CarryingOut
from plugin.commands.joined import Joined, joined
from plugin.commands.shown import say
from plugin.commands.told import told


@click.command()
@click.argument("name")
@click.option("--everything", is_flag=True, help="SLA policies, views and fields as well.")
@click.option("--changed", is_flag=True, help="What people changed since, too.")
@click.option("--dry-run", is_flag=True, help="Shows the plan and changes nothing.")
@click.option("--yes", is_flag=True, help="Asks nothing: no takes the place of every other question.")
@told
def disconnect(name: str, everything: bool, changed: bool, dry_run: bool, yes: bool) -> None:
    """Take down what was made in a helpdesk account for a connection.

    Example: escalation disconnect acme --dry-run
    """
    with joined(os.environ, name) as there:
        made = there.made
        if not made:
            say(f"Nothing was made for {name}.")
            return
        found = there.provisioner.look(tuple(dict.fromkeys(one.kind for one in made)))
        asks = not yes and not dry_run
        plan = _agreed(there, found, everything=everything, changed=changed, asks=asks)
        for line in plan_text.text(plan, found.hindrances):
            say(line)
        say(f"{plan_text.count(plan)}.")
        if dry_run:
            click.echo("Nothing was changed: this is a dry run.")
            return
        if any(step.acts for step in plan.steps) and asks and not click.confirm("Do this?"):
            click.echo("Nothing was changed.")
            return
        if not _carried_out(there, plan):
            sys.exit(1)


def _agreed(there: Joined, found: Found, *, everything: bool, changed: bool, asks: bool) -> Plan:
    """Return the plan with the questions answered that it has."""
    plan = there.provisioner.undo(found, there.made, everything=everything)
    if asks and not everything and plan.notices:
        for notice in plan.notices:
            say(f"* {notice}")
        everything = click.confirm("Remove these, too?")
        plan = there.provisioner.undo(found, there.made, everything=everything)
    agreed = {step.ref for step in plan.steps if step.question and (changed or (asks and _confirmed(step)))}
    return there.provisioner.undo(found, there.made, everything=everything, agreed=agreed)


def _confirmed(step: Step) -> bool:
    return click.confirm(f"{step.what} {step.name}: {step.question}")


def _carried_out(there: Joined, plan: Plan) -> bool:
    """Do it; return if nothing failed."""
    kept = there.store.provisions
    carrying = CarryingOut.begun(there.name, there.provisioner, kept, there.made, clock=utc_now, tell=say)
    carrying.run(plan)
    if carrying.failed:
        say("Some of it failed; run this again.")
    elif not any(one.kind == WEBHOOK for one in there.made):
        say(f'{there.name} is told of nothing more. Take it out of the connections file, or set its "mode" to "off".')
    return not carrying.failed
