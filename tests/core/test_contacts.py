"""People: what an admin may write, and who stands in for whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.core.duty.contacts import Person, compile_people, stand_in, traced

LISBON = ZoneInfo("Europe/Lisbon")
NOON = datetime(2026, 12, 24, 12, tzinfo=UTC)
AWAY = [{"from": "2026-12-20", "to": "2027-01-03"}]


def compiled(section: object) -> tuple[dict[str, Person], list[str]]:
    found: list[str] = []
    people = compile_people(section, lambda where, said: found.append(f"{where}: {said}"), {"office"}, LISBON)
    return people, found


def people_of(section: object) -> dict[str, Person]:
    people, found = compiled(section)
    assert found == []
    return people


def test_a_person_is_read_as_written() -> None:
    ana = people_of(
        {
            "ana": {
                "name": "Ana Lopes",
                "ids": {"acme": 101, "desk": "a"},
                "email": "ana@example.com",
                "language": "pt-BR",
                "time_zone": "America/Sao_Paulo",
                "calendar": "office",
                "manager": "rui",
                "deputy": "bea",
                "out_of_office": AWAY,
            },
            "bea": {"name": "Bea", "deputy": "ana"},
            "rui": {"name": "Rui"},
        }
    )["ana"]

    assert (ana.key, ana.name, ana.ids) == ("ana", "Ana Lopes", {"acme": "101", "desk": "a"})
    assert (ana.email, ana.language, ana.zone.key) == ("ana@example.com", "pt-BR", "America/Sao_Paulo")
    assert (ana.calendar, ana.manager, ana.deputy) == ("office", "rui", "bea")
    assert [(a.since.isoformat(), a.until.isoformat()) for a in ana.absences] == [
        ("2026-12-20T03:00:00+00:00", "2027-01-04T03:00:00+00:00")
    ]
    assert "example.com" not in repr(ana)


def test_the_policys_zone_is_everybodys_who_names_none() -> None:
    assert people_of({"ana": {"name": "Ana"}})["ana"].zone is LISBON


@pytest.mark.parametrize(
    ("written", "since", "until"),
    [
        # The clock goes back on 25 October: the day has 25 hours.
        ({"from": "2026-10-25", "to": "2026-10-25"}, "2026-10-24T23:00", "2026-10-26T00:00"),
        ({"from": "2026-12-24T14:00", "to": "2026-12-26T09:30:15"}, "2026-12-24T14:00", "2026-12-26T09:30:15"),
        ({"from": "2026-12-24T14:00+02:00", "to": "2026-12-24T14:00Z"}, "2026-12-24T12:00", "2026-12-24T14:00"),
        ({"from": "2026-12-24T14:00", "to": "2026-12-24"}, "2026-12-24T14:00", "2026-12-25T00:00"),
    ],
)
def test_an_absence_is_local_days_with_the_last_one_or_times(written: object, since: str, until: str) -> None:
    (absence,) = people_of({"ana": {"name": "Ana", "out_of_office": [written]}})["ana"].absences

    assert absence.since == datetime.fromisoformat(since).replace(tzinfo=UTC)
    assert absence.until == datetime.fromisoformat(until).replace(tzinfo=UTC)


def test_absences_that_touch_are_one() -> None:
    days = [{"from": f"2026-12-{a}", "to": f"2026-12-{b}"} for a, b in ((24, 25), (20, 20), (21, 22), (21, 21))]

    absences = people_of({"ana": {"name": "Ana", "out_of_office": days}})["ana"].absences

    assert [(a.since.day, a.until.day) for a in absences] == [(20, 23), (24, 26)]


def test_an_absence_begins_at_its_beginning_and_is_over_at_its_end() -> None:
    ana = people_of({"ana": {"name": "Ana", "out_of_office": AWAY}})["ana"]
    (absence,) = ana.absences
    moment = timedelta(microseconds=1)

    assert ana.away_until(absence.since - moment) is None
    assert ana.away_until(absence.since) == absence.until
    assert ana.away_until(absence.until - moment) == absence.until
    assert ana.away_until(absence.until) is None


# Mistakes


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({}, 'people.ana: missing "name"'),
        ({"name": ""}, 'people.ana.name: found "", expected text'),
        ({"nme": "x", "name": "A"}, 'people.ana: unknown key "nme"; did you mean "name"?'),
        ({"manager": "be"}, 'people.ana.manager: unknown person "be"; did you mean "bea"?'),
        ({"deputy": "be"}, 'people.ana.deputy: unknown person "be"; did you mean "bea"?'),
        ({"deputy": "ana"}, 'people.ana.deputy: "ana" is no deputy of their own'),
        ({"manager": "ana"}, 'people.ana.manager: "ana" is no manager of their own'),
        ({"manager": "bea"}, "people.ana.manager: managers form a circle: ana → bea → ana"),
        ({"manager": 7}, "people.ana.manager: found 7, expected text"),
        ({"calendar": "ofice"}, 'people.ana.calendar: unknown calendar "ofice"; did you mean "office"?'),
        ({"time_zone": "Lisbon"}, 'people.ana.time_zone: found "Lisbon", expected an IANA time zone'),
        ({"time_zone": "Europe"}, 'people.ana.time_zone: found "Europe", expected an IANA time zone'),
        ({"email": "ana"}, "people.ana.email: expected an e-mail address"),
        ({"email": "BEA@example.com"}, 'people.bea.email: the same as that of "ana"'),
        ({"language": "Portuguese"}, 'people.ana.language: found "Portuguese", expected a language'),
        ({"ids": ["101"]}, 'people.ana.ids: found ["101"], expected the id on each connection'),
        ({"ids": {"acme": True}}, "people.ana.ids: found"),
        ({"ids": {"acme": " "}}, 'people.ana.ids: found {"acme": " "}, expected the id on each connection'),
        ({"out_of_office": {}}, "people.ana.out_of_office: found {}, expected a list"),
        ({"out_of_office": ["x"]}, 'people.ana.out_of_office[0]: found "x", expected an object'),
        ({"out_of_office": [{"from": "2026-01-01"}]}, 'people.ana.out_of_office[0]: missing "to"'),
        (
            {"out_of_office": [{"from": "1.1.26", "to": "2026-01-01"}]},
            'people.ana.out_of_office[0].from: found "1.1.26"',
        ),
        ({"out_of_office": [{"from": "2026-02-30", "to": "2026-03-01"}]}, "people.ana.out_of_office[0].from: found"),
        ({"out_of_office": [{"from": "9999-12-30", "to": "2026-12-31"}]}, "people.ana.out_of_office[0].from: found"),
        ({"out_of_office": [{"from": "2026-01-02", "to": "2026-01-01"}]}, "people.ana.out_of_office[0]: ends before"),
        ({"out_of_office": [{"from": "2026-01-02T25:00", "to": "2026-01-04"}]}, "people.ana.out_of_office[0].from"),
    ],
)
def test_a_mistake_is_told_with_its_place(entry: dict[str, object], said: str) -> None:
    default = {} if entry in ({}, {"name": ""}) else {"name": "Ana"}
    bea = {"name": "Bea", "email": "bea@example.com", "manager": "ana"}

    _, found = compiled({"ana": default | entry, "bea": bea})

    assert len(found) == 1
    assert found[0].startswith(said)


def test_a_circle_of_managers_is_told_once_wherever_it_is_entered() -> None:
    managers = {"top": None, "out": "a", "a": "b", "b": "c", "c": "a"}
    section = {k: {"name": k} | ({"manager": m} if m else {}) for k, m in managers.items()}

    _, found = compiled(section)

    assert found == ["people.a.manager: managers form a circle: a → b → c → a"]


@pytest.mark.parametrize("section", [None, [], "people", 7, {"ana": None}, {"ana": "Ana"}])
def test_what_is_no_table_of_people_is_told(section: object) -> None:
    people, found = compiled(section)

    assert people == {}
    assert len(found) == 1


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.sampled_from(["ana", "2026-01-01"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["name", "ids", "manager", "out_of_office", "from", "to", "x"]), inner),
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["ana", "bea"]), json_values))
def test_no_document_is_too_strange_to_be_told_about(section: object) -> None:
    people, _ = compiled(section)

    for key in people:
        stand_in(people, key, NOON)


# Deputies


def staff(**deputies: str) -> dict[str, Person]:
    """Everybody named is away; `name=deputy`."""
    names = {*deputies, *deputies.values()}
    entries = {
        n: {"name": n.title()} | ({"deputy": deputies[n], "out_of_office": AWAY} if n in deputies else {})
        for n in sorted(names - {""})
    }
    return compile_people(
        {n: {k: v for k, v in e.items() if v != ""} for n, e in entries.items()}, lambda *said: None, (), LISBON
    )


def test_who_is_in_the_office_stands_for_themselves() -> None:
    found = traced(staff(ana="bea"), "bea", NOON)

    assert (found.person, found.skipped) == ("bea", ())


def test_a_deputy_of_a_deputy_is_found_with_everybody_who_was_skipped() -> None:
    found = traced(staff(ana="bea", bea="rui"), "ana", NOON)

    assert found.person == "rui"
    assert [(s.person, s.deputy, s.until.isoformat()) for s in found.skipped] == [
        ("ana", "bea", "2027-01-04T00:00:00+00:00"),
        ("bea", "rui", "2027-01-04T00:00:00+00:00"),
    ]


def test_before_and_after_the_absence_nobody_is_skipped() -> None:
    people = staff(ana="bea")

    assert stand_in(people, "ana", NOON - timedelta(days=30)) == "ana"
    assert stand_in(people, "ana", NOON + timedelta(days=30)) == "ana"


@pytest.mark.parametrize(
    "deputies", [{"ana": ""}, {"ana": "bea", "bea": "ana"}, {"ana": "bea", "bea": "rui", "rui": "bea"}]
)
def test_without_a_deputy_or_in_a_circle_there_is_nobody(deputies: dict[str, str]) -> None:
    found = traced(staff(**deputies), "ana", NOON)

    assert found.person is None
    assert {s.person for s in found.skipped} == set(deputies)
