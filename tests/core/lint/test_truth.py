"""Rules that can never hold, always do, or only by chance: each beside one that just does not."""

from __future__ import annotations

import pytest

from tests.core.lint.samples import Json, asked, document, found, rule, seen, when, with_rules

WHEN = "rules[3].when"


def test_the_sample_has_nothing_to_find() -> None:
    assert found(document(), connections=["acme"]) == ()


NEVER: list[tuple[list[Json], str]] = [
    ([asked("ticket.priority", "is", "high"), asked("ticket.priority", "is", "low")], "all[1]"),
    ([asked("ticket.priority", "is", "high"), asked("ticket.priority", "is_not", "HIGH")], "all[1]"),
    ([asked("ticket.priority", "in", ["high"]), asked("ticket.priority", "not_in", ["high", "low"])], "all[1]"),
    ([asked("ticket.priority", "in", ["high"]), asked("ticket.priority", "absent")], "all[1]"),
    ([asked("ticket.type", "present"), asked("ticket.type", "absent")], "all[1]"),
    ([asked("ticket.tags", "contains_all", ["a", "b"]), asked("ticket.tags", "contains_none", ["B"])], "all[1]"),
    ([asked("ticket.tags", "contains", "a"), asked("ticket.tags", "absent")], "all[1]"),
    ([asked("ticket.tags", "is", "vip")], "all[0]"),
    ([asked("ticket.group", "is", "care"), asked("ticket.group", "is", "999")], "all[1]"),
    ([asked("ticket.reopens", "at_least", 5), asked("ticket.reopens", "at_most", 4)], "all[1]"),
    ([asked("ticket.reopens", "more_than", 3), asked("ticket.reopens", "less_than", 4)], "all[1]"),
    ([asked("ticket.reopens", "less_than", 0)], "all[0]"),
    ([asked("ticket.fields.1", "more_than", 3), asked("ticket.fields.1", "less_than", 3)], "all[1]"),
    ([asked("ticket.fields.1", "at_least", 3), asked("ticket.fields.1", "is", "x")], "all[1]"),
    ([asked("unanswered", "at_least", "4h"), asked("unanswered", "at_most", "3h")], "all[1]"),
    ([asked("unanswered", "more_than", "4h"), asked("unanswered", "less_than", "4h")], "all[1]"),
    ([asked("unanswered", "at_least", "4h"), asked("unanswered", "absent")], "all[1]"),
    ([asked("due.ticket", "at_most", "1h"), asked("due.ticket", "at_least", "2h")], "all[1]"),
    ([asked("due.ticket", "passed"), asked("due.ticket", "more_than", "0m")], "all[1]"),
    ([asked("sla.x.breached", "is", True), asked("sla.x.remaining", "more_than", "1h")], "all[1]"),
    ([asked("sla.x.consumed", "at_least", "75%"), asked("sla.x.consumed", "less_than", "50%")], "all[1]"),
    ([asked("ticket.subject", "mentions", ["a"]), asked("ticket.subject", "mentions_none", ["a", "b"])], "all[1]"),
    ([asked("ticket.subject", "matches", "x+"), asked("ticket.subject", "matches_none", "x+")], "all[1]"),
    ([asked("ticket.type", "changed_to", "task"), asked("ticket.type", "changed_to", "problem")], "all[1]"),
    ([asked("event.kind", "is", "created"), asked("event.kind", "is", "deleted")], "all[1]"),
    ([{"none": [asked("ticket.type", "changed")]}, asked("ticket.type", "changed_to", "task")], "all[1]"),
    ([{"none": [asked("ticket.form", "is", "1")]}, asked("ticket.form", "is", "1")], "all[1]"),
    ([{"recurrence": "order", "within": "1d", "operator": "less_than", "value": 0}], "all[0]"),
]


@pytest.mark.parametrize(("tests", "place"), NEVER)
def test_a_contradiction_is_found_at_its_place(tests: list[Json], place: str) -> None:
    told = {one for one in seen(when(*tests)) if one[0] != "share_of_unknown"}

    assert told == {("never_true", f"{WHEN}.{place}")}


