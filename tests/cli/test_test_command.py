"""`escalation test` as whoever writes a policy meets it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from plugin.cli import main
from tests.rehearsal.samples import POLICY, case

BURNS = case({"expect": {"acted": ["burning"], "owner": "ana"}}, name="it burns", ticket={"tags": ["fire"]})
WAITS = case({"after": "4h", "expect": {"acted": ["unanswered"]}}, name="it waits")
TRIAL = case({"expect": {"shadow": ["on-trial"]}}, name="it is tried", ticket={"fields": {"order": "A-1"}})


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("policy.json").write_text(json.dumps(POLICY), "utf-8")
    return tmp_path


def write(name: str, *cases: dict[str, Any], **file: Any) -> None:
    Path(name).write_text(json.dumps({"policy": "policy.json", "cases": cases, **file}), "utf-8")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["test", *arguments])


def test_cases_that_pass_are_a_line_each_and_a_summary() -> None:
    write("a.test.json", BURNS, WAITS)
    write("b.test.json", TRIAL)

    done = run(".")

    assert done.exit_code == 0
    assert done.output.splitlines() == [
        "ok    a.test.json: it burns",
        "ok    a.test.json: it waits",
        "ok    b.test.json: it is tried",
        "3 cases, 3 passed, 0 failed; 3 of 3 rules covered",
    ]


def test_a_case_that_fails_says_what_was_wanted_and_seen_and_why() -> None:
    write("a.test.json", case({"expect": {"acted": ["burning"], "case": "open"}}, name="it burns"), WAITS, TRIAL)

    done = run(".")

    assert done.exit_code == 1
    assert done.output.splitlines() == [
        "FAIL  a.test.json: it burns",
        "ok    a.test.json: it waits",
        "ok    a.test.json: it is tried",
        "a.test.json: it burns",
        "  step 1, Mon 2026-03-02 09:00:00: the ticket arrives",
        "    acted",
        "      wanted: burning",
        "      seen:   none",
        "      why:    burning does not hold",
        "                - ticket.tags contains fire; seen: nothing",
        "    case",
        "      wanted: open",
        "      seen:   none",
        "      why:    decided: no_rule_holds",
        "",
        "policy.json:",
        "  burning: seen not to hold, never acted",
        "",
        "3 cases, 2 passed, 1 failed; 2 of 3 rules covered",
    ]


def test_every_mistake_of_every_file_is_told_and_nothing_runs() -> None:
    write("a.test.json", {"name": "x", "steps": [{"expct": {}}]})
    write("b.test.json", case({"expect": {"acted": ["burnin"]}}))

    done = run(".")

    assert done.exit_code == 1
    assert 'a.test.json has mistakes: cases[0].steps[0]: unknown key "expct"; did you mean "expect"?' in done.output
    assert 'cases[0].steps[0].expect.acted[0]: unknown rule "burnin"; did you mean "burning"?' in done.output
    assert "ok " not in done.output


def test_one_file_can_be_run_by_itself() -> None:
    write("a.test.json", BURNS)

    assert run("a.test.json").exit_code == 0


def test_a_file_without_a_policy_takes_the_one_named() -> None:
    Path("a.test.json").write_text(json.dumps({"cases": [BURNS]}), "utf-8")

    assert "name one with --policy" in run(".").output
    assert run(".", "--policy", "policy.json").exit_code == 0


def test_a_policy_that_does_not_check_is_told() -> None:
    write("a.test.json", BURNS)
    Path("policy.json").write_text(json.dumps({**POLICY, "matrix": POLICY["matrix"] * 2}), "utf-8")

    done = run(".")

    assert done.exit_code == 1
    assert "hides every row after it" in done.output


def test_a_folder_without_test_files_is_told() -> None:
    assert "their names end in .test.json" in run(".").output


def test_a_rule_that_acted_in_no_case_is_an_error_where_coverage_is_asked_for() -> None:
    write("a.test.json", BURNS, TRIAL)

    assert run(".").exit_code == 0
    done = run(".", "--coverage")

    assert done.exit_code == 1
    assert "Not covered: unanswered" in done.output
    assert "2 of 3 rules covered" in done.output


def test_a_rule_in_shadow_need_not_be_covered() -> None:
    write("a.test.json", BURNS, WAITS)

    done = run(".", "--coverage")

    assert done.exit_code == 0
    assert "  on-trial: seen not to hold, never acted" in done.output


def test_a_rule_never_seen_false_is_listed() -> None:
    write("a.test.json", {**BURNS, "name": "only it"})

    assert "  burning: acted, never seen not to hold" in run(".").output


def test_json_tells_programs_the_same() -> None:
    write("a.test.json", BURNS, case({"after": "4h", "expect": {"rule_timer": "2026-03-02T13:00"}}, name="wrong"))

    done = run(".", "--json")

    told = json.loads(done.stdout)
    assert done.exit_code == 1
    assert [(one["name"], one["passed"]) for one in told["cases"]] == [("it burns", True), ("wrong", False)]
    assert told["cases"][1]["failures"] == [
        {
            "step": 1,
            "at": "2026-03-02T13:00:00+00:00",
            "differences": [
                {
                    "what": "rule_timer",
                    "wanted": "2026-03-02T13:00:00+00:00",
                    "seen": None,
                    "why": told["cases"][1]["failures"][0]["differences"][0]["why"],
                }
            ],
        }
    ]
    assert told["summary"] == {"cases": 2, "passed": 1, "failed": 1, "rules": 3, "covered": 2}
    assert {one["rule"]: (one["acted"], one["seen_false"]) for one in told["rules"]} == {
        "burning": (True, True),
        "unanswered": (True, True),
        "on-trial": (False, True),
    }


def test_a_step_that_cannot_be_done_ends_its_case_alone() -> None:
    write("a.test.json", case({"deleted": True}, {"customer_comments": "x"}, name="gone"), BURNS)

    done = run(".")

    assert done.exit_code == 1
    assert "    could not be done: no ticket main" in done.output
    assert "ok    a.test.json: it burns" in done.output


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ({"changes": "nothing"}, 'expect.changes: unknown value "nothing"; known: none'),
        ({"changes": {"taggs": []}}, 'expect.changes: unknown key "taggs"; did you mean "tags"?'),
        (
            {"changes": {"public_comment": {"contain": ["x"]}}},
            'expect.changes.public_comment: unknown key "contain"; did you mean "contains"?',
        ),
        ({"severity": "sev5"}, 'expect.severity: unknown value "sev5"; did you mean "sev4"?'),
        ({}, "expect: found {}, expected at least one entry"),
    ],
)
def test_what_the_schema_refuses_is_told_at_its_place(expect: dict[str, Any], said: str) -> None:
    write("a.test.json", case({"expect": expect}))

    assert said in run(".").output
