"""The examples do what their cases say, and every rule of theirs is put to the test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from plugin.cli import main
from plugin.rehearsal.rehearsing import Rehearsed, Running, find, read
from plugin.rehearsal.report import text
from tests.house.repository import ROOT

EXAMPLES = ROOT / "examples"
FOLDERS = sorted(path.parent for path in EXAMPLES.rglob("policy.json"))
#: One folder for each reason to escalate, one for what comes before, and one for all of them.
CLASSES = (
    "sla-windows",
    "recurring",
    "risk",
    "high-value-account",
    "commitment-at-risk",
    "needs-others",
    "before-escalation",
    "whole-team",
)


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda path: path.name)
def folder(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


@pytest.fixture(scope="module")
def rehearsed(folder: Path) -> Rehearsed:
    return Running(read(find(folder), None)).run()


def test_every_case_passes(rehearsed: Rehearsed) -> None:
    assert rehearsed.failed == 0, text(rehearsed)


def test_every_rule_acts_in_some_case_and_does_not_in_another(rehearsed: Rehearsed) -> None:
    lacking = [(c.not_acted(), c.never_false()) for c in rehearsed.coverages.values()]

    assert lacking == [((), ())]


def test_there_is_an_example_for_each_reason_to_escalate() -> None:
    assert {path.name for path in FOLDERS} == {*CLASSES, "support-team", "zendesk-trial"}


@pytest.mark.parametrize("name", CLASSES)
def test_an_example_passes_the_strict_check_and_says_what_it_is_for(name: str) -> None:
    folder = EXAMPLES / "policies" / name

    done = CliRunner().invoke(main, ["check", "--strict", str(folder / "policy.json")])

    assert done.exit_code == 0, done.output
    assert len((folder / "README.md").read_text("utf-8").split()) > 20


@pytest.mark.parametrize("name", CLASSES)
def test_every_rule_of_an_example_is_described(name: str) -> None:
    document = json.loads((EXAMPLES / "policies" / name / "policy.json").read_text("utf-8"))

    assert [rule["name"] for rule in document["rules"] if not rule.get("description")] == []
