"""Changes become bodies, or are refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.errors import PermanentFailure
from connectors.jira.changes import MOST_RUNS, PUBLIC, RUN, comment, edit, parcels
from connectors.model import (
    AddComment,
    AddFollowers,
    AddTags,
    Assign,
    Change,
    LinkProblem,
    Operation,
    RemoveTags,
    SetField,
    SetGroup,
    SetPriority,
    SetStatus,
    Status,
    TicketRef,
)

REF = TicketRef(connection="sd", id="10033")
NOTE, TOLD = AddComment(text="Note", public=False), AddComment(text="Told", public=True)
SCHEMA: dict[str, dict[str, Any]] = {
    "customfield_1": {"type": "string"},
    "customfield_2": {"type": "option"},
    "customfield_3": {"type": "array", "items": "option"},
    "customfield_4": {"type": "array", "items": "string"},
    "customfield_5": {"type": "number"},
}


def body(*changes: Change, cloud: bool = True, runs: tuple[str, ...] = ()) -> dict[str, Any]:
    operation = Operation(id="op", ticket=REF, changes=changes)
    return edit(operation, runs=runs, cloud=cloud, priorities={"urgent": "1"}, schema=SCHEMA)


def test_a_decision_is_an_edit_then_watchers_then_words_then_the_status() -> None:
    solved, tags = SetStatus(status=Status.SOLVED), AddTags(tags=("a",))

    assert parcels([TOLD, solved, AddFollowers(person_ids=("ana", "ben")), NOTE, tags]) == (
        (tags,),
        (AddFollowers(person_ids=("ana",)),),
        (AddFollowers(person_ids=("ben",)),),
        (NOTE,),
        (TOLD,),
        (solved,),
    )
    assert parcels([]) == ()


def test_lists_are_added_to_and_taken_from() -> None:
    assert body(AddTags(tags=("a", "b")), RemoveTags(tags=("c",)))["update"] == {
        "labels": [{"add": "a"}, {"add": "b"}, {"remove": "c"}]
    }


@pytest.mark.parametrize(("cloud", "name"), [(True, "accountId"), (False, "name")])
def test_people_are_named_as_the_kind_names_them(name: str, *, cloud: bool) -> None:
    assert body(Assign(person_id="ana"), cloud=cloud)["fields"] == {"assignee": {name: "ana"}}


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        ("customfield_1", "late", "late"),
        ("customfield_1", 5, "5"),
        ("customfield_2", "late", {"value": "late"}),
        ("customfield_3", "late", [{"value": "late"}]),
        ("customfield_4", "late", ["late"]),
        ("customfield_5", "1.5", 1.5),
        ("customfield_5", 2, 2),
        ("customfield_5", "many", "many"),
        ("customfield_2", None, None),
    ],
)
def test_a_value_has_the_form_that_its_field_takes(field: str, value: Any, wanted: Any) -> None:
    assert body(SetField(field_id=field, value=value))["fields"] == {field: wanted}


def test_the_marker_goes_along_and_the_oldest_is_forgotten() -> None:
    runs = tuple(f"r{number}" for number in range(MOST_RUNS))

    [told] = body(AddTags(tags=("a",)), runs=runs)["properties"]

    assert told == {"key": "escalation", "value": {"runs": [*runs[1:], "op"]}}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (SetGroup(group_id="1"), "group"),
        (LinkProblem(problem_id="1"), "problem"),
        (SetPriority(priority="high"), "priority"),
        (Assign(person_id="a b"), "assignee"),
        (SetField(field_id="reason", value="x"), "field reason"),
        (SetField(field_id="customfield_9", value="x"), "field customfield_9"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_by_its_place(change: Change, place: str) -> None:
    with pytest.raises(PermanentFailure) as refused:
        body(change, AddTags(tags=("a",)))

    assert refused.value.refused.keys() == {place}
    assert place in str(refused.value)


@pytest.mark.parametrize("said", [NOTE, TOLD])
def test_a_comment_says_who_may_read_it(said: AddComment) -> None:
    made = comment(Operation(id="op", ticket=REF, changes=(said,)), said)

    held = {one["key"]: one["value"] for one in made["properties"]}
    assert held == {RUN: {"id": "op"}, PUBLIC: {"internal": not said.public}}
