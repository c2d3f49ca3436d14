"""How changes split where one call takes everything with one comment."""

from __future__ import annotations

import pytest

from connectors.model import AddComment, AddTags, Assign, Change, SetStatus, Status
from connectors.parcels import one_call

TAGS, OWNER, SOLVED = AddTags(tags=("a",)), Assign(person_id="1"), SetStatus(status=Status.SOLVED)
NOTE, TOLD = AddComment(text="Hand-over.", public=False), AddComment(text="We care.", public=True)


@pytest.mark.parametrize(
    ("changes", "calls"),
    [
        ((), ()),
        ((TAGS,), ((TAGS,),)),
        ((TOLD, NOTE, TAGS), ((NOTE, TAGS), (TOLD,))),
        ((TAGS, TOLD), ((TAGS, TOLD),)),
        ((SOLVED,), ((SOLVED,),)),
        ((SOLVED, TOLD, NOTE, TAGS, OWNER), ((NOTE, TAGS, OWNER), (TOLD,), (SOLVED,))),
    ],
)
def test_a_public_comment_goes_after_the_note_and_a_status_last(
    changes: tuple[Change, ...], calls: tuple[tuple[Change, ...], ...]
) -> None:
    assert one_call(changes) == calls
