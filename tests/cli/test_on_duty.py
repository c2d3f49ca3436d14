"""`escalation on-duty` and the feeds behind it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from plugin.cli import main
from plugin.core.duty.contacts import Person
from plugin.core.duty.feeds import Copy
from plugin.core.opening_hours.wall_clock import zone_named
from plugin.core.rota import Feed, Rota, on_duty
from plugin.feeds import refresh
from tests.connectors.wire import Answer, Wire, serving

POLICY: Mapping[str, Any] = {
    "time_zone": "Europe/Lisbon",
    "calendars": {"office": {"time_zone": "Europe/Lisbon", "hours": {"mon": [["09:00", "18:00"]]}}},
    "people": {
        "ana": {
            "name": "Ana Lopes",
            "email": "ana@example.com",
            "deputy": "bea",
            "out_of_office": [{"from": "2026-12-20", "to": "2027-01-03"}],
        },
        "bea": {"name": "Bea Dias"},
        "rui": {"name": "Rui Costa", "out_of_office": [{"from": "2026-11-30", "to": "2026-11-30"}]},
    },
    "rotas": {
        "managers": {
            "layers": [
                {
                    "people": ["ana", "bea"],
                    "handover": {"every": "week", "on": "mon", "at": "09:00"},
                    "starts": "2026-01-05",
                }
            ],
            "overrides": [{"from": "2026-12-24T09:00", "to": "2026-12-26T09:00", "person": "rui"}],
        },
        "desk": {
            "layers": [
                {
                    "people": ["rui"],
                    "handover": {"every": "day", "at": "00:00"},
                    "starts": "2026-01-05",
                    "calendar": "office",
                }
            ]
        },
        "vendor": {"feed": {"env": "ROTA_FEED"}, "people": {"Support A": "ana"}},
    },
}
FEED = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1
SUMMARY:Support A
DTSTART:20261109T090000Z
DTEND:20261116T090000Z
END:VEVENT
BEGIN:VEVENT
UID:2
SUMMARY:Zoe
DTSTART:20261116T090000Z
DTEND:20261123T090000Z
END:VEVENT
BEGIN:VEVENT
UID:3
SUMMARY:Odd
DTSTART:20261116T090000Z
RRULE:FREQ=SECONDLY
END:VEVENT
END:VCALENDAR
"""
SECRET = "private-7c1d"


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "policy.json"
    path.write_text(json.dumps(POLICY), "utf-8")
    return path


@pytest.fixture
def wire() -> Iterator[Wire]:
    with serving() as wire:
        yield wire


def ask(policy: Path, *arguments: str, **environment: str) -> Result:
    environment["POLICY_FILE"] = str(policy)
    return CliRunner(env=environment).invoke(main, ["on-duty", *arguments], catch_exceptions=False)


def test_the_answer_says_who_since_when_until_when_and_who_is_next(policy: Path) -> None:
    result = ask(policy, "managers", "--at", "2026-12-22T10:00")

    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "managers, Europe/Lisbon, Tue 2026-12-22 10:00",
        "",
        "Bea Dias is on duty (bea)",
        "  since  Mon 2026-12-21 09:00",
        "  until  Thu 2026-12-24 09:00",
        "  from   layers[0]",
        "  not    Ana Lopes: out of office until Mon 2027-01-04 00:00; deputy: bea",
        "",
        "Next",
        "  Thu 2026-12-24 09:00  Rui Costa (rui)",
        "  Sat 2026-12-26 09:00  Bea Dias (bea), for ana",
        "  Mon 2026-12-28 09:00  Bea Dias (bea)",
        "  Mon 2027-01-04 09:00  Ana Lopes (ana)",
        "  Mon 2027-01-11 09:00  Bea Dias (bea)",
    ]


def away(policy: Path, ana: tuple[str, str], bea: tuple[str, str]) -> None:
    """Let two people stand in for each other in weekly turns from Monday on, ana's first."""
    people = {
        "ana": {"name": "Ana Lopes", "deputy": "bea", "out_of_office": [{"from": ana[0], "to": ana[1]}]},
        "bea": {"name": "Bea Dias", "out_of_office": [{"from": bea[0], "to": bea[1]}]},
    }
    handover = {"every": "week", "on": "mon", "at": "09:00"}
    layer = {"people": ["ana", "bea"], "handover": handover, "starts": "2026-03-02"}
    policy.write_text(json.dumps({"people": people, "rotas": {"desk": {"layers": [layer]}}}), "utf-8")


def turns(policy: Path, at: str) -> list[tuple[str | None, str, str]]:
    """Return who answers from when until when: now, and after it."""
    found = json.loads(ask(policy, "desk", "--at", at, "--json").output)
    return [(turn["person"], turn["since"][5:16], turn["until"][5:16]) for turn in (found, *found["next"])]


WEEK = [
    ("ana", "03-02T09:00", "03-03T00:00"),
    ("bea", "03-03T00:00", "03-04T00:00"),
    (None, "03-04T00:00", "03-05T00:00"),
    ("ana", "03-05T00:00", "03-09T09:00"),
    ("bea", "03-09T09:00", "03-16T09:00"),
]


