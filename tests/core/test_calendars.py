"""From a policy's calendars to calendars, or to every mistake in them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from plugin.core.opening_hours.calendars import compile_calendars
from plugin.core.opening_hours.holiday_dates import countries, nearest_country
from plugin.core.working_hours import ALWAYS, Calendar
from tests.core.minute_by_minute import utc

HOUR = timedelta(hours=1)
OFFICE: dict[str, Any] = {
    "time_zone": "Europe/Lisbon",
    "hours": {
        "mon": [["14:00", "18:00"], ["09:00", "13:00"]],
        "tue": [["09:00", "18:00"]],
        "fri": [["09:00", "24:00"]],
    },
    "holidays": {"country": "PT", "subdivision": "11", "dates": ["2026-12-24"], "except": ["2026-12-08"]},
    "exceptions": {"2026-12-31": [["09:00", "12:00"]], "2026-12-29": []},
}


def compiled(section: Any) -> tuple[dict[str, Calendar], list[str]]:
    told: list[str] = []
    calendars = compile_calendars(section, lambda where, message: told.append(f"{where}: {message}"))
    return calendars, told


def office(**changes: Any) -> dict[str, Any]:
    return {"office": {**OFFICE, **changes}}


def test_a_calendar_is_compiled_whole() -> None:
    calendars, told = compiled(
        {"office": OFFICE, "nights": {"time_zone": "UTC", "hours": {"sat": [["00:00", "24:00"]]}}}
    )

    assert told == []
    assert list(calendars) == ["office", "nights"]
    assert calendars["office"].name == "office"
    assert str(calendars["office"].zone) == "Europe/Lisbon"
    assert calendars["office"].between(utc(2026, 11, 23), utc(2026, 11, 24)) == 8 * HOUR
    assert calendars["office"].between(utc(2026, 12, 8), utc(2026, 12, 9)) == 9 * HOUR


@pytest.mark.parametrize(
    ("day", "remark", "hours"),
    [
        (date(2026, 11, 24), "", 1),
        (date(2026, 11, 23), "", 2),
        (date(2026, 11, 25), "no hours", 0),
        (date(2026, 11, 28), "weekend", 0),
        (date(2026, 12, 1), "Restoration of Independence Day", 0),
        (date(2026, 12, 8), "", 1),
        (date(2026, 12, 24), "holiday", 0),
        (date(2026, 12, 25), "Christmas Day", 0),
        (date(2026, 12, 29), "exception", 0),
        (date(2026, 12, 31), "exception", 1),
        (date(2026, 6, 13), "Saint Anthony's Day", 0),
    ],
)
def test_a_date_has_its_hours_and_its_remark(day: date, remark: str, hours: int) -> None:
    schedule = compiled(office())[0]["office"].schedule

    assert (schedule.remark(day), len(schedule.hours(day))) == (remark, hours)


MISTAKES: list[tuple[dict[str, Any], list[str]]] = [
    ({"time_zone": "Europe/Lisboa"}, ['time_zone: found "Europe/Lisboa"; did you mean "Europe/Lisbon"?']),
    ({"time_zone": "Mars"}, ['time_zone: found "Mars", expected an IANA time zone such as Europe/Lisbon']),
    ({"time_zone": "../etc"}, ['time_zone: found "../etc", expected an IANA time zone such as Europe/Lisbon']),
    ({"time_zone": None}, ["time_zone: found null, expected an IANA time zone such as Europe/Lisbon"]),
    ({"hours": []}, ["hours: found [], expected an object"]),
    ({"hours": {"fry": []}}, ['hours: unknown key "fry"; did you mean "fri"?']),
    ({"hours": {"mon": "9-5"}}, ['hours.mon: found "9-5", expected a list']),
    ({"hours": {"mon": [["09:00"]]}}, ['hours.mon[0]: found ["09:00"], expected two times: ["09:00", "17:00"]']),
    ({"hours": {"mon": ["09:00"]}}, ['hours.mon[0]: found "09:00", expected two times: ["09:00", "17:00"]']),
    (
        {"hours": {"mon": [["9:00", "24:01"]]}},
        [
            'hours.mon[0][0]: found "9:00", expected a time of day from 00:00 to 24:00',
            'hours.mon[0][1]: found "24:01", expected a time of day from 00:00 to 24:00',
        ],
    ),
    ({"hours": {"mon": [[9, "10:00"]]}}, ["hours.mon[0][0]: found 9, expected a time of day from 00:00 to 24:00"]),
    (
        {"hours": {"mon": [["22:00", "06:00"]]}},
        ["hours.mon[0]: 06:00 is not after 22:00; a night is two intervals: to 24:00, and from 00:00 of the next day"],
    ),
    (
        {"hours": {"mon": [["09:00", "18:00"], ["10:00", "11:00"], ["12:00", "13:00"]]}},
        [
            "hours.mon[1]: 10:00-11:00 overlaps 09:00-18:00 of calendars.office.hours.mon[0]",
            "hours.mon[2]: 12:00-13:00 overlaps 09:00-18:00 of calendars.office.hours.mon[0]",
        ],
    ),
    ({"holidays": "PT"}, ['holidays: found "PT", expected an object']),
    ({"holidays": {"land": "PT"}}, ['holidays: unknown key "land"; known: country, dates, except, subdivision']),
    ({"holidays": {"country": "Portugal"}}, ['holidays.country: unknown country "Portugal"; did you mean "PT"?']),
    ({"holidays": {"country": "pt"}}, ['holidays.country: unknown country "pt"; did you mean "PT"?']),
    ({"holidays": {"country": "??"}}, ['holidays.country: unknown country "??"; expected a code such as PT']),
    ({"holidays": {"country": 351}}, ["holidays.country: unknown country 351; expected a code such as PT"]),
    (
        {"holidays": {"country": "Portugal", "subdivision": "11"}},
        ['holidays.country: unknown country "Portugal"; did you mean "PT"?'],
    ),
    ({"holidays": {"subdivision": "11"}}, ['holidays.subdivision: found "11" without a country it is part of']),
    (
        {"holidays": {"country": "DE", "subdivision": "BAY"}},
        ['holidays.subdivision: unknown subdivision of DE "BAY"; did you mean "BY"?'],
    ),
    (
        {"holidays": {"dates": ["2026-02-30"]}},
        ['holidays.dates[0]: found "2026-02-30", expected a date such as 2026-12-24'],
    ),
    (
        {"holidays": {"dates": ["20261224", 7]}},
        [
            'holidays.dates[0]: found "20261224", expected a date such as 2026-12-24',
            "holidays.dates[1]: found 7, expected a date such as 2026-12-24",
        ],
    ),
    ({"holidays": {"dates": "2026-12-24"}}, ['holidays.dates: found "2026-12-24", expected a list']),
    (
        {"holidays": {"dates": ["2026-12-24"], "except": ["2026-12-24"]}},
        ["holidays.except[0]: 2026-12-24 also stands in calendars.office.holidays.dates; leave it out of one of them"],
    ),
    (
        {"exceptions": {"Christmas": []}},
        ['exceptions.Christmas: found "Christmas", expected a date such as 2026-12-24'],
    ),
    (
        {"exceptions": {"2026-12-31": [["09:00", "09:00"]]}},
        [
            "exceptions.2026-12-31[0]: 09:00 is not after 09:00;"
            " a night is two intervals: to 24:00, and from 00:00 of the next day"
        ],
    ),
    ({"openings": {}}, ['unknown key "openings"; known: exceptions, holidays, hours, time_zone']),
    ({"hours": {}, "exceptions": {}}, ["is never open; give it hours that its holidays and exceptions leave open"]),
    (
        {"hours": {"mon": []}, "exceptions": {"2026-12-31": []}},
        ["is never open; give it hours that its holidays and exceptions leave open"],
    ),
]


@pytest.mark.parametrize(("changes", "expected"), MISTAKES, ids=[told[0].partition(":")[0] for _, told in MISTAKES])
def test_a_mistake_is_told_with_its_place_and_the_calendar_left_out(
    changes: dict[str, Any], expected: list[str]
) -> None:
    calendars, told = compiled(office(**changes))

    assert calendars == {"office": ALWAYS}
    places = ("time_zone", "hours", "holidays", "exceptions")
    assert told == [f"calendars.office{'.' if text.startswith(places) else ': '}{text}" for text in expected]


def test_a_calendar_that_its_holidays_close_is_never_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plugin.core.opening_hours.holiday_dates.of_year", lambda *_: _EverySunday())

    _, told = compiled(office(hours={"sun": [["09:00", "17:00"]]}, exceptions={}, holidays={"country": "SE"}))

    assert told == ["calendars.office: is never open; give it hours that its holidays and exceptions leave open"]


class _EverySunday:
    def get(self, _: date) -> str:
        return "Sunday"


def test_all_mistakes_are_told_and_the_other_calendars_compiled() -> None:
    calendars, told = compiled({"one": 3, "two": {"hours": {"mon": [["10:00", "09:00"]]}}, **office()})

    assert [name for name, calendar in calendars.items() if calendar is not ALWAYS] == ["office"]
    assert [text.partition(": ")[0] for text in told] == [
        "calendars.one",
        "calendars.two.time_zone",
        "calendars.two.hours.mon[0]",
    ]


def test_what_is_no_section_is_told() -> None:
    assert compiled([]) == ({}, ["calendars: found [], expected an object"])


def test_exceptions_alone_make_a_calendar() -> None:
    calendars, told = compiled({"fair": {"time_zone": "UTC", "exceptions": {"2026-05-01": [["10:00", "12:00"]]}}})

    assert told == []
    assert calendars["fair"].add(utc(2026, 1, 1), HOUR) == utc(2026, 5, 1, 11)


def test_every_country_is_known_by_a_code() -> None:
    assert nearest_country("germany") == "DE"
    assert nearest_country("united states") == "US"
    assert {"PT", "DE", "US"} <= set(countries())
