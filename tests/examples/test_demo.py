"""The demo tells a whole life, and says loudly when it does not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from examples.demo.life import DAYS
from examples.demo.platforms import LAB, platform, policy_of
from plugin.core.lint import Level, lint
from plugin.core.model import Reason
from plugin.core.rules import compile_policy
from plugin.documents import check
from tests.core.samples import NOON
from tests.house.repository import ROOT

LIFE: dict[str, Any] = json.loads((ROOT / "examples/support-team/life.json").read_text("utf-8"))
TOLD = [step for chapter in LIFE["chapters"] for step in chapter["steps"] if "tell" in step]
#: What somebody new should have seen once.
WHOLE = {
    *("rule_holds", "asked_again", "climbed", "acknowledged", "waiting", "wait_over"),
    *("promise_near", "promise_kept", "holding_text", "incomplete", "handed_off"),
    *("remedied", "rejected", "confirmed"),
    *("follow_up_begun", "follow_up_told", "follow_up_reminded", "follow_up_finished"),
    *("known_issue", "remedy_first", "remedy_used", "approval_wanted", "approved"),
}


BOTH: dict[str, Any] = json.loads((ROOT / "examples/support-team/engineering.json").read_text("utf-8"))


def test_a_case_on_two_helpdesks_has_a_policy_without_mistakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATFORM", "both")

    document = policy_of(platform())

    check(document, "policy", title="")
    policy = compile_policy(document)
    assert [step.opens.place for step in policy.ladders["bugs"] if step.opens] == [f"{LAB} DEV Bug"]
    assert [one for one in lint(policy, document, now=NOON) if one.level is Level.ERROR] == []


def test_every_part_of_a_case_on_two_helpdesks_is_expected_of_some_step() -> None:
    expected = {reason for step in BOTH["chapter"]["steps"] for reason in step.get("expect", ())}

    assert expected >= {"linked_opened", "linked_taken_up", "linked_solved", "linked_reopened", "rejected", "confirmed"}
    assert expected <= set(Reason)


def test_every_part_of_a_life_is_expected_of_some_step() -> None:
    expected = {reason for step in TOLD for reason in step["expect"]}

    assert expected >= WHOLE
    assert expected <= set(Reason)
    assert all(step["expect"] for step in TOLD)


def test_its_steps_come_in_the_order_of_their_times() -> None:
    times = [
        (DAYS.index(step["at"][:3]), step["at"][4:])
        for chapter in LIFE["chapters"]
        for step in chapter["steps"]
        if "at" in step
    ]

    assert times == sorted(times)


def test_the_demo_keeps_its_promises_in_few_lines() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "examples.demo"],
        cwd=ROOT,
        env={**os.environ, "ONCE": "1", "PLATFORM": "zendesk"},
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "BROKEN" not in done.stdout
    assert len(done.stdout.splitlines()) <= 135
