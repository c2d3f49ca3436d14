"""Works the sandbox Zendesk for the conformance suite."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from connectors.accounts import Account, BearerToken
from tests.connectors.conformance.driver import Clock, Delivery, Driver, Shown
from tests.sandbox import ZendeskSandbox
from tests.sandbox.contract import ContractChecker
from tests.sandbox.zendesk.deliveries import signature
from tests.sandbox.zendesk.helpdesk import stamp

OURS, ANA, CORA, GROUP, FIELD = 900, 101, 301, 201, 360_001
SEED = {
    "users": [
        {"id": OURS, "name": "Escalation", "email": "escalation@acme.test", "role": "admin"},
        {"id": ANA, "name": "Ana Lima", "email": "ana@acme.test", "role": "agent"},
        {"id": CORA, "name": "Cora Nunes", "email": "cora@customer.test", "role": "end-user", "tags": ["gold"]},
    ],
    "groups": [{"id": GROUP, "name": "Escalations", "members": [OURS, ANA]}],
    "ticket_fields": [
        {
            "id": FIELD,
            "type": "tagger",
            "title": "Reason",
            "custom_field_options": [{"name": "Late", "value": "reason_late"}],
        }
    ],
    "tokens": {"a-good-token": OURS, "a-customers-token": CORA},
    "oauth": {"client_id": "an-id", "client_secret": "a-secret", "user_id": OURS},
}
_VERBS = {"read": "GET", "write": "PUT"}
_TICKET = r"/tickets/\d+(\.json)?$"


class ZendeskDriver:
    """The sandbox in the suite's words."""

    our_id, agent_id, customer_id = str(OURS), str(ANA), str(CORA)
    group_id, field_id, new_priority = str(GROUP), str(FIELD), None
    secret_of_webhook = "an-invented-signing-secret"
    place: Mapping[str, str] = {"group_id": str(GROUP)}

    def __init__(self, sandbox: ZendeskSandbox, clock: Clock) -> None:
        self.sandbox = sandbox
        self.clock = clock
        self.account = Account(
            name="acme",
            platform="zendesk",
            base_url=sandbox.url,
            auth=BearerToken(token="a-good-token"),
            webhook_secrets=(self.secret_of_webhook,),
        )
        self.bad_account = replace(self.account, auth=BearerToken(token="nobodys"))

    def customer_opens(self, subject: str, text: str, *, tags: Sequence[str] = ()) -> str:
        return str(self.sandbox.act(CORA).create_ticket(subject=subject, comment=text, tags=list(tags)))

    def comment(self, ticket_id: str, author_id: str, text: str, *, public: bool = True) -> None:
        self.sandbox.act(int(author_id)).comment(int(ticket_id), text, public=public)

    def agent_edits(self, ticket_id: str) -> None:
        self.sandbox.act(ANA).update(int(ticket_id), priority="low")

    def delete(self, ticket_id: str) -> None:
        del self.sandbox.helpdesk.tickets[int(ticket_id)]

    def comments(self, ticket_id: str) -> list[Shown]:
        return [
            Shown(text=one["plain_body"], public=one["public"], author_id=str(one["author_id"]))
            for one in self.sandbox.comments(int(ticket_id))
        ]

    def fail(self, what: str, status: int, *, retry_after: int | None = None) -> None:
        self.sandbox.faults.add(_VERBS[what], _TICKET, "status", status=status, retry_after=retry_after)

    def drop(self, *, applied: bool) -> None:
        self.sandbox.faults.add("PUT", _TICKET, "drop_after" if applied else "drop_before")

    def drop_opening(self, *, applied: bool) -> None:
        self.sandbox.faults.add("POST", r"/tickets(\.json)?$", "drop_after" if applied else "drop_before")

    def tickets(self) -> list[str]:
        return [str(one) for one in self.sandbox.helpdesk.tickets]

    def calls(self) -> list[str]:
        return [one.method for one in self.sandbox.requests]

    def violations(self) -> list[str]:
        return self.sandbox.violations

    def deliveries(self) -> list[Delivery]:
        held, self.sandbox.post.held = self.sandbox.post.held, []
        at = stamp(self.clock())
        return [
            Delivery(
                headers={
                    "x-zendesk-webhook-signature": signature(self.secret_of_webhook, at, one.body),
                    "x-zendesk-webhook-signature-timestamp": at,
                    "x-zendesk-webhook-invocation-id": one.invocation,
                },
                body=one.body,
            )
            for one in held
        ]

    def ticket_json(self, ticket_id: str) -> bytes:
        return json.dumps({"ticket": self.sandbox.ticket(int(ticket_id))}).encode()


@contextmanager
def zendesk(clock: Clock) -> Iterator[Driver]:
    """Start a sandbox with a webhook whose deliveries are held."""
    with ZendeskSandbox(clock=clock, contract=ContractChecker.load()) as sandbox:
        sandbox.seed(json.loads(json.dumps(SEED)))
        sandbox.hold = True
        sandbox.add_webhook("http://127.0.0.1:9/", ZendeskDriver.secret_of_webhook)
        yield ZendeskDriver(sandbox, clock)
