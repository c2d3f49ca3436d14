"""`escalation connect`: sets a helpdesk account up for the plugin.

Rule 1: what would be done is shown first, as a diff; nothing else is done, and a dry run does nothing.
Rule 2: run again it goes on where it ended; where nothing is left to do it says so.
Rule 3: what has our name and is not ours, and what people changed since, is left unless somebody agrees.
Rule 4: what a right or the plan is missing for is said in words, and the rest is done. Exit code 1: something essential
        is missing, or a step failed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from connectors.provisions import WEBHOOK, Found, Hindrance, Plan, Setup, Verb, Way
from connectors.registry import PLATFORMS
from plugin.clock import utc_now
from plugin.commands import connection_entry, plan_text, signing_secret
from plugin.commands.carrying_out import CarryingOut
from plugin.commands.joined import Joined, joined
from plugin.commands.shown import say
from plugin.commands.told import told, wrong
from plugin.commands.trying import Trying
from plugin.core.fitting_out import PARTS, setup
from plugin.core.problems import unknown_word
from plugin.documents import load_policy
from plugin.settings import DEFAULTS, is_loopback, receiving_at

_WEBHOOK = f"{WEBHOOK}:{WEBHOOK}"
_WAYS = click.Choice([way.value for way in Way])
_BY = {Way.EVENTS: "its events", Way.TRIGGER: "a trigger"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What was asked for on the command line."""

    way: Way
    without: frozenset[str]
    dry_run: bool
    yes: bool
    adopt: bool
    secret_file: Path | None
    wait: float


@click.command()
@click.argument("platform", type=click.Choice(sorted(PLATFORMS)))
@click.argument("name")
@click.option("--mode", type=_WAYS, default="events", show_default=True, help="Who tells of tickets.")
@click.option("--public-url", envvar="PUBLIC_URL", help="Where the helpdesk reaches the plugin; PUBLIC_URL if absent.")
@click.option("--without", default="", help=f"Leaves out some of {', '.join(PARTS)}, with commas between.")
@click.option("--secret-file", type=click.Path(dir_okay=False, path_type=Path), help="Takes the signing secret.")
@click.option("--base-url", help="The account's address, to write a connection that is not in the file yet.")
@click.option(
    "--wait", default=60, show_default=True, type=click.IntRange(0, 600), help="Seconds for the test; 0: none."
)
@click.option("--adopt", is_flag=True, help="Takes over what has our name, and writes anew what people changed.")
@click.option("--dry-run", is_flag=True, help="Shows the plan and changes nothing.")
@click.option("--yes", is_flag=True, help="Asks nothing: no takes the place of every other question.")
@told
def connect(
    platform: str,
    name: str,
    mode: str,
    public_url: str | None,
    without: str,
    secret_file: Path | None,
    base_url: str | None,
    wait: int,
    adopt: bool,
    dry_run: bool,
    yes: bool,
) -> None:
    """Set a helpdesk account up: webhook, SLA policies, macros, view and fields, as the policy wants them.

    Example: escalation connect zendesk acme --secret-file webhook.secret --dry-run
    """
    left_out = frozenset(word.strip() for word in without.split(",") if word.strip())
    if unknown := sorted(left_out - set(PARTS)):
        raise wrong("--without:", unknown_word(unknown[0], PARTS, what="part"))
    asked = Asked(
        way=Way(mode), without=left_out, dry_run=dry_run, yes=yes, adopt=adopt, secret_file=secret_file, wait=wait
    )
    environ = {**os.environ, **({"PUBLIC_URL": public_url} if public_url else {})}
    address = f"{receiving_at(environ)}/webhooks/{name}"
    if base_url and not connection_entry.is_there(environ, name):
        wanted = connection_entry.entry(name, platform, base_url, secret_file)
        if not connection_entry.written(environ, name, wanted, agreed=yes, dry_run=dry_run):
            return
    with joined(environ, name) as there:
        if there.joining.account.platform != platform:
            raise wrong(f"{name}:", f"the connection is one of {there.joining.account.platform}")
        if is_loopback(address) and not is_loopback(there.joining.account.base_url):
            raise wrong("--public-url:", f"{address} is this machine; the helpdesk needs an address that it can reach")
        if not _Connecting(there, asked, _setup(environ, name, address, asked)).run():
            sys.exit(1)


def _setup(environ: Mapping[str, str], name: str, address: str, asked: Asked) -> Setup:
    policy, _ = load_policy(environ.get("POLICY_FILE") or DEFAULTS["POLICY_FILE"])
    return setup(policy, name, address=address, way=asked.way, without=asked.without)


