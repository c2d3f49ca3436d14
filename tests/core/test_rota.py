"""Who is on duty: turns, overrides, layers, calendars, and what an admin may write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.core.duty.contacts import compile_people
from plugin.core.duty.coverage import Hole, holes
from plugin.core.duty.rotas import compile_rotas
from plugin.core.rota import Lack, Rota, Shift, course, on_duty, stretch, with_shifts

LISBON = ZoneInfo("Europe/Lisbon")
PEOPLE = ("ana", "bea", "rui")
WEEKLY = {"people": ["ana", "bea"], "handover": {"every": "week", "on": "mon", "at": "09:00"}, "starts": "2026-01-05"}
DAILY = {"people": ["ana", "bea", "rui"], "handover": {"every": "day", "at": "09:00"}, "starts": "2026-01-01"}


class Days:
    """Open from 09:00 to 17:00 UTC on every day."""

    def stretches(self, since: datetime, until: datetime) -> Sequence[tuple[datetime, datetime]]:
        days = ((since.date() + timedelta(days=n)) for n in range((until - since).days + 2))
        hours = ((datetime(d.year, d.month, d.day, 9, tzinfo=UTC), timedelta(hours=8)) for d in days)
        return [(max(a, since), min(a + n, until)) for a, n in hours if a < until and a + n > since]


CALENDARS = {"office": Days()}


def compiled(section: object) -> tuple[dict[str, Rota], list[str]]:
    found: list[str] = []
    rotas = compile_rotas(section, lambda where, said: found.append(f"{where}: {said}"), PEOPLE, CALENDARS, LISBON)
    return rotas, found


def rota(**entry: object) -> Rota:
    rotas, found = compiled({"managers": {"time_zone": "Europe/Lisbon"} | entry})
    assert found == []
    return rotas["managers"]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def who(found: Rota, at: str) -> str | None:
    duty = on_duty(found, utc(at))
    return None if duty is None else duty.person


# Turns


@pytest.mark.parametrize(
    ("at", "person"),
    [
        ("2026-01-05T08:59:59", None),
        ("2026-01-05T09:00", "ana"),
        ("2026-01-12T08:59:59", "ana"),
        ("2026-01-12T09:00", "bea"),
        ("2026-01-19T09:00", "ana"),
        # Summer time: nine o'clock in Lisbon is eight in UTC.
        ("2026-03-30T07:59:59", "bea"),
        ("2026-03-30T08:00", "ana"),
        ("2026-07-06T08:00", "ana"),
        ("2036-01-07T12:00", "ana"),  # 522 weeks later.
    ],
)
def test_weekly_turns_change_at_the_wall_clocks_time(at: str, person: str | None) -> None:
    assert who(rota(layers=[WEEKLY]), at) == person


def test_a_turn_knows_its_hand_overs_and_its_place() -> None:
    duty = on_duty(rota(layers=[WEEKLY]), utc("2026-03-25T12:00"))

    assert duty is not None
    assert (duty.person, duty.source) == ("bea", "layers[0]")
    assert duty.since == utc("2026-03-23T09:00")
    assert duty.until == utc("2026-03-30T08:00")


@pytest.mark.parametrize(
    ("at", "person"), [("2026-01-18T12:00", "ana"), ("2026-01-19T09:00", "bea"), ("2026-02-02T09:00", "ana")]
)
def test_turns_may_last_several_weeks(at: str, person: str) -> None:
    handover = {"every": "week", "each": 2, "on": "mon", "at": "09:00"}

    assert who(rota(layers=[WEEKLY | {"handover": handover}]), at) == person


# In Lisbon the clock goes from 00:59 to 02:00 on 29 March, and from 01:59 to 01:00 on 25 October.
@pytest.mark.parametrize(
    ("starts", "handover"),
    [("2026-03-29", "2026-03-29T01:30"), ("2026-10-25", "2026-10-25T00:30"), ("2026-06-01", "2026-06-01T00:30")],
)
def test_a_hand_over_in_a_gap_moves_forward_and_an_ambiguous_one_is_the_first(starts: str, handover: str) -> None:
    found = rota(layers=[{"people": ["ana"], "handover": {"every": "day", "at": "01:30"}, "starts": starts}])

    assert stretch(found, utc("2026-01-01T00:00")).until == utc(handover)


def test_on_a_day_that_a_zone_left_out_nobody_has_a_turn() -> None:
    daily = DAILY | {"starts": "2011-12-28", "handover": {"every": "day", "at": "09:00"}}
    found = rota(time_zone="Pacific/Apia", layers=[daily])

    turns = [(s.person, s.until) for s in course(found, utc("2011-12-29T20:00"), utc("2012-01-01T00:00"))]

    assert turns == [
        ("bea", utc("2011-12-30T19:00")),
        ("ana", utc("2011-12-31T19:00")),
        ("bea", utc("2012-01-01T00:00")),
    ]


# Layers


def test_the_first_layer_that_has_somebody_decides() -> None:
    later = DAILY | {"starts": "2026-02-01", "people": ["rui"]}
    found = rota(layers=[later, WEEKLY])

    before, after = stretch(found, utc("2026-01-31T12:00")), stretch(found, utc("2026-02-01T12:00"))

    assert (before.person, before.source, before.until) == (
        "bea",
        "layers[1]",
        utc("2026-02-01T09:00"),
    )
    assert (after.person, after.source) == ("rui", "layers[0]")


def test_a_layer_with_a_calendar_hands_to_the_next_when_it_closes() -> None:
    found = rota(layers=[DAILY | {"people": ["rui"], "calendar": "office"}, WEEKLY])

    turns = list(course(found, utc("2026-01-06T12:00"), utc("2026-01-07T12:00")))

    assert [(t.person, t.source, t.until) for t in turns] == [
        ("rui", "layers[0]", utc("2026-01-06T17:00")),
        ("ana", "layers[1]", utc("2026-01-07T09:00")),
        ("rui", "layers[0]", utc("2026-01-07T12:00")),
    ]


def test_turns_of_one_person_that_follow_one_another_are_one() -> None:
    (turn,) = course(rota(layers=[DAILY | {"people": ["rui"]}]), utc("2026-01-06T12:00"), utc("2026-03-07T12:00"))

    assert (turn.person, turn.since, turn.until) == ("rui", utc("2026-01-06T12:00"), utc("2026-03-07T12:00"))


# Overrides


OVER = {"from": "2026-12-24T09:00", "to": "2026-12-26T09:00", "person": "rui"}


def test_an_override_goes_before_the_layers_from_its_beginning_until_its_end() -> None:
    found = rota(layers=[WEEKLY], overrides=[OVER])

    assert who(found, "2026-12-24T08:59:59") == "ana"
    assert who(found, "2026-12-24T09:00") == "rui"
    assert who(found, "2026-12-26T08:59:59") == "rui"
    assert who(found, "2026-12-26T09:00") == "ana"


def test_of_overrides_the_last_listed_wins() -> None:
    within = {"from": "2026-12-25T00:00", "to": "2026-12-25T12:00", "person": "bea"}
    found = rota(layers=[WEEKLY], overrides=[OVER, within])

    duty = on_duty(found, utc("2026-12-25T06:00"))
    turns = [(s.person, s.source) for s in course(found, utc("2026-12-24T00:00"), utc("2026-12-27T00:00"))]

    assert duty is not None
    assert (duty.source, duty.since, duty.until) == ("overrides[1]", utc("2026-12-25T00:00"), utc("2026-12-25T12:00"))
    assert turns == [
        ("ana", "layers[0]"),
        ("rui", "overrides[0]"),
        ("bea", "overrides[1]"),
        ("rui", "overrides[0]"),
        ("ana", "layers[0]"),
    ]


def test_the_answer_holds_only_until_an_override_begins() -> None:
    found = rota(layers=[WEEKLY], overrides=[OVER])

    assert stretch(found, utc("2026-12-22T00:00")).until == utc("2026-12-24T09:00")
    assert stretch(found, utc("2026-12-27T00:00")).since == utc("2026-12-26T09:00")


# Feeds


def shift(person: str, since: str, until: str) -> Shift:
    return Shift(person=person, since=utc(since), until=utc(until))


def test_of_shifts_that_overlap_the_later_begun_goes_first_and_the_earlier_goes_on() -> None:
    shifts = [
        shift("bea", "2026-01-02T00:00", "2026-01-03T00:00"),
        shift("ana", "2026-01-01T00:00", "2026-01-08T00:00"),
        shift("rui", "2026-01-02T12:00", "2026-01-02T18:00"),
        shift("ana", "2026-01-08T00:00", "2026-01-09T00:00"),
    ]

    found = with_shifts(rota(feed={"env": "F"}), shifts)

    assert [(s.person, s.since, s.until) for s in found.shifts] == [
        ("ana", utc("2026-01-01T00:00"), utc("2026-01-02T00:00")),
        ("bea", utc("2026-01-02T00:00"), utc("2026-01-02T12:00")),
        ("rui", utc("2026-01-02T12:00"), utc("2026-01-02T18:00")),
        ("bea", utc("2026-01-02T18:00"), utc("2026-01-03T00:00")),
        ("ana", utc("2026-01-03T00:00"), utc("2026-01-09T00:00")),
    ]
    assert who(found, "2026-01-02T13:00") == "rui"
    assert on_duty(found, utc("2026-01-09T00:00")) is None


def test_a_feed_stands_between_overrides_and_layers() -> None:
    over = {"from": "2026-01-06T00:00", "to": "2026-01-07T00:00", "person": "rui"}
    found = rota(feed={"env": "F"}, layers=[WEEKLY], overrides=[over])

    fed = with_shifts(found, [shift("bea", "2026-01-05T10:00", "2026-01-07T10:00")])

    assert [(s.source, s.person) for s in course(fed, utc("2026-01-05T09:00"), utc("2026-01-08T00:00"))] == [
        ("layers[0]", "ana"),
        ("feed", "bea"),
        ("overrides[0]", "rui"),
        ("feed", "bea"),
        ("layers[0]", "ana"),
    ]
    assert with_shifts(fed, []).shifts == ()


# Holes


def test_a_rota_without_a_hole_has_none() -> None:
    assert holes(rota(layers=[WEEKLY]), {}, utc("2026-01-05T09:00"), utc("2026-01-05T09:00")) == []


def test_holes_say_when_and_why() -> None:
    found = rota(layers=[DAILY | {"people": ["ana"], "calendar": "office"}])
    people = compile_people(
        {"ana": {"name": "Ana", "out_of_office": [{"from": "2026-01-02T12:00", "to": "2026-01-02T14:00"}]}},
        lambda *said: None,
        (),
        LISBON,
    )

    lacking = holes(found, people, utc("2026-01-01T00:00"), utc("2026-01-03T12:00"))

    assert lacking == [
        Hole(since=utc("2026-01-01T00:00"), until=utc("2026-01-01T09:00"), lack=Lack.UNASSIGNED),
        Hole(since=utc("2026-01-01T17:00"), until=utc("2026-01-02T09:00"), lack=Lack.CLOSED),
        Hole(since=utc("2026-01-02T12:00"), until=utc("2026-01-02T14:00"), lack=Lack.OUT_OF_OFFICE, person="ana"),
        Hole(since=utc("2026-01-02T17:00"), until=utc("2026-01-03T09:00"), lack=Lack.CLOSED),
    ]


def test_a_deputy_fills_the_hole_while_in_the_office() -> None:
    away = {"ana": ("2026-01-02", "2026-01-05"), "bea": ("2026-01-04", "2026-01-04")}
    people = compile_people(
        {n: {"name": n, "deputy": "bea", "out_of_office": [{"from": a, "to": b}]} for n, (a, b) in away.items()}
        | {"bea": {"name": "Bea", "out_of_office": [{"from": "2026-01-04", "to": "2026-01-04"}]}},
        lambda *said: None,
        (),
        LISBON,
    )
    found = rota(layers=[DAILY | {"people": ["ana"]}])

    lacking = holes(found, people, utc("2026-01-01T09:00"), utc("2026-02-01T00:00"))

    assert [(h.since, h.until, h.person) for h in lacking] == [
        (utc("2026-01-04T00:00"), utc("2026-01-05T00:00"), "ana")
    ]


# Mistakes


def told(entry: object) -> list[str]:
    return compiled({"managers": entry})[1]


def layer(**changes: object) -> dict[str, object]:
    return {"layers": [{k: v for k, v in (WEEKLY | changes).items() if v is not None}]}


def handover(**changes: object) -> dict[str, object]:
    return layer(handover={k: v for k, v in ({"every": "week", "on": "mon", "at": "09:00"} | changes).items() if v})


SECRET = "https://example.com/private/abc"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({}, 'rotas.managers: nobody is ever on duty; add "layers" or a "feed"'),
        ({"layers": []}, "rotas.managers: nobody is ever on duty"),
        ({"layer": [], "feed": {"env": "F"}}, 'rotas.managers: unknown key "layer"; did you mean "layers"?'),
        (layer() | {"time_zone": "Lisbon"}, 'rotas.managers.time_zone: found "Lisbon"'),
        (layer(people=None), 'rotas.managers.layers[0]: missing "people"'),
        (layer(people=[]), "rotas.managers.layers[0].people: found [], expected a list of at least one person"),
        (layer(people=["an"]), 'rotas.managers.layers[0].people[0]: unknown person "an"; did you mean "ana"?'),
        (layer(people=["ana", ["bea"]]), "rotas.managers.layers[0].people[1]: unknown person"),
        (layer(starts=None), 'rotas.managers.layers[0]: missing "starts"'),
        (layer(starts="5 Jan"), 'rotas.managers.layers[0].starts: found "5 Jan", expected a day'),
        (
            layer(starts="2026-01-07"),
            "rotas.managers.layers[0].handover.on: the layer starts on 2026-01-07, a wed; the first mon after",
        ),
        (layer(calendar="ofice"), 'rotas.managers.layers[0].calendar: unknown calendar "ofice"'),
        (layer(handover=None), 'rotas.managers.layers[0]: missing "handover"'),
        (layer(handover="mon"), 'rotas.managers.layers[0].handover: found "mon", expected an object'),
        (handover(every="month"), 'rotas.managers.layers[0].handover.every: unknown cycle "month"'),
        (handover(every="day"), "rotas.managers.layers[0].handover.on: a daily hand-over has no weekday"),
        (handover(on=None), 'rotas.managers.layers[0].handover: missing "on"'),
        (handover(on="monday"), 'rotas.managers.layers[0].handover.on: unknown weekday "monday"; did you mean "mon"?'),
        (handover(at=None), 'rotas.managers.layers[0].handover: missing "at"'),
        (handover(at="9:00"), 'rotas.managers.layers[0].handover.at: found "9:00", expected a time'),
        (handover(at="24:00"), 'rotas.managers.layers[0].handover.at: found "24:00", expected a time'),
        (handover(each=-1), "rotas.managers.layers[0].handover.each: found -1, expected a whole number"),
        (handover(each=True), "rotas.managers.layers[0].handover.each: found true"),
        (layer() | {"overrides": [OVER | {"person": "ru"}]}, 'rotas.managers.overrides[0].person: unknown person "ru"'),
        (
            layer() | {"overrides": [OVER | {"to": "2026-12-24T09:00"}]},
            "rotas.managers.overrides[0]: ends before it begins",
        ),
        (
            layer() | {"overrides": [OVER | {"to": "2026-12-27"}]},
            'rotas.managers.overrides[0].to: found "2026-12-27", expected',
        ),
        (layer() | {"people": {"Ana L.": "ana"}}, 'rotas.managers.people: names of a feed, but there is no "feed"'),
        (
            {"feed": {"env": "F"}, "people": {"Ana L.": "an"}},
            'rotas.managers.people.Ana L.: unknown person "an"; did you mean "ana"?',
        ),
        ({"feed": {"env": "F"}, "people": ["ana"]}, 'rotas.managers.people: found ["ana"], expected an object'),
        ({"feed": SECRET}, "rotas.managers.feed: a feed's address is a secret"),
        ({"feed": {"url": SECRET}}, "rotas.managers.feed: a feed's address is a secret"),
        ({"feed": {}}, "rotas.managers.feed: a feed's address is a secret"),
        ({"feed": {"env": "F", "file": "f"}}, "rotas.managers.feed: a feed's address is a secret"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_without_a_secret(entry: object, said: str) -> None:
    found = told(entry)

    assert len(found) == 1, found
    assert found[0].startswith(said)
    assert SECRET not in found[0]


def test_a_feed_is_told_where_its_address_is() -> None:
    rotas, found = compiled({"a": {"feed": {"env": "F"}, "people": {" Ana  L.": "ana"}}, "b": {"feed": {"file": "f"}}})

    assert found == []
    assert (rotas["a"].feed.env, rotas["a"].names, rotas["b"].feed.file) == ("F", {"ana l.": "ana"}, "f")


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.sampled_from(["ana", "2026-01-05", "mon", "09:00", "week"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from([*("layers", "people", "handover", "starts", "every", "on", "at", "each", "feed", "env")]),
            inner,
        ),
    ),
    max_leaves=16,
)


@given(json_values)
def test_no_document_is_too_strange_to_be_told_about(section: object) -> None:
    rotas, _ = compiled({"managers": section})

    for found in rotas.values():
        stretch(found, utc("2026-01-06T00:00"))
