"""A support team's Zendesk, and another helpdesk where its engineers are: a Jira of either kind, or a Zendesk."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Protocol

from connectors.accounts import Account
from connectors.jira.markup import seen
from plugin.core.model import Case
from plugin.core.rules import compile_policy
from plugin.pipeline.parts import Parts
from plugin.store.chain import Audit
from tests.sandbox import JiraSandbox, ZendeskSandbox
from tests.sandbox.contract import ContractChecker
from tests.scenarios import jira
from tests.scenarios.world import (
    ACME,
    ANA,
    BEN,
    OURS,
    SECRET,
    SEED,
    Clock,
    World,
    account,
    make_parts,
    serving,
)

#: The other connection.
LAB = "lab"
FIELD = 360_001


def policy(*, opens: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return a policy whose second step opens a ticket on the other connection."""
    opening = {"connection": LAB, "subject": "subject", "text": "text", "tags": ["payments"], "show_in": "elsewhere"}
    return {
        "format": 2,
        "rules": [
            {
                "name": "payment",
                "when": {"field": "ticket.tags", "operator": "contains", "value": "payment"},
                "escalate": {"issue_type": "payment", "severity": "sev2"},
            }
        ],
        "matrix": [
            {"issue_type": "*", "severity": "*", "ladder": "up", "targets": {"update_every": "8h"}},
        ],
        "ladders": {
            "up": {
                "steps": [
                    {"tier": "frontline", "owner": "ana", "acknowledge_within": "1h", "work_within": "2h"},
                    {
                        "tier": "engineering",
                        "owner": "ben",
                        "acknowledge_within": "2h",
                        "work_within": "4h",
                        "open_ticket": {**opening, **(opens or {})},
                    },
                    {"tier": "executive", "owner": "rui", "acknowledge_within": "4h"},
                ]
            }
        },
        "people": {
            "ana": {"name": "Ana Lima", "ids": {ACME: str(ANA)}},
            "ben": {"name": "Ben Ode", "ids": {ACME: str(BEN)}},
            "rui": {"name": "Rui Costa", "ids": {ACME: "103"}},
        },
        "fields": {"elsewhere": {"name": "Engineering ticket", "ids": {ACME: str(FIELD)}}},
        "templates": {
            "subject": "{{ case.severity }}: {{ ticket.subject }}",
            "text": "{{ requester.name }} cannot pay. {{ owner.name }} owns it.",
            "ask": "Does it work now?",
        },
        **more,
    }


class Lab(Protocol):
    """The other helpdesk, whatever its kind."""

    place: Mapping[str, Any]  #: Where a policy has tickets opened there.

    def account(self) -> Account:
        """Return the connection."""

    def listen(self, address: str) -> None:
        """Send webhooks there."""

    def idle(self) -> None:
        """Wait until all webhooks are answered."""

    def ids(self) -> list[str]:
        """Return the ids of all tickets."""

    def show(self, ticket: str) -> Mapping[str, Any]:
        """Return subject, text, tags and, where there is such a thing, the addresses it is linked with."""

    def notes(self, ticket: str) -> list[str]:
        """Return what we wrote on it after it was opened."""

    def comment(self, ticket: str, text: str) -> None:
        """Have an engineer write on it."""

    def set(self, ticket: str, status: str) -> None:
        """Have an engineer give it a status of ours."""

    def delete(self, ticket: str) -> None:
        """Take it away."""

    def open(self, subject: str) -> str:
        """Have an engineer open another one."""

    def merge(self, ticket: str, into: str) -> None:
        """Have one become a part of another."""

    def requests(self) -> list[str]:
        """Return the verbs of all calls so far."""

    def faults(self) -> Any:
        """Return what makes calls fail."""

    def create_path(self) -> str:
        """Return the path of the call that opens one."""

    def violations(self) -> list[str]:
        """Return what the vendor's description has against our calls."""


class JiraLab:
    """A Jira project of developers."""

    place: Mapping[str, Any] = {"project": "DEV", "type": "Bug"}
    _STATUSES: Mapping[str, str] = {"new": "1", "open": "3", "hold": "10101", "solved": "5"}

    def __init__(self, sandbox: JiraSandbox) -> None:
        self.sandbox = sandbox

    def account(self) -> Account:
        return replace(jira.account(self.sandbox), name=LAB)

    def listen(self, address: str) -> None:
        self.sandbox.add_webhook(f"{address}/webhooks/{LAB}", jira.SECRET)

    def idle(self) -> None:
        self.sandbox.post.idle()

    def ids(self) -> list[str]:
        return list(self.sandbox.site.issues)

    def show(self, ticket: str) -> Mapping[str, Any]:
        issue = self.sandbox.site.issues[ticket]
        links = [one["object"]["url"] for one in self.sandbox.site.remote_links[ticket].values()]
        return {
            "subject": issue["summary"],
            "text": seen(issue["description"]),
            "tags": issue["labels"],
            "links": links,
            "in": f"{issue['project']} {issue['type']}",
        }

    def notes(self, ticket: str) -> list[str]:
        held = self.sandbox.site.comments[ticket]
        return [seen(one["body"]) for one in held if one["author"] == jira.OURS]

    def comment(self, ticket: str, text: str) -> None:
        self.sandbox.act(jira.BEN).comment(ticket, text)

    def set(self, ticket: str, status: str) -> None:
        self.sandbox.act(jira.BEN).edit(ticket, status=self._STATUSES[status])

    def delete(self, ticket: str) -> None:
        self.sandbox.site.delete(jira.BEN, ticket)

    def open(self, subject: str) -> str:
        return self.sandbox.act(jira.BEN).create(summary=subject, project="DEV")

    def merge(self, ticket: str, into: str) -> None:
        raise AssertionError("a Jira merges nothing")

    def requests(self) -> list[str]:
        return [one.method for one in self.sandbox.requests]

    def faults(self) -> Any:
        return self.sandbox.faults

    def create_path(self) -> str:
        return r"/rest/api/2/issue$"

    def violations(self) -> list[str]:
        return self.sandbox.violations


