"""iCal feeds: whose shifts they tell, and what they cannot do to us."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from plugin.core.duty.contacts import Person
from plugin.core.duty.feeds import Told, read_feed
from plugin.core.duty.ical import happening
from plugin.core.duty.ical_text import MOST_CHARACTERS, MOST_EVENTS, BadFeed
from plugin.core.rota import Feed, Rota

LISBON = ZoneInfo("Europe/Lisbon")
START, END = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 5, 30, tzinfo=UTC)
PEOPLE = {
    key: Person(key=key, name=name, ids={}, email=f"{key}@example.com")
    for key, name in {"ana": "Ana Lopes", "bea": "Béa Dias", "rui": "Rui", "rui2": "Rui"}.items()
}
ROTA = Rota(key="vendor", zone=LISBON, feed=Feed(env="F"), names={"support a": "ana"})
DAY = "DTSTART:20260302T090000Z\nDTEND:20260303T090000Z\n"


def calendar(*events: str) -> str:
    body = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//EN\n{body}END:VCALENDAR\n".replace("\n", "\r\n")


def told(*events: str) -> Told:
    return read_feed(calendar(*events), ROTA, PEOPLE, start=START, end=END)


def spans(*events: str, problems: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    found = happening(calendar(*events), zone=LISBON, start=START, end=END)
    assert found.problems == problems
    return [(f"{o.since:%m-%d %H:%M}", f"{o.until:%m-%d %H:%M}") for o in found.occurrences]


# Who


@pytest.mark.parametrize(
    ("event", "person"),
    [
        ("ATTENDEE;CN=Ana;ROLE=REQ-PARTICIPANT:mailto:ANA@example.com\nSUMMARY:On call", "ana"),
        ("ATTENDEE:MAILTO:nobody@example.com\nATTENDEE:bea@example.com\nSUMMARY:Ana Lopes", "bea"),
        ("SUMMARY:Ana Lopes", "ana"),
        ("SUMMARY:ana@example.com", "ana"),
        ("SUMMARY: béa   DIAS", "bea"),
        ("SUMMARY:On Call - Ana Lopes - Support", "ana"),
        ("SUMMARY:On call: bea@example.com (primary)", "bea"),
        ("SUMMARY:Support A", "ana"),
        ("SUMMARY:Support\n  A", "ana"),
    ],
)
def test_a_shift_is_whose_e_mail_or_name_it_has(event: str, person: str) -> None:
    found = told(f"{DAY}{event}")

    assert [s.person for s in found.shifts] == [person]
    assert (found.unmatched, found.problems) == ((), ())


@pytest.mark.parametrize(
    ("event", "name"),
    [
        ("SUMMARY:Zoe", "Zoe"),
        ("SUMMARY:Ana Lopesinho", "Ana Lopesinho"),
        ("SUMMARY:Ana Lopes or Béa Dias", "Ana Lopes or Béa Dias"),
        ("SUMMARY:Rui", "Rui"),  # Two people are called so.
        ("ATTENDEE:mailto:zoe@example.com", "zoe@example.com"),
        ("STATUS:CONFIRMED", "no title"),
    ],
)
def test_a_name_that_tells_no_one_person_is_told_and_puts_nobody_on_duty(event: str, name: str) -> None:
    found = told(f"{DAY}{event}", f"{DAY}{event}")

    assert (found.shifts, found.unmatched) == ((), (name,))


def test_the_names_told_are_bounded() -> None:
    found = told(*(f"{DAY}SUMMARY:{'x' * 100}{n}" for n in range(50)), *(f"{DAY}SUMMARY:y{n}" for n in range(50)))

    assert len(found.unmatched) == 20
    assert max(map(len, found.unmatched)) == 80


# When


def test_a_day_is_local_to_the_rotas_zone() -> None:
    # Summer time begins on the 29th.
    assert spans("DTSTART;VALUE=DATE:20260328\nDTEND;VALUE=DATE:20260330") == [("03-28 00:00", "03-29 23:00")]
    assert spans("DTSTART;VALUE=DATE:20260401") == [("03-31 23:00", "04-01 23:00")]


@pytest.mark.parametrize(
    ("times", "span"),
    [
        ("DTSTART:20260401T090000\nDTEND:20260401T170000", ("04-01 08:00", "04-01 16:00")),
        ("DTSTART:20260401T090000\nDURATION:PT8H", ("04-01 08:00", "04-01 16:00")),
        ("DTSTART:20260401T090000Z\nDURATION:P1D", ("04-01 09:00", "04-02 09:00")),
        ("DTSTART;TZID=America/New_York:20260401T090000\nDURATION:PT8H", ("04-01 13:00", "04-01 21:00")),
        ("DTSTART;TZID=W. Europe Standard Time:20260401T090000\nDURATION:PT8H", ("04-01 07:00", "04-01 15:00")),
        ("DTSTART;TZID=/vendor.example/Europe/Berlin:20260401T090000\nDURATION:PT8H", ("04-01 07:00", "04-01 15:00")),
        # Half past one does not exist on 29 March in Lisbon.
        ("DTSTART;TZID=Europe/Lisbon:20260329T013000\nDURATION:PT8H", ("03-29 01:30", "03-29 08:30")),
    ],
)
def test_a_time_is_in_its_zone_or_in_the_rotas(times: str, span: tuple[str, str]) -> None:
    assert spans(times) == [span]


def test_a_repetition_keeps_the_wall_clocks_time_and_its_changes_are_heeded() -> None:
    start = "UID:1\nDTSTART;TZID=Europe/Lisbon:20260316T090000\nDTEND;TZID=Europe/Lisbon:20260323T090000\n"

    found = spans(
        f"{start}RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20260501T000000Z\nEXDATE;TZID=Europe/Lisbon:20260427T090000",
        "UID:1\nRECURRENCE-ID;TZID=Europe/Lisbon:20260413T090000\nDTSTART:20260414T100000Z\nDTEND:20260415T100000Z\n"
        "RRULE:FREQ=SECONDLY",
    )

    assert found == [("03-16 09:00", "03-23 09:00"), ("03-30 08:00", "04-06 08:00"), ("04-14 10:00", "04-15 10:00")]


def test_an_occurrence_that_was_cancelled_is_nobodys() -> None:
    assert spans(
        f"UID:1\n{DAY}RRULE:FREQ=DAILY;COUNT=2",
        "UID:1\nRECURRENCE-ID:20260303T090000Z\nSTATUS:CANCELLED\nDTSTART:20260303T090000Z\nDTEND:20260304T090000Z",
    ) == [("03-02 09:00", "03-03 09:00")]


def test_only_what_touches_the_window_is_told() -> None:
    assert spans(
        "DTSTART:20260228T000000Z\nDTEND:20260301T000000Z",
        "DTSTART:20260228T000000Z\nDTEND:20260301T000001Z",
        "DTSTART:20260529T235959Z\nDTEND:20260601T000000Z",
        "DTSTART:20260530T000000Z\nDTEND:20260601T000000Z",
    ) == [("02-28 00:00", "03-01 00:00"), ("05-29 23:59", "06-01 00:00")]


@pytest.mark.parametrize(
    "rule",
    [
        *("FREQ=WEEKLY;BYDAY=MO", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU;WKST=SU", "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR"),
        *("FREQ=HOURLY;INTERVAL=8", "FREQ=MONTHLY;BYDAY=1MO", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYMONTHDAY=15"),
        *("FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=25", "FREQ=DAILY;BYHOUR=9,17", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=2"),
        *("FREQ=YEARLY;BYMONTH=4;BYDAY=1SU", "FREQ=YEARLY;BYMONTH=5", "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=30"),
    ],
)
def test_the_repetitions_that_rotas_use_are_read(rule: str) -> None:
    assert spans(f"DTSTART:20240105T090000Z\nDURATION:PT8H\nRRULE:{rule}")


def test_alarms_and_zones_of_a_feed_are_passed_over() -> None:
    alarm = "BEGIN:VALARM\nTRIGGER:-PT5M\nSUMMARY:Bea\nATTENDEE:mailto:bea@example.com\nDURATION:P900D\nEND:VALARM"
    zone = "BEGIN:VTIMEZONE\nTZID:Europe/Lisbon\nBEGIN:STANDARD\nRRULE:FREQ=SECONDLY\nEND:STANDARD\nEND:VTIMEZONE"
    text = calendar(f"{DAY}SUMMARY:Ana Lopes\n{alarm}").replace("VERSION:2.0", zone)

    assert [s.person for s in read_feed(text, ROTA, PEOPLE, start=START, end=END).shifts] == ["ana"]


# What is left out, and told


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("DTSTART:2026xx", "its DTSTART cannot be read"),
        ("DTEND:20260302T090000Z", "it has no DTSTART"),
        (f"{DAY}RRULE:FREQ=OFTEN", "its RRULE cannot be read"),
        (f"{DAY}RRULE:FREQ=SECONDLY", "it repeats in a way that no shift does"),
        (f"{DAY}RRULE:FREQ=MINUTELY;INTERVAL=999", "it repeats in a way that no shift does"),
        (f"{DAY}RRULE:FREQ=DAILY;BYSECOND=1,2,3", "it repeats in a way that no shift does"),
        (f"{DAY}RRULE:FREQ=DAILY;INTERVAL=0", "it repeats in a way that no shift does"),
        (f"{DAY}RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "it repeats too often"),
        (f"{DAY}RRULE:FREQ=DAILY;INTERVAL=2;BYDAY=MO", "it repeats too often"),
        (f"{DAY}RRULE:FREQ=HOURLY;BYHOUR=9", "it repeats too often"),
        ("DTSTART:00010101T000000Z\nDURATION:P1D\nRRULE:FREQ=DAILY", "it repeats too often"),
        (f"{DAY}RRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY", "it has several repetitions"),
        (f"{DAY}RRULE:FREQ=DAILY;COUNT=99999999999999999999", "its RRULE cannot be read"),
        (f"{DAY}RRULE:FREQ=DAILY;BYHOUR=25", "its times make no sense"),
        ("DTSTART:20260302T090000Z\nDTEND:20260302T080000Z", "it ends before it begins, or lasts longer than 366 days"),
        ("DTSTART:20260302T090000Z\nDURATION:P9999D", "it ends before it begins, or lasts longer than 366 days"),
        ("DTSTART:20260302T090000Z\nDURATION:P999999999999D", "its DURATION cannot be read"),
        ("DTSTART:20260302T090000Z\nDTEND;VALUE=DATE:20260303", "its times make no sense"),
        ("DTSTART;TZID=Mars/Base:20260302T090000\nDURATION:P1D", 'unknown time zone "Mars/Base"'),
        ("DTSTART;TZID=../../etc/passwd:20260302T090000\nDURATION:P1D", 'unknown time zone "../../etc/passwd"'),
        (f"{DAY}RECURRENCE-ID;RANGE=THISANDFUTURE:90000101T000000Z", "it was moved by more than 366 days"),
        (f"{DAY}SEQUENCE:first", "its SEQUENCE cannot be read"),
    ],
)
def test_an_event_that_cannot_be_read_is_left_out_and_the_others_stay(event: str, said: str) -> None:
    found = told(f"UID:1\nSUMMARY:Odd\n{event}", f"UID:2\n{DAY}SUMMARY:Ana Lopes")

    assert found.problems == (f'event "Odd": {said}',)
    assert [s.person for s in found.shifts] == ["ana"]


# What is refused


WHOLE = calendar(f"{DAY}SUMMARY:Ana Lopes")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no iCal calendar"),
        ("<html>Please log in</html>", "no iCal calendar"),
        ("BEGIN:VEVENT\nEND:VEVENT", "no iCal calendar"),
        (WHOLE[:60], "cut short"),
        (WHOLE.replace("END:VCALENDAR", ""), "cut short"),
        (WHOLE + "BEGIN:VEVENT\nEND:VEVENT", "no iCal calendar"),
        ("BEGIN:VCALENDAR\n" * 100, "no iCal calendar"),
        (calendar(*[DAY] * 2001), "more than 2000 events"),
        (calendar(*[f"{DAY}RDATE:{','.join(['20260302T090000Z'] * 400)}"] * 20), "5000 single dates"),
        (calendar(*[f"{DAY}RECURRENCE-ID;RANGE=THISANDFUTURE:20260302T090000Z"] * 101), "100 changes"),
        (calendar(*[f"{DAY}RRULE:FREQ=DAILY"] * 100), "repeat too often"),
        (
            calendar(*["DTSTART:20260401T000000Z\nDURATION:PT1H\nRRULE:FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30"] * 9),
            "repeat too often",
        ),
        (calendar(f"{DAY}SUMMARY:{'x' * 5_000_000}"), "longer than"),
    ],
)
def test_a_text_that_cannot_be_used_says_why_and_nothing_of_what_it_says(text: str, said: str) -> None:
    with pytest.raises(BadFeed, match=said) as refused:
        happening(text, zone=LISBON, start=START, end=END)

    assert "Ana" not in str(refused.value)


def test_a_library_that_gives_up_is_a_feed_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def gives_up(_: str) -> Calendar:
        raise ValueError(WHOLE)

    monkeypatch.setattr(Calendar, "from_ical", gives_up)

    with pytest.raises(BadFeed, match=r"^it is no iCal calendar$"):
        happening(WHOLE, zone=LISBON, start=START, end=END)


def test_a_window_is_bounded() -> None:
    with pytest.raises(ValueError, match="400 days"):
        happening(WHOLE, zone=LISBON, start=START, end=START + timedelta(days=401))


@pytest.mark.parametrize(
    "lines",
    [
        "SUMMARY:" + "a" * 1_000_000,
        "SUMMARY" + ";A=b" * 4_000 + ":x",
        "\n".join(["ATTENDEE;CN=x:mailto:a@b"] * 20_000),
        "\n".join(["X-Y:z"] * 50_000),
        "SUMMARY:" + "\n a" * 300_000,
        "SUMMARY:" + "\\" * 15_000,
        "\n".join(f"EXDATE:{','.join(['20260302T090000Z'] * 900)}" for _ in range(5)),
    ],
    ids=["long line", "parameters", "guests", "lines", "folds", "escapes", "dates"],
)
def test_no_text_takes_long(lines: str) -> None:
    began = time.process_time()

    happening(calendar(f"{DAY}{lines}"), zone=LISBON, start=START, end=END)

    assert time.process_time() - began < 5


pieces = st.sampled_from(
    [
        *("BEGIN:VEVENT", "END:VEVENT", "BEGIN:VALARM", "END:VALARM", "BEGIN:VTIMEZONE", "END:VTIMEZONE"),
        *("UID:1", "UID:2", "UID:", "DTSTART:20260302T090000Z", "DTSTART;VALUE=DATE:20260302", "DTSTART:", "DTSTART:1"),
        *("DTEND:20260303T090000Z", "DTEND;TZID=x:20260303T090000", "DURATION:P1D", "DURATION:-P1W", "DURATION:P"),
        *("RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3", "RRULE:", "RRULE:FREQ", "RRULE:FREQ=DAILY;UNTIL=x"),
        *("RRULE:FREQ=DAILY;UNTIL=20260310", "RDATE:20260310", "RDATE;VALUE=PERIOD:20260310T000000Z/PT1H", "EXDATE:x"),
        *("EXDATE;VALUE=DATE:20260303", "RECURRENCE-ID:20260303T090000Z", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260303"),
        *("SUMMARY:Ana Lopes", "SUMMARY", "SUMMARY;:", 'SUMMARY;X="', "ATTENDEE:", "ATTENDEE;CN=:mailto:", "STATUS:x"),
        *("SEQUENCE:1", "SEQUENCE:-", " folded", "", ":", "\x00", "é", "BEGIN:", "END:", "RRULE:FREQ=YEARLY;BYDAY=XX"),
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(pieces, max_size=14))
def test_whatever_a_feed_says_it_is_read_or_refused(lines: list[str]) -> None:
    try:
        found = read_feed(calendar("\n".join(lines)), ROTA, PEOPLE, start=START, end=END)
    except BadFeed:
        return
    assert all(s.since < s.until and s.until > START and s.since < END for s in found.shifts)


def test_the_bounds_are_those_the_docs_name() -> None:
    assert (MOST_CHARACTERS, MOST_EVENTS) == (4 * 2**20, 2_000)
