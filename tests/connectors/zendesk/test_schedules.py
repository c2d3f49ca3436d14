"""Schedules of Zendesk's as calendars of ours."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connectors.errors import Unparseable
from connectors.zendesk.schedules import calendar_of
from connectors.zendesk.zones import RAILS_ZONES
from plugin.core.opening_hours.calendars import compile_calendars

SCHEDULE: dict[str, Any] = {
    "id": 1,
    "name": "Office",
    "time_zone": "Eastern Time (US & Canada)",
    "intervals": [
        {"start_time": 1980, "end_time": 2460},
        {"start_time": 0, "end_time": 120},
        {"start_time": 9960, "end_time": 10080},
    ],
}


def test_minutes_since_sunday_become_hours_of_weekdays() -> None:
    calendar = calendar_of(SCHEDULE, [])

    assert calendar == {
        "time_zone": "America/New_York",
        "hours": {"mon": [["09:00", "17:00"]], "sat": [["22:00", "24:00"]], "sun": [["00:00", "02:00"]]},
    }


def test_an_interval_over_midnight_is_cut_there() -> None:
    calendar = calendar_of({**SCHEDULE, "intervals": [{"start_time": 1380, "end_time": 4320}]}, [])

    assert calendar["hours"] == {"mon": [["00:00", "24:00"]], "tue": [["00:00", "24:00"]], "sun": [["23:00", "24:00"]]}


def test_a_holiday_is_every_date_from_its_first_to_its_last() -> None:
    holidays = [
        {"name": "Christmas", "start_date": "2026-12-25", "end_date": "2026-12-26"},
        {"name": "Eve", "start_date": "2026-12-24", "end_date": "2026-12-24"},
        {"name": "Again", "start_date": "2026-12-26", "end_date": "2026-12-26"},
    ]

    calendar = calendar_of(SCHEDULE, holidays)

    assert calendar["holidays"] == {"dates": ["2026-12-24", "2026-12-25", "2026-12-26"]}


def test_what_is_imported_compiles() -> None:
    told: list[str] = []

    compiled = compile_calendars({"office": calendar_of(SCHEDULE, [])}, lambda *mistake: told.extend(mistake))

    assert (told, list(compiled)) == ([], ["office"])


@pytest.mark.parametrize("name", sorted(RAILS_ZONES))
def test_every_name_is_a_zone(name: str) -> None:
    assert ZoneInfo(RAILS_ZONES[name])


@pytest.mark.parametrize(
    ("name", "zone"), [("Kyiv", "Europe/Kiev"), ("Mexico City", "America/Mexico_City"), ("Asia/Tokyo", "Asia/Tokyo")]
)
def test_a_zone_has_its_rails_name_or_its_own(name: str, zone: str) -> None:
    assert calendar_of({**SCHEDULE, "time_zone": name}, [])["time_zone"] == zone


def test_all_mistakes_are_told_at_once() -> None:
    schedule = {
        "time_zone": "Eastern Time (US)",
        "intervals": [
            {"start_time": 5, "end_time": 5},
            {"start_time": "0", "end_time": 9},
            7,
            {"start_time": 0, "end_time": 10081},
        ],
    }
    holidays = [
        {"name": "x"},
        {"start_date": "2026-12-26", "end_date": "2026-12-24"},
        {"start_date": "1999-01-01", "end_date": "2026-12-24"},
    ]

    with pytest.raises(Unparseable) as raised:
        calendar_of(schedule, holidays)

    assert [line.partition(":")[0] for line in str(raised.value).split("\n")] == [
        "time_zone",
        *(f"intervals[{i}]" for i in range(4)),
        *(f"holidays[{i}]" for i in range(3)),
    ]
    assert 'did you mean "Eastern Time (US & Canada)"?' in str(raised.value)


def test_a_schedule_without_a_zone_is_told() -> None:
    with pytest.raises(Unparseable, match="found null, expected a time zone as Zendesk names it"):
        calendar_of({"intervals": []}, [])
