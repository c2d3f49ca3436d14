"""Works the sandbox Jira for the conformance suite, as Cloud and as Data Center."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from connectors.accounts import Account, ApiToken, BearerToken
from connectors.jira.markup import seen
from tests.connectors.conformance.driver import Clock, Delivery, Driver, Shown
from tests.sandbox import JiraSandbox
from tests.sandbox.contract import ContractChecker
from tests.sandbox.jira import showing
from tests.sandbox.jira.site import REASON

SEED = {
    "users": [
        {"id": "esc-bot", "name": "Escalation", "email": "escalation@acme.test", "agent": True},
        {"id": "ana", "name": "Ana Lima", "email": "ana@acme.test", "agent": True},
        {"id": "cora", "name": "Cora Nunes", "email": "cora@customer.test", "agent": False},
    ],
    "tokens": {"a-good-token": "esc-bot"},
}
_VERBS = {"read": "GET", "write": "PUT"}
_ISSUE = r"/issue/\d+$"


class JiraDriver:
    """The sandbox in the suite's words."""

    our_id, agent_id, customer_id = "esc-bot", "ana", "cora"
    group_id, field_id, new_priority = "", REASON, "normal"
    secret_of_webhook = "an-invented-webhook-secret"
    place: Mapping[str, str] = {"project": "SD", "type": "Bug"}

    def __init__(self, sandbox: JiraSandbox, clock: Clock) -> None:
        self.sandbox = sandbox
        self.clock = clock
        token = ApiToken(email="escalation@acme.test", api_token="a-good-token")
        auth = token if sandbox.site.cloud else BearerToken(token="a-good-token")
        self.account = Account(
            name="acme",
            platform="jira",
            base_url=sandbox.url,
            auth=auth,
            webhook_secrets=(self.secret_of_webhook,),
        )
        self.bad_account = replace(self.account, auth=BearerToken(token="nobodys"))

    def customer_opens(self, subject: str, text: str, *, tags: Sequence[str] = ()) -> str:
        return self.sandbox.act("cora").create(summary=subject, description=text, labels=list(tags))

    def comment(self, ticket_id: str, author_id: str, text: str, *, public: bool = True) -> None:
        self.sandbox.act(author_id).comment(ticket_id, text, public=public)

    def agent_edits(self, ticket_id: str) -> None:
        self.sandbox.act("ana").edit(ticket_id, priority="4")

    def delete(self, ticket_id: str) -> None:
        del self.sandbox.site.issues[ticket_id]

    def comments(self, ticket_id: str) -> list[Shown]:
        """Return the description too: it is what the customer wrote first."""
        issue, held = self.sandbox.site.issues[ticket_id], self.sandbox.site.comments[ticket_id]
        first = Shown(text=seen(issue["description"]), public=True, author_id=issue["reporter"])
        said = [Shown(text=seen(one["body"]), public=one["public"], author_id=one["author"]) for one in held]
        return [first, *said]

    def fail(self, what: str, status: int, *, retry_after: int | None = None) -> None:
        self.sandbox.faults.add(_VERBS[what], _ISSUE, "status", status=status, retry_after=retry_after)

    def drop(self, *, applied: bool) -> None:
        self.sandbox.faults.add("POST", r"/comment$", "drop_after" if applied else "drop_before")

    def drop_opening(self, *, applied: bool) -> None:
        self.sandbox.faults.add("POST", r"/issue$", "drop_after" if applied else "drop_before")

    def tickets(self) -> list[str]:
        return list(self.sandbox.site.issues)

    def calls(self) -> list[str]:
        return [one.method for one in self.sandbox.requests]

    def violations(self) -> list[str]:
        return self.sandbox.violations

    def deliveries(self) -> list[Delivery]:
        held, self.sandbox.post.held = self.sandbox.post.held, []
        secret = None if self.sandbox.site.cloud else self.secret_of_webhook
        return [
            Delivery(headers=_lower(self.sandbox.post.headers(one)), body=one.body, url_secret=secret) for one in held
        ]

    def ticket_json(self, ticket_id: str) -> bytes:
        site = self.sandbox.site
        return json.dumps(showing.document(site, site.issue(ticket_id), expand=["schema"])).encode()


def _lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@contextmanager
def _jira(clock: Clock, *, cloud: bool) -> Iterator[Driver]:
    with JiraSandbox(cloud=cloud, clock=clock, contract=ContractChecker.load("jira")) as sandbox:
        sandbox.seed(json.loads(json.dumps(SEED)))
        sandbox.post.hold = True
        sandbox.add_webhook("http://127.0.0.1:9/", JiraDriver.secret_of_webhook)
        yield JiraDriver(sandbox, clock)


@contextmanager
def cloud(clock: Clock) -> Iterator[Driver]:
    """Start a sandbox of Cloud with a webhook whose deliveries are held."""
    with _jira(clock, cloud=True) as driver:
        yield driver


@contextmanager
def data_center(clock: Clock) -> Iterator[Driver]:
    """Start one of Data Center."""
    with _jira(clock, cloud=False) as driver:
        yield driver
