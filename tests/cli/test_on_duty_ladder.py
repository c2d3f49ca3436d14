"""`escalation on-duty` of a ladder: whom each step would ask, and why."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from connectors.model import TicketRef
from plugin.cli import main
from plugin.core.rules import compile_policy
from plugin.core.staff import Turn
from plugin.store.records import Step
from plugin.store.store import Store
from tests.house.repository import ROOT
from tests.store.samples import put

PAGE = (ROOT / "docs/reference/people-and-rotas.md").read_text("utf-8").partition("## Who owns it")[2]
SHOWN, ANSWER = (re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)[0] for kind in ("json", "text"))


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "policy.json"
    path.write_text(SHOWN, "utf-8")
    return path


def ask(policy: Path, *arguments: str, **environment: str) -> Result:
    environment["POLICY_FILE"] = str(policy)
    return CliRunner(env=environment).invoke(main, ["on-duty", *arguments], catch_exceptions=False)


def test_the_page_shows_what_the_command_answers(policy: Path) -> None:
    assert ask(policy, "payments", "--at", "2026-12-22T10:00").output == ANSWER


def test_for_programs_the_same_is_json(policy: Path) -> None:
    found = json.loads(ask(policy, "payments", "--at", "2026-12-22T10:00", "--json").output)

    assert [step["person"] for step in found["steps"]] == ["ana", "bea", "eva", "rui"]
    assert found["at"] == "2026-12-22T10:00:00+00:00"


def test_turns_are_those_of_the_store(policy: Path, migrated_sqlite_url: str) -> None:
    compiled, store = compile_policy(json.loads(SHOWN)), Store.open(migrated_sqlite_url)
    roster = next(one.roster for one in compiled.choices if one.roster and one.roster.people)
    put(store, Step(turn=Turn(roster=roster.key, number=1, person="bea")), TicketRef(connection="acme", id="1"))
    store.close()

    answer = ask(policy, "payments", "--at", "2027-02-01T10:00", DATABASE_URL=migrated_sqlite_url).output

    assert "2  specialist: Dan Reis (dan)\n   as round robin of bea, dan: dan (no turn yet), bea (turn 1)" in answer


def test_nobody_at_all_is_exit_code_1(policy: Path) -> None:
    told = json.loads(SHOWN)
    told["ladders"]["payments"]["steps"] = [{"tier": "frontline", "owner": {"round_robin": ["dan"]}}]
    policy.write_text(json.dumps(told), "utf-8")

    result = ask(policy, "payments", "--at", "2026-12-22T10:00")

    assert result.exit_code == 1
    assert "1  frontline: nobody\n" in result.output


def test_a_name_that_is_neither_is_told_with_the_near_one(policy: Path) -> None:
    result = ask(policy, "paymnts")

    assert result.exit_code != 0
    assert 'unknown rota "paymnts"; did you mean "payments"?' in result.output
