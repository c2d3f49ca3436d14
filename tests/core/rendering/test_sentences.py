"""Every condition reads as a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.core.facts import DUE_FIELDS, FIELDS, OPEN_PREFIXES, SLA, SLA_FACTS
from plugin.core.operators import NAMES
from plugin.core.rendering.page import Item
from plugin.core.rendering.sentences import said
from tests.core.rendering.drafts import FULL, condition_of

EVERY_FIELD = (
    *FIELDS,
    *(f"{prefix}4711" for prefix in OPEN_PREFIXES),
    "ticket.fields.order_id",
    f"{DUE_FIELDS}delivery",
    *(f"{SLA}first_reply_time.{what}" for what in SLA_FACTS),
)
VALUES: tuple[Any, ...] = ("care", ["new", "hold"], 3, "4h", "75%", True, None, {"vocabulary": "safety"})


def text_of(item: Mapping[str, Any]) -> str:
    condition = condition_of(item)
    assert condition is not None, item
    return "\n".join(lines(said(condition, FULL.words, item)))


def lines(item: Item, indent: str = "") -> Iterator[str]:
    yield indent + item.text
    for inner in item.inner:
        yield from lines(inner, indent + "  ")


def asked(field: str, operator: str, value: object = None, **more: object) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value, **more}


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        (asked("ticket.status", "in", ["new", "open"]), "the ticket is new or open"),
        (asked("ticket.status", "not_in", ["solved", "closed"]), "the ticket is neither solved nor closed"),
        (asked("ticket.status", "is_not", "hold"), "the ticket is not on hold"),
        (asked("ticket.status", "changed_to", "open"), "the status has just changed to open"),
        (asked("ticket.tags", "contains", "vip"), "the tags include “vip”"),
        (asked("ticket.tags", "contains_all", ["a", "b"]), "the tags include each of “a” and “b”"),
        (asked("ticket.tags", "contains_none", ["a", "b"]), "the tags include neither “a” nor “b”"),
        (asked("ticket.tags", "changed_to", ["vip"]), "the tag “vip” has just been added"),
        (asked("ticket.group", "is", "201"), "the group is Care"),
        (asked("ticket.group", "changed"), "the group has just changed"),
        (asked("ticket.assignee", "is", "ana"), "the assignee is Ana Lopes"),
        (asked("ticket.assignee", "is", None), "the assignee is empty"),
        (asked("ticket.assignee", "absent"), "nobody is assigned"),
        (asked("ticket.fields.order_id", "present"), "the field “Order number” is not empty"),
        (
            asked("organization.fields.value", "more_than", 50000),
            "the organization's field “value” is more than 50,000",
        ),
        (asked("organization.tags", "absent"), "the organization's tags are empty"),
        (asked("event.by", "in", ["customer", "us"]), "who did it is the customer or this plugin"),
        (asked("event.kind", "is", "comment_added"), "what just happened is “comment added”"),
        (asked("ticket.reopens", "at_least", 2), "the ticket has been reopened at least twice"),
        (asked("ticket.subject", "mentions", "on fire"), "the subject mentions “on fire”"),
        (asked("ticket.subject", "mentions_none", ["a b", "c d"]), "the subject does not mention “a b” or “c d”"),
        (asked("ticket.text", "matches", "ORD-\\d+"), "what the customer wrote fits the pattern “ORD-\\d+”"),
        (
            asked("ticket.text", "mentions", [f"word {i}" for i in range(9)]),
            "what the customer wrote mentions any of 9 words and phrases, such as “word 0”, “word 1” and “word 2”",
        ),
        (asked("ticket.age", "less_than", "90m"), "the ticket's age is less than 1 hour and 30 minutes"),
        (
            asked("ticket.age", "at_least", "80%", of="8h"),
            "the ticket's age is at least 80% of 8 hours (6 hours and 24 minutes)",
        ),
        (
            asked("unanswered", "at_least", "4h", calendar="office", pause_when=["pending", "hold"]),
            "the customer has waited at least 4 hours for a public answer, counted in the hours of “office”;"
            " the clock stands still while the ticket is pending or on hold",
        ),
        (
            asked(
                "in_status",
                "more_than",
                "1d",
                pause_when={"ticket.group": ["care"], "ticket.fields.waiting_for": ["x"]},
            ),
            "the ticket has had its status for more than 1 day;"
            " the clock stands still while the group is Care or the field “waiting_for” is “x”",
        ),
        (asked("unanswered", "absent"), "the customer is not waiting for a public answer"),
        (asked("due.ticket", "passed"), "the date promised on the ticket is past"),
        (asked("due.ticket", "at_most", "30m"), "at most 30 minutes are left until the date promised on the ticket"),
        (asked("due.ticket", "at_most", "0m"), "the date promised on the ticket is reached or past"),
        (asked("due.fields.delivery", "less_than", "-2h"), "the date in “Promised delivery” was more than 2 hours ago"),
        (
            asked("due.fields.delivery", "at_least", "-2h"),
            "the date in “Promised delivery” is to come, or was at most 2 hours ago",
        ),
        (
            asked("sla.first_reply_time.consumed", "at_least", "75%"),
            "at least 75% of the helpdesk's SLA for “first reply time” is used up",
        ),
        (asked("sla.first_reply_time.breached", "is", True), "the helpdesk's SLA for “first reply time” is breached"),
        (asked("sla.first_reply_time.remaining", "absent"), "the helpdesk's SLA for “first reply time” is not running"),
        (
            {"recurrence": "order", "within": "30d", "operator": "at_least", "value": 2},
            "at least 2 other customers wrote about the same order within 30 days",
        ),
        (
            {"recurrence": "order", "within": "1h", "operator": "more_than", "value": 1, "distinct": "ticket"},
            "more than 1 other ticket named the same order within 1 hour",
        ),
        (
            {"recurrence": "product", "within": "7d", "operator": "at_least", "value": 3, "distinct": "order"},
            "other tickets with the same product named at least 3 different values of “order” within 7 days",
        ),
    ],
)
def test_a_test_reads_as_a_sentence(item: dict[str, Any], sentence: str) -> None:
    assert text_of(item) == sentence


def test_a_vocabulary_is_told_by_its_name_and_some_of_its_words() -> None:
    value = {"vocabulary": "safety", "languages": ["en"], "add": ["sharp edge"], "except": ["smoke"]}

    text = text_of(asked("ticket.text", "mentions", value))

    assert "words and phrases of the vocabulary “safety” (en), such as “caught fire”" in text
    assert text.endswith(", with “sharp edge” added and without “smoke”")


def test_two_tests_are_one_sentence_and_more_are_a_list() -> None:
    first, second = asked("ticket.status", "is", "new"), asked("unanswered", "at_least", "4h")

    assert text_of({"any": [first, second]}).startswith("the ticket is new, or the customer has waited")
    assert text_of({"all": [first]}) == "the ticket is new"
    assert text_of({"all": [first, second, first]}).splitlines()[:2] == ["all of these hold:", "  the ticket is new"]
    assert text_of({"all": [first, {"none": [second]}]}).splitlines()[1:] == [
        "  the ticket is new",
        "  none of these holds:",
        "    the customer has waited at least 4 hours for a public answer",
    ]


def variants(field: str, operator: str) -> Iterator[dict[str, Any]]:
    """Return every form of a test that a policy may have."""
    for value in VALUES:
        item = asked(field, operator, value, **({"of": "resolve"} if value == "75%" else {}))
        if condition_of(item) is not None:
            yield item


@pytest.mark.parametrize("field", EVERY_FIELD)
def test_every_field_has_a_sentence_with_every_operator(field: str) -> None:
    found = [item for operator in NAMES for item in variants(field, operator)]

    assert found
    for item in found:
        check(text_of(item))


def check(text: str) -> None:
    """Nothing of the file's own language is left in a sentence."""
    assert text.strip()
    for sign in ("{", "}", "unknown", "ticket.", "organization.", "requester.", "sla.", "due.", "None", "at_least"):
        assert sign not in text, text


TESTS = st.builds(asked, st.sampled_from(EVERY_FIELD), st.sampled_from(NAMES), st.sampled_from(VALUES)).filter(
    lambda item: condition_of(item) is not None
)
RECURRENCES = st.builds(
    lambda value, operator, distinct: {
        "recurrence": "order",
        "within": "2d",
        "operator": operator,
        "value": value,
        "distinct": distinct,
    },
    st.integers(0, 5),
    st.sampled_from(["at_least", "less_than"]),
    st.sampled_from(["requester", "ticket", "product"]),
)
CONDITIONS = st.recursive(
    TESTS | RECURRENCES,
    lambda parts: st.builds(
        lambda word, inner: {word: inner},
        st.sampled_from(["all", "any", "none"]),
        st.lists(parts, min_size=1, max_size=3),
    ),
    max_leaves=6,
)


@settings(max_examples=40, deadline=None)
@given(CONDITIONS)
def test_any_condition_reads_as_sentences(item: dict[str, Any]) -> None:
    condition = condition_of(item)
    assert condition is not None

    check("\n".join(lines(said(condition, FULL.words, item))))
    check("\n".join(lines(said(condition, FULL.words))))
