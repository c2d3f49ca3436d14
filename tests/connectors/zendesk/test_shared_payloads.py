"""Bodies others recorded. They are not ours to hand on, so they may be absent; what they mean is written here."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import Unparseable
from connectors.model import EventKind, Party, Status
from connectors.zendesk.payload import parse

FOLDER = Path(__file__).parents[4] / "shared/data/payloads/zendesk"
pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="the shared payloads are not here")

ATTEMPT = datetime(2026, 11, 2, 9, 5, tzinfo=UTC)
HEADERS = {"x-zendesk-webhook-signature-timestamp": "2026-11-02T09:05:00Z"}
PRECISE = datetime(2025, 1, 8, 10, 12, 7, 672717, tzinfo=UTC)
AGENT = "8447388090494"

#: Event, what happened, to which ticket, what changed, from, to, and when.
EVENTS: dict[str, tuple[EventKind, str, str | None, object, object, datetime]] = {
    "zd-ev-01": (EventKind.CREATED, "5158", None, None, None, PRECISE),
    "zd-ev-02": (
        EventKind.STATUS_CHANGED,
        "1244",
        "status",
        Status.NEW,
        Status.OPEN,
        datetime(2025, 1, 10, 17, 27, 48, 105316, tzinfo=UTC),
    ),
    "zd-ev-03": (
        EventKind.COMMENT_ADDED,
        "342757",
        None,
        None,
        None,
        datetime(2025, 1, 15, 6, 13, 26, 962242, tzinfo=UTC),
    ),
    "zd-ev-10": (
        EventKind.FIELD_CHANGED,
        "5158",
        "fields.10",
        "Staging",
        "Production",
        datetime(2025, 1, 8, 10, 12, 7, tzinfo=UTC),
    ),
    **{
        f"zd-ev-{number}": (
            EventKind.STATUS_CHANGED,
            "71447",
            "status",
            previous,
            current,
            datetime(2026, 6, 9, 8, 36, 44, 304000, tzinfo=UTC),
        )
        for number, previous, current in (
            (11, Status.SOLVED, Status.CLOSED),
            (12, Status.NEW, Status.OPEN),
            (13, Status.PENDING, Status.SOLVED),
            (14, Status.SOLVED, Status.CLOSED),
        )
    },
    "zd-ev-15": (EventKind.CREATED, "24", None, None, None, datetime(2022, 11, 22, 22, 11, 22, tzinfo=UTC)),
    "zd-ev-16": (
        EventKind.CUSTOM_STATUS_CHANGED,
        "TICKET_ID",
        "custom_status_id",
        None,
        "INVESTIGATION_STATUS_ID",
        ATTEMPT,
    ),
    "zd-ev-17": (EventKind.CREATED, "35436", None, None, None, datetime(2024, 4, 17, 17, 18, 10, tzinfo=UTC)),
    "zd-ev-19": (
        EventKind.ASSIGNEE_CHANGED,
        "35436",
        "assignee_id",
        "235323",
        "235324",
        datetime(2019, 5, 25, 1, 23, 45, tzinfo=UTC),
    ),
    "zd-ev-20": (EventKind.PRIORITY_CHANGED, "5158", "priority", "low", "urgent", PRECISE),
    "zd-ev-21": (EventKind.STATUS_CHANGED, "5158", "status", Status.PENDING, Status.OPEN, PRECISE),
    "zd-ev-22": (EventKind.TAGS_CHANGED, "5158", "tags", (), ("vip",), PRECISE),
    "zd-ev-23": (EventKind.ASSIGNEE_CHANGED, "5158", "assignee_id", None, AGENT, PRECISE),
    "zd-ev-24": (EventKind.GROUP_CHANGED, "5158", "group_id", None, "8447320466430", PRECISE),
    "zd-ev-25": (EventKind.COMMENT_ADDED, "5158", None, None, None, PRECISE),
    "zd-ev-26": (EventKind.CCS_CHANGED, "5158", "email_ccs", (), ("8447388090495",), PRECISE),
    "zd-ev-27": (EventKind.FOLLOWERS_CHANGED, "5158", "follower_ids", (), ("8447388090495",), PRECISE),
    "zd-ev-28": (EventKind.MERGED, "5158", "merged_into", None, "5159", PRECISE),
    "zd-ev-29": (EventKind.DELETED, "5158", None, None, None, PRECISE),
    "zd-ev-30": (EventKind.SLA_CHANGED, "5158", "slas", None, "25", PRECISE),
    "zd-ev-31": (EventKind.SLA_CHANGED, "5158", "slas", None, "2025-01-08T11:12:07Z", PRECISE),
}

IGNORED = {
    "zd-ev-04": "organization.created",
    "zd-ev-05": "custom_resource.enabled_changed",
    "zd-ev-06": "user.identity_created",
    "zd-ev-07": "messaging_ticket.message_added",
    "zd-ev-08": "agent.state_changed",
    "zd-ev-09": "omnichannel_config.omnichannel_routing_feature_changed",
    "zd-ev-18": "user.active_changed",
}

#: What some of them say the ticket is now; only what is worth saying.
KNOWN: dict[str, dict[str, object]] = {
    "zd-ev-01": {"priority": "low", "type": "task", "external_id": None, "channel": "web_service", "is_public": True},
    "zd-ev-11": {"status": Status.CLOSED},
    "zd-ev-15": {"tags": {"connecting_to_platform", "sample_ticket"}, "requester_id": "1234", "submitter_id": None},
    "zd-ev-16": {"custom_status_id": "INVESTIGATION_STATUS_ID", "priority": None, "status": Status.OPEN},
    "zd-ev-17": {"status": Status.OPEN},
    "zd-ev-19": {"assignee_id": "235324", "tags": {"enterprise"}, "external_id": "TEST1234"},
    "zd-ev-20": {"priority": "urgent", "status": Status.OPEN},
    "zd-ev-22": {"tags": {"ticket-info-test-tag", "vip"}},
}

#: Who wrote the comment, is it public.
COMMENTS = {
    "zd-ev-01": (Party.CUSTOMER, True),
    "zd-ev-03": (Party.CUSTOMER, False),
    "zd-ev-15": (Party.UNKNOWN, True),
    "zd-ev-25": (Party.CUSTOMER, True),
}

#: What Zendesk fills in for the placeholders of templates.
FILLED_IN = {
    "ticket.id": "42",
    "ticket.title": "Parcel lost",
    "ticket.description": "A line",
    "ticket.status": "Open",
    "ticket.priority": "High",
    "ticket.tags": "parcel vip",
    "ticket.created_at_with_timestamp": "2026-11-02T08:00:00Z",
    "ticket.updated_at_with_timestamp": "2026-11-02T09:00:01Z",
    "ticket.latest_comment.id": "9",
}
UPDATED = {"updated_at": datetime(2026, 11, 2, 9, 0, 1, tzinfo=UTC)}
CREATED = {"created_at": datetime(2026, 11, 2, 8, tzinfo=UTC)}
OPEN, HIGH, TITLE = {"status": Status.OPEN}, {"priority": "high"}, {"subject": "Parcel lost"}

TEMPLATES: dict[str, tuple[str, dict[str, object]]] = {
    "zd-tr-01": (
        "7",
        {
            "status": Status.OPEN,
            "priority": "normal",
            "type": "incident",
            "subject": "Hello world",
            "tags": {"change_address", "help", "order"},
        },
    ),
    "zd-tr-02": ("42", {**UPDATED, **CREATED, **TITLE, **HIGH, "type": "incident"}),
    "zd-tr-03": ("42", {**UPDATED, **CREATED, **TITLE, **OPEN}),
    "zd-tr-04": ("42", {**UPDATED, **TITLE, **OPEN, **HIGH}),
    "zd-tr-05": ("42", {**UPDATED, **CREATED, **TITLE, **OPEN, **HIGH}),
    "zd-tr-06": ("42", {**UPDATED, **CREATED, "external_id": None}),
    "zd-tr-07": ("42", {**UPDATED, **TITLE, **OPEN, "tags": {"parcel", "vip"}}),
}


def bodies(name: str) -> dict[str, Any]:
    entries = json.loads((FOLDER / name).read_text("utf-8")) if FOLDER.exists() else []
    return {entry["id"]: entry["payload"] for entry in entries}


def filled_in(template: object) -> bytes:
    """Render as Zendesk does; `{% if %}` takes its first branch."""
    text = json.dumps(template)
    text = re.sub(r'"\{% if ticket\.ticket_type.*?endif %\}"', '"Incident"', text)
    text = re.sub(r'"\{% if ticket\.priority.*?endif %\}"', '"High"', text)
    return re.sub(r"\{\{(.*?)\}\}", lambda match: FILLED_IN.get(match[1], ""), text).encode()


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_a_recorded_event_is_what_it_is(name: str) -> None:
    parsed = parse("acme", HEADERS, json.dumps(bodies("events.json")[name]).encode())

    (found,) = parsed.events
    kind, ticket, changed, previous, current, at = EVENTS[name]
    assert (found.kind, found.ticket.id, found.occurred_at) == (kind, ticket, at)
    assert (found.changed, found.previous, found.current) == (changed, previous, current)
    assert KNOWN.get(name, {}).items() <= found.known.items()
    comment = found.comment and (found.comment.by, found.comment.public)
    assert comment == COMMENTS.get(name)


@pytest.mark.parametrize("name", sorted(IGNORED))
def test_a_recorded_event_of_no_ticket_is_ignored(name: str) -> None:
    parsed = parse("acme", HEADERS, json.dumps(bodies("events.json")[name]).encode())

    assert (parsed.events, parsed.ignored) == ((), f"not a ticket event: {IGNORED[name]}")


def test_every_recorded_event_is_judged_here() -> None:
    assert bodies("events.json").keys() == EVENTS.keys() | IGNORED.keys()
    assert bodies("trigger_templates.json").keys() == TEMPLATES.keys()


def test_no_two_recorded_events_share_a_key() -> None:
    parsed = [parse("acme", HEADERS, json.dumps(body).encode()) for body in bodies("events.json").values()]

    keys = [one.event_key for one in parsed if one.event_key]
    assert len(set(keys)) == len(keys) == len(EVENTS) - 1  # one has neither id nor time


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_a_recorded_template_names_its_ticket(name: str) -> None:
    parsed = parse("acme", HEADERS, filled_in(bodies("trigger_templates.json")[name]))

    (found,) = parsed.events
    ticket, known = TEMPLATES[name]
    assert (found.kind, found.ticket.id) == (EventKind.UPDATED, ticket)
    assert found.known == known
    assert (parsed.event_key is None) is ("updated_at" not in known)


@pytest.mark.parametrize("name", sorted(TEMPLATES.keys() - {"zd-tr-01"}))
def test_a_template_that_was_not_filled_in_is_told_from_a_ticket(name: str) -> None:
    with pytest.raises(Unparseable, match="not filled in"):
        parse("acme", HEADERS, json.dumps(bodies("trigger_templates.json")[name]).encode())
