"""What Zendesk's exports, audits and logs tell."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.missed import Changed, Page
from connectors.model import EventKind, Party, Status, TicketRef
from connectors.zendesk import looking_back

REF = TicketRef(connection="acme", id="42")
AT = "2026-11-02T12:00:00Z"
USERS = {"7": {"id": 7, "role": "agent"}, "8": {"id": 8, "role": "end-user"}}


def audit(*events: dict[str, Any], author: int = 7, **more: Any) -> dict[str, Any]:
    return {"id": 1, "created_at": AT, "author_id": author, "events": list(events), **more}


def change(name: str, was: Any, now: Any) -> dict[str, Any]:
    return {"id": 2, "type": "Change", "field_name": name, "previous_value": was, "value": now}


def told(*audits: dict[str, Any]) -> list[Any]:
    return looking_back.events(REF, audits, USERS, our_id="9")


@pytest.mark.parametrize(
    ("event", "wanted"),
    [
        (change("status", "open", "pending"), (EventKind.STATUS_CHANGED, "status", Status.OPEN, Status.PENDING)),
        (change("assignee_id", None, "7"), (EventKind.ASSIGNEE_CHANGED, "assignee_id", None, "7")),
        (change("assignee_id", "7", ""), (EventKind.ASSIGNEE_CHANGED, "assignee_id", "7", None)),
        (change("priority", None, "urgent"), (EventKind.PRIORITY_CHANGED, "priority", None, "urgent")),
        (change("tags", ["a", "b"], ["b", "c"]), (EventKind.TAGS_CHANGED, "tags", ("a",), ("c",))),
        (change("123", None, "x"), (EventKind.FIELD_CHANGED, "fields.123", None, "x")),
    ],
)
def test_a_change_is_told_as_a_webhook_tells_it(event: dict[str, Any], wanted: tuple[Any, ...]) -> None:
    (one,) = told(audit(event))

    assert (one.kind, one.changed, one.previous, one.current) == wanted
    assert (one.actor_id, one.actor, one.occurred_at) == ("7", Party.AGENT, datetime(2026, 11, 2, 12, tzinfo=UTC))


def test_a_comment_is_told_with_who_wrote_it() -> None:
    said = {"id": 5, "type": "Comment", "public": True, "author_id": 8, "plain_body": "Any news?"}

    (one,) = told(audit(said, author=8))

    assert (one.kind, one.actor, one.comment.id, one.comment.by) == (
        *(EventKind.COMMENT_ADDED, Party.CUSTOMER, "5", Party.CUSTOMER),
    )
    assert (one.comment.text, one.comment.public) == ("Any news?", True)


def test_the_first_audit_tells_that_the_ticket_was_made_and_nothing_else() -> None:
    made = {"id": 3, "type": "Create", "field_name": "status", "value": "new"}
    said = {"id": 5, "type": "Comment", "public": True, "author_id": 8, "plain_body": "Help"}

    assert [one.kind for one in told(audit(made, said, author=8))] == [EventKind.CREATED]


def test_what_we_and_rules_did_is_said_so() -> None:
    ours, rule = audit(change("status", "new", "open"), author=9), audit(change("status", "open", "hold"), author=-1)

    assert [one.actor for one in told(ours, rule)] == [Party.US, Party.AUTOMATION]


def test_a_page_of_the_export() -> None:
    rows = [{"id": 42, "updated_at": AT, "status": "open"}, {"id": 43, "updated_at": AT, "status": "deleted"}, {}, 5]
    document = {"tickets": rows, "after_cursor": "abc", "end_of_stream": False}

    assert looking_back.page("acme", document) == Page(
        changed=(
            Changed(ref=REF, version=AT),
            Changed(ref=TicketRef(connection="acme", id="43"), version=AT, gone=True),
        ),
        cursor="abc",
        caught_up=False,
    )
    assert looking_back.page("acme", {}) == Page(changed=(), cursor=None, caught_up=True)


def test_our_webhooks_are_those_that_send_to_the_connection() -> None:
    def hook(number: str, endpoint: str) -> dict[str, str]:
        return {"id": number, "endpoint": endpoint}

    hooks = [hook("1", "https://esc.acme.com/webhooks/acme"), hook("2", "https://old.acme.com/x/webhooks/acme/")]
    hooks += [hook("3", "https://esc.acme.com/webhooks/acme2"), hook("4", "https://esc.acme.com/webhooks/other")]

    assert looking_back.ours([*hooks, {"id": "5"}], "acme") == ["1", "2"]


def test_deliveries_that_failed_since_then() -> None:
    since = datetime(2026, 11, 2, 11, tzinfo=UTC)
    rows = [
        {"id": "a", "status_code": 200, "latest_completed_at": AT},
        {"id": "b", "status_code": 503, "latest_completed_at": AT},
        {"id": "c", "status_code": 0, "latest_completed_at": "2026-11-02T11:30:00Z"},
        {"id": "d", "status_code": 503, "latest_completed_at": "2026-11-02T10:00:00Z"},
        {"id": "e"},
    ]

    assert [number for _, number in looking_back.failed(rows, since)] == ["c", "b"]


def test_what_was_sent_is_had_from_the_first_attempt_that_kept_it() -> None:
    at = datetime(2026, 11, 2, 12, tzinfo=UTC)
    headers = [{"key": "X-Zendesk-Webhook-Id", "value": "1"}, "odd"]
    attempts = [{"request": {"payload": ""}}, {"request": {"headers": headers, "payload": "{}"}}]

    found = looking_back.request_of(attempts, at)

    assert found is not None
    assert (found.body, dict(found.headers), found.at) == (b"{}", {"x-zendesk-webhook-id": "1"}, at)
    assert looking_back.request_of([{}], at) is None


_KEYS = st.sampled_from(
    [*("id", "created_at", "author_id", "events", "type", "field_name", "value", "previous_value", "public", "body")]
)
_ODD: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just(AT),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=5),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(_KEYS, _ODD, max_size=6), max_size=3))
def test_odd_audits_are_passed_over(audits: list[dict[str, Any]]) -> None:
    assert all(event.ticket == REF for event in told(*audits))
