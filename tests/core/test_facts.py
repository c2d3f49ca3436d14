"""What a condition may ask of a ticket, and what is unknown rather than empty."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import permutations

import pytest

from connectors.model import Comment, EventKind, Organization, Party, Person, TicketEvent
from plugin.core.clocks import Span
from plugin.core.conditions import UNKNOWN
from plugin.core.facts import of_event, of_mirror, of_ticket
from plugin.core.mirror import MARKS, heard, seen, waiting_since
from plugin.core.model import Mirror
from tests.core.samples import HOUR, MS, NOON, TICKET, comment, event

CUSTOMER, AGENT, US, UNKNOWN_PARTY = Party.CUSTOMER, Party.AGENT, Party.US, Party.UNKNOWN
ASKED = NOON + MS


@pytest.mark.parametrize(
    ("comments", "since"),
    [
        ([], None),
        ([comment(1, CUSTOMER)], ASKED),
        ([comment(1, CUSTOMER), comment(2, CUSTOMER)], ASKED),
        ([comment(1, CUSTOMER), comment(2, AGENT)], None),
        ([comment(1, CUSTOMER), comment(2, AGENT), comment(3, CUSTOMER)], NOON + 3 * MS),
        ([comment(1, CUSTOMER), comment(2, AGENT, public=False)], ASKED),
        ([comment(1, CUSTOMER), comment(2, US)], ASKED),
        ([comment(1, CUSTOMER), comment(2, UNKNOWN_PARTY)], ASKED),
        ([comment(1, UNKNOWN_PARTY)], None),
        ([comment(1, CUSTOMER, public=False)], None),
        ([comment(1, AGENT)], None),
        ([comment(1, CUSTOMER, at=NOON), comment(2, AGENT, at=NOON)], None),
    ],
)
def test_a_customer_waits_since_the_oldest_comment_without_a_later_public_answer(
    comments: list[Comment], since: datetime | None
) -> None:
    assert {waiting_since(order) for order in permutations(comments)} == {since}


def told(number: int, by: Party, *, kind: EventKind = EventKind.COMMENT_ADDED) -> TicketEvent:
    return event(kind, id=f"e{number}", comment=comment(number, by, text="secret words"))


CREATED = told(1, CUSTOMER, kind=EventKind.CREATED)


def after(*events: TicketEvent) -> Mirror:
    mirror = Mirror()
    for one in events:
        mirror = heard(mirror, one)
    return mirror


def test_comments_are_remembered_alike_whatever_order_they_arrive_in_and_however_often() -> None:
    events = [CREATED, told(2, AGENT), told(3, CUSTOMER)]

    mirrors = [after(*order, *order) for order in permutations(events)]

    assert all(mirror == mirrors[0] for mirror in mirrors)
    assert of_mirror(mirrors[0]).get("unanswered") == Span(NOON + 3 * MS)


def test_what_is_remembered_of_a_comment_is_not_its_text() -> None:
    mirror = after(CREATED)

    assert mirror.comments == (comment(1, CUSTOMER),)
    assert "secret words" not in str([c.text for c in mirror.comments])


def test_the_clock_is_unknown_until_every_comment_is_accounted_for() -> None:
    partly, wholly = after(told(2, CUSTOMER)), after(told(2, CUSTOMER), CREATED)

    assert of_mirror(partly).get("unanswered") is UNKNOWN
    assert of_mirror(wholly).get("unanswered") == Span(ASKED)


def many(by: Party, count: int, *, first: int = 10) -> tuple[Comment, ...]:
    return tuple(comment(first + n, by) for n in range(count))


@pytest.mark.parametrize("number", [MARKS, MARKS + 1, 3 * MARKS])
def test_a_waiting_customer_is_never_forgotten_however_much_is_said(number: int) -> None:
    said = (comment(1, CUSTOMER), *many(US, number))

    mirror = seen(Mirror(), replace(TICKET, comments=said))

    assert waiting_since(mirror.comments) == ASKED
    assert len(mirror.comments) <= MARKS + 2


def test_old_marks_are_dropped_when_they_decide_no_clock() -> None:
    mirror = seen(Mirror(), replace(TICKET, comments=many(UNKNOWN_PARTY, 3 * MARKS)))

    assert len(mirror.comments) == MARKS
    assert waiting_since(mirror.comments) is None


def test_an_answered_comment_delivered_again_long_after_does_not_look_unanswered() -> None:
    said = (comment(1, CUSTOMER), comment(2, AGENT), *many(US, MARKS))
    mirror = seen(Mirror(), replace(TICKET, comments=said))

    again = heard(mirror, told(1, CUSTOMER))

    assert waiting_since(again.comments) is None


def test_a_later_word_counts_whatever_order_it_arrives_in() -> None:
    early = event(known={"status": "open", "priority": "low", "updated_at": NOON})
    late = event(known={"status": "pending", "updated_at": NOON + HOUR})

    for order in permutations([early, late]):
        assert dict(after(*order).known) == {"status": "pending", "priority": "low", "updated_at": NOON + HOUR}


@pytest.mark.parametrize(
    ("ours", "occurred", "theirs", "counts"),
    [
        ({}, NOON, {}, True),
        ({"updated_at": NOON}, NOON, {}, True),
        ({"updated_at": NOON}, NOON - MS, {}, False),
        ({"updated_at": NOON}, NOON - HOUR, {"updated_at": NOON}, True),
        ({"updated_at": NOON}, NOON + HOUR, {"updated_at": NOON - MS}, False),
    ],
)
def test_newness_goes_by_the_tickets_own_time_where_both_tell(
    ours: dict[str, object], occurred: datetime, theirs: dict[str, object], counts: bool
) -> None:
    mirror = Mirror(known={"status": "old", **ours})

    after_it = heard(mirror, event(occurred_at=occurred, known={"status": "new", **theirs}))

    assert (after_it.known["status"] == "new") is counts


def test_subject_and_description_are_never_remembered() -> None:
    mirror = after(event(known={"subject": "My card", "description": "4111", "type": "problem"}))

    assert mirror.known == {"type": "problem"}
    assert "subject" not in seen(Mirror(), TICKET).known


def test_of_an_event_only_what_it_carries_is_known() -> None:
    one = event(known={"subject": "Fire", "priority": None, "created_at": NOON})

    facts = of_event(one, heard(Mirror(), one))

    assert facts.get("ticket.subject") == "Fire"
    assert facts.get("ticket.priority") is None
    assert facts.get("ticket.age") == Span(NOON)
    assert facts.get("event.kind") == "updated"
    for name in ("ticket.tags", "ticket.text", "ticket.fields.77", "requester.name", "unanswered"):
        assert facts.get(name) is UNKNOWN


def test_of_a_stale_event_the_later_word_counts() -> None:
    late = event(known={"priority": "urgent", "updated_at": NOON + HOUR, "created_at": NOON})
    stale = event(known={"priority": "low", "updated_at": NOON})

    facts = of_event(stale, after(late, stale))

    assert facts.get("ticket.priority") == "urgent"
    assert facts.get("ticket.age") == Span(NOON)


def test_of_the_mirror_there_is_no_event() -> None:
    facts = of_mirror(Mirror(known={"priority": "low"}))

    assert facts.get("ticket.priority") == "low"
    assert facts.get("event.kind") is None
    assert facts.get("ticket.age") is UNKNOWN
    assert facts.get("ticket.fields.77") is UNKNOWN


def test_of_a_ticket_just_read_absent_is_empty_and_not_unknown() -> None:
    read = replace(TICKET, custom_fields={"77": "x"}, comments=(comment(1, CUSTOMER, text="Help"),))

    facts = of_ticket(read, seen(Mirror(), read), event())

    expected = {"ticket.fields.77": "x", "ticket.fields.78": None, "ticket.priority": None}
    expected |= {"organization.name": "", "organization.fields.x": None, "event.kind": "updated"}
    expected |= {"ticket.text": "Oven on fire\nIt smokes\nHelp", "unanswered": Span(ASKED)}
    assert {name: facts.get(name) for name in expected} == expected
    assert facts.get("requester.name") is UNKNOWN
    assert facts.get("requester.fields.x") is UNKNOWN


def test_of_a_ticket_with_people_their_fields_are_known() -> None:
    who = Person(id="1", name="Rita", email="rita@example.org", tags=frozenset({"gold"}), fields={"plan": "pro"})
    what = Organization(id="2", name="Acme", fields={"region": "north"})
    read = replace(TICKET, requester=who, organization=what, organization_id="2", comments=None)

    facts = of_ticket(read, seen(Mirror(), read), None)

    expected = {"requester.name": "Rita", "requester.fields.plan": "pro", "requester.fields.other": None}
    expected |= {"organization.name": "Acme", "organization.fields.region": "north", "organization.fields.x": None}
    assert {name: facts.get(name) for name in expected} == expected
    for name in ("event.kind", "ticket.text", "unanswered"):
        assert facts.get(name) is UNKNOWN


def test_an_organization_that_was_not_read_is_unknown() -> None:
    read = replace(TICKET, organization_id="2")

    assert of_ticket(read, Mirror(), None).get("organization.name") is UNKNOWN


@pytest.mark.parametrize(
    ("party", "public", "there"), [(CUSTOMER, True, True), (CUSTOMER, False, False), (AGENT, True, False)]
)
def test_only_a_customers_public_words_are_searched(party: Party, public: bool, there: bool) -> None:
    read = replace(TICKET, comments=(comment(1, party, public=public, text="needle"),))

    text = of_ticket(read, Mirror(), None).get("ticket.text")

    assert ("needle" in str(text)) is there


def test_a_read_without_comments_keeps_those_remembered() -> None:
    mirror = seen(after(CREATED), replace(TICKET, comments=None))

    assert mirror.comments == (comment(1, CUSTOMER),)
    assert mirror.known["status"] == TICKET.status


def test_a_read_with_comments_replaces_those_remembered() -> None:
    mirror = seen(after(CREATED), replace(TICKET, comments=(comment(5, AGENT),)))

    assert mirror.comments == (comment(5, AGENT),)
    assert mirror.comments_complete
