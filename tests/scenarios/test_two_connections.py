"""What happens to one helpdesk account does not concern another."""

from __future__ import annotations

import json

from plugin.core.rules import compile_policy
from plugin.pipeline.visiting import visit
from tests.sandbox import ZendeskSandbox
from tests.sandbox.contract import ContractChecker
from tests.scenarios.world import (
    ACME,
    CUSTOMER,
    LEASE,
    POLICY,
    SECRET,
    SEED,
    Clock,
    World,
    account,
    make_parts,
    serving,
)


def settle(world: World, other: ZendeskSandbox) -> None:
    while True:
        world.sandbox.idle()
        other.idle()
        now = world.clock()
        claims = world.parts.store.claim(tuple(world.parts.accounts), now=now, lease=LEASE, limit=10)
        if not claims:
            return
        for claimed in claims:
            visit(world.parts, claimed)


def test_a_429_with_retry_after_delays_only_its_own_connection(migrated_url: str) -> None:
    clock = Clock()
    policy = json.loads(json.dumps(POLICY))
    for section in ("people", "groups"):
        for entry in policy[section].values():
            entry["ids"]["other"] = entry["ids"][ACME]
    contract = ContractChecker.load()
    desks = [ZendeskSandbox(clock=clock, contract=contract) for _ in range(2)]
    with desks[0] as sandbox, desks[1] as other:
        for desk in (sandbox, other):
            desk.seed(json.loads(json.dumps(SEED)))
        accounts = {ACME: account(sandbox), "other": account(other, name="other")}
        parts = make_parts(migrated_url, accounts, clock, compile_policy(policy))
        parts.store.migrate()
        with serving(parts) as address:
            sandbox.add_webhook(f"{address}/webhooks/{ACME}", SECRET)
            other.add_webhook(f"{address}/webhooks/other", SECRET)
            world = World(sandbox, parts, clock)
            sandbox.faults.add("GET", r"/tickets/\d+", "status", status=429, retry_after=120)
            fields = {"subject": "Help", "comment": "x", "requester_id": CUSTOMER, "tags": ["payment"]}
            held_up = sandbox.act(CUSTOMER).create_ticket(**fields)
            settle(world, other)
            second = sandbox.act(CUSTOMER).create_ticket(**fields)
            free = other.act(CUSTOMER).create_ticket(**fields)

            settle(world, other)

            assert "escalated" in other.ticket(free)["tags"]
            assert "escalated" not in sandbox.ticket(held_up)["tags"]
            assert len([r for r in sandbox.requests if "/tickets/" in r.path]) == 1
            clock.forward(seconds=119)
            settle(world, other)
            assert "escalated" not in sandbox.ticket(second)["tags"]
            clock.forward(seconds=35)
            settle(world, other)
            assert "escalated" in sandbox.ticket(held_up)["tags"]
            assert "escalated" in sandbox.ticket(second)["tags"]
        parts.store.close()
        assert sandbox.violations + other.violations == []