class _Connecting:
    """One run of the command."""

    def __init__(self, there: Joined, asked: Asked, wanted: Setup) -> None:
        self._there = there
        self._asked = asked
        self._setup = wanted
        self._place = signing_secret.place_for(asked.secret_file, there.joining)

    def run(self) -> bool:
        """Do all of it; return if nothing essential is missing."""
        provisioner, made = self._there.provisioner, self._there.made
        found = provisioner.look(provisioner.kinds(self._setup, made))
        plan = provisioner.plan(self._setup, found, made)
        if self._asked.adopt:
            plan = self._replanned(plan, found, frozenset(step.ref for step in plan.steps if step.question))
        self._show(plan, found.hindrances)
        hindered = any(one.essential for one in found.hindrances)
        if self._asked.dry_run:
            click.echo("Nothing was changed: this is a dry run.")
            return not hindered
        plan = self._agreed(plan, found)
        if not self._may_go_on(plan):
            click.echo("Nothing was changed.")
            return False
        carrying = CarryingOut.begun(
            self._there.name, provisioner, self._there.store.provisions, made, clock=utc_now, tell=say
        )
        carrying.run(plan)
        carrying.look_again()
        self._tell_fields()
        if carrying.failed:
            say(f"{len(carrying.failed)} failed, as told above; the rest is done. Run this again.")
        return self._joined(carrying.ids.get(_WEBHOOK)) and not hindered and not carrying.failed

    def _agreed(self, plan: Plan, found: Found) -> Plan:
        """Ask what the plan leaves open, and return it as it is then."""
        if self._asked.yes:
            return plan
        open_ = [step for step in plan.steps if step.question]
        agreed = frozenset(step.ref for step in open_ if click.confirm(f"{step.what} {step.name}: {step.question}"))
        if not agreed:
            return plan
        plan = self._replanned(plan, found, agreed)
        for line in plan_text.text(Plan(steps=tuple(step for step in plan.steps if step.ref in agreed)), ()):
            say(line)
        return plan

    def _replanned(self, plan: Plan, found: Found, agreed: frozenset[str]) -> Plan:
        return self._there.provisioner.plan(self._setup, found, self._there.made, agreed=agreed) if agreed else plan

    def _show(self, plan: Plan, hindrances: tuple[Hindrance, ...]) -> None:
        account = self._there.joining.account
        say(f"{account.name}: {account.base_url} tells {self._setup.address} by {_BY[self._setup.way]}.")
        if advice := PLATFORMS[account.platform].advice(account):
            say(f"! {advice}.")
        for line in plan_text.text(plan, hindrances):
            say(line)
        say(f"{plan_text.count(plan)}.")

    def _may_go_on(self, plan: Plan) -> bool:
        """Tell if there is a place for the secret, and leave to do what the plan says."""
        makes_one = any(step.ref == _WEBHOOK and step.verb is Verb.CREATE for step in plan.steps)
        chosen = self._there.provisioner.chosen_secret()
        makes_one = makes_one and not (chosen and signing_secret.is_known(chosen, self._there.joining))
        if makes_one and not self._place.there:
            files = ", ".join(map(str, self._there.joining.secret_files))
            remedy = f"name a file for it; {files} would be written anew" if files else "name a file for it"
            message = "a webhook would be made, and this is no terminal to show its signing secret on"
            raise wrong("--secret-file:", f"{message}: {remedy}")
        if makes_one:
            say(f"The webhook's signing secret goes {self._place}.")
        acts = any(step.acts for step in plan.steps)
        return self._asked.yes or not acts or click.confirm("Do this?")

    def _tell_fields(self) -> None:
        """Say what the policy must learn of the fields that were made."""
        ids = {one.key: one.id for one in self._there.made if one.kind == "field"}
        for shown in self._setup.fields:
            if shown.id is None and ids.get(shown.key):
                say(f'Write into the policy: fields.{shown.key}.ids: "{self._there.name}": "{ids[shown.key]}"')

    def _joined(self, webhook_id: str | None) -> bool:
        """Put the secret where it belongs and try the webhook; return if it works."""
        if webhook_id is None:
            say("There is no webhook of ours: nothing is heard.")
            return False
        secret = self._there.provisioner.secret(webhook_id)
        if not signing_secret.is_known(secret, self._there.joining):
            if not self._place.there:
                say("The connection lacks the webhook's signing secret; run this again with --secret-file.")
                return False
            signing_secret.deliver(secret, self._place, self._there.joining)
        return self._tried(webhook_id)

    def _tried(self, webhook_id: str) -> bool:
        if not self._asked.wait:
            return True
        trying = Trying(
            connection=self._there.name,
            provisioner=self._there.provisioner,
            kept=self._there.store.provisions,
            webhook_id=webhook_id,
            address=self._setup.address,
        )
        verdict = trying.until_it_arrives(self._asked.wait, patient=self._be_patient)
        say(f"The test {verdict.says}")
        return verdict.well

    def _be_patient(self, why: str) -> None:
        say(f"The test {why}")
        say(f"Start the receiver, or restart it; the test is repeated for {self._asked.wait} seconds.")
