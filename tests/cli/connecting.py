"""An account to be connected, and the command line beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from connectors.provisions import Made
from plugin.cli import main
from plugin.store.store import Store
from tests.sandbox import ZendeskSandbox
from tests.sandbox.contract import ContractChecker
from tests.scenarios.world import ACME, ANA, POLICY, SEED

ADDRESS = "http://127.0.0.1:9"
AGENTS_TOKEN = "an-agents-invented-token"
EVERYONE = {
    "id": 501,
    "title": "Everyone",
    "position": 1,
    "filter": {"all": [{"field": "type", "operator": "is", "value": "incident"}], "any": []},
    "policy_metrics": [],
}


def policy(**changed: Any) -> dict[str, Any]:
    """Return a policy that wants one of everything."""
    document: dict[str, Any] = json.loads(json.dumps(POLICY))
    document["matrix"][0]["changes"]["sla_tag"] = "sla_sev1"
    document |= {"state_tags": "esc", "fields": {"case_owner": {"ids": {}}}, "state_fields": {"owner": "case_owner"}}
    return document | changed


@dataclass
class Site:
    """A folder with an installation, and the account it is to be connected to."""

    folder: Path
    sandbox: ZendeskSandbox
    url: str

    @property
    def secret_file(self) -> Path:
        return self.folder / "webhook.secret"

    def write(self, name: str, document: object) -> None:
        (self.folder / name).write_text(json.dumps(document), "utf-8")

    def connection(self, **changed: Any) -> None:
        """Write the connection, with a webhook's secret that is not there yet."""
        whole = {
            "platform": "zendesk",
            "base_url": self.sandbox.url,
            "auth": {"bearer_token": "an-invented-token"},
            "webhook_secrets": [{"file": str(self.secret_file)}],
            **changed,
        }
        self.write("connections.json", {"connections": {ACME: whole}})

    def run(self, *arguments: str, says: str | None = None, **environment: str) -> Result:
        environ = {
            "DATABASE_URL": self.url,
            "POLICY_FILE": str(self.folder / "policy.json"),
            "CONNECTIONS_FILE": str(self.folder / "connections.json"),
            "PUBLIC_URL": ADDRESS,
        }
        runner = CliRunner(env={**environ, **environment})
        return runner.invoke(main, list(arguments), input=says, catch_exceptions=False)

    def connect(self, *options: str, wait: str = "0", **how: Any) -> Result:
        return self.run("connect", "zendesk", ACME, "--wait", wait, *options, **how)

    def disconnect(self, *options: str, **how: Any) -> Result:
        return self.run("disconnect", ACME, *options, **how)

    @property
    def made(self) -> Mapping[str, Made]:
        """Return what the store says we made."""
        store = Store.open(self.url)
        try:
            return {one.ref: one for one in store.provisions.of(ACME)}
        finally:
            store.close()

    @property
    def written(self) -> list[str]:
        """Return every call of the API that changed something, or tried to."""
        return [f"{one.method} {one.path}" for one in self.sandbox.requests if one.method != "GET"]

    def there(self) -> dict[str, list[str]]:
        """Return the names of what is in the account."""
        desk = self.sandbox.helpdesk
        return {
            **{name: [_name(one) for one in kept.values()] for name, kept in desk.business_rules.items()},
            "webhooks": [one.name for one in self.sandbox.post.webhooks],
            "sla": [one["title"] for one in sorted(desk.policies, key=lambda one: one["position"])],
            "fields": [one["title"] for one in desk.fields.values()],
        }


def _name(rule: Mapping[str, Any]) -> str:
    return str(rule.get("title") or rule["name"])


@contextmanager
def site(folder: Path, url: str) -> Iterator[Site]:
    """Give an account that nothing was made in, and an installation that knows where it is."""
    with ZendeskSandbox(contract=ContractChecker.load()) as sandbox:
        sandbox.seed(json.loads(json.dumps(SEED)))
        sandbox.seed({"sla_policies": [dict(EVERYONE)], "tokens": {AGENTS_TOKEN: ANA}})
        found = Site(folder=folder, sandbox=sandbox, url=url)
        found.write("policy.json", policy())
        found.connection()
        yield found
        assert not sandbox.violations, sandbox.violations