class ZendeskLab:
    """A vendor's Zendesk."""

    place: Mapping[str, Any] = {"type": "incident"}

    def __init__(self, sandbox: ZendeskSandbox) -> None:
        self.sandbox = sandbox

    def account(self) -> Account:
        return account(self.sandbox, name=LAB)

    def listen(self, address: str) -> None:
        self.sandbox.add_webhook(f"{address}/webhooks/{LAB}", SECRET)

    def idle(self) -> None:
        self.sandbox.idle()

    def ids(self) -> list[str]:
        return [str(one) for one in self.sandbox.helpdesk.tickets]

    def show(self, ticket: str) -> Mapping[str, Any]:
        told = self.sandbox.ticket(int(ticket))
        return {
            "subject": told["subject"],
            "text": told["description"],
            "tags": told["tags"],
            "links": [],
            "in": told["type"],
        }

    def notes(self, ticket: str) -> list[str]:
        held = self.sandbox.comments(int(ticket))[1:]
        return [str(one["plain_body"]) for one in held if int(one["author_id"]) == OURS and not one["public"]]

    def comment(self, ticket: str, text: str) -> None:
        self.sandbox.act(BEN).comment(int(ticket), text, public=False)

    def set(self, ticket: str, status: str) -> None:
        self.sandbox.act(BEN).update(int(ticket), status=status)

    def delete(self, ticket: str) -> None:
        self.sandbox.helpdesk.delete(BEN, int(ticket))

    def open(self, subject: str) -> str:
        return str(self.sandbox.act(BEN).create_ticket(subject=subject, comment="x", requester_id=BEN))

    def merge(self, ticket: str, into: str) -> None:
        told = [("merged", {"target_ticket_id": into})]
        for listener in self.sandbox.helpdesk.listeners:
            listener(int(ticket), BEN, told)

    def requests(self) -> list[str]:
        return [one.method for one in self.sandbox.requests]

    def faults(self) -> Any:
        return self.sandbox.faults

    def create_path(self) -> str:
        return r"/tickets(\.json)?$"

    def violations(self) -> list[str]:
        return self.sandbox.violations


class TwoDesks(World):
    """What a story of both is told with; `lab` is the other one."""

    def __init__(self, sandbox: ZendeskSandbox, lab: Lab, parts: Parts, clock: Clock) -> None:
        super().__init__(sandbox, parts, clock)
        self.lab = lab

    def idle(self) -> None:
        """Wait until all webhooks of both are answered."""
        self.lab.idle()
        self.sandbox.idle()

    def case(self, ticket_id: int) -> Case:
        return [one for one in self.parts.store.cases() if one.ticket.id == str(ticket_id)][-1]

    def escalated(self) -> int:
        """Return a ticket whose case has come to the engineers."""
        ticket = self.customer_writes("My card is refused", subject="No payment", tags=["payment"])
        self.settle()
        self.clock.forward(hours=1)
        self.settle()
        return ticket


@contextmanager
def _lab(kind: str, clock: Clock) -> Iterator[Lab]:
    if kind == "zendesk":
        with ZendeskSandbox(clock=clock, contract=ContractChecker.load()) as desk:
            desk.seed(json.loads(json.dumps(SEED)))
            yield ZendeskLab(desk)
        return
    with JiraSandbox(cloud=kind == "jira-cloud", clock=clock, contract=ContractChecker.load("jira")) as site:
        site.seed(json.loads(json.dumps(jira.SEED)))
        yield JiraLab(site)


@contextmanager
def two_desks(url: str, kind: str, **told: Any) -> Iterator[TwoDesks]:
    """Make a world with both on a database and take it down again; `told` goes to the policy."""
    clock = Clock()
    with ZendeskSandbox(clock=clock, contract=ContractChecker.load()) as sandbox, _lab(kind, clock) as lab:
        sandbox.seed(json.loads(json.dumps(SEED)))
        document = policy(**{**told, "opens": {**lab.place, **told.get("opens", {})}})
        accounts = {ACME: account(sandbox), LAB: lab.account()}
        parts = make_parts(url, accounts, clock, compile_policy(document))
        parts.store.migrate()
        with serving(parts) as address:
            sandbox.add_webhook(f"{address}/webhooks/{ACME}", SECRET)
            lab.listen(address)
            yield TwoDesks(sandbox, lab, parts, clock)
            sandbox.idle()
            lab.idle()
        assert parts.store.audit() == Audit()
        parts.store.close()
        assert not [*sandbox.violations, *lab.violations()]
