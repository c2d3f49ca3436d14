"""What is made in Zendesk, to the letter."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from connectors.contract import Parsed
from connectors.provisions import Found, Made, Setup, Thing, Way, Wish
from connectors.zendesk import payload
from connectors.zendesk.provisioning import wanted
from connectors.zendesk.provisioning.kinds import KINDS, in_order, read
from connectors.zendesk.provisioning.showing import show
from tests.connectors.zendesk.provisioning.samples import ADDRESS, MARK, setup
from tests.sandbox.zendesk.hooks import EVENTS


def wishes(asked: Setup | None = None, found: Found | None = None, made: tuple[Made, ...] = ()) -> dict[str, Wish]:
    told, _ = wanted.wishes(asked or setup(), found or Found(things={}), made)
    return {wish.ref: wish for wish in told}


def test_exactly_the_documented_ticket_events_are_subscribed_to() -> None:
    subscriptions = wishes()["webhook:webhook"].facts["subscriptions"]

    assert subscriptions == sorted(f"zen:event-type:ticket.{name}" for name in EVENTS)


def test_everything_is_named_after_its_connection_and_carries_our_mark() -> None:
    for wish in (*wishes().values(), *wishes(setup(Way.TRIGGER)).values()):
        row = KINDS[wish.kind]
        assert "(acme)" in wish.name
        assert wish.facts[row.title] == wish.name
        if row.note:
            assert MARK in str(wish.facts[row.note])


def test_a_trigger_stays_away_from_what_the_api_changes_and_tells_ids_alone() -> None:
    told = wishes(setup(Way.TRIGGER))

    assert list(told)[:3] == ["webhook:webhook", "trigger_category:triggers", "trigger:changes"]
    assert told["webhook:webhook"].facts["subscriptions"] == ["conditional_ticket_events"]
    conditions: Any = told["trigger:changes"].facts["conditions"]
    assert {"field": "current_via_id", "operator": "is_not", "value": "5"} in conditions["all"]
    actions: Any = told["trigger:changes"].facts["actions"]
    assert actions[0]["value"][0] == "made:webhook:webhook"
    assert set(re.findall(r"{{(.*?)}}", wanted.TEMPLATE)) == {"ticket.id", "ticket.updated_at_with_timestamp"}


def test_what_a_trigger_tells_is_read_as_an_update_with_a_key() -> None:
    body = wanted.TEMPLATE.replace("{{ticket.id}}", "7").replace(
        "{{ticket.updated_at_with_timestamp}}", "2026-11-02T09:00:00Z"
    )

    parsed: Parsed = payload.parse("acme", {}, body.encode())

    assert [event.ticket.id for event in parsed.events] == ["7"]
    assert parsed.event_key


def test_a_service_level_has_its_targets_at_every_priority() -> None:
    rows: Any = wishes()["sla:sla_sev1"].facts["policy_metrics"]

    assert {(row["metric"], row["target"]) for row in rows} == {
        ("first_reply_time", 60),
        ("next_reply_time", 60),
        ("pausable_update_time", 60),
        ("requester_wait_time", 480),
    }
    assert {row["priority"] for row in rows} == {"urgent", "high", "normal", "low"}
    shortest: Any = wishes()["sla:sla_sev2"].facts["policy_metrics"]
    assert {row["target"] for row in shortest} == {1}


SOMEBODYS = Thing(
    kind="sla",
    id="5",
    name="By hand",
    facts={"filter": {"all": [{"field": "current_tags", "operator": "includes", "value": "sla_sev1"}], "any": []}},
)


def test_a_tag_that_somebodys_policy_filters_on_gets_no_second_one() -> None:
    told, notices = wanted.wishes(setup(), Found(things={"sla": [SOMEBODYS]}), ())

    assert "sla:sla_sev1" not in {wish.ref for wish in told}
    assert notices == ['SLA policy "By hand" filters on the tag sla_sev1 already: none is made']


def test_our_own_policy_is_nobody_elses() -> None:
    ours = Made(kind="sla", key="sla_sev1", name="x", id="5")

    assert "sla:sla_sev1" in wishes(found=Found(things={"sla": [SOMEBODYS]}), made=(ours,))


def test_commands_are_tags_or_lines_of_an_internal_note() -> None:
    told = wishes()

    assert told["macro:ack"].facts["actions"] == [{"field": "current_tags", "value": "esc_ack"}]
    assert told["macro:request"].facts["actions"] == [
        {"field": "comment_mode_is_public", "value": "false"},
        {"field": "comment_value", "value": "/esc request sev3 "},
    ]


def test_a_field_that_the_policy_has_an_id_for_is_made_only_by_whom_it_is_from() -> None:
    known = setup(fields=tuple(_with_id(field) for field in setup().fields))
    ours = Made(kind="field", key="case_owner", name="x", id="7")

    assert "field:case_owner" not in wishes(known)
    assert "field:case_owner" in wishes(known, made=(ours,))


def _with_id(field: Any) -> Any:
    return type(field)(key=field.key, title=field.title, shows=field.shows, id="7")


def test_nothing_is_wished_for_that_is_not_wanted() -> None:
    nothing = setup(slas=(), macros=(), state_tag=None, fields=())

    assert list(wishes(nothing)) == ["webhook:webhook"]


@pytest.mark.parametrize("ref", [*wishes(), *wishes(setup(Way.TRIGGER))])
def test_a_body_says_what_the_facts_say(ref: str) -> None:
    wish = (wishes() | wishes(setup(Way.TRIGGER)))[ref]
    (body,) = wanted.body(wish.kind, wish.facts).values()
    assert isinstance(body, dict)

    thing = read(wish.kind, {"id": 1, **body}, MARK)

    assert thing is not None
    assert (thing.name, thing.facts) == (wish.name, wish.facts)
    assert thing.marked is (True if KINDS[wish.kind].note else None)


def test_a_view_answers_with_what_it_was_asked_for() -> None:
    facts = wishes()["view:escalated"].facts
    answered = {
        **{"id": 1, "title": facts["title"], "description": facts["description"], "active": True},
        "conditions": {"all": facts["all"], "any": []},
        "execution": {
            "columns": [{"id": column, "title": "x"} for column in facts["columns"]],  # type: ignore[attr-defined]
            **{name: facts[name] for name in ("group_by", "group_order", "sort_by", "sort_order")},
        },
    }

    thing = read("view", answered, MARK)

    assert thing is not None
    assert thing.facts == facts


def test_values_are_read_alike_however_they_are_written() -> None:
    written = {"field": "current_tags", "operator": "includes", "value": ["a", "b"]}
    policy = {"id": 1, "title": "x", "filter": {"all": [written, "odd"], "any": None}, "policy_metrics": "odd"}
    macro = {"id": 2, "title": "x", "actions": [{"field": "comment_mode_is_public", "value": False}, "odd"]}
    trigger = {"id": 3, "title": "x", "category_id": 4, "conditions": {"all": [{"field": "status", "value": None}]}}
    view = {"id": 5, "title": "x", "conditions": {}}

    facts = [thing.facts for kind, one in (("sla", policy), ("macro", macro), ("trigger", trigger), ("view", view))
             if (thing := read(kind, one, MARK))]  # fmt: skip

    assert facts[0]["filter"]["all"][0]["value"] == "a b"  # type: ignore[index]
    assert facts[1]["actions"] == [{"field": "comment_mode_is_public", "value": "false"}]
    assert (facts[2]["category_id"], facts[2]["conditions"]["all"][0]["value"]) == ("4", None)  # type: ignore[index]
    assert facts[3]["columns"] == []
    odd = read("sla", {"id": 1, "title": "x", "filter": "odd"}, MARK)
    assert odd is not None
    assert odd.facts["filter"] == {"all": [], "any": []}
    bare = read("webhook", {"id": "A", "name": "x", "subscriptions": "odd"}, MARK)
    assert bare is not None
    assert (bare.facts["subscriptions"], bare.marked) == ([], None)


@pytest.mark.parametrize("document", [{}, {"id": 1}, {"title": "x"}, {"id": [], "title": "x"}])
def test_what_is_not_as_documented_is_passed_over(document: dict[str, object]) -> None:
    assert read("macro", document, MARK) is None


def test_a_list_stands_in_the_order_of_its_positions() -> None:
    page = [{"id": 1, "title": "b", "position": 2}, {"id": 2, "title": "a", "position": 1}, "odd", {"id": 3}]

    assert [thing.name for thing in in_order("sla", page, MARK)] == ["a", "b"]
    assert in_order("sla", None, MARK) == []


def test_a_test_asks_for_our_address_with_our_body() -> None:
    asked: Any = wanted.trial(ADDRESS, {"a": 1})["request"]

    assert (asked["endpoint"], json.loads(asked["payload"])) == (ADDRESS, {"a": 1})


@pytest.mark.parametrize(
    ("ref", "name", "words"),
    [
        ("webhook:webhook", "endpoint", ADDRESS),
        ("webhook:webhook", "name", None),
        ("sla:sla_sev1", "filter", "all of: current_tags includes sla_sev1"),
        (
            "sla:sla_sev1",
            "policy_metrics",
            "first_reply_time, next_reply_time, pausable_update_time: 60 min; requester_wait_time: 480 min",
        ),
        ("macro:request", "actions", "comment_mode_is_public false; comment_value /esc request sev3 "),
        ("view:escalated", "all", "current_tags includes esc, status less_than solved"),
        ("view:escalated", "any", None),
        ("view:escalated", "columns", "status, nice_id, subject, requester, assignee, updated"),
        ("trigger:changes", "conditions", "all of: status less_than closed, current_via_id is_not 5"),
        ("trigger:changes", "actions", f"notification_webhook the one above {wanted.TEMPLATE}"),
    ],
)
def test_facts_are_shown_in_words(ref: str, name: str, words: str | None) -> None:
    wish = (wishes() | wishes(setup(Way.TRIGGER)))[ref]

    assert show(name, wish.facts[name]) == words


def test_events_are_counted_and_named() -> None:
    told = show("subscriptions", ["zen:event-type:ticket.created", "zen:event-type:ticket.merged"])

    assert told == "2 ticket events: created, merged"
    assert show("subscriptions", ["conditional_ticket_events"]) == "what triggers tell"
    assert show("subscriptions", None) == "0 ticket events: "


def test_targets_that_differ_by_priority_are_shown_as_they_are() -> None:
    rows = [{"metric": "first_reply_time", "priority": p, "target": t} for p, t in (("urgent", 10), ("low", 60))]

    assert show("policy_metrics", rows) == 'first_reply_time: {"urgent": 10, "low": 60}'
    assert show("columns", None) == "null"
