"""What we ask Zendesk for, to the letter."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.model import (
    AddComment,
    AddFollowers,
    AddTags,
    Assign,
    Change,
    LinkProblem,
    Operation,
    SetField,
    SetGroup,
    SetPriority,
    Status,
    Ticket,
    TicketRef,
)
from connectors.zendesk.changes import LONGEST, MARKER, inert_html, to_body

REF = TicketRef(connection="acme", id="42")
READ = Ticket(
    ref=REF,
    version="2026-11-02T12:00:00Z",
    created_at=datetime(2026, 11, 2, tzinfo=UTC),
    updated_at=datetime(2026, 11, 2, 12, tzinfo=UTC),
    status=Status.OPEN,
    tags=frozenset({"vip", "parcel"}),
)
SAFE = {"safe_update": True, "updated_stamp": "2026-11-02T12:00:00Z", "metadata": {MARKER: "op-1"}}


def body(*changes: Change, base: Ticket | None = READ) -> dict[str, Any]:
    return to_body(Operation(id="op-1", ticket=REF, changes=changes), base)


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        (SetPriority(priority="urgent"), {"priority": "urgent"}),
        (Assign(person_id="101"), {"assignee_id": 101}),
        (SetGroup(group_id="201"), {"group_id": 201}),
        (AddTags(tags=("sev1", "vip")), {"tags": ["parcel", "sev1", "vip"]}),
        (SetField(field_id="7", value="x"), {"custom_fields": [{"id": 7, "value": "x"}]}),
        (SetField(field_id="7", value=None), {"custom_fields": [{"id": 7, "value": None}]}),
        (LinkProblem(problem_id="35"), {"type": "incident", "problem_id": 35}),
        (AddFollowers(person_ids=("8", "9")), {"followers": [{"user_id": n, "action": "put"} for n in (8, 9)]}),
        (AddComment(text="Hi", public=True), {"comment": {"html_body": "<p>Hi</p>", "public": True}}),
        (AddComment(text="Hi", public=False), {"comment": {"html_body": "<p>Hi</p>", "public": False}}),
    ],
)
def test_each_change_is_asked_for_in_zendesks_words(change: Change, asked: dict[str, Any]) -> None:
    assert body(change) == asked | SAFE


def test_all_changes_of_an_operation_travel_together() -> None:
    fields = (SetField(field_id="7", value=1), SetField(field_id="8", value=True))

    asked = body(SetPriority(priority="high"), AddComment(text="x", public=False), *fields)

    assert asked["custom_fields"] == [{"id": 7, "value": 1}, {"id": 8, "value": True}]
    assert asked.keys() == {"priority", "comment", "custom_fields", *SAFE}


def test_tags_asked_for_twice_are_merged_once() -> None:
    assert body(AddTags(tags=("a",)), AddTags(tags=("b",)))["tags"] == ["a", "b", "parcel", "vip"]


def test_a_lone_comment_is_bound_to_the_ticket_that_was_read() -> None:
    assert body(AddComment(text="x", public=True)).keys() == {"comment", *SAFE}


@pytest.mark.parametrize("wrong", ["ana", "", "-1", "1.5", "\uff11"])
def test_an_id_that_is_no_number_is_named(wrong: str) -> None:
    with pytest.raises(ValueError, match="ids of Zendesk are numbers"):
        body(Assign(person_id=wrong))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("one\ntwo", "<p>one<br>two</p>"),
        ("one\n\ntwo", "<p>one</p><p>two</p>"),
        ("one\r\n \r\n\r\ntwo\rthree\n", "<p>one</p><p>two<br>three</p>"),
        ("<b>&\"'", "<p>&lt;b&gt;&amp;&quot;&#x27;</p>"),
        ("{{ticket.id}}", "<p>{\u200b{ticket.id}\u200b}</p>"),
        ("{% if x %}", "<p>{\u200b% if x %\u200b}</p>"),
        ("{{{%%}}}", "<p>{\u200b{\u200b{\u200b%\u200b%\u200b}\u200b}\u200b}</p>"),
        ("{\x00{ticket.id}\x07}", "<p>{\u200b{ticket.id}\u200b}</p>"),
        ("100 % {sure}", "<p>100 % {sure}</p>"),
        ("half \ud800 a face", "<p>half ? a face</p>"),
        ("", "<p></p>"),
    ],
)
def test_text_is_shown_as_it_is_and_does_nothing(text: str, shown: str) -> None:
    assert inert_html(text) == shown


@given(st.text(alphabet="{}%<>&\"' \n\r\0ab.|"))
def test_no_text_can_act(text: str) -> None:
    shown = inert_html(text)

    assert not re.search(r"[{}%][{}%]", html.unescape(shown))
    assert set(re.findall(r"<[^>]*>", shown)) <= {"<p>", "</p>", "<br>"}


@pytest.mark.parametrize("letter", ["x", "é", "&", "{"])
def test_too_long_a_text_is_cut_and_says_so(letter: str) -> None:
    shown = inert_html(letter * 100_000)

    assert LONGEST * 0.7 < len(shown.encode()) <= LONGEST
    assert shown.endswith("</p><p>[The rest is left out: it is longer than a comment can be.]</p>")


def test_a_text_that_just_fits_is_left_whole() -> None:
    text = "x" * (LONGEST - len("<p></p>"))

    assert inert_html(text) == f"<p>{text}</p>"
