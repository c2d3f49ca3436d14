"""Calls by their names, and who may still make one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connectors.calls import Allowance, Urgency, endpoint

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("verb", "path", "name"),
    [
        ("PUT", "/api/v2/tickets/42.json", "PUT /api/v2/tickets/:id"),
        ("GET", "/api/v2/tickets/42/audits.json", "GET /api/v2/tickets/:id/audits"),
        ("GET", "/api/v2/tickets/show_many.json", "GET /api/v2/tickets/show_many"),
        ("GET", "/rest/api/2/issue/SD-12", "GET /rest/api/2/issue/:id"),
        ("GET", "/rest/servicedeskapi/request/10033/sla", "GET /rest/servicedeskapi/request/:id/sla"),
        ("GET", "/jira/rest/api/2/myself", "GET /jira/rest/api/2/myself"),
        ("DELETE", "/api/v2/webhooks/01J8QGM4T2S0ABCDEFGHJKMNPQ", "DELETE /api/v2/webhooks/:id"),
        ("GET", "/api/v2/tickets/7/comments/8", "GET /api/v2/tickets/:id/comments/:id"),
        ("GET", "/api/v2/webhooks/0123456789abcdef", "GET /api/v2/webhooks/:id"),
    ],
)
def test_a_call_is_named_without_ids(verb: str, path: str, name: str) -> None:
    assert endpoint(verb, path) == name


@pytest.mark.parametrize(
    ("left", "who"),
    [
        (100, "customer internal read background"),
        (41, "customer internal read background"),
        (40, "customer internal read"),
        (11, "customer internal read"),
        (10, "customer internal"),
        (6, "customer internal"),
        (5, "customer"),
        (1, "customer"),
        (0, ""),
    ],
)
def test_the_fewer_are_left_the_more_urgent_a_call_must_be(left: int, who: str) -> None:
    allowance = Allowance(total=100, left=left, until=NOON + SECOND)

    assert [one for one in Urgency if allowance.spares(one, NOON)] == [Urgency[name.upper()] for name in who.split()]


def test_when_it_is_renewed_everybody_may_call() -> None:
    allowance = Allowance(total=100, left=0, until=NOON)

    assert all(allowance.spares(one, NOON) for one in Urgency)