@pytest.mark.parametrize("number", range(5))
def test_an_answer_holds_until_somebody_on_the_way_goes_or_comes_back(policy: Path, number: int) -> None:
    away(policy, ("2026-03-03", "2026-03-04"), ("2026-03-04", "2026-03-05"))
    since = WEEK[number][1]

    for at in (f"2026-{since}", f"2026-{since[:-1]}1"):
        assert turns(policy, at)[: 5 - number] == WEEK[number:]


def test_an_absence_that_changes_no_answer_parts_no_turn(policy: Path) -> None:
    away(policy, ("2026-04-01", "2026-04-01"), ("2026-03-03", "2026-03-04"))

    assert turns(policy, "2026-03-03T10:00")[0] == ("ana", "03-02T09:00", "03-09T09:00")


def test_who_is_alone_is_on_duty_without_end(policy: Path) -> None:
    layer = {"people": ["ana"], "handover": {"every": "day", "at": "09:00"}, "starts": "2026-03-02"}
    policy.write_text(json.dumps({"people": {"ana": {"name": "A"}}, "rotas": {"desk": {"layers": [layer]}}}), "utf-8")

    found = json.loads(ask(policy, "desk", "--at", "2026-03-03T10:00", "--json").output)

    assert (found["person"], found["until"], found["next"]) == ("ana", None, [])


def test_the_example_of_the_docs_answers_as_shown(policy: Path) -> None:
    page = (Path(__file__).parents[2] / "docs/reference/people-and-rotas.md").read_text("utf-8")
    document, command, shown = re.findall(
        r"^```\w+\n(.*?)^```", page.partition("## Who owns it")[0], re.DOTALL | re.MULTILINE
    )
    policy.write_text(document, "utf-8")

    assert ask(policy, *command.split()[2:]).output == shown


def test_programs_get_the_same_as_json(policy: Path) -> None:
    result = ask(policy, "managers", "--at", "2026-12-24T10:00+01:00", "--json")

    found = json.loads(result.output)
    assert (found["person"], found["scheduled"], found["source"], found["lack"]) == (
        "rui",
        "rui",
        "overrides[0]",
        None,
    )
    assert (found["at"], found["until"]) == ("2026-12-24T09:00:00+00:00", "2026-12-26T09:00:00+00:00")
    assert found["next"][0]["skipped"] == [
        {
            "person": "ana",
            "name": "Ana Lopes",
            "out_of_office_until": "2027-01-04T00:00:00+00:00",
            "deputy": "bea",
        }
    ]


def test_now_is_asked_about_when_no_instant_is_given(policy: Path) -> None:
    before = datetime.now(UTC)

    found = json.loads(ask(policy, "managers", "--json").output)

    assert before <= datetime.fromisoformat(found["at"]) <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("at", "why", "until"),
    [
        ("2026-11-24T10:00", "the layer's calendar is closed", "Mon 2026-11-30 09:00"),
        ("2026-11-30T10:00", "out of office, and nobody stands in", "Mon 2026-11-30 18:00"),
        ("2026-01-01T10:00", "no override, feed or layer has anybody", "Mon 2026-01-05 00:00"),
    ],
)
def test_nobody_on_duty_is_said_with_the_reason_and_exit_code_1(policy: Path, at: str, why: str, until: str) -> None:
    result = ask(policy, "desk", "--at", at)

    assert result.exit_code == 1
    assert f"Nobody is on duty: {why}" in result.output
    assert f"until  {until}" in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["manager"], 'unknown rota "manager"; did you mean "managers"?'),
        (["managers", "--at", "tomorrow"], 'found "tomorrow", expected 2026-12-24T09:00'),
        (["vendor"], 'the feed of rota "vendor" cannot be used: the environment variable ROTA_FEED is not set'),
    ],
)
def test_what_cannot_be_asked_is_told(policy: Path, arguments: list[str], said: str) -> None:
    result = ask(policy, *arguments)

    assert result.exit_code == 1
    assert said in result.output


def test_every_mistake_of_the_sections_is_told_at_once(policy: Path) -> None:
    document = json.loads(json.dumps(POLICY)) | {"time_zone": "Lisbon"}
    document["people"]["ana"]["deputy"] = "be"
    document["rotas"]["desk"]["layers"][0]["calendar"] = "ofice"
    policy.write_text(json.dumps(document), "utf-8")

    output = ask(policy, "managers").output

    for said in ("time_zone: found", "people.ana.deputy: unknown", "rotas.desk.layers[0].calendar: unknown"):
        assert said in output


def test_a_policy_that_is_no_object_has_no_rota(policy: Path) -> None:
    policy.write_text("[]", "utf-8")

    assert 'unknown rota "managers"; known: none' in ask(policy, "managers").output


# Feeds


