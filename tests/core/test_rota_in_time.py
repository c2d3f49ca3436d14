"""Any rota, against an oracle that walks through time minute by minute over changes of the clock."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.core.duty.contacts import Absence, Person
from plugin.core.duty.coverage import holes
from plugin.core.rota import Feed, Lack, Layer, Rota, Shift, course, on_duty, stretch, with_shifts

MINUTE = timedelta(minutes=1)
PEOPLE = ("ana", "bea", "rui")
#: Zones and dates at which their clocks change: by an hour, by half of one, at midnight.
CHANGES = [
    ("Europe/Lisbon", date(2026, 3, 29)),
    ("Europe/Lisbon", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("America/Santiago", date(2026, 9, 6)),
    ("America/Santiago", date(2026, 4, 5)),
    ("Asia/Kolkata", date(2026, 6, 1)),
]
DAYS_BEFORE, DAYS_AFTER = 2, 2


class Stretches:
    """Open at the given stretches."""

    def __init__(self, opened: Sequence[tuple[datetime, datetime]]) -> None:
        self.opened = opened

    def stretches(self, since: datetime, until: datetime) -> Sequence[tuple[datetime, datetime]]:
        return [(max(a, since), min(b, until)) for a, b in self.opened if a < until and b > since]


def minutes(start: datetime, end: datetime) -> Iterator[datetime]:
    return (start + n * MINUTE for n in range(int((end - start) / MINUTE)))


@cache
def clock(zone: ZoneInfo, start: datetime, end: datetime) -> Sequence[tuple[datetime, datetime]]:
    """Return each minute with what the clock on the wall shows."""
    return [(at, at.astimezone(zone).replace(tzinfo=None)) for at in minutes(start, end)]


def turn_changes(layer: Layer, start: datetime, end: datetime) -> list[datetime]:
    """Watch the wall clock: a hand-over is due when a day's time is first shown, or was skipped."""
    due, last = [], start.astimezone(layer.zone).replace(tzinfo=None)
    days = {layer.starts + timedelta(days=n * layer.days) for n in range(20)}
    waiting = sorted(local for d in days if (local := datetime.combine(d, layer.at)) > last)
    for at, shown in clock(layer.zone, start + MINUTE, end):
        while waiting and waiting[0] <= shown:
            local = waiting.pop(0)
            # One that was skipped comes as late after the gap as it lies within it.
            due.append(at if local == shown else at + (local - last - MINUTE))
        last = shown
    return due


