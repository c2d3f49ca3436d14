"""`escalation calendar` and `escalation import-schedule` as an admin uses them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from plugin.cli import main

WEEK = {day: [["09:00", "13:00"], ["14:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
POLICY = {
    "calendars": {
        "office": {
            "time_zone": "Europe/Berlin",
            "hours": WEEK,
            "holidays": {"country": "DE", "dates": ["2026-12-24"]},
            "exceptions": {"2026-12-31": [["09:00", "12:00"]]},
        }
    }
}
SCHEDULE = {"name": "EMEA Hours", "time_zone": "London", "intervals": [{"start_time": 1980, "end_time": 2460}]}


@pytest.fixture
def policy(tmp_path: Path) -> str:
    return write(tmp_path / "policy.json", POLICY)


def write(path: Path, document: object) -> str:
    path.write_text(json.dumps(document), "utf-8")
    return str(path)


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(main, list(arguments), catch_exceptions=False)


def account(policy: str, *arguments: str) -> Any:
    result = run("calendar", "office", "--policy", policy, "--json", *arguments)
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_the_ledger_shows_how_a_due_time_comes_about(policy: str) -> None:
    pause = "2026-12-28T10:00/2026-12-28T11:30"

    result = run(
        "calendar", "office", "--from", "2026-12-23T16:00", "--for", "8h", "--pause", pause, POLICY_FILE=policy
    )

    assert result.output.splitlines() == [
        "office, Europe/Berlin, from 2026-12-23 16:00:00+01:00",
        "",
        "Wed 2026-12-23  09:00-13:00 14:00-18:00  counted 2h",
        "Thu 2026-12-24  closed                   holiday",
        "Fri 2026-12-25  closed                   Christmas Day",
        "Sat 2026-12-26  closed                   Second Day of Christmas",
        "Sun 2026-12-27  closed                   weekend",
        "Mon 2026-12-28  09:00-13:00 14:00-18:00  counted 6h; paused 1h 30m",
        "",
        "8h have passed: due 2026-12-28 17:30:00+01:00",
    ]


def test_the_same_account_comes_for_programs(policy: str) -> None:
    found = account(policy, "--from", "2026-12-31T11:59:59.250", "--for", "1s")

    assert found["due"] == "2027-01-04 09:00:00.250000+01:00"
    assert found["counted_seconds"] == 1
    assert found["days"][0] == {
        "date": "2026-12-31",
        "hours": [["09:00", "12:00"]],
        "counted_seconds": 0.75,
        "closed_seconds": 43200,
        "paused_seconds": 0,
        "remark": "exception",
    }


@pytest.mark.parametrize("start", ["2026-11-23T24:00", "2026-11-24", "2026-11-24T00:00+01:00", "2026-11-23 23:00:00Z"])
def test_a_time_is_local_unless_it_has_an_offset(policy: str, start: str) -> None:
    assert account(policy, "--from", start, "--for", "1h")["due"] == "2026-11-24 10:00:00+01:00"


def test_time_is_counted_until_an_instant(policy: str) -> None:
    arguments = ("--from", "2026-11-24T12:00", "--until", "2026-11-24T24:00")

    assert account(policy, *arguments)["counted_seconds"] == 5 * 3600
    assert "5h until 2026-11-25 00:00:00+01:00" in run("calendar", "office", "--policy", policy, *arguments).output


def test_the_clock_starts_now_if_nothing_is_said(policy: str) -> None:
    assert account(policy, "--for", "1h")["due"]


def test_a_pause_that_has_not_ended_holds_it_up(policy: str) -> None:
    arguments = ("--from", "2026-11-24T09:00", "--for", "2h", "--pause", "2026-11-24T09:30:30/")

    assert account(policy, *arguments)["due"] is None
    assert (
        "30m 30s have passed: never due, for a pause has not ended"
        in run("calendar", "office", "--policy", policy, *arguments).output
    )


def test_what_a_calendar_never_reaches_is_told(tmp_path: Path) -> None:
    fair = {"time_zone": "UTC", "exceptions": {"2026-05-01": [["10:00", "12:00"]]}}
    policy = write(tmp_path / "policy.json", {"calendars": {"fair": fair}})

    result = run("calendar", "fair", "--policy", policy, "--from", "2026-06-01", "--for", "1h")

    assert "never due: not within 400 years" in result.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("offic", "--for", "1h"), 'unknown calendar "offic"; did you mean "office"?'),
        (("office",), "needs either --for or --until"),
        (("office", "--for", "1h", "--until", "2026-11-24"), "takes one of --for and --until, not both"),
        (("office", "--from", "2026-11-24", "--until", "2026-11-23"), '"2026-11-23" is before "2026-11-24"'),
        (("office", "--until", "2020-01-01"), '"2020-01-01" is before now'),
        (
            ("office", "--for", "1h", "--pause", "2026-11-25/2026-11-24"),
            '"2026-11-25/2026-11-24" ends before it begins',
        ),
        (("office", "--for", "soon"), "expected a duration such as 15m"),
        (("office", "--for", "1h", "--from", "soon"), "expected 2026-11-24T10:00, with or without an offset"),
        (("office", "--for", "1h", "--from", "2026-11-24T25:00+01:00"), "--from:"),
        (("office", "--until", "9999-12-31T24:00"), "--until:"),
        (("office", "--for", "1h", "--pause", "2026-11-24"), "expected FROM/TO, or FROM/"),
        (("office", "--for", "1h", "--pause", "soon/"), "--pause:"),
    ],
)
def test_a_slip_is_told_in_words(policy: str, arguments: tuple[str, ...], told: str) -> None:
    result = run("calendar", *arguments, "--policy", policy)

    assert result.exit_code == 1
    assert told in result.output


def test_every_mistake_of_the_calendars_is_told(tmp_path: Path) -> None:
    section = {"one": {"time_zone": "UTC"}, "two": {"time_zone": "Europe/Berln", "hours": WEEK}}
    policy = write(tmp_path / "policy.json", {"calendars": section})

    result = run("calendar", "two", "--for", "1h", "--policy", policy)

    assert result.exit_code == 1
    assert "calendars.one: is never open" in result.output
    assert 'calendars.two.time_zone: found "Europe/Berln"; did you mean "Europe/Berlin"?' in result.output


@pytest.mark.parametrize("document", [{}, [], {"calendars": {}}])
def test_a_policy_without_calendars_knows_none(tmp_path: Path, document: object) -> None:
    result = run("calendar", "office", "--for", "1h", "--policy", write(tmp_path / "policy.json", document))

    assert result.exit_code == 1
    assert 'unknown calendar "office"; known: none' in result.output


@pytest.mark.parametrize("document", [SCHEDULE, {"schedule": SCHEDULE}, {"schedules": [SCHEDULE]}, [SCHEDULE]])
def test_an_imported_schedule_is_a_calendar_at_once(tmp_path: Path, document: object) -> None:
    holidays = {"holidays": [{"name": "Christmas", "start_date": "2026-12-25", "end_date": "2026-12-28"}]}
    file, other = write(tmp_path / "schedule.json", document), write(tmp_path / "holidays.json", holidays)

    printed = run("import-schedule", file, "--holidays", other).output

    policy = write(tmp_path / "policy.json", json.loads(printed))
    result = run("calendar", "emea_hours", "--policy", policy, "--from", "2026-12-22", "--for", "1h")
    assert "due 2027-01-04 10:00:00+00:00" in result.output


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"schedules": [SCHEDULE, SCHEDULE]}, "holds several schedules"),
        ({"schedules": 3}, 'expected {"schedules": […]}'),
        ({**SCHEDULE, "time_zone": "Londn"}, 'found "Londn"; did you mean "London"?'),
    ],
)
def test_a_schedule_that_cannot_be_read_is_told(tmp_path: Path, document: object, told: str) -> None:
    file = write(tmp_path / "schedule.json", document)

    result = run("import-schedule", file, "--holidays", write(tmp_path / "holidays.json", []))

    assert result.exit_code == 1
    assert told in result.output


def test_several_schedules_are_several_calendars(tmp_path: Path) -> None:
    schedules = [SCHEDULE, {**SCHEDULE, "name": "EMEA hours"}, {**SCHEDULE, "name": ""}]

    result = run("import-schedule", write(tmp_path / "schedules.json", {"schedules": schedules}))

    assert list(json.loads(result.output)["calendars"]) == ["emea_hours", "emea_hours_2", "imported"]
