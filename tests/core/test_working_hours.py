"""The fast engine against minutes counted one by one, and what must hold of any calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.core.opening_hours.opening import DAY, Schedule
from plugin.core.opening_hours.timeline import HORIZON
from plugin.core.working_hours import ALWAYS, Calendar, Pause
from tests.core.calendar_worlds import World, worlds
from tests.core.minute_by_minute import MINUTE, MinuteByMinute, utc

HOUR = timedelta(hours=1)
ZERO = timedelta(0)
OFFICE = Calendar("office", Schedule(zone=ZoneInfo("Europe/Berlin"), week=(((9 * HOUR, 17 * HOUR),),) * 5 + ((), ())))
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=OFFICE.zone)
MOMENTS = st.datetimes(datetime(1995, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - they get UTC
BUDGETS = st.timedeltas(timedelta(microseconds=1), timedelta(days=400))


def counted(world: World, *, days: int = 5) -> MinuteByMinute:
    pauses = [(pause.since, pause.until) for pause in world.pauses]
    return MinuteByMinute(world.document, world.centre - days * DAY, world.centre + days * DAY, pauses)


@settings(max_examples=25)
@given(worlds())
def test_the_engine_agrees_with_minutes_counted_one_by_one(world: World) -> None:
    minutes, calendar, budget = counted(world), world.calendar, world.budget * MINUTE

    due = calendar.add(world.start, budget, world.pauses)
    begun = calendar.subtract(world.start, budget, world.pauses)
    passed = calendar.between(world.start, world.start + budget, world.pauses)

    reckoned = minutes.add(world.start, world.budget)
    assert due == reckoned or (reckoned is None and (due is None or due >= minutes.last - 2 * DAY))
    reckoned = minutes.subtract(world.start, world.budget)
    assert begun == reckoned or (reckoned is None and (begun is None or begun <= minutes.first + 2 * DAY))
    assert passed == minutes.between(world.start, world.start + budget)


@settings(max_examples=5)
@given(worlds())
def test_every_minute_is_open_or_closed_as_the_clock_on_the_wall_says(world: World) -> None:
    minutes = counted(world, days=2)
    for pause in world.pauses:
        assert world.calendar.between(pause.since, pause.until or minutes.last, world.pauses) == ZERO

    unpaused = MinuteByMinute(world.document, world.centre - 2 * DAY, world.centre + 2 * DAY)

    assert [at for at in unpaused.minutes() if world.calendar.is_open(at) != unpaused.is_open(at)] == []


@settings(max_examples=15)
@given(worlds(), MOMENTS, BUDGETS)
def test_what_is_added_lies_between(world: World, start: datetime, budget: timedelta) -> None:
    due = world.calendar.add(start, budget, world.pauses)

    if due is not None:
        assert world.calendar.between(start, due, world.pauses) == budget
        assert world.calendar.between(start, due - timedelta(microseconds=1), world.pauses) < budget
        assert world.calendar.between(due - timedelta(microseconds=1), due, world.pauses) > ZERO


@settings(max_examples=15)
@given(worlds(), MOMENTS, BUDGETS)
def test_what_is_subtracted_lies_between(world: World, end: datetime, budget: timedelta) -> None:
    begun = world.calendar.subtract(end, budget, world.pauses)

    assert begun is not None
    assert world.calendar.between(begun, end, world.pauses) == budget
    assert world.calendar.between(begun, begun + timedelta(microseconds=1), world.pauses) > ZERO


@settings(max_examples=15)
@given(worlds(), MOMENTS, BUDGETS)
def test_there_and_back_is_the_start_or_the_opening_after_it(world: World, start: datetime, budget: timedelta) -> None:
    due = world.calendar.add(start, budget, world.pauses)

    if due is not None:
        assert world.calendar.subtract(due, budget, world.pauses) == world.calendar.next_open(start, world.pauses)


@settings(max_examples=15)
@given(worlds(), MOMENTS, BUDGETS, BUDGETS)
def test_time_adds_up(world: World, start: datetime, one: timedelta, other: timedelta) -> None:
    between = world.calendar.between
    middle, end = start + one, start + one + other

    assert between(start, end) == between(start, middle) + between(middle, end)
    assert between(end, start) == ZERO
    assert world.calendar.add(start, -one) == world.calendar.subtract(start, one)
    assert world.calendar.subtract(start, -one) == world.calendar.add(start, one)


@settings(max_examples=15)
@given(worlds())
def test_the_ledger_leaves_nothing_out(world: World) -> None:
    end = world.start + 9 * DAY

    lines = world.calendar.ledger(world.start, end, world.pauses)

    assert sum((line.counted for line in lines), ZERO) == world.calendar.between(world.start, end, world.pauses)
    assert sum((line.counted + line.closed + line.paused for line in lines), ZERO) == 9 * DAY
    assert [line.day for line in lines] == sorted({line.day for line in lines})


@given(MOMENTS, BUDGETS, st.lists(st.tuples(MOMENTS, BUDGETS), max_size=3))
def test_always_is_plain_arithmetic(at: datetime, budget: timedelta, paused: list[tuple[datetime, timedelta]]) -> None:
    pauses = [Pause(since=since, until=since + length) for since, length in paused if since + length < at]

    assert ALWAYS.add(at, budget, pauses) == at + budget
    assert ALWAYS.between(at, at + budget, pauses) == budget
    assert ALWAYS.subtract(at + budget, budget, pauses) == at
    assert ALWAYS.add(at, budget, [Pause(since=at, until=at + HOUR)]) == at + HOUR + budget


def test_hours_that_never_close_are_always_open_in_their_zone() -> None:
    week = tuple(((ZERO, DAY),) for _ in range(7))
    calendar = Calendar("24/7", Schedule(zone=ZoneInfo("Europe/Berlin"), week=week))

    assert calendar.schedule.never_closes()
    assert calendar.add(TUESDAY, 400 * DAY) == TUESDAY.astimezone(UTC) + 400 * DAY


def test_an_instant_may_come_with_any_offset_and_leaves_as_utc() -> None:
    twice = datetime(2026, 10, 25, 2, 30, tzinfo=OFFICE.zone, fold=1)
    always = Calendar("nights", Schedule(zone=OFFICE.zone, week=(((ZERO, 6 * HOUR),),) * 7))

    assert always.is_open(twice)
    assert always.add(twice, HOUR) == utc(2026, 10, 25, 2, 30)
    assert OFFICE.add(TUESDAY, HOUR) == utc(2026, 11, 24, 9)
    assert (due := OFFICE.add(TUESDAY, HOUR)) is not None
    assert due.tzinfo is UTC


def test_the_ends_of_the_calendar_are_never_reached() -> None:
    assert OFFICE.subtract(utc(9, 6, 1), timedelta(days=999_999)) is None
    assert OFFICE.add(utc(9990, 6, 1), timedelta(days=999_999)) is None
    assert ALWAYS.subtract(utc(1, 6, 1), 400 * DAY) is None
    assert ALWAYS.add(utc(9999, 6, 1), 400 * DAY) is None


def test_what_opens_too_rarely_is_never_due() -> None:
    once = Calendar(
        "once", Schedule(zone=UTC, week=((),) * 7, exceptions={date(2026, 11, 24): ((9 * HOUR, 10 * HOUR),)})
    )

    assert once.add(utc(2026, 1, 1), HOUR) == utc(2026, 11, 24, 10)
    assert once.add(utc(2026, 1, 1), 2 * HOUR) is None
    assert once.next_open(utc(2026, 12, 1)) is None
    assert once.previous_close(utc(2026, 1, 1)) is None
    assert once.add(utc(2026 - HORIZON - 1, 1, 1), HOUR) is None
    assert once.ledger(utc(2026, 12, 1), HOUR) == []


def test_a_pause_without_end_holds_a_budget_up_and_the_ledger_ends_with_it() -> None:
    pause = Pause(since=TUESDAY + HOUR)

    assert OFFICE.add(TUESDAY, 2 * HOUR, [pause]) is None
    assert OFFICE.next_open(TUESDAY + 2 * HOUR, [pause]) is None
    assert OFFICE.between(TUESDAY, TUESDAY + 30 * DAY, [pause]) == HOUR
    assert [line.counted for line in OFFICE.ledger(TUESDAY, 2 * HOUR, [pause])] == [HOUR]


def test_the_closing_instant_is_closed() -> None:
    closing = TUESDAY + 8 * HOUR

    assert OFFICE.is_open(TUESDAY)
    assert not OFFICE.is_open(closing)
    assert OFFICE.next_open(closing) == TUESDAY + DAY
    assert OFFICE.previous_close(closing + HOUR) == closing


def test_a_local_time_is_read_as_it_is_written() -> None:
    assert OFFICE.localise("2026-11-23 24:00") == OFFICE.localise("2026-11-24") == utc(2026, 11, 23, 23)
    assert OFFICE.localise("2026-11-23T24:00:00") == utc(2026, 11, 23, 23)
    assert OFFICE.localise(datetime(2026, 11, 24, 9)) == TUESDAY  # noqa: DTZ001 - a wall clock


@pytest.mark.parametrize("text", ["", "soon", "2026-11-24 25:00", "2026-02-30 24:00", "2026-11-24T09:00+01:00"])
def test_what_is_no_local_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        OFFICE.localise(text)


def test_a_calendar_reads_as_its_name() -> None:
    assert repr(OFFICE) == "Calendar(office, Europe/Berlin)"
