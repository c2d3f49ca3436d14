"""The site for a trial account connects as it stands, with nothing but its address changed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from click.testing import CliRunner

from plugin.cli import main
from tests.house.repository import ROOT
from tests.sandbox import ZendeskSandbox
from tests.sandbox.contract import ContractChecker

SITE = ROOT / "examples/zendesk-trial"
YOU, OURS = 1, 900
SEED = {
    "users": [
        {"id": YOU, "name": "You", "email": "you@trial.test", "role": "admin"},
        {"id": OURS, "name": "Escalation", "email": "escalation@trial.test", "role": "admin"},
    ],
    "groups": [{"id": 201, "name": "Support", "members": [YOU, OURS]}],
    "oauth": {"client_id": "plugin", "client_secret": "an-invented-secret", "user_id": OURS},
    "plan": {"most_webhooks": 10},
}


def test_the_trial_is_connected_looked_at_and_taken_down(tmp_path: Path, migrated_sqlite_url: str) -> None:
    folder = Path(shutil.copytree(SITE, tmp_path / "site"))
    with ZendeskSandbox(contract=ContractChecker.load()) as sandbox:
        sandbox.seed(SEED)
        document = json.loads((SITE / "connections.json").read_text("utf-8"))
        document["connections"]["trial"] |= {"base_url": sandbox.url}
        document["connections"]["trial"]["webhook_secrets"] = [{"file": str(folder / "webhook.secret")}]
        (folder / "connections.json").write_text(json.dumps(document), "utf-8")
        environ = {
            "DATABASE_URL": migrated_sqlite_url,
            "POLICY_FILE": str(folder / "policy.json"),
            "CONNECTIONS_FILE": str(folder / "connections.json"),
            "PUBLIC_URL": "https://trial.example",
            "LINK_SECRETS": "an-invented-secret-that-signs-links",
            "TRIAL_CLIENT_ID": "plugin",
            "TRIAL_CLIENT_SECRET": "an-invented-secret",
        }
        calls = (
            ["connect", "zendesk", "trial", "--yes", "--wait", "0"],
            ["doctor"],
            ["disconnect", "trial", "--yes", "--everything"],
        )
        done = [CliRunner(env=environ).invoke(main, call, catch_exceptions=False) for call in calls]

    assert [one.exit_code for one in done] == [0, 0, 0], [one.output for one in done]
    assert "11 to make" in done[0].output
    assert "credentials and rights are in order" in done[1].output
    assert sandbox.post.webhooks == []
    assert sandbox.helpdesk.policies == []
    assert sandbox.violations == []


def test_the_trials_policy_passes_the_strict_check() -> None:
    done = CliRunner().invoke(main, ["check", "--strict", str(SITE / "policy.json")])

    assert done.exit_code == 0, done.output
