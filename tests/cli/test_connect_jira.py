"""An admin connects a Jira."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from plugin.cli import main
from tests.sandbox import JiraSandbox
from tests.sandbox.contract import ContractChecker
from tests.scenarios.jira import SD, SECRET, SEED, account
from tests.scenarios.test_jira import POLICY
from tests.scenarios.world import Clock, make_parts, serving

KINDS = pytest.mark.parametrize("cloud", [True, False], ids=["cloud", "data_center"])
ADDRESS = "http://127.0.0.1:9"


@dataclass
class Site:
    """A folder with an installation, and the site it is to be connected to."""

    folder: Path
    sandbox: JiraSandbox
    url: str

    def write(self, **changed: Any) -> None:
        cloud = self.sandbox.site.cloud
        token = {"email": "escalation@acme.test", "api_token": "an-invented-token"}
        whole = {
            "platform": "jira",
            "base_url": self.sandbox.url,
            "auth": token if cloud else {"bearer_token": "an-invented-token"},
            "webhook_secrets": [SECRET],
            "scope": "project = SD",
            **changed,
        }
        (self.folder / "connections.json").write_text(json.dumps({"connections": {SD: whole}}), "utf-8")
        (self.folder / "policy.json").write_text(json.dumps(POLICY), "utf-8")

    def run(self, *arguments: str, address: str = ADDRESS) -> Result:
        environ = {
            "DATABASE_URL": self.url,
            "POLICY_FILE": str(self.folder / "policy.json"),
            "CONNECTIONS_FILE": str(self.folder / "connections.json"),
            "PUBLIC_URL": address,
        }
        return CliRunner(env=environ).invoke(main, list(arguments), catch_exceptions=False)

    def connect(self, *options: str, wait: str = "0", address: str = ADDRESS) -> Result:
        return self.run("connect", "jira", SD, "--yes", "--wait", wait, *options, address=address)


@contextmanager
def site(folder: Path, url: str, *, cloud: bool) -> Iterator[Site]:
    with JiraSandbox(cloud=cloud, contract=ContractChecker.load("jira")) as sandbox:
        sandbox.seed(SEED)
        found = Site(folder, sandbox, url)
        found.write()
        yield found
        assert not sandbox.violations, sandbox.violations


@KINDS
def test_the_webhook_is_made_with_our_secret_and_scope(
    tmp_path: Path, migrated_sqlite_url: str, *, cloud: bool
) -> None:
    with site(tmp_path, migrated_sqlite_url, cloud=cloud) as there:
        result = there.connect()

        assert result.exit_code == 0, result.output
        [webhook] = there.sandbox.post.webhooks
        assert (webhook.name, webhook.jql) == (f"Escalation ({SD})", "project = SD")
        assert "comment_created" in webhook.events
        address = f"{ADDRESS}/webhooks/{SD}"
        assert (webhook.url, webhook.secret) == ((address, SECRET) if cloud else (f"{address}?secret={SECRET}", ""))
        assert SECRET not in result.output
        assert "labels = sla_sev1" in result.output


@KINDS
def test_a_second_run_has_nothing_to_do(tmp_path: Path, migrated_sqlite_url: str, *, cloud: bool) -> None:
    with site(tmp_path, migrated_sqlite_url, cloud=cloud) as there:
        there.connect()
        writes = [one for one in there.sandbox.requests if one.method != "GET"]

        result = there.connect()

        assert result.exit_code == 0, result.output
        assert [one for one in there.sandbox.requests if one.method != "GET"] == writes


def test_another_scope_changes_the_webhook(tmp_path: Path, migrated_sqlite_url: str) -> None:
    with site(tmp_path, migrated_sqlite_url, cloud=True) as there:
        there.connect()
        there.write(scope="project in (SD, DEV)")

        result = there.connect()

        assert "project in (SD, DEV)" in result.output
        assert there.sandbox.post.webhooks[0].jql == "project in (SD, DEV)"


def test_a_dry_run_changes_nothing(tmp_path: Path, migrated_sqlite_url: str) -> None:
    with site(tmp_path, migrated_sqlite_url, cloud=True) as there:
        result = there.connect("--dry-run")

        assert "Nothing was changed" in result.output
        assert there.sandbox.post.webhooks == []


def test_disconnect_removes_what_was_made_and_nothing_else(tmp_path: Path, migrated_sqlite_url: str) -> None:
    with site(tmp_path, migrated_sqlite_url, cloud=True) as there:
        there.sandbox.add_webhook("https://other.example/hook")
        there.connect()

        result = there.run("disconnect", SD, "--yes")

        assert result.exit_code == 0, result.output
        assert [one.url for one in there.sandbox.post.webhooks] == ["https://other.example/hook"]


def test_who_is_no_admin_is_told_what_to_grant(tmp_path: Path, migrated_sqlite_url: str) -> None:
    with site(tmp_path, migrated_sqlite_url, cloud=True) as there:
        there.sandbox.site.denied.add("ADMINISTER")

        result = there.connect()

        assert result.exit_code == 1
        assert "Administer Jira" in result.output


def test_data_center_10_is_told_what_to_click(tmp_path: Path, migrated_sqlite_url: str) -> None:
    with site(tmp_path, migrated_sqlite_url, cloud=False) as there:
        there.sandbox.site.major = 10

        result = there.connect()

        assert result.exit_code == 1
        assert "JQL: project = SD" in " ".join(result.output.split())
        assert there.sandbox.post.webhooks == []


@KINDS
def test_the_test_arrives_at_a_receiver_that_runs(tmp_path: Path, migrated_sqlite_url: str, *, cloud: bool) -> None:
    with site(tmp_path, migrated_sqlite_url, cloud=cloud) as there:
        parts = make_parts(migrated_sqlite_url, {SD: account(there.sandbox)}, Clock())
        with serving(parts) as address:
            result = there.connect(wait="4", address=address)

        assert result.exit_code == 0, result.output
        assert "The test arrived" in result.output
        parts.store.close()


def test_a_test_that_nobody_answers_is_said_so(tmp_path: Path, migrated_sqlite_url: str) -> None:
    with site(tmp_path, migrated_sqlite_url, cloud=True) as there:
        result = there.connect(wait="1")

        assert result.exit_code == 1
        assert "did not arrive" in result.output


def test_a_new_connection_is_written_as_the_site_is_reached(tmp_path: Path, migrated_sqlite_url: str) -> None:
    with site(tmp_path, migrated_sqlite_url, cloud=True) as there:
        (tmp_path / "connections.json").unlink()

        cloud = there.connect("--base-url", "https://acme.atlassian.net", "--dry-run", address="https://esc.acme.com")
        own = there.connect("--base-url", "https://jira.acme.com/jira", "--dry-run", address="https://esc.acme.com")

        assert "SD_API_TOKEN" in cloud.output
        assert "SD_TOKEN" in own.output
