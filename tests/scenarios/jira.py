"""A whole installation beside a sandbox Jira, Cloud or Data Center."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from connectors.accounts import Account, ApiToken, BearerToken
from connectors.jira.markup import seen
from connectors.model import Status, TicketRef
from plugin.core.model import Case
from plugin.core.rules import compile_policy
from plugin.pipeline.parts import Parts
from plugin.pipeline.visiting import visit
from plugin.store.chain import Audit
from tests.sandbox import JiraSandbox
from tests.sandbox.contract import ContractChecker
from tests.scenarios.world import LEASE, Clock, make_parts, serving

SD = "sd"
SECRET = "an-invented-webhook-secret"
OURS, ANA, BEN, CORA = "esc-bot", "ana", "ben", "cora"
SEED: Mapping[str, Any] = {
    "users": [
        {"id": OURS, "name": "Escalation", "email": "escalation@acme.test", "agent": True},
        {"id": ANA, "name": "Ana Lima", "email": "ana@acme.test", "agent": True},
        {"id": BEN, "name": "Ben Ode", "email": "ben@acme.test", "agent": True},
        {"id": CORA, "name": "Cora Nunes", "email": "cora@customer.test", "agent": False},
    ],
    "projects": [{"id": "10001", "key": "DEV", "projectTypeKey": "software"}],
    "goals": [{"label": "sla_sev1", "minutes": 60}],
    "tokens": {"an-invented-token": OURS},
}


class JiraWorld:
    """What a story is told with."""

    def __init__(self, sandbox: JiraSandbox, parts: Parts, clock: Clock) -> None:
        self.sandbox = sandbox
        self.parts = parts
        self.clock = clock

    def settle(self) -> None:
        """Let every delivery arrive and everything due be done."""
        while True:
            self.sandbox.post.idle()
            claims = self.parts.store.claim(tuple(self.parts.accounts), now=self.clock(), lease=LEASE, limit=10)
            for claimed in claims:
                visit(self.parts, claimed)
            if not claims:
                return

    def customer_writes(self, text: str = "Please help", **fields: Any) -> str:
        return self.sandbox.act(CORA).create(summary="Help", description=text, **fields)

    def issue(self, number: str) -> dict[str, Any]:
        return self.sandbox.site.issues[number]

    def said(self, number: str, *, public: bool) -> list[str]:
        """Return what the plugin wrote."""
        held = self.sandbox.site.comments[number]
        return [seen(one["body"]) for one in held if one["author"] == OURS and one["public"] is public]

    def case(self, number: str) -> Case:
        ref = TicketRef(connection=SD, id=number)
        return next(case for case in self.parts.store.cases() if case.ticket == ref)

    def reasons(self, number: str) -> list[str]:
        return [entry.reason.value for entry in self.parts.store.log(TicketRef(connection=SD, id=number))]


def account(sandbox: JiraSandbox) -> Account:
    """Return the connection to a sandbox."""
    token = ApiToken(email="escalation@acme.test", api_token="an-invented-token")
    return Account(
        name=SD,
        platform="jira",
        base_url=sandbox.url,
        auth=token if sandbox.site.cloud else BearerToken(token="an-invented-token"),
        webhook_secrets=(SECRET,),
        statuses={"Waiting for customer": Status.PENDING, "Pending": Status.HOLD},
    )


@contextmanager
def living_jira(url: str, policy: Mapping[str, Any], *, cloud: bool) -> Iterator[JiraWorld]:
    """Make a world on a database and take it down again."""
    clock = Clock()
    with JiraSandbox(cloud=cloud, clock=clock, contract=ContractChecker.load("jira")) as sandbox:
        sandbox.seed(SEED)
        parts = make_parts(url, {SD: account(sandbox)}, clock, compile_policy(policy))
        parts.store.migrate()
        with serving(parts) as address:
            sandbox.add_webhook(f"{address}/webhooks/{SD}", SECRET)
            yield JiraWorld(sandbox, parts, clock)
            sandbox.post.idle()
        assert parts.store.audit() == Audit()
        parts.store.close()
        assert not sandbox.violations, sandbox.violations
