"""An issue's JSON becomes a ticket."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.accounts import unconnected
from connectors.jira import tickets
from connectors.model import Status

ACCOUNT = replace(unconnected("sd", "jira"), base_url="https://acme.atlassian.net", statuses={"10100": Status.PENDING})
MADE = "2026-04-25T18:35:13.605+0530"
CORA = {"accountId": "qm:cora", "accountType": "customer", "displayName": "Cora", "active": True}
DESK = "com.atlassian.servicedesk"
FIELDS: dict[str, Any] = {
    "summary": "Heater",
    "description": "It smells.",
    "status": {"id": "10100", "name": "Waiting", "statusCategory": {"key": "indeterminate"}},
    "priority": {"id": "2", "name": "High"},
    "labels": ["VIP"],
    "reporter": CORA,
    "creator": CORA,
    "assignee": None,
    "issuetype": {"name": "Incident"},
    "project": {"projectTypeKey": "service_desk"},
    "created": MADE,
    "updated": MADE,
    "duedate": "2026-05-01",
    "customfield_1": [{"id": 7, "name": "Bakery"}],
    "customfield_2": {"languageCode": "pt-PT"},
    "customfield_3": {"id": "58", "ongoingCycle": {"paused": False, "breachTime": {"epochMillis": 1785142800000}}},
    "customfield_4": [{"accountId": "712020:dov"}],
    "customfield_5": {"value": "Late", "id": "1"},
}
SCHEMA = {
    "customfield_1": {"custom": f"{DESK}:sd-customer-organizations"},
    "customfield_2": {"custom": f"{DESK}:sd-request-language"},
    "customfield_3": {"custom": f"{DESK}:sd-sla-field"},
    "customfield_4": {"custom": f"{DESK}:sd-request-participants"},
}


def issue(**changed: Any) -> dict[str, Any]:
    return {"id": "10033", "key": "SD-3", "schema": SCHEMA, "fields": {**FIELDS, **changed}}


def test_everything_is_read_from_one_answer() -> None:
    found = tickets.read(ACCOUNT, issue())

    assert (found.ref.id, found.url, found.external_id) == ("10033", "https://acme.atlassian.net/browse/SD-3", "SD-3")
    assert (found.status, found.custom_status_id, found.priority, found.type) == (
        *(Status.PENDING, "10100", "high", "Incident"),
    )
    assert (found.tags, found.assignee_id, found.requester_id) == ({"vip"}, None, "qm:cora")
    assert found.requester is not None
    assert (found.requester.name, found.requester.locale, found.requester.role) == ("Cora", "pt-PT", "customer")
    assert found.organization is not None
    assert (found.organization_id, found.organization.name) == ("7", "Bakery")
    assert found.slas is not None
    assert [(one.metric, one.stage) for one in found.slas] == [("58", "active")]
    assert found.custom_fields["customfield_5"] == "Late"
    assert found.due_at is not None
    assert found.version == "2026-04-25T13:05:13.605Z"


def test_without_service_management_there_is_no_sla() -> None:
    assert tickets.read(ACCOUNT, {**issue(), "schema": {}}).slas is None


def test_who_takes_part_is_a_customer_too() -> None:
    assert tickets.customers(issue()) == {"qm:cora", "712020:dov"}


@pytest.mark.parametrize(
    ("held", "runs"), [({"runs": ["a", "b"]}, ["a", "b"]), ({}, []), (None, []), ({"runs": 5}, [])]
)
def test_our_last_writes_stand_in_the_property(held: Any, runs: list[str]) -> None:
    assert tickets.runs({"properties": {"escalation": held}}) == runs


@pytest.mark.parametrize("wrong", [{"status": None}, {"created": "soon"}, {"updated": None}])
def test_what_lacks_the_least_is_no_issue(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        tickets.load(ACCOUNT, json.dumps(issue(**wrong)).encode())


@pytest.mark.parametrize("gone", [None, {}, {"displayName": "Former user"}])
def test_people_who_are_gone_are_nobody(gone: Any) -> None:
    found = tickets.read(ACCOUNT, issue(reporter=gone, creator=gone))

    assert (found.requester_id, found.requester) == (None, None)


_ODD: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "name", "key", "value"]), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), _ODD, max_size=6))
def test_an_odd_field_is_unknown_or_the_issue_is_none(fields: dict[str, Any]) -> None:
    try:
        found = tickets.load(ACCOUNT, json.dumps(issue(**fields)).encode())
    except ValueError:
        return
    assert found.ref.id == "10033"
