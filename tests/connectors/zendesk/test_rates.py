"""What Zendesk's headers say is left."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.zendesk.rates import allowances

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
PUT = "PUT /api/v2/tickets/:id"


def told(**headers: str) -> list[tuple[str, int, int, float]]:
    """Return each allowance as endpoint, total, left and seconds."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    found = allowances(named, PUT, NOON)
    return [(one.endpoint, one.total, one.left, (one.until - NOON).total_seconds()) for one in found]


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ({"X_Rate_Limit": "700", "X_Rate_Limit_Remaining": "650"}, [("", 700, 650, 60.0)]),
        ({"ratelimit_limit": "400", "ratelimit_remaining": "3", "ratelimit_reset": "12"}, [("", 400, 3, 12.0)]),
        ({"rate_limit_limit": "200", "rate_limit_remaining": "0", "rate_limit_reset": "5"}, [("", 200, 0, 5.0)]),
        ({"x_rate_limit": "700", "x_rate_limit_remaining": "soon"}, []),
        ({"x_rate_limit": "0", "x_rate_limit_remaining": "0"}, []),
        ({"zendesk_ratelimit_tickets_update": "total=100; remaining=99; resets=41"}, [(PUT, 100, 99, 41.0)]),
        ({"zendesk_rate_limit_tickets_update": "total=100; remaining=7; resets=1"}, [(PUT, 100, 7, 1.0)]),
        ({"zendesk_ratelimit_per_ticket_updates": "total=30; remaining=2; resets=9"}, []),
        ({"zendesk_ratelimit_tickets_update": "remaining=2"}, []),
        ({}, []),
    ],
)
def test_headers_are_read(headers: dict[str, str], wanted: list[tuple[str, int, int, float]]) -> None:
    assert told(**headers) == wanted


def test_the_scarcest_of_an_endpoints_limits_counts() -> None:
    both = {
        "zendesk_ratelimit_tickets_update": "total=100; remaining=50; resets=41",
        "zendesk_ratelimit_export": "total=10; remaining=1; resets=30",
    }

    assert told(**both) == [(PUT, 10, 1, 30.0)]


_NAMES = st.sampled_from(["x-rate-limit", "x-rate-limit-remaining", "ratelimit-reset", "zendesk-ratelimit-x"])


@given(st.dictionaries(_NAMES, st.text(max_size=30)))
def test_whatever_stands_there_is_no_error(headers: dict[str, str]) -> None:
    for one in allowances(headers, PUT, NOON):
        assert one.left >= 0 < one.total
