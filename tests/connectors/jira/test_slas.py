"""Service levels in every state that they can be in."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.jira.slas import read
from connectors.model import SlaMetric

RECORDED = Path(__file__).parents[4] / "shared/data/payloads/jira/sla_states_synthetic.json"
DUE = datetime(2026, 7, 27, 9, tzinfo=UTC)
CYCLE: dict[str, Any] = {"breachTime": {"epochMillis": 1785142800000}, "goalDuration": {"millis": 3_600_000}}
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("sla", "wanted"),
    [
        ({"id": "1", "ongoingCycle": {**CYCLE, "paused": False}}, ("active", DUE, HOUR)),
        ({"id": 1, "ongoingCycle": {**CYCLE, "paused": True}}, ("paused", DUE, HOUR)),
        (
            {"id": "1", "ongoingCycle": {"paused": True, "goalDuration": {"millis": 1}}},
            ("paused", None, HOUR / 3_600_000),
        ),
        ({"id": "1", "completedCycles": [CYCLE, CYCLE]}, ("achieved", None, HOUR)),
        ({"id": "1", "completedCycles": [CYCLE], "ongoingCycle": CYCLE}, ("active", DUE, HOUR)),
        ({"id": "1", "completedCycles": []}, None),
        ({"id": "1", "completedCycles": [], "ongoingCycle": None}, None),
        ({}, None),
        (None, None),
        ("odd", None),
    ],
)
def test_a_cycle_under_way_counts_before_the_last_that_is_over(sla: Any, wanted: Any) -> None:
    found = read([sla])

    if wanted is None:
        assert found == ()
    else:
        stage, due, target = wanted
        assert found == (SlaMetric(metric="1", stage=stage, breach_at=due, target=target),)


@pytest.mark.skipif(not RECORDED.exists(), reason="the shared payloads are not here")
def test_a_page_as_a_site_answers_it() -> None:
    page = json.loads(RECORDED.read_text("utf-8"))["sla_page"]["values"]

    assert [(one.metric, one.stage) for one in read(page)] == [("58", "active"), ("59", "achieved"), ("60", "paused")]
