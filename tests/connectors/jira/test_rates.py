"""What Jira's headers say is left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connectors.jira.rates import allowances

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
PUT = "PUT /rest/api/2/issue/:id"


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ({"X-RateLimit-Limit": "50", "X-RateLimit-Remaining": "3"}, (50, 3, 1.0)),
        (
            {"x-ratelimit-limit": "50", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-11-02T12:00:30Z"},
            (50, 0, 30.0),
        ),
        (
            {"x-ratelimit-limit": "9", "x-ratelimit-remaining": "1", "x-ratelimit-reset": "2026-11-02T11:00Z"},
            (9, 1, 0.0),
        ),
        ({"x-ratelimit-limit": "0", "x-ratelimit-remaining": "0"}, None),
        ({"x-ratelimit-limit": "many", "x-ratelimit-remaining": "0"}, None),
        ({}, None),
    ],
)
def test_headers_are_read(headers: dict[str, str], wanted: tuple[int, int, float] | None) -> None:
    found = [(one.total, one.left, (one.until - NOON) / timedelta(seconds=1)) for one in allowances(headers, PUT, NOON)]

    assert found == ([] if wanted is None else [wanted])