def test_a_feed_is_fetched_and_what_it_leaves_open_is_told_beside_the_answer(policy: Path, wire: Wire) -> None:
    wire.will(Answer(body=FEED.encode()))

    result = ask(policy, "vendor", "--at", "2026-11-10T10:00", ROTA_FEED=f"{wire.url}/{SECRET}")

    assert result.exit_code == 0
    assert "Ana Lopes is on duty (ana)" in result.stdout
    assert "from   feed" in result.stdout
    assert 'The feed puts "Zoe" on duty' in result.stderr
    assert 'event "Odd": it repeats in a way that no shift does' in result.stderr
    assert SECRET not in result.output


def test_a_feed_that_cannot_be_had_is_told_without_its_address(policy: Path, wire: Wire) -> None:
    wire.will(Answer(status=404))

    result = ask(policy, "vendor", ROTA_FEED=f"{wire.url}/{SECRET}")

    assert result.exit_code == 1
    assert "GET the feed: answered 404" in result.output
    assert SECRET not in result.output


class Cache:
    """Keeps copies in memory."""

    def __init__(self) -> None:
        self.copies: dict[str, Copy] = {}

    def feed(self, name: str) -> Copy | None:
        return self.copies.get(name)

    def save_feed(self, name: str, copy: Copy) -> None:
        self.copies[name] = copy


PEOPLE = {"ana": Person(key="ana", name="Ana Lopes", ids={})}
NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def vendor(place: Path, wire: Wire) -> Rota:
    place.write_text(f"{wire.url}/{SECRET}\n", "utf-8")
    return Rota(key="vendor", zone=zone_named("UTC"), feed=Feed(file=str(place)), names={"support a": "ana"})


def test_a_feed_that_did_not_change_is_as_new_as_the_answer(tmp_path: Path, wire: Wire) -> None:
    rota, cache = vendor(tmp_path / "feed", wire), Cache()
    wire.will(Answer(body=FEED.encode(), headers={"ETag": '"v1"'}), Answer(status=304, body=b""))

    first = refresh(rota, PEOPLE, cache, environ={}, now=NOON)
    second = refresh(rota, PEOPLE, cache, environ={}, now=NOON + HOUR)

    assert wire.asked[1].headers["If-None-Match"] == '"v1"'
    assert (first.problem, second.problem) == (None, None)
    assert (first.fetched_at, second.fetched_at) == (NOON, NOON + HOUR)
    assert first.rota.shifts == second.rota.shifts != ()
    assert cache.copies["vendor"] == Copy(text=FEED, etag='"v1"', fetched_at=NOON + HOUR)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(status=503), "answered 503"),
        (Answer(body=b"<html>Please log in</html>"), "it is no iCal calendar"),
        (Answer(body=FEED[:200].encode()), "it is cut short"),
    ],
)
def test_the_last_good_copy_goes_on_when_there_is_no_better_one(
    tmp_path: Path, wire: Wire, answer: Answer, said: str
) -> None:
    rota, cache = vendor(tmp_path / "feed", wire), Cache()
    wire.will(Answer(body=FEED.encode()), answer)
    refresh(rota, PEOPLE, cache, environ={}, now=NOON)

    found = refresh(rota, PEOPLE, cache, environ={}, now=NOON + HOUR)

    duty = on_duty(found.rota, NOON + HOUR)
    assert duty is not None
    assert duty.person == "ana"
    assert found.fetched_at == cache.copies["vendor"].fetched_at == NOON
    assert found.problem is not None
    assert said in found.problem
    assert "what it said at 2026-11-10 12:00 UTC goes on" in found.problem
    assert SECRET not in found.problem


def test_without_any_copy_nobody_is_on_duty_and_that_is_said(tmp_path: Path, wire: Wire) -> None:
    wire.will(Answer(status=500))

    found = refresh(vendor(tmp_path / "feed", wire), PEOPLE, Cache(), environ={}, now=NOON)

    assert (found.rota.shifts, found.fetched_at) == ((), None)
    assert str(found.problem).endswith("there is no earlier copy")


def test_a_copy_that_cannot_be_read_any_more_is_said_too(tmp_path: Path, wire: Wire) -> None:
    cache = Cache()
    cache.save_feed("vendor", Copy(text="?", etag=None, fetched_at=NOON))
    wire.will(Answer(status=500))

    found = refresh(vendor(tmp_path / "feed", wire), PEOPLE, cache, environ={}, now=NOON)

    assert str(found.problem).endswith("nor can the earlier copy: it is no iCal calendar")


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "cannot be read: FileNotFoundError"), (b" \n", "is empty"), (b"\xff", "cannot be read")],
)
def test_where_the_address_is_missing_is_told(tmp_path: Path, content: bytes | None, said: str) -> None:
    place = tmp_path / "feed"
    if content is not None:
        place.write_bytes(content)
    rota = Rota(key="vendor", zone=zone_named("UTC"), feed=Feed(file=str(place)))

    found = refresh(rota, PEOPLE, None, environ={}, now=NOON)

    assert f"{place} {said}" in str(found.problem)
