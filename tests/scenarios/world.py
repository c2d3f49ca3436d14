"""A whole installation in one process: sandbox helpdesk, receiver over real HTTP, store, and a worker's hands.

The clock stands still until a story moves it; work is done by the real pipeline when the story says `settle`.
"""

from __future__ import annotations

import json
import random
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server

from connectors.accounts import Account, BearerToken
from connectors.model import Mode, TicketRef
from connectors.notices import Destination
from connectors.registry import PLATFORMS
from plugin.core.model import LogEntry
from plugin.core.policy import Policy
from plugin.core.rules import compile_policy
from plugin.links import Links
from plugin.pipeline.parts import Parts
from plugin.pipeline.telling import tell
from plugin.pipeline.visiting import visit
from plugin.store.chain import Audit
from plugin.store.store import Store
from plugin.web.app import create_app
from tests.sandbox import ZendeskSandbox
from tests.sandbox.contract import ContractChecker

ACME = "acme"
SECRET = "an-invented-signing-secret"
LINK_SECRET = "an-invented-secret-that-signs-links"
LEASE = timedelta(seconds=60)
OURS, ANA, BEN, RUI, CUSTOMER = 900, 101, 102, 103, 301
ANOTHER_CUSTOMER = 302

SEED: Mapping[str, Any] = {
    "users": [
        {"id": OURS, "name": "Escalation", "email": "escalation@acme.test", "role": "admin"},
        {"id": ANA, "name": "Ana Lima", "email": "ana@acme.test", "role": "agent"},
        {"id": BEN, "name": "Ben Ode", "email": "ben@acme.test", "role": "agent"},
        {"id": RUI, "name": "Rui Costa", "email": "rui@acme.test", "role": "agent"},
        {"id": CUSTOMER, "name": "Cora Nunes", "email": "cora@customer.test", "role": "end-user"},
        {"id": ANOTHER_CUSTOMER, "name": "Dov Adler", "email": "dov@customer.test", "role": "end-user"},
    ],
    "groups": [
        {"id": 201, "name": "Escalations", "members": [ANA, BEN, OURS]},
        {"id": 202, "name": "Frontline", "members": [ANA, BEN]},
    ],
    "organizations": [],
    "sla_policies": [],
    "tokens": {"an-invented-token": OURS},
    "tickets": [],
}

POLICY: Mapping[str, Any] = {
    "rules": [
        {
            "name": "payment",
            "when": {
                "all": [
                    {"field": "ticket.status", "operator": "not_in", "value": ["solved", "closed"]},
                    {"field": "ticket.tags", "operator": "contains", "value": "payment"},
                ]
            },
            "escalate": {"issue_type": "payment", "severity": "sev1"},
        },
        {
            "name": "unanswered",
            "when": {
                "all": [
                    {"field": "ticket.status", "operator": "in", "value": ["new", "open"]},
                    {"field": "unanswered", "operator": "at_least", "value": "4h"},
                ]
            },
            "escalate": {"issue_type": "waiting", "severity": "sev3"},
        },
    ],
    "matrix": [
        {
            "issue_type": "payment",
            "severity": "sev1",
            "owner": "ana",
            "targets": {"update_every": "1h"},
            "changes": {
                "tags": ["escalated"],
                "priority": "urgent",
                "group": "escalations",
                "internal_note": "note",
                "public_comment": "told",
            },
        },
        {
            "issue_type": "*",
            "severity": "*",
            "owner": "ben",
            "changes": {"tags": ["escalated"], "group": "escalations", "internal_note": "note"},
        },
    ],
    "people": {
        "ana": {"name": "Ana Lima", "ids": {ACME: str(ANA)}},
        "ben": {"name": "Ben Ode", "ids": {ACME: str(BEN)}},
    },
    "groups": {"escalations": {"name": "Escalations", "ids": {ACME: "201"}}},
    "templates": {
        "note": "Owner {{ owner.name }}, because:\n{% for line in because %}{{ line }}\n{% endfor %}",
        "told": "{{ owner.name }} has your request {{ ticket.subject }}; next update by {{ case.next_update }}.",
    },
}


