"""`escalation check` as an admin and as a program use it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from plugin.cli import main
from plugin.clock import utc_now
from plugin.core.lint import Code
from tests.core.lint.samples import Json, asked, document, rule, with_rules
from tests.sandbox import ZendeskSandbox
from tests.sandbox.contract import ContractChecker

TOKEN = "an-invented-token"
SEED: Json = {
    "users": [
        {"id": 900, "name": "Escalation", "role": "admin"},
        {"id": 101, "name": "Ana Reis", "role": "admin"},
        {"id": 102, "name": "Ben Sousa", "role": "agent"},
    ],
    "groups": [{"id": 201, "name": "Care", "members": [900, 101, 102]}],
    "ticket_fields": [
        {
            "id": 360_001,
            "type": "tagger",
            "title": "Reason",
            "custom_field_options": [{"name": "Late", "value": "late"}],
        },
        {"id": 360_002, "type": "text", "title": "Order"},
    ],
    "sla_policies": [
        {
            "title": "One",
            "filter": {"all": [{"field": "current_tags", "operator": "includes", "value": "sla_one"}]},
            "policy_metrics": [],
        }
    ],
    "tokens": {TOKEN: 900},
}


@pytest.fixture
def sandbox() -> Iterator[ZendeskSandbox]:
    with ZendeskSandbox(contract=ContractChecker.load()) as sandbox:
        sandbox.seed(json.loads(json.dumps(SEED)))
        yield sandbox
        assert not sandbox.violations


def write(path: Path, content: object) -> str:
    path.write_text(json.dumps(content), "utf-8")
    return str(path)


def run(tmp_path: Path, policy: Json, *options: str, **environment: str) -> Result:
    file = write(tmp_path / "policy.json", policy)
    return CliRunner(env=environment).invoke(main, ["check", file, *options], catch_exceptions=False)


def connected(tmp_path: Path, url: str, token: str = TOKEN) -> dict[str, str]:
    acme = {"platform": "zendesk", "base_url": url, "auth": {"bearer_token": token}, "webhook_secrets": ["x"]}
    return {"CONNECTIONS_FILE": write(tmp_path / "connections.json", {"connections": {"acme": acme}})}


WARNED = with_rules(rule(escalate={"issue_type": "other", "severity": "sev2"}))
BROKEN = with_rules(rule(when={"all": [asked("ticket.form", "is", "1"), asked("ticket.form", "is", "2")]}))


@pytest.mark.parametrize(
    ("policy", "options", "code"),
    [
        (document(), [], 0),
        (document(), ["--strict"], 0),
        (WARNED, [], 0),
        (WARNED, ["--strict"], 1),
        (BROKEN, [], 1),
        (BROKEN, ["--strict"], 1),
        ({"rules": []}, [], 1),
    ],
)
@pytest.mark.parametrize("json_too", [[], ["--json"]])
def test_the_exit_code_tells_what_to_do(
    tmp_path: Path, policy: Json, options: list[str], code: int, json_too: list[str]
) -> None:
    assert run(tmp_path, policy, *options, *json_too).exit_code == code


def test_a_policy_in_order_says_what_it_holds(tmp_path: Path) -> None:
    result = run(tmp_path, document())

    assert "policy.json is in order: 3 rules, 3 matrix rows, 2 people; version " in result.output
    assert len(result.output.splitlines()) == 1


def test_findings_stand_under_their_sections_with_place_and_code(tmp_path: Path) -> None:
    result = run(tmp_path, BROKEN)

    lines = result.output.splitlines()
    assert lines[0] == "Rules"
    assert lines[1].startswith('  error    rules[3].when.all[1]: rule "more" can never hold: ')
    assert lines[1].endswith("  [never_true]")
    assert "is not in order, with 1 error: 4 rules" in lines[-1]


def test_errors_come_before_warnings_and_rules_in_their_order(tmp_path: Path) -> None:
    others = [rule(f"r{n}", escalate={"issue_type": "other", "severity": "sev2"}) for n in range(10)]
    policy = with_rules(*others, BROKEN["rules"][-1])

    levels = [line.split()[:2] for line in run(tmp_path, policy).output.splitlines() if line.startswith("  ")]

    assert levels[0][0] == "error"
    assert [place for _, place in levels[1:]] == [f"rules[{n}].escalate:" for n in range(3, 13)]


def test_programs_get_the_same_findings(tmp_path: Path) -> None:
    told = json.loads(run(tmp_path, BROKEN, "--json").output)

    assert told.keys() == {"policy", "version", "ok", "errors", "warnings"}
    assert told["policy"].endswith("policy.json")
    assert (told["ok"], told["warnings"]) == (False, [])
    (error,) = told["errors"]
    assert (error["where"], error["code"]) == ("rules[3].when.all[1]", "never_true")
    assert json.loads(run(tmp_path, WARNED, "--json").output)["ok"] is True


def test_mistakes_of_the_file_are_told_in_the_same_way(tmp_path: Path) -> None:
    policy = document()
    policy["rules"][0]["when"]["operator"] = "contain"
    policy["matrix"][0]["owner"] = "bn"

    text, told = run(tmp_path, policy), json.loads(run(tmp_path, policy, "--json").output)

    assert 'rules[0].when.operator: unknown operator "contain"; did you mean "contains"?  [mistake]' in text.output
    assert [one["where"] for one in told["errors"]] == ["matrix[0].owner", "rules[0].when.operator"]
    assert (told["version"], told["errors"][0]["code"]) == (None, "mistake")


@pytest.mark.parametrize("content", ["{\n oops", "", "[]", '{"rules": 1}'])
def test_a_file_that_is_no_policy_is_an_error_for_programs_too(tmp_path: Path, content: str) -> None:
    (tmp_path / "p.json").write_text(content, "utf-8")

    result = CliRunner().invoke(main, ["check", str(tmp_path / "p.json"), "--json"])

    assert result.exit_code == 1
    assert json.loads(result.output)["errors"]


def test_a_policy_that_fits_its_helpdesk_is_in_order(tmp_path: Path, sandbox: ZendeskSandbox) -> None:
    result = run(tmp_path, document(), "--connection", "acme", **connected(tmp_path, sandbox.url))

    assert result.exit_code == 0, result.output
    assert '"acme" does not tell its brands, forms; nothing was compared with them.' in result.output


def test_what_the_helpdesk_does_not_have_is_an_error(tmp_path: Path, sandbox: ZendeskSandbox) -> None:
    policy = document()
    policy["people"]["ben"]["ids"]["acme"] = "103"
    policy["groups"]["care"]["ids"]["acme"] = "999"
    policy["matrix"][0]["changes"]["sla_tag"] = "sla_two"

    told = json.loads(
        run(tmp_path, policy, "--json", "--connection", "acme", **connected(tmp_path, sandbox.url)).output
    )

    assert [(one["code"], one["where"]) for one in told["errors"]] == [
        ("agent_unknown", "people.ben.ids.acme"),
        ("group_unknown", "groups.care.ids.acme"),
    ]
    assert [one["code"] for one in told["warnings"]] == ["sla_tag_unused"]
    assert told["connection"] == {"name": "acme", "problem": None, "not_known": ["brands", "forms"]}


def test_a_connection_that_cannot_be_asked_is_exit_code_2(tmp_path: Path, sandbox: ZendeskSandbox) -> None:
    for environment in (connected(tmp_path, "http://127.0.0.1:9"), connected(tmp_path, sandbox.url, "wrong")):
        result = run(tmp_path, document(), "--connection", "acme", **environment)

        assert result.exit_code == 2
        assert "Not asked: connection acme: " in result.output
        assert "is in order" in result.output
    assert run(tmp_path, BROKEN, "--connection", "acme", **environment).exit_code == 1


def test_an_unknown_connection_is_told_with_the_near_one(tmp_path: Path) -> None:
    result = run(tmp_path, document(), "--connection", "amce", **connected(tmp_path, "http://127.0.0.1:9"))

    assert result.exit_code == 2
    assert 'unknown connection "amce"; did you mean "acme"?' in result.output


def test_without_settings_nobody_is_asked(tmp_path: Path) -> None:
    nowhere = str(tmp_path / "nowhere.json")

    assert run(tmp_path, document(), CONNECTIONS_FILE=nowhere).exit_code == 0
    result = run(tmp_path, document(), "--connection", "acme", "--json", CONNECTIONS_FILE=nowhere)
    assert result.exit_code == 2
    assert "no such connections file" in json.loads(result.output)["connection"]["problem"]


def test_with_a_connection_feeds_are_read_too(tmp_path: Path, sandbox: ZendeskSandbox) -> None:
    policy: dict[str, Any] = document()
    policy["rotas"]["duty"] = {"feed": {"env": "DUTY_FEED_OF_NOBODY"}}

    told = json.loads(
        run(tmp_path, policy, "--json", "--connection", "acme", **connected(tmp_path, sandbox.url)).output
    )

    assert [one["code"] for one in told["warnings"]] == [Code.FEED_UNREAD]
    assert "DUTY_FEED_OF_NOBODY is not set" in told["warnings"][0]["message"]


def test_holes_are_looked_for_from_now_on(tmp_path: Path) -> None:
    policy = document()
    policy["people"]["ana"]["out_of_office"] = [
        {"from": f"{utc_now():%Y-%m-%d}", "to": f"{utc_now() + timedelta(days=30):%Y-%m-%d}"}
    ]

    assert "[out_of_office]" in run(tmp_path, policy).output
