"""The command line as an admin uses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from plugin.cli import main
from plugin.clock import utc_now
from plugin.store.records import NewDelivery
from plugin.store.store import Store
from tests.sandbox import ZendeskSandbox
from tests.sandbox.contract import ContractChecker
from tests.scenarios.world import ACME, POLICY, SEED

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples/support-team/policy.json"


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(main, list(arguments), catch_exceptions=False)


def write(path: Path, document: object) -> str:
    path.write_text(json.dumps(document), "utf-8")
    return str(path)


def test_a_good_policy_is_in_order() -> None:
    result = run("check", str(EXAMPLE))

    assert result.exit_code == 0
    assert "7 rules" in result.output


def test_every_mistake_of_a_policy_is_told_at_once(tmp_path: Path) -> None:
    policy = json.loads(EXAMPLE.read_text("utf-8"))
    policy["rules"][0]["when"]["all"][0]["operator"] = "not_inn"
    policy["matrix"][0]["owner"] = "ins"

    result = run("check", write(tmp_path / "policy.json", policy))

    assert result.exit_code == 1
    assert 'rules[0].when.all[0].operator: unknown operator "not_inn"; did you mean "not_in"?' in result.output
    assert 'matrix[0].owner: unknown person "ins"; did you mean "ines"?' in result.output


def test_a_file_that_is_no_json_is_told_by_line(tmp_path: Path) -> None:
    (tmp_path / "policy.json").write_text("{\n oops", "utf-8")

    result = run("check", str(tmp_path / "policy.json"))

    assert result.exit_code == 1
    assert "line 2" in result.output


def test_all_mistakes_of_the_settings_are_told_at_once(tmp_path: Path) -> None:
    connection = {
        "platform": "zendesk",
        "base_url": "http://acme.zendesk.com",
        "auth": {"bearer_token": "written-down"},
        "webhook_secrets": [{"env": "NOT_SET_ANYWHERE"}],
    }
    file = write(tmp_path / "connections.json", {"connections": {"acme": connection}})

    result = run("serve", CONNECTIONS_FILE=file, PORT="eighty", DATABASE_URL="mysql://x")

    assert result.exit_code == 1
    for word in ("expected https", "must not be written here", "NOT_SET_ANYWHERE", "PORT", "DATABASE_URL"):
        assert word in result.output
    assert "written-down" not in result.output


def test_dead_letters_are_listed_shown_and_replayed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    store = Store.open(url)
    store.migrate()
    letter = {"connection": ACME, "ticket_id": "", "event_key": "k", "invocation_id": None, "headers": {}}
    store.receive(NewDelivery(received_at=utc_now(), body=b"broken", dead="body: not JSON", **letter))
    store.close()

    listed = run("dead-letters", "list", DATABASE_URL=url)
    shown = run("dead-letters", "show", "delivery:1", DATABASE_URL=url)
    missing = run("dead-letters", "show", "delivery:9", DATABASE_URL=url)

    assert "delivery:1" in listed.output
    assert "body: not JSON" in listed.output
    assert "broken" in shown.output
    assert missing.exit_code == 1
    assert "dead-letters list" in missing.output


@pytest.mark.parametrize(("token", "well"), [("an-invented-token", True), ("wrong", False)])
def test_doctor_tells_good_credentials_from_bad_ones(tmp_path: Path, token: str, well: bool) -> None:
    with ZendeskSandbox(contract=ContractChecker.load()) as sandbox:
        sandbox.seed(json.loads(json.dumps(SEED)))
        connection = {
            "platform": "zendesk",
            "base_url": sandbox.url,
            "auth": {"bearer_token": token},
            "webhook_secrets": ["x"],
        }
        environment = {
            "DATABASE_URL": f"sqlite:///{tmp_path / 'x.db'}",
            "CONNECTIONS_FILE": write(tmp_path / "connections.json", {"connections": {ACME: connection}}),
            "POLICY_FILE": write(tmp_path / "policy.json", POLICY),
        }
        run("migrate", **environment)

        result = run("doctor", **environment)

    assert sandbox.violations == []
    assert (result.exit_code == 0) is well, result.output
    assert ("credentials and rights are in order" in result.output) is well


def test_doctor_names_a_policy_that_was_changed_in_the_store(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    store = Store.open(url)
    store.migrate()
    store.policies.save("0da467056276", {"name": "another"}, now=utc_now())
    store.close()

    assert "the document kept as version 0da467056276 was changed" in run("doctor", DATABASE_URL=url).output