@pytest.mark.parametrize(
    "tests",
    [
        [asked("ticket.priority", "is_not", "high"), asked("ticket.priority", "is_not", "low")],
        [asked("ticket.priority", "in", ["high", "low"]), asked("ticket.priority", "not_in", ["high"])],
        [asked("ticket.tags", "contains", "a"), asked("ticket.tags", "contains", "b")],
        [asked("ticket.tags", "contains_any", ["a", "b"]), asked("ticket.tags", "contains_none", ["b"])],
        [asked("ticket.group", "is", "care"), asked("ticket.group", "is", "201")],
        [asked("ticket.reopens", "at_least", 4), asked("ticket.reopens", "at_most", 4)],
        [asked("ticket.fields.1", "more_than", 3), asked("ticket.fields.1", "less_than", 4)],
        [asked("ticket.fields.1", "is_not", 5), asked("ticket.fields.1", "at_least", 5)],
        [asked("ticket.fields.1", "is", "5"), asked("ticket.fields.1", "at_least", 3)],
        [asked("in_status", "at_least", "4h"), asked("in_status", "at_most", "4h")],
        [asked("unanswered", "at_least", "4h"), asked("unanswered", "at_most", "3h", calendar="office")],
        [asked("unanswered", "at_least", "4h"), asked("idle", "at_most", "3h")],
        [asked("due.ticket", "at_most", "2h"), asked("due.ticket", "at_least", "-1h")],
        [asked("sla.x.breached", "is", False), asked("sla.x.remaining", "at_most", "1h")],
        [asked("ticket.subject", "mentions", ["a", "c"]), asked("ticket.subject", "mentions_none", ["a", "b"])],
        [asked("ticket.subject", "matches", "x+"), asked("ticket.subject", "matches_none", "y+")],
        [asked("ticket.tags", "changed_to", "a"), asked("ticket.tags", "changed_to", "b")],
        [{"none": [{"all": [asked("ticket.form", "is", "1"), asked("ticket.type", "is", "task")]}]},
         asked("ticket.form", "is", "1")],
    ],
)  # fmt: skip
def test_what_can_hold_is_left_alone(tests: list[Json]) -> None:
    assert {code for code, _ in seen(when(*tests))} - {"time_without_limit"} == set()


def test_every_way_must_be_closed() -> None:
    closed = [asked("ticket.form", "is", "1"), asked("ticket.form", "is", "2")]
    other = {"any": [asked("ticket.form", "is", "2"), asked("ticket.tags", "contains", "x")]}

    assert seen(when(closed[0], {"any": [closed[1], closed[1]]})) == {("never_true", f"{WHEN}.all[1].any[0]")}
    assert seen(when(closed[0], other)) == set()


def test_a_message_tells_both_sides() -> None:
    (one,) = found(when(asked("ticket.form", "is", "1"), asked("ticket.form", "is", "2")))

    assert one.level == "error"
    assert one.message == 'rule "more" can never hold: ticket.form is 1 and ticket.form is 2 exclude each other'


def test_what_is_often_meant_instead_is_said() -> None:
    (one,) = found(when(asked("ticket.tags", "is", "vip")))

    assert one.message.endswith("tags are a list: use contains or contains_any")


def test_a_condition_with_too_many_ways_is_passed_over() -> None:
    wide = {"any": [asked("ticket.tags", "contains", str(n)) for n in range(20)]}
    never = [asked("ticket.form", "is", "1"), asked("ticket.form", "is", "2")]

    assert seen(when(wide, wide, *never)) == set()


def test_so_is_one_with_too_many_alternatives_or_values() -> None:
    wide = {"any": [asked("ticket.form", "is", str(n)) for n in range(300)]}
    long = [asked("ticket.form", operator, [str(n) for n in range(300)]) for operator in ("in", "not_in")]

    assert seen(when(wide)) == set()
    assert seen(when(*long)) == set()


def test_an_empty_list_may_leave_no_way_at_all() -> None:
    assert seen(when({"none": [asked("ticket.tags", "contains_all", [])]})) == {("never_true", WHEN)}


