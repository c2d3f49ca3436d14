"""Which SLA policy a ticket's targets are of."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.zendesk.metric_events import policy_of


def event(at: str, title: object, **more: Any) -> dict[str, Any]:
    return {"type": "apply_sla", "time": at, "sla": {"policy": {"id": 1, "title": title}}, **more}


EARLY, LATE = event("2026-11-02T09:00:00Z", "Usual"), event("2026-11-02T09:00:05Z", "Severity 1")


@pytest.mark.parametrize(
    ("told", "policy"),
    [
        ({"reply_time": [LATE, EARLY], "requester_wait_time": [EARLY]}, "Severity 1"),
        ([EARLY, LATE], "Severity 1"),
        ([EARLY, {**LATE, "deleted": True}], "Usual"),
        ([EARLY, {**LATE, "type": "apply_group_sla"}], "Usual"),
        ([event("yesterday", "x"), event("2026-11-02T09:00:00Z", None), event("2026-11-02T09:00:00Z", "")], None),
        ([{"type": "apply_sla", "time": "2026-11-02T09:00:00Z", "sla": "Usual"}, "odd", None], None),
        ({"reply_time": "odd"}, None),
        (None, None),
        ("odd", None),
    ],
)
def test_the_newest_policy_is_named_wherever_it_is_told(told: object, policy: str | None) -> None:
    assert policy_of(told) == policy
