"""From a fresh account to an escalated ticket and back, through nothing but what `escalation connect` made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.accounts import Account
from connectors.zendesk.platform import Zendesk
from plugin.clock import utc_now
from plugin.commands.trying import Trying
from plugin.core.rules import compile_policy
from plugin.pipeline.parts import Parts
from tests.cli.connecting import Site, policy, site
from tests.scenarios.world import ACME, ANA, CUSTOMER, World, account, make_parts, serving


class Installation:
    """A site with its receiver and its worker's hands."""

    def __init__(self, there: Site, parts: Parts, address: str, clock: Any) -> None:
        self.there = there
        self.parts = parts
        self.address = address
        self.world = World(there.sandbox, parts, clock)

    def connect(self, *options: str) -> str:
        done = self.there.connect("--yes", *options, wait="1", PUBLIC_URL=self.address)
        return f"{done.exit_code}: {done.output}"

    def restart(self) -> None:
        """Have the receiver read the signing secret, as a restart does."""
        secret = self.there.secret_file.read_text("utf-8").strip()
        self.parts.accounts = {ACME: replace(self.account, webhook_secrets=(secret,))}

    @property
    def account(self) -> Account:
        return self.parts.accounts[ACME]

    def severe_ticket(self) -> int:
        return self.world.customer_writes(subject="Paid twice", tags=["payment"])


@pytest.fixture
def here(tmp_path: Path, migrated_url: str) -> Iterator[Installation]:
    with site(tmp_path, migrated_url) as there:
        accounts = {ACME: replace(account(there.sandbox), webhook_secrets=())}
        clock = there.sandbox.helpdesk.clock
        parts = make_parts(migrated_url, accounts, clock, compile_policy(policy()))
        with serving(parts) as address:
            yield Installation(there, parts, address, clock)
            there.sandbox.idle()
        parts.store.close()


def test_a_ticket_is_escalated_through_the_webhook_that_was_made(here: Installation) -> None:
    begun = here.connect()
    here.restart()
    done = here.connect()
    ticket = here.severe_ticket()
    here.world.settle()

    assert begun.startswith("1: ")
    assert "The test arrived, but was refused (401)" in begun
    assert done.startswith("0: ")
    assert "Nothing to do." in done
    assert "The test arrived, and its signature is good." in done
    tags = here.world.ticket(ticket)["tags"]
    assert {"escalated", "sla_sev1", "esc", "esc_awaiting_ack"} <= set(tags)
    applied = here.there.sandbox.helpdesk.applied[ticket]
    assert applied is not None
    assert applied["title"] == "Escalation (acme): sla_sev1"


def test_the_test_is_repeated_until_the_receiver_knows_the_secret(here: Installation) -> None:
    here.connect()
    made = here.there.made["webhook:webhook"].id
    assert made is not None
    unknown = {ACME: here.account}
    told: list[str] = []

    def restart(why: str) -> None:
        told.append(why)
        here.restart()

    trying = Trying(
        connection=ACME,
        provisioner=Zendesk().provisioner(here.account, clock=utc_now),
        kept=here.parts.store.provisions,
        webhook_id=made,
        address=f"{here.address}/webhooks/{ACME}",
        pause=0.01,
    )

    late = trying.until_it_arrives(1, patient=restart)
    at_once = trying.until_it_arrives(1, patient=restart)
    here.parts.accounts = unknown
    never = trying.until_it_arrives(0.03, patient=told.append)

    assert [one.well for one in (late, at_once, never)] == [True, True, False]
    assert len(told) == 2
    assert "refused (401)" in never.says


def test_a_macros_tag_is_obeyed(here: Installation) -> None:
    here.connect()
    here.restart()
    ticket = here.severe_ticket()
    here.world.settle()
    macros = here.there.sandbox.helpdesk.business_rules["macros"].values()
    [action] = next(one["actions"] for one in macros if one["title"].endswith("Acknowledge"))
    tags = [*here.world.ticket(ticket)["tags"], action["value"]]

    here.there.sandbox.act(ANA).update(ticket, tags=tags)
    here.world.settle()

    assert "acknowledged" in " ".join(here.world.reasons(ticket))
    assert action["value"] not in here.world.ticket(ticket)["tags"]


def test_after_it_is_taken_down_nothing_is_heard(here: Installation) -> None:
    before = here.there.there()
    here.connect()
    here.restart()

    done = here.there.disconnect("--yes", "--everything")
    ticket = here.severe_ticket()
    here.world.settle()

    assert done.exit_code == 0, done.output
    assert here.there.there() == before
    assert here.world.log(ticket) == []


def test_a_trigger_tells_of_tickets_and_does_not_hear_our_own_writes(here: Installation) -> None:
    here.connect("--mode", "trigger")
    here.restart()
    ticket = here.severe_ticket()
    here.world.settle()
    told = len(here.there.sandbox.deliveries)
    here.there.sandbox.act(CUSTOMER).comment(ticket, "Hello?")
    here.world.settle()

    assert "escalated" in here.world.ticket(ticket)["tags"]
    assert told == 1
    assert len(here.there.sandbox.deliveries) == 2
