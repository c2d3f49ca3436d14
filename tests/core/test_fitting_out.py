"""What a policy wants set up in a helpdesk."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connectors.model import Comment, EventKind, Party
from connectors.provisions import Setup, Way
from plugin.core.commands import Word, heard
from plugin.core.fitting_out import setup
from plugin.core.names import Names
from plugin.core.rules import compile_policy
from tests.core.samples import NOON, document, event

ADDRESS = "https://escalation.acme.test/webhooks/acme"
ROWS = [
    {
        "issue_type": "payment",
        "severity": "sev2",
        "owner": "ana",
        "targets": {"update_every": "4h", "resolve": "2d"},
        "changes": {"sla_tag": "SLA_sev2"},
    },
    {
        "issue_type": "outage",
        "severity": "sev1",
        "owner": "ana",
        "targets": {"update_every": "1h"},
        "changes": {"sla_tag": "sla_sev1"},
    },
    {
        "issue_type": "safety",
        "severity": "sev2",
        "owner": "ana",
        "targets": {"update_every": "2h", "resolve": "1d"},
        "changes": {"sla_tag": "sla_sev2"},
    },
    {"issue_type": "*", "severity": "*", "owner": "ana"},
]


def wanted(way: Way = Way.EVENTS, without: tuple[str, ...] = (), **changed: Any) -> Setup:
    policy = compile_policy({**document(), "matrix": ROWS, **changed})
    return setup(policy, "acme", address=ADDRESS, way=way, without=without)


def test_each_tag_is_one_service_level_with_the_strictest_targets_and_the_worst_stands_first() -> None:
    first, second = wanted().slas

    assert (first.tag, first.update_every, first.resolve) == ("sla_sev1", timedelta(hours=1), None)
    assert (second.tag, second.update_every, second.resolve) == ("sla_sev2", timedelta(hours=2), timedelta(days=1))


def test_a_rules_own_tag_has_the_targets_of_its_row() -> None:
    rules = document()["rules"]
    rules[0]["changes"] = {"sla_tag": "sla_special"}

    tags = {sla.tag: sla for sla in wanted(rules=rules).slas}

    assert tags["sla_special"].update_every == timedelta(hours=4)


def test_a_policy_that_is_named_keeps_its_name() -> None:
    row = {"issue_type": "*", "severity": "*", "owner": "ana", "changes": {"sla_tag": "SLA", "sla_policy": "Gold"}}

    (sla,) = wanted(matrix=[row]).slas

    assert (sla.tag, sla.title) == ("sla", "Gold")


def test_a_row_that_promises_nothing_promises_a_day() -> None:
    row = {"issue_type": "*", "severity": "*", "owner": "ana", "changes": {"sla_tag": "sla"}}

    assert wanted(matrix=[row]).slas[0].update_every == timedelta(days=1)


def test_every_macro_is_a_command_that_is_understood() -> None:
    names, zone = Names(groups={}, people={"7": "ana"}, fields={}, zone=UTC), ZoneInfo("UTC")
    told = wanted(commands={"prefix": "esk"}, requests={"severity": "sev2"})
    policy = compile_policy({**document(), "commands": {"prefix": "esk"}})

    found = {}
    for macro in told.macros:
        said = Comment(id="1", at=NOON, by=Party.AGENT, author_id="7", text=f"{macro.line}because", public=False)
        note = event(EventKind.COMMENT_ADDED, comment=said, actor=Party.AGENT, actor_id="7")
        tag = event(EventKind.TAGS_CHANGED, current=frozenset({macro.tag}), previous=frozenset(), actor_id="7")
        (command,) = heard(tag if macro.tag else note, policy.conduct.commands, names, zone)
        found[macro.key] = command

    assert [found[key].word for key in found] == [Word(key) for key in found]
    assert set(found) == {"request", "ack", "handoff", "deescalate", "resolve"}
    assert found["request"].severity == "sev2"
    assert [command.problem for command in found.values()] == [None] * 5


def test_a_trigger_tells_of_no_command_so_there_are_no_macros() -> None:
    told = wanted(Way.TRIGGER)

    assert told.macros == ()
    assert any("no macros" in notice for notice in told.notices)


def test_fields_are_those_that_show_a_case_with_their_ids_here() -> None:
    fields = {"case_owner": {"ids": {"acme": "7"}}, "sev": {"name": "How bad", "ids": {"other": "8"}}}

    owner, severity = wanted(fields=fields, state_fields={"owner": "case_owner", "severity": "sev"}).fields

    assert (owner.key, owner.title, owner.id) == ("case_owner", "Escalation owner", "7")
    assert (severity.key, severity.title, severity.id) == ("sev", "How bad", None)


def test_the_view_shows_the_policys_own_tag() -> None:
    assert wanted(state_tags="esc").state_tag == "esc"
    assert wanted().state_tag is None


@pytest.mark.parametrize("part", ["sla", "macros", "view", "fields"])
def test_what_is_left_out_is_not_spoken_of(part: str) -> None:
    told = wanted(without=(part,), matrix=[ROWS[-1]])

    assert {"sla": told.slas, "macros": told.macros, "view": told.state_tag or (), "fields": told.fields}[part] == ()
    words = {"sla": "no SLA policies", "macros": "no macros", "view": "no view", "fields": "no fields"}
    assert not any(words[part] in notice for notice in told.notices)


def test_what_the_policy_lacks_is_said() -> None:
    told = " ".join(wanted(matrix=[ROWS[-1]]).notices)

    for words in ("no view", "state_tags", "no SLA policies", "sla_tag", "no fields", "state_fields"):
        assert words in told
