"""What is read of a wall clock, and which instant it is."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from plugin.core.opening_hours.wall_clock import day, day_or_moment, instant, moment, time_of_day, zone_named

LISBON = ZoneInfo("Europe/Lisbon")


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2026-03-29T00:59", "2026-03-29T00:59"),
        ("2026-03-29T01:00", "2026-03-29T01:00"),  # Skipped: the clock goes to 02:00.
        ("2026-03-29T01:59", "2026-03-29T01:59"),
        ("2026-03-29T02:00", "2026-03-29T01:00"),
        ("2026-10-25T01:30", "2026-10-25T00:30"),  # Shown twice.
        ("2026-10-25T02:00", "2026-10-25T02:00"),
    ],
)
def test_a_skipped_time_moves_forward_and_of_a_doubled_one_the_first_counts(local: str, utc: str) -> None:
    assert instant(datetime.fromisoformat(local), LISBON) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2026-7-1", "20260701", "2026-W27-1", "2026-02-29", "1969-12-31", "2201-01-01", "soon"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a day such as 2026-12-24"):
        day(text)


@pytest.mark.parametrize("text", ["9:00", "24:00", "09:60", "09:00:00", "\u0660\u0669:\u0660\u0660", "9am"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a time such as 09:00"):
        time_of_day(text)


@pytest.mark.parametrize("text", ["2026-07-01T9:00", "2026-07-01T25:00", "2026-07-01", "9999-12-31T00:00", "now"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected 2026-12-24T09:00"):
        moment(text, LISBON)


@pytest.mark.parametrize(
    "text", ["2026-07-01T09:00", "2026-07-01 09:00:00", "2026-07-01T08:00Z", "2026-07-01T10:00+02:00"]
)
def test_a_moment_is_local_unless_it_has_an_offset(text: str) -> None:
    assert moment(text, LISBON) == datetime(2026, 7, 1, 8, tzinfo=UTC)


def test_a_day_begins_and_ends_at_local_midnight() -> None:
    assert day_or_moment("2026-07-01", LISBON) == datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert day_or_moment("2026-07-01", LISBON, last=True) == datetime(2026, 7, 1, 23, tzinfo=UTC)


@pytest.mark.parametrize("name", ["Lisbon", "", "../../etc/passwd", "Europe", "x" * 5000, "\0"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="expected an IANA time zone"):
        zone_named(name)
