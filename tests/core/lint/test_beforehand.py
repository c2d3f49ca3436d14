"""Known issues and remedies: each finding, and a policy that just has not."""

from __future__ import annotations

from typing import Any

import pytest

from plugin.core.lint import lint
from plugin.core.rules import compile_policy
from tests.core.lint.samples import NOW, Json, asked, document, found, seen

ISSUE: Json = {
    "name": "login-down",
    "when": asked("ticket.tags", "contains", "login"),
    "answer": "handover",
    "up_to": "sev2",
}
REMEDY: Json = {"name": "refund", "kind": "refund", "issue_types": ["waiting"], "tag": "gave_refund"}


def known(*issues: Json) -> Json:
    told = document()
    told["templates"] |= {"answer": "Known: {{ known_issue.name }}."}
    told["known_issues"] = [{**ISSUE, "answer": "answer", **one} for one in issues]
    return told


def remedied(**rule: Any) -> Json:
    told = document()
    told["remedies"] = [REMEDY]
    told["rules"][1] |= rule
    return told


def test_a_known_issue_that_holds_something_back_is_fine() -> None:
    assert seen(known({})) == set()


@pytest.mark.parametrize(("until", "over"), [("2026-03-01", True), ("2026-03-02", False), ("2026-03-02T12:00", True)])
def test_a_known_issue_that_is_over_is_told(until: str, over: bool) -> None:
    assert seen(known({"until": until})) == ({("issue_over", "known_issues[0].until")} if over else set())


def test_a_known_issue_that_holds_nothing_back_is_told() -> None:
    assert seen(known({"up_to": "sev4"})) == {("holds_nothing_back", "known_issues[0]")}


def test_of_two_with_the_same_condition_the_second_is_told() -> None:
    assert seen(known({}, {"name": "twin"})) == {("same_condition", "known_issues[1].when")}


def test_a_rule_about_risk_that_is_held_back_is_told() -> None:
    told = known({"up_to": "sev1"})

    (finding,) = found(told)

    assert (finding.code, finding.where) == ("risk_held_back", "rules[0]")
    assert 'known issue "login-down" holds it back' in finding.message
    told["rules"][0]["despite_known_issues"] = True
    assert seen(told) == set()


def test_a_rule_that_waits_for_remedies_of_which_there_are_none_is_told() -> None:
    assert seen(remedied(remedy_first="4h")) == set()
    told = remedied()
    told["rules"][0]["remedy_first"] = "4h"
    assert seen(told) == {("no_remedy", "rules[0]")}


def test_a_problem_without_an_id_on_a_connection_is_told() -> None:
    told = known({"problem": {"other": "7"}})

    findings = lint(compile_policy(told), told, now=NOW, connections=("acme",))

    assert [one.where for one in findings if one.where.startswith("known_issues")] == ["known_issues[0].problem"]
