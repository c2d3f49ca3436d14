"""Calendars, starts, budgets and pauses as nobody would think of them, for property tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from plugin.core.opening_hours.calendars import WEEKDAYS, compile_calendars
from plugin.core.working_hours import Calendar, Pause
from tests.core.minute_by_minute import MINUTE, utc

#: Where a clock was changed, and within a few hours when: half hours, midnights, changes called off or made for good.
CHANGES: tuple[tuple[str, datetime], ...] = (
    ("Europe/Berlin", utc(2026, 3, 29)),
    ("Europe/Berlin", utc(2026, 10, 25)),
    ("Europe/Lisbon", utc(2026, 10, 25)),
    ("America/New_York", utc(2026, 3, 8)),
    ("America/St_Johns", utc(2010, 11, 7)),
    ("America/Havana", utc(2026, 11, 1)),
    ("America/Sao_Paulo", utc(2018, 11, 4)),
    ("America/Sao_Paulo", utc(2018, 2, 18)),
    ("Atlantic/Azores", utc(2026, 10, 25)),
    ("Australia/Lord_Howe", utc(2026, 4, 4)),
    ("Australia/Lord_Howe", utc(2026, 10, 3)),
    ("Africa/Cairo", utc(2023, 4, 27)),
    ("Africa/Cairo", utc(2023, 10, 26)),
    ("Africa/Cairo", utc(2014, 7, 31)),
    ("Africa/Casablanca", utc(2026, 2, 15)),
    ("Antarctica/Troll", utc(2026, 3, 29)),
    ("Asia/Tehran", utc(2022, 3, 21)),
    ("Asia/Tehran", utc(2022, 9, 21)),
    ("Asia/Pyongyang", utc(2018, 5, 4)),
    ("Europe/Moscow", utc(2011, 3, 27)),
    ("Europe/Moscow", utc(2014, 10, 25)),
    ("Pacific/Apia", utc(2011, 12, 30)),
    ("Pacific/Chatham", utc(2026, 9, 26)),
)
_QUIET = ("UTC", "Asia/Kolkata", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago")
#: Hours worth trying: those around which clocks are changed, and the ends of a day.
_TIMES = st.one_of(
    st.sampled_from((0, 60, 90, 120, 135, 150, 165, 180, 210, 1380, 1410, 1440)),
    st.integers(0, 288).map(lambda n: 5 * n),
)


@dataclass(frozen=True, kw_only=True)
class World:
    """One calendar, and one clock on it."""

    document: Mapping[str, Any]
    calendar: Calendar
    centre: datetime
    start: datetime
    budget: int  #: Minutes.
    pauses: tuple[Pause, ...]


def _written(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@st.composite
def hours(draw: st.DrawFn) -> list[list[str]]:
    """Draw a day's intervals; every second gap may be left out, so that some touch."""
    edges = sorted(draw(st.lists(_TIMES, unique=True, min_size=0, max_size=6)))
    pairs = list(pairwise(edges))
    kept = pairs if draw(st.booleans()) else pairs[::2]
    return [[_written(opens), _written(closes)] for opens, closes in kept]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw a calendar around a date on which something happens."""
    quiet = st.tuples(st.sampled_from(_QUIET), st.integers(0, 700).map(lambda n: utc(2026, 1, 1) + timedelta(days=n)))
    zone, centre = draw(st.one_of(st.sampled_from(CHANGES), st.sampled_from(CHANGES), quiet))
    around = st.integers(-3, 3).map(lambda n: str((centre + timedelta(days=n)).date()))
    document = {
        "time_zone": zone,
        "hours": draw(
            st.dictionaries(st.sampled_from(WEEKDAYS), hours(), min_size=3).filter(lambda w: any(w.values()))
        ),
        "holidays": {"dates": draw(st.lists(around, max_size=2))},
        "exceptions": draw(st.dictionaries(around, hours(), max_size=2)),
    }
    mistakes: list[tuple[str, str]] = []
    calendar = compile_calendars({"drawn": document}, lambda *told: mistakes.append(told))
    assert mistakes == []
    instants = st.integers(-4 * 1440, 4 * 1440).map(lambda n: centre + n * MINUTE)
    return World(
        document=document,
        calendar=calendar["drawn"],
        centre=centre,
        start=draw(instants),
        budget=draw(st.one_of(st.just(0), st.integers(1, 240), st.integers(1, 4000))),
        pauses=tuple(draw(st.lists(st.builds(_pause, instants, st.integers(0, 3000)), max_size=3))),
    )


def _pause(since: datetime, minutes: int) -> Pause:
    """Most pauses end; the longest do not."""
    return Pause(since=since, until=None if minutes > 2800 else since + minutes * MINUTE)