def test_more_than_two_tests_may_exclude_each_other_only_together() -> None:
    tests = [asked("ticket.tags", "contains_any", ["a", "b"]), asked("ticket.tags", "contains_none", ["a"])]

    (one,) = found(when(*tests, asked("ticket.tags", "contains_none", ["b"])))

    assert one.where == f"{WHEN}.all[2]"
    assert one.message.endswith("contains none a and ticket.tags contains none b exclude each other")


@pytest.mark.parametrize("value", ["solved", ["solved", "closed"]])
def test_a_rule_for_tickets_that_are_done_is_found(value: object) -> None:
    status = asked("ticket.status", "in" if isinstance(value, list) else "is", value)

    assert seen(when(status)) == {("only_done", WHEN)}
    assert seen(when({"any": [status, asked("ticket.tags", "contains", "a")]})) == {
        ("dead_part", f"{WHEN}.all[0].any[0]")
    }
    assert seen(when(asked("ticket.status", "in", ["solved", "open"]))) == set()


def test_an_alternative_that_never_helps_is_found() -> None:
    dead = {"all": [asked("ticket.form", "is", "1"), asked("ticket.form", "is", "2")]}
    policy = with_rules(rule(when={"any": [asked("ticket.tags", "contains", "a"), dead]}))

    assert seen(policy) == {("dead_part", f"{WHEN}.any[1].all[1]")}


@pytest.mark.parametrize(
    "test",
    [
        asked("ticket.status", "not_in", ["solved", "closed"]),
        {"any": [asked("ticket.form", "present"), asked("ticket.form", "absent")]},
        {"recurrence": "order", "within": "1d", "operator": "at_least", "value": 0},
        asked("ticket.reopens", "at_least", 0),
    ],
)
def test_a_rule_that_holds_for_every_ticket_is_found(test: Json) -> None:
    assert ("always_true", WHEN) in seen(with_rules(rule(when=test)))


@pytest.mark.parametrize(
    "test",
    [
        asked("ticket.status", "not_in", ["pending", "closed"]),
        {"any": [asked("ticket.form", "present"), asked("ticket.type", "absent")]},
        {"recurrence": "order", "within": "1d", "operator": "at_least", "value": 1},
    ],
)
def test_a_rule_that_fails_for_some_ticket_is_not(test: Json) -> None:
    assert seen(with_rules(rule(when=test))) == set()


@pytest.mark.parametrize(
    "tests",
    [
        [asked("ticket.type", "changed_to", "task"), asked("ticket.type", "is_not", "task")],
        [asked("ticket.type", "changed_from", "task"), asked("ticket.type", "is", "task")],
        [asked("ticket.status", "changed_to", "solved")],
        [asked("ticket.tags", "changed_to", ["a"]), asked("ticket.tags", "contains_none", ["a"])],
    ],
)
def test_what_holds_only_while_the_ticket_changes_again_is_found(tests: list[Json]) -> None:
    assert seen(when(*tests)) == {("only_in_passing", WHEN)}


@pytest.mark.parametrize(
    "tests",
    [
        [asked("ticket.type", "changed_to", "task"), asked("ticket.type", "is", "task")],
        [asked("ticket.type", "changed_from", ["task", "problem"]), asked("ticket.type", "is", "task")],
        [asked("ticket.status", "changed_to", ["solved", "open"])],
    ],
)
def test_what_holds_after_the_change_is_not(tests: list[Json]) -> None:
    assert seen(when(*tests)) == set()


def test_an_event_and_a_clock_together_are_found() -> None:
    event, old = asked("event.kind", "is", "comment_added"), asked("ticket.age", "at_least", "4h")

    assert seen(when(event, old)) == {("event_and_clock", WHEN)}
    assert seen(when(event, asked("ticket.age", "at_most", "4h"))) == set()
    assert seen(when(event, asked("due.ticket", "at_most", "4h"))) == {("event_and_clock", WHEN)}
    assert seen(with_rules(rule(when={"any": [event, old]}))) == set()
