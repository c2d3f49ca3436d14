"""What is left of a write of which a part is refused."""

from __future__ import annotations

import pytest

from connectors.model import (
    AddComment,
    AddFollowers,
    AddTags,
    Assign,
    Change,
    RemoveTags,
    SetField,
    SetGroup,
    SetPriority,
    SetStatus,
    Status,
)
from plugin.core.refused import by_hand, rest
from plugin.core.rules import compile_policy
from tests.core.samples import document

POLICY = compile_policy(document())
ACME = "acme"
NOTE, TOLD = AddComment(text="Hand-over.", public=False), AddComment(text="We care.", public=True)
WHY = "it is refused"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (Assign(person_id="1"), "assignee"),
        (SetGroup(group_id="2"), "group"),
        (SetPriority(priority="high"), "priority"),
        (AddFollowers(person_ids=("3", "4")), "followers"),
        (SetField(field_id="360", value="x"), "field 360"),
        (SetField(field_id="360", value="x"), "fields"),
        (AddTags(tags=("a",)), "tags"),
        (RemoveTags(tags=("a",)), "tags"),
    ],
)
def test_only_the_refused_place_is_left_out_and_the_note_says_so(change: Change, place: str) -> None:
    others = tuple(one for one in (SetPriority(priority="low"), AddTags(tags=("b",))) if type(one) is not type(change))
    others = () if place == "tags" else others

    left = rest((change, *others, NOTE, TOLD), {place: WHY}, POLICY, ACME)

    assert left.changes[:-2] == others
    assert left.changes[-1] == TOLD
    note = left.changes[-2]
    assert isinstance(note, AddComment)
    assert note.text.startswith("Hand-over.\n\nNot written")
    assert note.text.endswith(WHY)
    assert len(left.told) == 1


def test_without_a_refused_place_everything_is_left() -> None:
    everything = (Assign(person_id="1"), NOTE)

    left = rest(everything, {"field 360": WHY, "group": WHY}, POLICY, ACME)

    assert (left.changes, left.told) == (everything, ())


def test_a_refused_status_alone_becomes_a_request_to_a_person() -> None:
    alone = (SetStatus(status=Status.SOLVED),)

    asked = by_hand(alone, ["a field must be filled in first"], {"field 360": WHY}, POLICY, ACME)
    more = by_hand((*alone, NOTE), [], {}, POLICY, ACME)

    (note,) = asked.changes
    why = "a field must be filled in first (field 360)"
    assert note == AddComment(text=f"The ticket could not be set to solved: {why}. Please do it by hand.", public=False)
    assert more.changes == ()


def test_nothing_may_be_left() -> None:
    assert rest((Assign(person_id="1"),), {"assignee": WHY}, POLICY, ACME).changes == ()
