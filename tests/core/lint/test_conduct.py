"""How cases are conducted: tags, ids and times that get in each other's way, and a policy that just has not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.lint.samples import Json, asked, document, found, rule, seen, with_rules

KNOWN = {"name": "down", "when": asked("ticket.tags", "contains", "down"), "answer": "told", "tags": ["esc_sev1"]}


def told(**sections: Any) -> Json:
    return document() | sections


def test_two_people_with_one_id_are_named() -> None:
    policy = document()
    policy["people"]["ben"]["ids"] = {"acme": "101", "other": "102"}

    (one,) = found(policy)

    assert (one.code, one.where, one.level) == ("same_id", "people.ben.ids.acme", "error")
    assert 'Ana Reis (ana) and Ben Sousa (ben) have the same id 101 on "acme"' in one.message
    policy["people"]["ben"]["ids"] = {"other": "101"}
    assert seen(policy) == set()


def test_a_rule_is_not_called_as_requests_are() -> None:
    when = asked("ticket.tags", "contains", "x")

    assert seen(with_rules(rule("request", when=when))) == {("name_reserved", "rules[3].name")}
    assert seen(with_rules(rule("requests", when=when))) == set()


@pytest.mark.parametrize("tag", ["esc_optout", "ESC_Ack", "esc_wait_vendor", "sla_one"])
def test_what_keeps_the_policy_off_is_neither_a_command_nor_its_own(tag: str) -> None:
    assert seen(told(opt_out_tags=["fine", tag])) == {("opt_out_taken", "opt_out_tags[1]")}


def test_what_agents_say_by_a_tag_may_keep_the_policy_off() -> None:
    remedy = {"name": "card", "kind": "card", "tag": "gave_card"}

    assert seen(told(opt_out_tags=["gave_card"], remedies=[remedy])) == set()


def test_another_prefix_makes_it_another_tag() -> None:
    assert seen(told(opt_out_tags=["esc_optout", "esc_quiet"], commands={"prefix": "case"})) == set()
    assert seen(told(opt_out_tags=["case_ack"], commands={"prefix": "case"})) == {("opt_out_taken", "opt_out_tags[0]")}


@pytest.mark.parametrize(
    "sections",
    [
        {"opt_out_tags": ["esc"]},
        {"updates": {"not_to_tags": ["esc_in_progress"]}},
        {"known_issues": [KNOWN]},
        {"remedies": [{"name": "card", "kind": "card", "tag": "ESC_tier_manager"}]},
        {"rules": [*document()["rules"], rule(changes={"tags": ["Esc"]})]},
        {"rules": [*document()["rules"], rule(changes={"sla_tag": "esc_sev2"})]},
    ],
)
def test_what_shows_a_state_is_nobody_elses(sections: Json) -> None:
    policy = told(**sections)
    before = seen(policy)

    assert seen({**policy, "state_tags": "esc"}) - before == {("state_tag_taken", "state_tags")}
    assert seen({**policy, "state_tags": "state"}) == before


def test_a_rule_that_asks_for_the_bare_word_is_told() -> None:
    def asking(operator: str, value: object) -> Json:
        return {**with_rules(rule(when=asked("ticket.tags", operator, value))), "state_tags": "esc"}

    (one,) = found(asking("contains_any", ["esc", "vip"]))

    assert (one.code, one.where, one.level) == ("state_tag_taken", "state_tags", "warning")
    assert 'rule "more" asks for "esc"' in one.message
    assert seen(asking("contains", "esc_sev2")) == set()
    assert ("state_tag_taken", "state_tags") not in seen(asking("contains_none", ["esc"]))


def test_a_lead_is_shorter_than_the_shortest_interval() -> None:
    policy = told(updates={"prompt_before": "1h"})
    policy["matrix"][1]["targets"] = {"update_every": "2h"}
    assert seen(policy) == set()

    policy["matrix"][1]["targets"] = {"update_every": "1h"}

    (one,) = found(policy)
    assert (one.code, one.where, one.level) == ("prompted_at_once", "updates.prompt_before", "warning")
    assert "every 1h (matrix[1])" in one.message


def test_a_step_that_time_does_not_lead_beyond_is_told() -> None:
    policy = document()
    first = policy["ladders"]["up"]["steps"][0]

    del first["work_within"]
    assert seen(policy) == {("forgotten", "ladders.up.steps[0]")}
    del first["acknowledge_within"]
    assert seen(policy) == {("never_climbed", "ladders.up.steps[0]")}


@pytest.mark.parametrize("word", ["approve", "decline"])
def test_whoever_is_asked_may_decide(word: str) -> None:
    policy = told(exceptions={"refund": {"by": ["ana", "ben"]}}, commands={"who": {word: ["ana"]}})

    (one,) = found(policy)

    assert (one.code, one.where, one.level) == ("may_not_decide", f"commands.who.{word}", "warning")
    assert f"Ben Sousa would be asked by exceptions.refund, but may not {word}" in one.message
    policy["commands"]["who"][word] = ["ana", "ben"]
    assert seen(policy) == set()


@pytest.mark.parametrize("place", ["rules[0].approval", "requests.approval", "ladders.up.steps[1].approval"])
def test_every_approval_is_looked_at(place: str) -> None:
    policy = told(commands={"who": {"approve": ["ana"]}})
    approval = {"by": ["ben"]}
    if place.startswith("rules"):
        policy["rules"][0]["approval"] = approval
    elif place.startswith("requests"):
        policy["requests"] = {"approval": approval}
    else:
        policy["ladders"]["up"]["steps"][1]["approval"] = approval

    (one,) = found(policy)

    assert f"asked by {place}," in one.message
