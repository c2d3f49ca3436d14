"""Traits of bodies that a parser must survive; all of them invented."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.accounts import unconnected
from connectors.contract import Parsed
from connectors.errors import Unparseable
from connectors.jira.payload import parse
from connectors.model import EventKind, Party, Status

ACCOUNT = unconnected("acme", "jira")
ANA = {"accountId": "712020:ana", "accountType": "atlassian", "displayName": "Ana"}
CORA = {"accountId": "qm:cora", "accountType": "customer", "displayName": "Cora"}
STATUS = {"id": "10100", "name": "Waiting for customer", "statusCategory": {"id": 4, "key": "indeterminate"}}
FIELDS: dict[str, Any] = {
    "summary": "Heater",
    "status": STATUS,
    "reporter": CORA,
    "creator": CORA,
    "labels": ["VIP"],
    "priority": {"id": "1", "name": "Highest"},
    "created": "2026-04-25T18:35:13.605+0530",
    "updated": "2026-04-25T18:35:13.605+0530",
    "description": "It smells.",
}


def issue(**fields: Any) -> dict[str, Any]:
    return {"id": "10033", "key": "SD-3", "fields": {**FIELDS, **fields}}


def told(document: Any, account: Any = ACCOUNT, **headers: str) -> Parsed:
    return parse(account, headers, json.dumps(document).encode())


def updated(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    base = {"timestamp": 1777122314106, "webhookEvent": "jira:issue_updated", "user": ANA, "issue": issue()}
    return {**base, "changelog": {"id": 1, "items": list(items)}, **more}


def comment(**more: Any) -> dict[str, Any]:
    made = "2026-04-25T18:35:13.605+0530"
    return {"id": "10082", "author": CORA, "body": "Any news?", "created": made, "updated": made, **more}


def test_a_new_issue_tells_what_it_is_and_what_its_reporter_wrote() -> None:
    (event,) = told({"webhookEvent": "jira:issue_created", "timestamp": 1, "user": CORA, "issue": issue()}).events

    assert (event.kind, event.actor, event.actor_id) == (EventKind.CREATED, Party.CUSTOMER, "qm:cora")
    assert (event.known["status"], event.known["priority"], event.known["tags"]) == (Status.OPEN, "urgent", {"vip"})
    assert event.comment is not None
    assert (event.comment.by, event.comment.text, event.comment.public) == (Party.CUSTOMER, "It smells.", True)


def test_statuses_and_priorities_are_as_the_connection_calls_them() -> None:
    account = replace(
        ACCOUNT, statuses={"10100": Status.PENDING, "Escalated": Status.HOLD}, priorities={"Now": "urgent"}
    )
    item = {"fieldId": "status", "field": "Статус", "from": "5", "fromString": "Escalated", "to": "10100"}

    (event,) = told(updated(item, issue=issue(priority={"id": "9", "name": "Now"})), account).events

    assert (event.previous, event.current) == (Status.HOLD, Status.PENDING)
    assert (event.known["status"], event.known["priority"]) == (Status.PENDING, "urgent")


def test_a_priority_nobody_told_us_of_is_not_known() -> None:
    (event,) = told(updated(issue=issue(priority={"id": "9", "name": "Jetzt"}))).events

    assert "priority" not in event.known


def test_each_item_is_an_event_and_what_has_no_word_is_passed_over() -> None:
    found = told(
        updated(
            {"field": "Rank", "fieldtype": "custom", "fieldId": "customfield_1x", "toString": "Ranked higher"},
            {"field": "resolution", "fieldId": "resolution", "to": "1", "toString": "Done"},
            {"field": "Labels", "fieldId": "labels", "fromString": "a b", "toString": "b c"},
            {"field": "assignee", "fieldId": "assignee", "from": None, "to": "ana", "tmpToAccountId": "712020:ana"},
        )
    ).events

    assert [(one.kind, one.current) for one in found] == [
        (EventKind.FIELD_CHANGED, "Ranked higher"),
        (EventKind.TAGS_CHANGED, ("c",)),
        (EventKind.ASSIGNEE_CHANGED, "712020:ana"),
    ]
    assert len({one.id for one in found}) == 3


def test_old_servers_name_fields_in_english_alone() -> None:
    (event,) = told(
        updated({"field": "priority", "from": "3", "fromString": "Medium", "to": "1", "toString": "High"})
    ).events

    assert (event.previous, event.current) == ("normal", "high")


def test_a_comment_without_its_issue_is_of_the_one_in_its_address() -> None:
    address = "https://jira.example.com/jira/rest/api/2/issue/10013/comment/10082"
    (event,) = told(
        {"webhookEvent": "comment_created", "timestamp": "1559607317234", "comment": comment(self=address)}
    ).events

    assert (event.ticket.id, event.kind, event.partly) == ("10013", EventKind.COMMENT_ADDED, True)


def test_two_shapes_of_one_comment_are_one_event() -> None:
    said = comment(self="https://j/rest/api/2/issue/10033/comment/10082")
    alone = told({"webhookEvent": "comment_created", "timestamp": 1, "comment": said})
    beside = told(updated(comment=said, issue_event_type_name="issue_commented"))

    assert alone.event_key == beside.event_key == "comment:10082"


def test_a_customers_comment_for_all_to_read_tells_everything() -> None:
    document = {"webhookEvent": "comment_created", "timestamp": 1, "comment": comment(jsdPublic=True), "issue": issue()}
    (event,) = told(document).events

    assert event.comment is not None
    assert (event.comment.by, event.comment.public, event.partly) == (Party.CUSTOMER, True, False)


def test_a_document_of_nodes_is_read_as_its_words() -> None:
    nodes = {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Hello"}]}]}
    document = {"webhookEvent": "comment_created", "comment": comment(body=nodes, jsdPublic=True), "issue": issue()}
    (event,) = told(document).events

    assert event.comment is not None
    assert event.comment.text == "Hello"


@pytest.mark.parametrize(
    "document",
    [
        {"issue": issue(), "timestamp": 1777122314106},  # service management's legacy automation
        {"issue": issue()},  # a rule's web request in Jira's format
        {**issue(), "id": 10033, "changelog": {"histories": None}},  # in the rule's own
    ],
)
def test_automation_rules_say_that_something_happened(document: Any) -> None:
    (event,) = told(document).events

    assert (event.kind, event.ticket.id, event.known["subject"]) == (EventKind.UPDATED, "10033", "Heater")


def test_a_retry_is_known_by_what_jira_calls_it() -> None:
    parsed = told(updated(), **{"x-atlassian-webhook-identifier": "c1d2"})

    assert parsed.invocation_id == "c1d2"


@pytest.mark.parametrize(
    "document", [{"issue": {}}, {"issue": None}, {"webhookEvent": "comment_created", "comment": {}}]
)
def test_what_names_no_issue_cannot_be_read(document: Any) -> None:
    with pytest.raises(Unparseable, match=r"issue\.id"):
        told(document)


_NAMES = st.sampled_from(
    [
        *(
            "webhookEvent",
            "issue",
            "fields",
            "comment",
            "changelog",
            "items",
            "user",
            "timestamp",
            "id",
            "self",
            "field",
        ),
        *(
            "fieldId",
            "to",
            "from",
            "toString",
            "status",
            "priority",
            "labels",
            "author",
            "accountId",
            "created",
            "body",
        ),
    ]
)
_ODD: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["jira:issue_updated", "10033"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=6),
    max_leaves=20,
)


@given(st.dictionaries(_NAMES, _ODD, max_size=8))
def test_whatever_comes_is_read_or_refused(document: dict[str, Any]) -> None:
    try:
        parsed = told(document)
    except Unparseable:
        return
    assert parsed.ignored or parsed.events