moments = st.integers(0, (DAYS_BEFORE + DAYS_AFTER) * 24 * 60)
spans = st.tuples(moments, moments).map(sorted).filter(lambda s: s[0] < s[1])
layers = st.tuples(
    st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3),
    st.sampled_from([1, 2, 7]),
    st.integers(0, 26 * 4 - 5).map(lambda quarter: time(quarter // 4 % 24, quarter % 4 * 15)),
    st.one_of(st.none(), st.lists(spans, max_size=3)),
)
cases = st.fixed_dictionaries(
    {
        "change": st.sampled_from(CHANGES),
        "layers": st.lists(layers, max_size=2),
        "overrides": st.lists(st.tuples(spans, st.sampled_from(PEOPLE)), max_size=3),
        "shifts": st.lists(st.tuples(spans, st.sampled_from(PEOPLE)), max_size=4),
        "fed": st.booleans(),
        "late": st.integers(0, 2),
    }
)


def window(case: Mapping[str, object]) -> tuple[ZoneInfo, datetime, datetime]:
    name, day = case["change"]
    noon = datetime.combine(day, time(12), UTC)
    return ZoneInfo(name), noon - timedelta(days=DAYS_BEFORE), noon + timedelta(days=DAYS_AFTER)


def made(case: Mapping[str, object]) -> Rota:
    zone, start, _ = window(case)

    def shift(told: tuple[Sequence[int], str]) -> Shift:
        (since, until), person = told
        return Shift(person=person, since=start + since * MINUTE, until=start + until * MINUTE)

    def layer(number: int, told: tuple[Sequence[str], int, time, Sequence[Sequence[int]] | None]) -> Layer:
        people, days, at, opened = told
        hours = None
        if opened is not None:
            merged = sorted((start + a * MINUTE, start + b * MINUTE) for a, b in opened)
            hours = Stretches([s for i, s in enumerate(merged) if all(s[0] > e for _, e in merged[:i])])
        starts = start.date() + timedelta(days=case["late"] * (1 - number) - days)
        return Layer(people=tuple(people), starts=starts, at=at, days=days, zone=zone, hours=hours)

    rota = Rota(
        key="x",
        zone=zone,
        layers=tuple(layer(i, told) for i, told in enumerate(case["layers"])),
        overrides=tuple(map(shift, case["overrides"])),
        feed=Feed(env="F") if case["fed"] else None,
    )
    return with_shifts(rota, list(map(shift, case["shifts"]))) if case["fed"] else rota


def oracle(case: Mapping[str, object], rota: Rota) -> list[str | None]:
    """Return who is on duty at each minute of the window, asked one by one."""
    _, start, end = window(case)
    changes = [turn_changes(layer, start - timedelta(days=9), end) for layer in rota.layers]
    shifts = [
        Shift(person=p, since=start + a * MINUTE, until=start + b * MINUTE)
        for (a, b), p in (case["shifts"] if case["fed"] else ())
    ]

    def asked(at: datetime) -> str | None:
        for override in reversed(rota.overrides):
            if override.since <= at < override.until:
                return override.person
        running = [(s.since, n, s.person) for n, s in enumerate(shifts) if s.since <= at < s.until]
        if running:
            return max(running)[2]
        for layer, due in zip(rota.layers, changes, strict=True):
            passed = bisect_right(due, at)
            is_open = layer.hours is None or any(a <= at < b for a, b in layer.hours.opened)
            if passed and is_open:
                return layer.people[(passed - 1) % len(layer.people)]
        return None

    return [asked(at) for at in minutes(start, end)]


@settings(max_examples=40, deadline=None)
@given(cases)
def test_every_minute_has_the_person_that_watching_the_clock_gives(case: Mapping[str, object]) -> None:
    rota = made(case)
    _, start, end = window(case)
    truth = oracle(case, rota)

    told = [turn.person for turn in course(rota, start, end) for _ in minutes(turn.since or start, turn.until or end)]

    assert told == truth
    for number in range(0, len(truth), 97):
        duty = on_duty(rota, start + number * MINUTE)
        assert (duty.person if duty else None) == truth[number]


@settings(max_examples=40, deadline=None)
@given(cases, moments)
def test_an_answer_holds_from_its_beginning_until_its_end(case: Mapping[str, object], minute: int) -> None:
    rota = made(case)
    _, start, end = window(case)
    at = min(start + minute * MINUTE, end - MINUTE)

    answer = stretch(rota, at)

    assert answer.since is None or answer.since <= at
    assert answer.until is None or at < answer.until
    for other in (answer.since, at + (min(answer.until or end, end) - at) / 2):
        assert other is None or stretch(rota, other) == answer


@settings(max_examples=40, deadline=None)
@given(cases, st.lists(st.tuples(st.sampled_from(PEOPLE), spans), max_size=4), st.sampled_from([None, "bea"]))
def test_holes_are_the_minutes_in_which_nobody_is_there(
    case: Mapping[str, object], away: Sequence[tuple[str, Sequence[int]]], deputy: str | None
) -> None:
    rota = made(case)
    _, start, end = window(case)
    people = {
        key: Person(
            key=key,
            name=key,
            ids={},
            deputy=None if key == deputy else deputy,
            absences=tuple(
                Absence(since=start + a * MINUTE, until=start + b * MINUTE) for k, (a, b) in away if k == key
            ),
        )
        for key in PEOPLE
    }

    found = holes(rota, people, start, end)

    def there(key: str | None, at: datetime) -> bool:
        chain = [p for p in (key, people[key].deputy if key else None) if p]
        return any(not any(a.since <= at < a.until for a in people[p].absences) for p in chain)

    lacking = [at for hole in found for at in minutes(hole.since, hole.until)]
    assert lacking == [
        at for at, person in zip(minutes(start, end), oracle(case, rota), strict=True) if not there(person, at)
    ]
    assert all((hole.person is not None) is (hole.lack is Lack.OUT_OF_OFFICE) for hole in found)
