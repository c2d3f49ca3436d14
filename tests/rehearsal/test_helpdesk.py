"""The helpdesk in memory behaves as a helpdesk does, as far as a policy can tell."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.errors import Conflict, NotFound
from connectors.model import (
    AddComment,
    AddFollowers,
    AddTags,
    Assign,
    Change,
    EventKind,
    Operation,
    Party,
    SetField,
    SetGroup,
    SetPriority,
    Status,
    TicketRef,
)
from plugin.rehearsal.helpdesk import US, Helpdesk
from tests.rehearsal.samples import CORA, MONDAY, PROGRAM, REF, TOM, Standing, kinds, ticket


@pytest.fixture
def clock() -> Standing:
    return Standing()


@pytest.fixture
def helpdesk(clock: Standing) -> Helpdesk:
    desk = Helpdesk(clock=clock)
    desk.take_in(ticket(tags=frozenset({"a"})), CORA, new=True)
    desk.news()
    clock.forward(hours=1)
    return desk


def write(*changes: Change, id: str = "op-1") -> Operation:
    return Operation(id=id, ticket=REF, changes=changes)


def test_a_new_ticket_tells_of_itself_and_its_first_comment(clock: Standing) -> None:
    desk = Helpdesk(clock=clock)

    desk.take_in(ticket(), CORA, new=True)

    (event,) = desk.news()
    assert (event.kind, event.actor, event.known["status"]) == (EventKind.CREATED, Party.CUSTOMER, Status.NEW)
    assert event.comment is not None
    assert event.comment.text == "Help"


def test_a_ticket_that_was_there_before_only_tells_that_it_was_touched(clock: Standing) -> None:
    desk = Helpdesk(clock=clock)

    desk.take_in(ticket(), CORA, new=False)

    (event,) = desk.news()
    assert (event.kind, event.comment) == (EventKind.UPDATED, None)


def test_news_is_told_once(helpdesk: Helpdesk) -> None:
    helpdesk.change(REF, {"priority": "high"}, TOM)

    assert kinds(helpdesk.news()) == ["priority_changed"]
    assert helpdesk.news() == []


def test_each_thing_that_changed_is_an_event_with_what_it_was_and_is(helpdesk: Helpdesk) -> None:
    helpdesk.change(REF, {"priority": "high", "tags": frozenset({"b"}), "fields.9001": "A-1"}, TOM)

    told = {event.changed: (event.kind.value, event.previous, event.current) for event in helpdesk.news()}
    assert told == {
        "priority": ("priority_changed", None, "high"),
        "tags": ("tags_changed", frozenset({"a"}), frozenset({"b"})),
        "fields.9001": ("field_changed", None, "A-1"),
    }


def test_a_change_to_what_it_already_is_is_none(helpdesk: Helpdesk) -> None:
    helpdesk.change(REF, {"status": Status.NEW}, TOM)

    assert helpdesk.news() == []


def test_a_new_ticket_is_open_once_somebody_has_it(helpdesk: Helpdesk) -> None:
    helpdesk.change(REF, {"assignee_id": "tom"}, TOM)

    assert helpdesk.ticket(REF).status is Status.OPEN


@pytest.mark.parametrize("status", [Status.PENDING, Status.HOLD, Status.SOLVED])
def test_a_customers_comment_opens_what_waits_or_is_solved(helpdesk: Helpdesk, status: Status) -> None:
    helpdesk.change(REF, {"status": status}, TOM)
    helpdesk.news()

    helpdesk.comment(REF, "Hello?", CORA, public=True)

    assert helpdesk.ticket(REF).status is Status.OPEN
    assert kinds(helpdesk.news()) == ["status_changed", "comment_added"]


def test_an_agents_comment_opens_nothing(helpdesk: Helpdesk) -> None:
    helpdesk.change(REF, {"status": Status.PENDING}, TOM)

    helpdesk.comment(REF, "Any news?", TOM, public=True)

    assert helpdesk.ticket(REF).status is Status.PENDING


def test_every_move_is_kept_with_who_made_it(helpdesk: Helpdesk, clock: Standing) -> None:
    helpdesk.change(REF, {"group_id": "201", "fields.9001": "A-1"}, PROGRAM)

    moves = [(m.what, m.value, m.by) for m in helpdesk.ticket(REF).history or () if m.at == clock()]
    assert moves == [("group_id", "201", Party.AUTOMATION), ("fields.9001", "A-1", Party.AUTOMATION)]


def test_only_people_are_active(helpdesk: Helpdesk, clock: Standing) -> None:
    helpdesk.change(REF, {"priority": "low"}, PROGRAM)
    helpdesk.apply(write(SetPriority(priority="high")), helpdesk.ticket(REF))
    assert helpdesk.ticket(REF).active_at == MONDAY

    helpdesk.comment(REF, "Hm", TOM, public=False)

    assert helpdesk.ticket(REF).active_at == MONDAY + timedelta(hours=1)


def test_our_write_does_what_it_says_and_is_remembered(helpdesk: Helpdesk) -> None:
    changes: tuple[Change, ...] = (
        SetPriority(priority="urgent"),
        Assign(person_id="101"),
        SetGroup(group_id="201"),
        AddTags(tags=("escalated",)),
        AddFollowers(person_ids=("102",)),
        SetField(field_id="9001", value="x"),
        AddComment(text="A note", public=False),
    )

    after = helpdesk.apply(write(*changes), helpdesk.ticket(REF))

    assert (after.priority, after.assignee_id, after.group_id) == ("urgent", "101", "201")
    assert (after.tags, after.follower_ids) == ({"a", "escalated"}, {"102"})
    assert after.custom_fields == {"9001": "x"}
    assert [(c.by, c.public, c.author_id) for c in (after.comments or ())[1:]] == [(Party.US, False, US.id)]
    assert [one.operation.id for one in helpdesk.applied] == ["op-1"]
    assert {event.actor for event in helpdesk.news()} == {Party.US}


def test_a_write_on_an_older_version_is_a_conflict_and_changes_nothing(helpdesk: Helpdesk) -> None:
    before = helpdesk.ticket(REF)
    helpdesk.change(REF, {"priority": "low"}, TOM)

    with pytest.raises(Conflict):
        helpdesk.apply(write(SetPriority(priority="high")), before)

    assert helpdesk.ticket(REF).priority == "low"
    assert helpdesk.applied == []


def test_comments_of_one_instant_stay_in_order(helpdesk: Helpdesk) -> None:
    for text in map(str, range(12)):
        helpdesk.comment(REF, text, TOM, public=True)

    comments = helpdesk.ticket(REF).comments or ()
    assert [c.text for c in sorted(comments, key=lambda c: c.id)] == ["Help", *map(str, range(12))]


def test_a_ticket_that_is_gone_is_not_found(helpdesk: Helpdesk) -> None:
    helpdesk.remove(REF, TOM)

    assert kinds(helpdesk.news()) == ["deleted"]
    with pytest.raises(NotFound):
        helpdesk.ticket(REF)


def test_a_merge_says_into_what(helpdesk: Helpdesk) -> None:
    helpdesk.remove(REF, TOM, merged_into=TicketRef(connection="acme", id="other"))

    (event,) = helpdesk.news()
    assert (event.kind, event.current) == (EventKind.MERGED, "other")
