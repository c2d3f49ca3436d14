"""Bodies others recorded. They are not ours to hand on, so they may be absent; what they mean is written here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.accounts import unconnected
from connectors.errors import BadSignature
from connectors.jira import signature
from connectors.jira.payload import parse
from connectors.model import EventKind, Party, Status

FOLDER = Path(__file__).parents[4] / "shared/data/payloads/jira"
pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="the shared payloads are not here")

ACCOUNT = unconnected("acme", "jira")
FIELD = EventKind.FIELD_CHANGED
STATUS = EventKind.STATUS_CHANGED

#: The ticket, and each event: what happened, what changed, from, to.
BODIES: dict[str, tuple[str, list[tuple[EventKind, str | None, object, object]]]] = {
    "cloud_comment_created": ("10040", [(EventKind.COMMENT_ADDED, None, None, None)]),
    "cloud_comment_deleted": ("10357", [(EventKind.COMMENT_EDITED, None, None, None)]),
    "cloud_comment_updated": ("10040", [(EventKind.COMMENT_EDITED, None, None, None)]),
    "cloud_issue_created": ("10040", [(EventKind.CREATED, None, None, None)]),
    "cloud_issue_created_2026": ("10033", [(EventKind.CREATED, None, None, None)]),
    "cloud_issue_created_localised": ("13877", [(EventKind.CREATED, None, None, None)]),
    "cloud_issue_deleted": ("10303", [(EventKind.DELETED, None, None, None)]),
    "cloud_issue_updated_assigned_empty_changelog": ("10001", [(EventKind.UPDATED, None, None, None)]),
    "cloud_issue_updated_labels": ("10040", [(EventKind.TAGS_CHANGED, "tags", ("bad",), ("sad",))]),
    "cloud_issue_updated_priority_up": ("10040", [(EventKind.PRIORITY_CHANGED, "priority", "low", "high")]),
    "cloud_issue_updated_rank": ("10040", [(EventKind.OTHER, None, None, None)]),
    "cloud_issue_updated_reopened": ("10040", [(STATUS, "status", None, Status.NEW)]),
    "cloud_issue_updated_resolved": ("10040", [(STATUS, "status", None, Status.SOLVED)]),
    "cloud_issue_updated_status_localised": ("11442", [(STATUS, "status", None, Status.OPEN)]),
    "cloud_issue_updated_two_custom_fields_same_name": (
        "10040",
        [
            (FIELD, "fields.customfield_10001", "Value 1", "Value 2"),
            (FIELD, "fields.customfield_10002", "Value 1", "Value 2"),
        ],
    ),
    "dc_comment_created": ("10013", [(EventKind.COMMENT_ADDED, None, None, None)]),
    "dc_comment_deleted": ("10013", [(EventKind.COMMENT_EDITED, None, None, None)]),
    "dc_issue_created_2015": ("10003", [(EventKind.CREATED, None, None, None)]),
    "dc_issue_updated_commented": ("10231", [(EventKind.COMMENT_ADDED, None, None, None)]),
    "dc_issue_updated_custom_field": ("10106", [(EventKind.OTHER, None, None, None)]),
    "dc_issue_updated_resolved": ("10300", [(STATUS, "status", None, Status.SOLVED)]),
    "dc_issue_updated_status_2019": ("86228", [(STATUS, "status", None, Status.NEW)]),
    "dc_issuelink_created": ("11442", [(EventKind.LINK_CHANGED, None, None, None)]),
    "dc_issuelink_deleted": ("11442", [(EventKind.LINK_CHANGED, None, None, None)]),
}
IGNORED = {
    "cloud_attachment_created": "not a ticket event: attachment_created",
    "cloud_worklog_created_2026": "not a ticket event: worklog_created",
    "no_event_name": "neither an event nor an issue is named",
}


def body(name: str) -> bytes:
    return (FOLDER / f"{name}.json").read_bytes()


@pytest.mark.parametrize("name", BODIES)
def test_a_recorded_body_becomes_these_events(name: str) -> None:
    ticket, wanted = BODIES[name]

    found = parse(ACCOUNT, {}, body(name)).events

    assert [(one.kind, one.changed, one.previous, one.current) for one in found] == wanted
    assert {one.ticket.id for one in found} == {ticket}
    assert all(one.occurred_at.year >= 2015 for one in found)


@pytest.mark.parametrize("name", IGNORED)
def test_what_is_of_no_ticket_is_ignored_with_a_reason(name: str) -> None:
    assert parse(ACCOUNT, {}, body(name)).ignored == IGNORED[name]


def test_an_assignment_is_told_by_who_they_are_on_cloud() -> None:
    (given,) = parse(ACCOUNT, {}, body("cloud_issue_updated_assigned")).events
    (taken,) = parse(ACCOUNT, {}, body("cloud_issue_updated_unassigned")).events

    assert (given.kind, given.current) == (EventKind.ASSIGNEE_CHANGED, given.known["assignee_id"])
    assert (taken.kind, taken.current) == (EventKind.ASSIGNEE_CHANGED, None)


def test_a_moved_issue_keeps_its_id_and_changes_its_status() -> None:
    found = parse(ACCOUNT, {}, body("cloud_issue_updated_moved")).events

    assert [(one.kind, one.ticket.id) for one in found] == [
        (EventKind.TYPE_CHANGED, "12490"),
        (EventKind.STATUS_CHANGED, "12490"),
    ]


def test_every_recorded_body_is_looked_at() -> None:
    told = {path.stem for path in FOLDER.glob("*.json")} - {"signature_vectors", "sla_states_synthetic"}

    one_by_one = {"cloud_issue_updated_assigned", "cloud_issue_updated_unassigned", "cloud_issue_updated_moved"}
    assert told == {*BODIES, *IGNORED, *one_by_one}


@pytest.mark.parametrize("name", ["cloud_comment_created", "dc_comment_created", "dc_issue_updated_commented"])
def test_a_comment_that_tells_a_part_says_so(name: str) -> None:
    (event,) = parse(ACCOUNT, {}, body(name)).events

    assert event.partly
    assert event.comment is not None
    assert event.comment.by in (Party.UNKNOWN, Party.AGENT)


def test_the_signatures_are_right_or_refused() -> None:
    vectors: list[dict[str, Any]] = json.loads(body("signature_vectors"))
    assert vectors
    for one in vectors:
        headers = {"x-hub-signature": one["header"]}
        if one["valid"]:
            signature.verify(headers, one["body"].encode(), secrets=["other", one["secret"]], url_secret=None)
        else:
            with pytest.raises(BadSignature):
                signature.verify(headers, one["body"].encode(), secrets=[one["secret"]], url_secret=None)
