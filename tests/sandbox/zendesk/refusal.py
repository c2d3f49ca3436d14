"""What Zendesk says when it will not."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = headers or {}


def not_found() -> Refusal:
    return Refusal(404, {"error": "RecordNotFound", "description": "Not found"})


def unauthorised() -> Refusal:
    return Refusal(401, {"error": "Couldn't authenticate you"})


def forbidden() -> Refusal:
    return Refusal(403, {"error": "Forbidden", "description": "You do not have access to this page."})


def invalid(field: str, description: str) -> Refusal:
    details = {field: [{"description": description, "error": "InvalidValue"}]}
    return Refusal(422, {"error": "RecordInvalid", "description": "Record validation errors", "details": details})


def required(field: dict[str, Any]) -> Refusal:
    said = f"{field['title']}: is required when solving a ticket"
    fault = {"description": said, "error": "BlankValue", "ticket_field_id": field["id"]}
    body = {"error": "RecordInvalid", "description": "Record validation errors", "details": {"base": [fault]}}
    return Refusal(422, body)


def conflict() -> Refusal:
    return Refusal(
        409, {"error": "UpdateConflict", "description": "Safe Update prevented the update due to outdated ticket data."}
    )


def throttled(seconds: int) -> Refusal:
    body = {"error": "APIRateLimitExceeded", "description": "Number of allowed API requests per minute exceeded"}
    return Refusal(429, body, {"Retry-After": str(seconds)})
