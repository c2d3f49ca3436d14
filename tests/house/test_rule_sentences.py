"""The conditions that the how-to shows in its lines are ones."""

from __future__ import annotations

import json
import re

import pytest

from plugin.documents import compile_document
from tests.house.repository import ROOT

PAGE = (ROOT / "docs/how-to/write-a-rule.md").read_text("utf-8")
CONDITIONS = [json.loads(text) for text in re.findall(r'`(\{"(?:field|recurrence)".*?\})`', PAGE)]


def test_the_page_shows_some() -> None:
    assert len(CONDITIONS) > 8


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda one: str(one.get("field", "recurrence")))
def test_a_condition_of_the_page_compiles(condition: dict[str, object]) -> None:
    week = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    document = {
        "format": 2,
        "rules": [{"name": "it", "when": condition, "escalate": {"issue_type": "x", "severity": "sev2"}}],
        "matrix": [{"issue_type": "*", "severity": "*", "owner": "ana", "targets": {"resolve": "1d"}}],
        "people": {"ana": {"name": "Ana", "ids": {}}},
        "calendars": {"office": {"time_zone": "Europe/Lisbon", "hours": week}},
        "fields": {"delivery": {"ids": {}}},
        "entities": {"order": {"in": ["ticket.subject"], "pattern": r"ORD-(\d+)"}},
    }

    assert compile_document(document, title="the page:").rules
