"""Every shape of body there is, and what it becomes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Parsed
from connectors.errors import Unparseable
from connectors.model import EventKind, Party, Status, Ticket, TicketEvent
from connectors.zendesk.kinds import KINDS
from connectors.zendesk.payload import parse
from connectors.zendesk.subscriptions import NEVER_TOLD

FIXTURES = Path(__file__).parent / "fixtures"
TOLD_AT = datetime(2026, 11, 2, 9, 0, 1, 123456, tzinfo=UTC)
ATTEMPT = datetime(2026, 11, 2, 9, 5, tzinfo=UTC)
HEADERS = {
    "x-zendesk-webhook-signature-timestamp": "2026-11-02T09:05:00Z",
    "x-zendesk-webhook-invocation-id": "01JINVOCATION",
}


def read(name: str) -> Parsed:
    return parse("acme", HEADERS, (FIXTURES / f"{name}.json").read_bytes())


def event(name: str) -> TicketEvent:
    (found,) = read(name).events
    return found


def body_of(**parts: Any) -> bytes:
    return json.dumps(parts).encode()


# Event subscriptions

#: Fixture, what happened, what changed, from, to.
CHANGES = [
    ("status_skinny_and_shouting", EventKind.STATUS_CHANGED, "status", Status.OPEN, Status.SOLVED),
    ("slash_and_capitals", EventKind.STATUS_CHANGED, "status", Status.OPEN, Status.PENDING),
    ("priority_with_older_detail", EventKind.PRIORITY_CHANGED, "priority", "normal", "urgent"),
    ("assignee_taken_away", EventKind.ASSIGNEE_CHANGED, "assignee_id", "101", None),
    ("tags_with_older_detail", EventKind.TAGS_CHANGED, "tags", ("vip",), ("urgent",)),
    ("custom_field", EventKind.FIELD_CHANGED, "fields.360001", None, "A-17"),
    ("custom_field_unwrapped", EventKind.FIELD_CHANGED, "fields.360001", "x", True),
    ("followers", EventKind.FOLLOWERS_CHANGED, "follower_ids", ("103",), ("101", "102")),
    ("merged", EventKind.MERGED, "merged_into", None, "43"),
    ("deleted_without_detail", EventKind.DELETED, None, None, None),
    ("breach_moved", EventKind.SLA_CHANGED, "slas", None, "2026-11-02T13:00:00Z"),
    ("schedule_moved", EventKind.SLA_CHANGED, "schedule_id", "1", "2"),
    ("not_invented_yet", EventKind.OTHER, None, None, None),
]


@pytest.mark.parametrize(("name", "kind", "changed", "previous", "current"), CHANGES)
def test_an_event_says_what_changed(
    name: str, kind: EventKind, changed: str | None, previous: object, current: object
) -> None:
    found = event(name)

    assert found.ticket.connection == "acme"
    assert found.ticket.id == "42"
    assert found.occurred_at == TOLD_AT
    assert (found.kind, found.changed, found.previous, found.current) == (kind, changed, previous, current)


def test_a_new_ticket_brings_all_it_knows_in_our_words() -> None:
    found = event("created")

    assert (found.kind, found.actor_id) == (EventKind.CREATED, "7001")
    assert found.known == {
        "assignee_id": None,
        "brand_id": "41",
        "channel": "email",
        "created_at": datetime(2026, 11, 2, 9, tzinfo=UTC),
        "custom_status_id": "51",
        "description": "The parcel never came. “Where is it?”",
        "external_id": None,
        "form_id": "61",
        "group_id": "201",
        "is_public": True,
        "organization_id": None,
        "priority": "normal",
        "requester_id": "7001",
        "status": Status.NEW,
        "subject": "Parcel lost",
        "submitter_id": "7001",
        "tags": frozenset({"parcel", "vip"}),
        "type": None,
        "updated_at": datetime(2026, 11, 2, 9, tzinfo=UTC),
    }
    assert found.known.keys() <= set(Ticket.__dataclass_fields__)


@pytest.mark.parametrize(
    ("name", "by", "author"),
    [("created", Party.CUSTOMER, "7001"), ("created_by_an_agent", Party.AGENT, "101")],
)
def test_the_description_is_the_first_comment_by_who_submitted_it(name: str, by: Party, author: str) -> None:
    comment = event(name).comment

    assert comment is not None
    assert (comment.by, comment.author_id, comment.public) == (by, author, True)
    assert comment.at == datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert comment.text.startswith("The parcel")


def test_nobody_is_guessed_to_be_the_author() -> None:
    body = body_of(type="zen:event-type:ticket.created", detail={"id": 1, "is_public": True}, id="e")

    (found,) = parse("acme", HEADERS, body).events

    assert found.comment is not None
    assert (found.comment.by, found.comment.author_id) == (Party.UNKNOWN, None)
    assert found.comment.at == ATTEMPT


def test_a_skinny_new_ticket_brings_no_comment() -> None:
    (found,) = parse("acme", HEADERS, body_of(type="zen:event-type:ticket.created", detail={"id": 1})).events

    assert found.comment is None


@pytest.mark.parametrize(
    ("name", "comment_id", "by", "public", "author"),
    [
        ("comment_by_a_customer", "9001", Party.CUSTOMER, True, "7001"),
        ("comment_by_an_agent", "9002", Party.AGENT, False, "101"),
        ("event_bus", "9003", Party.CUSTOMER, True, "7001"),
    ],
)
def test_a_comment_comes_with_who_wrote_it_for_whom(
    name: str, comment_id: str, by: Party, author: str, *, public: bool
) -> None:
    found = event(name)

    assert found.kind is EventKind.COMMENT_ADDED
    assert found.comment is not None
    assert (found.comment.id, found.comment.by) == (comment_id, by)
    assert (found.comment.public, found.comment.author_id) == (public, author)
    assert found.comment.at == found.occurred_at
    assert found.comment.text


@pytest.mark.parametrize(
    ("comment", "by"),
    [
        ({"id": 1, "is_public": True}, Party.UNKNOWN),
        ({"id": 1}, None),
        ({"is_public": True}, None),
        ("Hello", None),
        (None, None),
    ],
)
def test_of_half_a_comment_nothing_is_made_up(comment: object, by: Party | None) -> None:
    body = body_of(type="zen:event-type:ticket.comment_added", detail={"id": 1}, event={"comment": comment})

    (found,) = parse("acme", HEADERS, body).events

    assert (found.comment.by if found.comment else None) == by


@pytest.mark.parametrize("actor", ["-1", "101"])
def test_what_zendesk_itself_writes_is_no_agents_though_it_is_staff(actor: str) -> None:
    comment = {"id": 1, "is_public": True, "body": "We got your mail", "author": {"id": "-1", "is_staff": True}}
    detail = {"id": 1, "actor_id": actor}
    body = body_of(type="zen:event-type:ticket.comment_added", detail=detail, event={"comment": comment})

    (found,) = parse("acme", HEADERS, body).events

    assert found.comment is not None
    assert found.comment.by is Party.AUTOMATION


def test_a_ticket_that_zendesk_itself_submits_is_no_agents() -> None:
    detail = {"id": 1, "is_public": True, "submitter_id": "-1", "requester_id": "7001", "description": "A call"}

    (found,) = parse("acme", HEADERS, body_of(type="zen:event-type:ticket.created", detail=detail, id="e")).events

    assert found.comment is not None
    assert found.comment.by is Party.AUTOMATION


def test_an_edited_comment_is_no_new_one() -> None:
    comment = {"id": 1, "is_public": False, "author": {"id": 2, "is_staff": True}}
    body = body_of(type="zen:event-type:ticket.comment_made_private", detail={"id": 1}, event={"comment": comment})

    (found,) = parse("acme", HEADERS, body).events

    assert (found.kind, found.comment) == (EventKind.COMMENT_EDITED, None)


@pytest.mark.parametrize(
    ("name", "attribute", "expected"),
    [
        ("status_skinny_and_shouting", "status", Status.SOLVED),  # the event alone tells
        ("priority_with_older_detail", "priority", "urgent"),  # detail is from before
        ("priority_with_newer_detail", "priority", "absent"),  # detail knows a third value
        ("assignee_taken_away", "assignee_id", None),
        ("tags_with_older_detail", "tags", frozenset({"parcel", "urgent"})),
        ("tags_with_mixed_detail", "tags", "absent"),
        ("followers", "follower_ids", "absent"),  # who else follows is not told
        ("custom_field", "custom_fields", "absent"),  # neither are the other fields
    ],
)
def test_detail_and_event_are_brought_together_or_nothing_is_said(name: str, attribute: str, expected: object) -> None:
    assert event(name).known.get(attribute, "absent") == expected


def test_tags_that_are_up_to_date_stay() -> None:
    told = {"tags_added": ["vip"], "tags_removed": ["old"]}
    body = body_of(type="zen:event-type:ticket.tags_changed", detail={"id": 1, "tags": ["vip", "x"]}, event=told)

    (found,) = parse("acme", HEADERS, body).events

    assert found.known["tags"] == {"vip", "x"}


def test_the_tags_that_were_there_are_not_guessed() -> None:
    body = body_of(type="zen:event-type:ticket.tags_changed", detail={"id": 1}, event={"tags_added": "vip"})

    (found,) = parse("acme", HEADERS, body).events

    assert (found.current, found.previous) == (("vip",), ())
    assert "tags" not in found.known


def test_a_change_to_what_cannot_be_read_leaves_it_unknown() -> None:
    told = {"previous": "OPEN", "current": "DELETED"}
    body = body_of(type="zen:event-type:ticket.status_changed", detail={"id": 1, "status": "OPEN"}, event=told)

    (found,) = parse("acme", HEADERS, body).events

    assert "status" not in found.known
    assert (found.previous, found.current) == (Status.OPEN, None)


def test_a_custom_field_without_a_name_changed_nothing_we_can_name() -> None:
    (found,) = parse(
        "acme", HEADERS, body_of(type="zen:event-type:ticket.custom_field_changed", detail={"id": 1})
    ).events

    assert (found.kind, found.changed) == (EventKind.FIELD_CHANGED, None)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_is_read_without_a_body_to_speak_of(name: str) -> None:
    (found,) = parse("acme", HEADERS, body_of(type=f"zen:event-type:ticket.{name}", detail={"id": 1})).events

    assert found.kind is KINDS[name].kind


def test_another_domain_is_ignored_and_says_so() -> None:
    parsed = read("user_event")

    assert parsed.events == ()
    assert parsed.ignored == "not a ticket event: user.created"
    assert parsed.invocation_id == "01JINVOCATION"


@pytest.mark.parametrize("subject", ["zen:ticket:42", "ticket:42:created"])
def test_the_subject_names_the_ticket_where_detail_does_not(subject: str) -> None:
    (found,) = parse("acme", {}, body_of(type="zen:event-type:ticket.created", subject=subject)).events

    assert found.ticket.id == "42"


def test_an_event_that_names_no_ticket_cannot_be_read() -> None:
    with pytest.raises(Unparseable, match=r"detail\.id and subject"):
        parse("acme", {}, body_of(type="zen:event-type:ticket.created", detail={"id": {}}, subject="zen:user:1"))


# Names of events


def test_deliveries_of_one_event_share_its_key_even_when_told_at_another_time() -> None:
    first = json.loads((FIXTURES / "created.json").read_text("utf-8"))
    again = {**first, "time": "2026-11-02T09:03:00Z", "event": {}}

    assert parse("acme", {}, body_of(**again)).event_key == parse("acme", {}, body_of(**first)).event_key


def test_events_that_share_an_id_but_not_what_they_tell_are_two() -> None:
    told = [{"previous": "NEW", "current": "OPEN"}, {"previous": "OPEN", "current": "SOLVED"}]
    bodies = [body_of(id="same", type="zen:event-type:ticket.status_changed", detail={"id": 1}, event=t) for t in told]
    bodies.append(body_of(id="same", type="zen:event-type:ticket.status_changed", detail={"id": 2}, event=told[0]))
    bodies.append(body_of(id="same", type="zen:event-type:ticket.created", detail={"id": 1}, event=told[0]))

    parsed = [parse("acme", {}, body) for body in bodies]

    assert len({one.event_key for one in parsed}) == 4
    assert {one.events[0].id for one in parsed} == {"same"}


def test_an_event_without_an_id_is_named_by_ticket_time_and_content() -> None:
    key = read("event_bus").event_key

    assert key is not None
    assert key.startswith("42:2026-11-02T09:00:01+00:00:")


def test_an_event_without_id_and_time_has_no_key() -> None:
    parsed = parse("acme", HEADERS, body_of(type="zen:event-type:ticket.created", detail={"id": 1}, id=True))

    assert parsed.event_key is None
    assert parsed.events[0].id
    assert parsed.events[0].occurred_at == ATTEMPT


def test_a_time_nobody_told_is_told_apart() -> None:
    (found,) = parse("acme", {}, body_of(type="zen:event-type:ticket.created", detail={"id": 1})).events

    assert found.occurred_at == NEVER_TOLD


# Templates of triggers

#: Fixture, what is known but for the text, whether the event has a name.
TEMPLATES = [
    ("trigger_recommended", {"updated_at": datetime(2026, 11, 2, 9, 0, 1, tzinfo=UTC)}, True),
    (
        "trigger_capitals_and_words",
        {"status": Status.OPEN, "type": "incident", "tags": frozenset({"parcel", "vip"})},
        False,
    ),
    ("trigger_nested", {"status": Status.PENDING, "subject": "Parcel lost"}, False),
    ("trigger_with_two_opinions", {"priority": "high"}, False),
    ("trigger_link_only", {}, False),
    ("trigger_with_a_line_break", {"subject": "Two\nlines"}, False),
    ("trigger_broken_by_a_quote", {}, False),
    ("trigger_broken_nested", {}, False),
]


@pytest.mark.parametrize(("name", "known", "named"), TEMPLATES)
def test_a_template_says_which_ticket_and_what_is_beyond_doubt(
    name: str, known: dict[str, object], *, named: bool
) -> None:
    parsed = read(name)

    (found,) = parsed.events
    assert (found.kind, found.ticket.id, found.known) == (EventKind.UPDATED, "42", known)
    assert (parsed.event_key is not None) is named
    assert found.occurred_at == known.get("updated_at", ATTEMPT)


def test_who_set_the_trigger_off_is_the_actor() -> None:
    assert event("trigger_recommended").actor_id == "101"


def test_two_updates_with_other_words_are_two_events() -> None:
    first = parse("acme", {}, body_of(ticket_id=1, updated_at="2026-11-02T09:00:00Z", note="a"))
    second = parse("acme", {}, body_of(ticket_id=1, updated_at="2026-11-02T09:00:00Z", note="b"))

    assert first.event_key != second.event_key


@pytest.mark.parametrize(
    ("body", "ticket"),
    [
        ({"case_id": "A-1", "id": 2}, "A-1"),
        ({"id": 2}, "2"),
        ({"id": 2, "ticket": {"id": 3}}, "3"),
        ({"ticket": {"id": "", "ticket_number": 4}}, "4"),
        ({"payload": {"data": {"Ticket-Id": " 5 "}}}, "5"),
    ],
)
def test_the_surest_name_of_an_id_wins(body: dict[str, object], ticket: str) -> None:
    (found,) = parse("acme", {}, body_of(**body)).events

    assert found.ticket.id == ticket


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\xff\xfe", "not UTF-8 at byte 0"),
        (b"nonsense", "line 1 column 1"),
        (b'{"a": 1e999}', "a number cannot be read"),
        (b'{"a": NaN}', "a number cannot be read"),
        (b'{"a": ' + b"9" * 5000 + b"}", "a number cannot be read"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[]", "top level is a list"),
        (b'"ticket_id"', "top level is a str"),
        (b"{}", "no ticket id found"),
        (b'{"ticket_id": true}', "no ticket id found"),
        (b'{"ticket_id": "../users/me"}', "no ticket id found"),
        (b'{"ticket_id": "1", "ticket_id": "2"}', "no ticket id found"),
        (b'{"ticket_id": "{{ticket.id}}"}', "was not filled in"),
        (b'{"a": {"ticket_id": "1"}}', "no ticket id found"),
        (b'{"url": "/tickets/1", "link": "/tickets/2"}', "no ticket id found"),
        (b'{"ticket_id": "1", "subject": "", "ticket_id": "2" "}', "not JSON"),
    ],
)
def test_what_cannot_be_read_is_refused_with_place_and_reason(body: bytes, reason: str) -> None:
    with pytest.raises(Unparseable, match=reason):
        parse("acme", HEADERS, body)


def test_a_key_that_customer_text_gave_a_second_time_tells_nothing() -> None:
    (found,) = parse("acme", {}, b'{"ticket_id": "1", "status": "Open", "subject": "a", "status": "Solved"}').events

    assert found.known == {"subject": "a"}


def test_what_no_database_stores_is_replaced() -> None:
    (found,) = parse("acme", {}, rb'{"ticket_id": "1", "subject": "a\u0000b\ud800c", "list": ["\u0000"]}').events

    assert found.known["subject"] == "a�b?c"
    json.dumps(found.raw).encode()


def test_an_invocation_id_is_bounded() -> None:
    parsed = parse("acme", {"x-zendesk-webhook-invocation-id": "x" * 5000}, b'{"ticket_id": 1}')

    assert parsed.invocation_id is not None
    assert len(parsed.invocation_id) == 128


def test_a_body_may_begin_with_a_byte_order_mark() -> None:
    assert parse("acme", {}, b"\xef\xbb\xbf" + b'{"ticket_id": 1}').events


# Anything at all

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)
_ENVELOPES = st.fixed_dictionaries(
    {"type": st.sampled_from([f"zen:event-type:ticket.{name}" for name in KINDS]) | _JSON},
    optional={
        "id": _JSON,
        "time": _JSON,
        "subject": _JSON,
        "ticket_id": _JSON,
        "ticket_event": _JSON,
        "detail": st.dictionaries(
            st.sampled_from(["id", "status", "tags", "priority", "via", "created_at", "submitter_id", "is_public"]),
            _JSON,
        )
        | _JSON,
        "event": st.dictionaries(
            st.sampled_from(["current", "previous", "comment", "tags_added", "users_added", "custom_field"]), _JSON
        )
        | _JSON,
    },
)


def read_or_refuse(body: bytes) -> None:
    try:
        parsed = parse("acme", HEADERS, body)
    except Unparseable:
        return
    assert parsed.events or parsed.ignored
    for found in parsed.events:
        assert found.ticket.id
        assert found.id
        assert found.occurred_at.tzinfo is UTC
        json.dumps(found.raw, allow_nan=False).encode()


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    read_or_refuse(body)


@given(_JSON)
def test_any_json_is_read_or_refused(document: object) -> None:
    read_or_refuse(json.dumps(document).encode())


@given(_ENVELOPES)
def test_anything_in_an_envelope_is_read_or_refused(document: dict[str, object]) -> None:
    read_or_refuse(json.dumps(document).encode())


@pytest.mark.parametrize(
    "body",
    [
        b'{"ticket_id": "0007"}',
        b'{"ticket_url": "https://acme.zendesk.com/agent/tickets/0007"}',
        b'{"id": "e", "type": "zen:event-type:ticket.created", "subject": "zen:ticket:0007"}',
        b'{"id": "e", "type": "zen:event-type:ticket.created", "detail": {"id": "0007"}}',
    ],
)
def test_a_ticket_has_one_id_however_many_zeros_stand_before_it(body: bytes) -> None:
    assert {event.ticket.id for event in parse("acme", {}, body).events} == {"7"}