class Clock:
    """Time that moves when the story says so."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **length: float) -> None:
        self.now += timedelta(**length)


class World:
    """What a story is told with."""

    def __init__(self, sandbox: ZendeskSandbox, parts: Parts, clock: Clock) -> None:
        self.sandbox = sandbox
        self.parts = parts
        self.clock = clock

    def settle(self) -> None:
        """Let every delivery arrive and everything due be done."""
        while True:
            self.idle()
            now = self.clock()
            claims = self.parts.store.claim(tuple(self.parts.accounts), now=now, lease=LEASE, limit=10)
            for claimed in claims:
                visit(self.parts, claimed)
            if not claims and not self._tell():
                return

    def idle(self) -> None:
        """Wait until all webhooks are answered."""
        self.sandbox.idle()

    def _tell(self) -> bool:
        """Tell a destination what waits for it; return if there was one."""
        posting = self.parts.store.postings.take(now=self.clock(), lease=LEASE)
        if posting:
            tell(self.parts, posting)
        return posting is not None

    def customer_writes(self, text: str = "Please help", *, subject: str = "Help", **fields: Any) -> int:
        """Have the customer open a ticket."""
        return int(
            self.sandbox.act(CUSTOMER).create_ticket(subject=subject, comment=text, requester_id=CUSTOMER, **fields)
        )

    def ticket(self, ticket_id: int) -> dict[str, Any]:
        return dict(self.sandbox.ticket(ticket_id))

    def comments(self, ticket_id: int, *, public: bool, by: int = OURS) -> list[str]:
        """Return the texts one user wrote on a ticket."""
        found = [c for c in self.sandbox.comments(ticket_id) if c["public"] is public and int(c["author_id"]) == by]
        return [str(c.get("plain_body") or c["body"]) for c in found]

    def log(self, ticket_id: int) -> list[LogEntry]:
        return self.parts.store.log(TicketRef(connection=ACME, id=str(ticket_id)))

    def reasons(self, ticket_id: int) -> list[str]:
        return [entry.reason.value for entry in self.log(ticket_id)]


def account(sandbox: ZendeskSandbox, *, name: str = ACME, mode: Mode = Mode.ENFORCE) -> Account:
    return Account(
        name=name,
        platform="zendesk",
        base_url=sandbox.url,
        auth=BearerToken(token="an-invented-token"),
        webhook_secrets=(SECRET,),
        mode=mode,
    )


def make_parts(
    url: str,
    accounts: Mapping[str, Account],
    clock: Any,
    policy: Policy | None = None,
    destinations: Mapping[str, Destination] | None = None,
    *,
    public_url: str = "",
) -> Parts:
    chance = random.Random(7)
    return Parts(
        store=Store.open(url),
        policy=policy or compile_policy(POLICY),
        accounts=accounts,
        platforms=PLATFORMS,
        clock=clock,
        new_id=lambda: uuid.uuid4().hex,
        chance=chance.random,
        destinations=destinations or {},
        links=Links(public_url=public_url, secrets=(LINK_SECRET,), clock=clock),
    )


@contextmanager
def serving(parts: Parts) -> Iterator[str]:
    """Serve the receiver over HTTP on loopback."""
    server = make_server("127.0.0.1", 0, create_app(parts), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.002}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def living(
    url: str,
    *,
    policy: Mapping[str, Any] = POLICY,
    mode: Mode = Mode.ENFORCE,
    clock: Any = None,
    destinations: Mapping[str, Destination] | None = None,
    public_url: str = "",
) -> Iterator[World]:
    """Make a world on a database and take it down again."""
    clock = clock or Clock()
    with ZendeskSandbox(clock=clock, contract=ContractChecker.load()) as sandbox:
        sandbox.seed(json.loads(json.dumps(SEED)))
        accounts = {ACME: account(sandbox, mode=mode)}
        parts = make_parts(url, accounts, clock, compile_policy(policy), destinations, public_url=public_url)
        parts.store.migrate()
        with serving(parts) as address:
            sandbox.add_webhook(f"{address}/webhooks/{ACME}", SECRET)
            yield World(sandbox, parts, clock)
            sandbox.idle()
        assert parts.store.audit() == Audit()
        parts.store.close()
        assert not sandbox.violations, sandbox.violations


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'escalation.db'}"
