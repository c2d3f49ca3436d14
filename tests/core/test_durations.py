"""Durations as admins write them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from plugin.core.durations import LONGEST, duration


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("15m", timedelta(minutes=15)),
        ("90s", timedelta(seconds=90)),
        ("4h", timedelta(hours=4)),
        ("2D", timedelta(days=2)),
        ("1w", timedelta(weeks=1)),
        (" 1h 30m ", timedelta(minutes=90)),
        ("1h30m", timedelta(minutes=90)),
        ("PT15M", timedelta(minutes=15)),
        ("p1dt2h3m4s", timedelta(days=1, hours=2, minutes=3, seconds=4)),
        ("P2W", timedelta(weeks=2)),
        ("200000000s", timedelta(seconds=200_000_000)),
        ("3660d", LONGEST),
    ],
)
def test_a_duration_is_read_as_it_is_written(text: str, length: timedelta) -> None:
    assert duration(text) == length


@pytest.mark.parametrize(
    "found",
    [
        *("", "soon", "15", "m", "1.5h", "-1h", "0m", "P", "PT", "PT0S", "1y", "15m later"),
        *("3661d", "999999999999w 999999999999w", "9" * 5000 + "h", f"P{'9' * 5000}D"),
        *(15, None, True, ["1h"]),
    ],
)
def test_anything_else_is_refused_with_what_is_accepted(found: object) -> None:
    with pytest.raises(ValueError, match="expected a duration such as 15m"):
        duration(found)
