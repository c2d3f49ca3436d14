"""The API's ticket becomes ours."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.accounts import Account, BearerToken
from connectors.errors import NotFound
from connectors.model import Attachment, Organization, Party, Person, SlaMetric, Status, TicketRef
from connectors.zendesk import tickets
from connectors.zendesk.platform import Zendesk

RAW: dict[str, Any] = {
    "id": 42,
    "created_at": "2026-11-02T09:00:00Z",
    "updated_at": "2026-11-02T10:00:00Z",
    "status": "hold",
    "custom_status_id": 51,
    "type": "incident",
    "priority": "high",
    "subject": "Parcel lost",
    "raw_subject": "{{dc.parcel_lost}}",
    "description": "Where is it?",
    "tags": ["vip"],
    "group_id": 201,
    "assignee_id": 101,
    "requester_id": 301,
    "submitter_id": 101,
    "organization_id": 401,
    "brand_id": 41,
    "ticket_form_id": 61,
    "external_id": "",
    "problem_id": 35,
    "via": {"channel": "email"},
    "is_public": False,
    "custom_fields": [{"id": 1, "value": "a"}, {"id": 2, "value": None}, {"id": 3, "value": ["x", "y"]}],
    "follower_ids": [102],
    "slas": {
        "policy_metrics": [
            {"metric": "first_reply_time", "stage": "active", "breach_at": "2026-11-02T11:00:00Z"},
            {"metric": "agent_work_time", "stage": "paused", "breach_at": None},
        ]
    },
}
CORA = {"id": 301, "name": "Cora", "email": "c@x.test", "role": "end-user", "locale": "pt", "tags": ["gold"]}
ACME = {"id": 401, "name": "Acme", "tags": ["key"], "organization_fields": {"plan": "gold"}}
COMMENT = {"id": 1, "created_at": "2026-11-02T09:00:00Z", "author_id": 301, "public": True, "plain_body": "Hi"}


def test_files_are_known_by_their_addresses() -> None:
    safe = {"file_name": "log.txt", "content_url": "https://acme.zendesk.test/a", "size": 12}
    odd = [
        {**safe, "content_url": "http://elsewhere.test/a"},
        {**safe, "malware_scan_result": "malware_found"},
        {**safe, "deleted": True},
        {"file_name": "gone.txt"},
    ]
    raw = {
        "id": 1,
        "created_at": "2026-11-02T09:00:00Z",
        "public": True,
        "attachments": [safe, *odd, {**safe, "size": "?"}],
    }

    (comment,) = tickets.read_comments([raw], {}, our_id=None)

    assert comment.attachments == (
        Attachment(name="log.txt", url="https://acme.zendesk.test/a", size=12),
        Attachment(name="log.txt", url="https://acme.zendesk.test/a"),
    )


def test_a_ticket_is_read_with_all_that_came_along() -> None:
    ticket = tickets.read("acme", "https://acme.example", {"ticket": RAW, "users": [CORA], "organizations": [ACME]})

    assert str(ticket.ref) == "acme#42"
    assert ticket.version == "2026-11-02T10:00:00Z"
    assert ticket.url == "https://acme.example/agent/tickets/42"
    assert (ticket.status, ticket.custom_status_id) == (Status.HOLD, "51")
    assert (ticket.subject, ticket.external_id, ticket.channel, ticket.is_public) == (
        "Parcel lost",
        None,
        "email",
        False,
    )
    assert (ticket.group_id, ticket.assignee_id, ticket.submitter_id) == ("201", "101", "101")
    assert (ticket.brand_id, ticket.form_id, ticket.problem_id) == ("41", "61", "35")
    assert ticket.custom_fields == {"1": "a", "2": None, "3": ("x", "y")}
    assert ticket.follower_ids == {"102"}
    assert ticket.requester == Person(
        id="301", name="Cora", email="c@x.test", role="end-user", locale="pt", tags=frozenset({"gold"})
    )
    assert ticket.organization == Organization(id="401", name="Acme", tags=frozenset({"key"}), fields={"plan": "gold"})
    assert ticket.slas == (
        SlaMetric(metric="first_reply_time", stage="active", breach_at=datetime(2026, 11, 2, 11, tzinfo=UTC)),
        SlaMetric(metric="agent_work_time", stage="paused", breach_at=None),
    )


def test_what_did_not_come_along_is_unknown() -> None:
    bare = {key: RAW[key] for key in ("id", "created_at", "updated_at", "status")}

    ticket = tickets.read("acme", "", {"ticket": bare})

    assert (ticket.requester, ticket.organization, ticket.slas, ticket.comments) == (None, None, None, None)
    assert ticket.tags == frozenset()


@pytest.mark.parametrize(
    ("author", "party"),
    [
        (301, Party.CUSTOMER),
        (101, Party.AGENT),
        (900, Party.US),
        (555, Party.UNKNOWN),
        (556, Party.UNKNOWN),
        (-1, Party.AUTOMATION),
        (None, Party.UNKNOWN),
    ],
)
def test_a_comments_author_is_told_by_role(author: int | None, party: Party) -> None:
    users = [CORA, {"id": 101, "role": "agent"}, {"id": 900, "role": "admin"}, {"id": 556, "role": "visitor"}]
    document = {"ticket": RAW, "users": users, "comments": [{**COMMENT, "author_id": author}]}

    (comment,) = tickets.read("acme", "", document, our_id="900").comments or ()

    assert comment.by is party


def test_a_comment_without_a_plain_rendering_is_still_read() -> None:
    html_only = {**COMMENT, "plain_body": None, "body": "Hello"}

    (comment,) = tickets.read("acme", "", {"ticket": RAW, "comments": [html_only]}).comments or ()

    assert comment.text == "Hello"


def test_we_are_known_even_where_users_did_not_come_along() -> None:
    document = {"ticket": RAW, "comments": [{**COMMENT, "author_id": 900}]}

    (comment,) = tickets.read("acme", "", document, our_id="900").comments or ()

    assert comment.by is Party.US


def test_a_deleted_ticket_is_gone() -> None:
    with pytest.raises(NotFound):
        tickets.read("acme", "", {"ticket": {**RAW, "status": "deleted"}})


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"ticket": None},
        {"ticket": {**RAW, "status": "lost"}},
        {"ticket": {**RAW, "created_at": None}},
        {"ticket": {**RAW, "id": {}}},
        {"ticket": {**RAW, "custom_fields": [7]}},
    ],
)
def test_what_is_no_ticket_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"no ticket|not a"):
        tickets.read("acme", "", document)


def test_a_ticket_may_be_kept_with_or_without_its_envelope() -> None:
    with_envelope = tickets.load("acme", json.dumps({"ticket": RAW, "users": [CORA]}).encode())
    without = tickets.load("acme", json.dumps({**RAW, "users": [CORA], "comments": [COMMENT]}).encode())

    assert with_envelope.requester == without.requester
    assert without.comments
    assert with_envelope.comments is None


def test_what_is_missing_of_a_ticket_is_named() -> None:
    with pytest.raises(ValueError, match='"updated_at" is missing'):
        tickets.load("acme", b'{"id": 7, "status": "open"}')


def test_a_ticket_nested_beyond_reading_is_told_in_words() -> None:
    with pytest.raises(ValueError, match="nested too deeply"):
        tickets.load("acme", b"[" * 100_000)


def test_an_agent_opens_a_ticket_where_its_link_leads() -> None:
    account = Account(
        name="acme",
        platform="zendesk",
        base_url="https://acme.example",
        auth=BearerToken(token="t"),
        webhook_secrets=(),
    )

    assert Zendesk().link(account, TicketRef(connection="acme", id="42")) == "https://acme.example/agent/tickets/42"
