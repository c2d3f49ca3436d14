"""What of a refusal gets into a log."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.zendesk.refusals import REMEDIES, explain

SECRET_TEXT = "my card is 4111 1111"


def fault(description: str = SECRET_TEXT, error: str = "InvalidValue", **more: object) -> dict[str, object]:
    return {"description": description, "error": error, **more}


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"error": "RecordNotFound", "description": SECRET_TEXT}, "RecordNotFound"),
        ({"error": {"title": "Forbidden", "message": SECRET_TEXT}}, "Forbidden"),
        ({"errors": [{"code": "TooManyJobs", "title": SECRET_TEXT}]}, "TooManyJobs"),
        ({"errors": [{"title": "Invalid", "detail": SECRET_TEXT}]}, "Invalid"),
        ({"error": SECRET_TEXT}, ""),
        ({"error": "x" * 65}, ""),
        ({"errors": SECRET_TEXT}, ""),
        ([], ""),
        (None, ""),
    ],
)
def test_of_every_envelope_only_a_code_is_kept(document: object, code: str) -> None:
    refusal = explain(document, {})

    assert refusal.code == code
    assert "4111" not in repr(refusal)


def test_fields_are_named_with_codes_and_remedies() -> None:
    details = {"assignee_id": [fault()], "base": [fault(ticket_field_id=360, error="BlankValue")]}

    refusal = explain({"error": "RecordInvalid", "details": details}, {})

    assert refusal.fields == {"assignee_id": ("InvalidValue",), "base": ("BlankValue", "ticket_field_360")}
    assert refusal.words == (REMEDIES["assignee_id"],)
    assert "4111" not in repr(refusal)


@pytest.mark.parametrize(
    ("details", "places"),
    [
        ({"assignee_id": [fault()], "group": [fault()]}, {"assignee", "group"}),
        ({"base": [fault(ticket_field_id=360)]}, {"field 360"}),
        ({"custom_fields": [fault(ticket_field_id=360)]}, {"field 360"}),
        ({"custom_fields": [fault()]}, {"fields"}),
        ({"base": [fault("Assignee: is invalid")]}, {"assignee"}),
        ({"base": [fault("Status: Order id is required when solving")]}, set()),
        ({"status": [fault("Status: closed prevents ticket update")]}, set()),
        ({"comment": [fault()], "odd": [fault()]}, set()),
    ],
)
def test_the_places_that_are_refused_are_told_apart(details: Any, places: set[str]) -> None:
    refusal = explain({"error": "RecordInvalid", "details": details}, {})

    assert set(refusal.refused) == places
    assert "4111" not in repr(refusal)


@pytest.mark.parametrize(
    ("description", "words"),
    [
        ("Status: closed prevents ticket update", "the ticket is closed, and stays as it is"),
        ("Order number: cannot be blank", "a field must be filled in first"),
        ("Ticket has 5,000 comments", "the ticket has all the comments it can hold"),
    ],
)
def test_sentences_that_are_known_become_ours(description: str, words: str) -> None:
    assert words in explain({"details": {"base": [fault(description)]}}, {}).words


@pytest.mark.parametrize(
    "details",
    [
        SECRET_TEXT,
        [fault()],
        {SECRET_TEXT: [fault()]},
        {"base": SECRET_TEXT},
        {"base": [SECRET_TEXT]},
        {"base": [{"error": 5}]},
    ],
)
def test_details_of_a_foreign_shape_say_nothing(details: Any) -> None:
    refusal = explain({"details": details}, {})

    assert "4111" not in repr(refusal)
    assert refusal.words == ()


def test_very_many_details_are_bounded() -> None:
    details = {f"f{n}": [fault() for _ in range(50)] for n in range(1000)}

    refusal = explain({"details": details}, {})

    assert len(refusal.fields) == 20
    assert all(len(codes) == 20 for codes in refusal.fields.values())


@pytest.mark.parametrize(
    ("document", "readable"),
    [({"error": "RecordNotFound"}, True), ({"error": "InvalidEndpoint"}, False), (None, False), ("x", False)],
)
def test_an_address_that_is_not_there_is_no_missing_ticket(document: object, *, readable: bool) -> None:
    assert explain(document, {}).readable is readable


@pytest.mark.parametrize(
    ("headers", "one_ticket"),
    [
        ({"zendesk-ratelimit-per-ticket-updates": "total=30; remaining=0; resets=41"}, True),
        ({"Zendesk-Rate-Limit-Per-Ticket-Updates": "total=30;remaining=0"}, True),
        ({"zendesk-ratelimit-per-ticket-updates": "total=30; remaining=3; resets=41"}, False),
        ({"zendesk-rate-limit-tickets-update": "total=100; remaining=0; resets=41"}, False),
        ({}, False),
    ],
)
def test_a_limit_is_one_tickets_only_where_zendesk_says_so(headers: dict[str, str], *, one_ticket: bool) -> None:
    assert explain({}, headers).one_ticket is one_ticket
