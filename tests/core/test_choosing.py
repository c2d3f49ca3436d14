"""Whom a step asks: by turns, by load, by skill and language, above the owner, at the head of a group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.core import climbing
from plugin.core.evaluation import evaluate
from plugin.core.facts import of_ticket
from plugin.core.lifecycle import decide
from plugin.core.mirror import seen
from plugin.core.model import CaseState, Mirror
from plugin.core.policy import Policy
from plugin.core.problems import Problems
from plugin.core.rules import compile_policy
from plugin.core.staff import Staff, Taken, Turn
from tests.core.samples import CASE, HOUR, NOON, TICKET, document

AWAY = [{"from": "2026-03-01", "to": "2026-03-03"}]
NAMES = ("ana", "ben", "cara", "dan")


def people(**more: Mapping[str, Any]) -> dict[str, Any]:
    told = {key: {"name": key.title(), "ids": {"acme": str(i)}} for i, key in enumerate((*NAMES, "rui"), start=1)}
    return {key: {**one, **more.get(key, {})} for key, one in told.items()}


def policy(*owners: object, groups: Mapping[str, Any] | None = None, **more: Mapping[str, Any]) -> Policy:
    """Return a policy whose one ladder asks these owners in turn; `more` is told of people."""
    given_ = document()
    steps = [{"tier": "specialist", "owner": owner, "acknowledge_within": "15m"} for owner in owners]
    groups = {**given_["groups"], **(groups or {})}
    row = {"issue_type": "*", "severity": "*", "ladder": "up"}
    told = {"matrix": [row], "ladders": {"up": {"steps": steps}}, "people": people(**more), "groups": groups}
    return compile_policy({**given_, **told, "admin": "rui"})


def chosen(policy: Policy, staff: Staff | None = None, *, step: int = 0) -> str | None:
    staffed = policy.staffed(staff) if staff else policy
    return staffed.there(staffed.ladders["up"][step].owner, NOON)


def key_of(policy: Policy) -> str:
    (key,) = policy.rosters
    return key


def after(policy: Policy, staff: Staff) -> Staff:
    """Return the staff after the first step's choice was written down."""
    turn = policy.staffed(staff).turn(policy.ladders["up"][0].owner, NOON)
    assert turn is not None
    of_roster = staff.turns.get(turn.roster, {})
    count = of_roster.get(turn.person, Taken()).count + 1
    taken = {**of_roster, turn.person: Taken(last=turn.number, count=count)}
    cases = {**staff.open_cases, turn.person: staff.open_cases.get(turn.person, 0) + 1}
    return replace(staff, turns={**staff.turns, turn.roster: taken}, open_cases=cases)


ROBIN = {"round_robin": ["ana", "ben", "cara"]}
LOADED = {"least_loaded": ["ana", "ben", "cara"]}


def test_turns_go_round_in_the_order_of_the_list() -> None:
    rules, staff, asked = policy(ROBIN), Staff(), []

    for _ in range(7):
        asked.append(chosen(rules, staff))
        staff = after(rules, staff)

    assert asked == ["ana", "ben", "cara", "ana", "ben", "cara", "ana"]


def test_somebody_out_of_office_passes_the_turn_on_not_to_a_deputy() -> None:
    rules, staff, asked = policy(ROBIN, ben={"out_of_office": AWAY, "deputy": "dan"}), Staff(), []

    for _ in range(4):
        asked.append(chosen(rules, staff))
        staff = after(rules, staff)

    assert asked == ["ana", "cara", "ana", "cara"]


def test_whoever_comes_back_is_next_and_only_once() -> None:
    away, back = policy(ROBIN, ben={"out_of_office": AWAY}), policy(ROBIN)
    staff = Staff()
    for _ in range(6):
        staff = after(away, staff)

    asked = []
    for _ in range(4):
        asked.append(chosen(back, staff))
        staff = after(back, staff)

    assert asked == ["ben", "ana", "cara", "ben"]


def test_a_deputy_is_asked_only_when_the_whole_list_is_away_and_the_turn_is_of_whom_they_stand_in_for() -> None:
    rules = policy(
        {"round_robin": ["ana", "ben"]},
        ana={"out_of_office": AWAY, "deputy": "cara"},
        ben={"out_of_office": AWAY, "deputy": "dan"},
    )
    staff = Staff()

    first, turn = chosen(rules, staff), rules.turn(rules.ladders["up"][0].owner, NOON)
    second = chosen(rules, after(rules, staff))

    assert (first, second) == ("cara", "dan")
    assert turn is not None
    assert turn.person == "ana"


def test_deputies_in_a_circle_end_in_nobody() -> None:
    rules = policy(
        {"round_robin": ["ana", "ben"]},
        "rui",
        ana={"out_of_office": AWAY, "deputy": "ben"},
        ben={"out_of_office": AWAY, "deputy": "ana"},
    )

    assert chosen(rules) is None
    assert rules.turn(rules.ladders["up"][0].owner, NOON) is None
    assert rules.owner(rules.matrix[0], NOON) == "rui"


@pytest.mark.parametrize(
    ("cases", "turns", "asked"),
    [
        ({}, {}, "ana"),
        ({"ana": 1}, {}, "ben"),
        ({"ana": 1, "ben": 1, "cara": 1}, {}, "ana"),
        ({"ana": 1, "ben": 1, "cara": 1}, {"ana": 2, "ben": 1, "cara": 1}, "ben"),
        ({"ana": 0, "ben": 1, "cara": 1}, {"ana": 9}, "ana"),
        ({"dan": 0, "ana": 3, "ben": 3, "cara": 2}, {"cara": 9}, "cara"),
    ],
)
def test_the_least_loaded_has_the_fewest_cases_then_the_fewest_turns(
    cases: Mapping[str, int], turns: Mapping[str, int], asked: str
) -> None:
    rules = policy(LOADED)
    taken = {person: Taken(last=number, count=number) for person, number in turns.items()}

    assert chosen(rules, Staff(open_cases=cases, turns={key_of(rules): taken})) == asked


def test_of_as_few_cases_the_fewest_tickets_decide_wherever_somebody_has_ids() -> None:
    rules = policy(LOADED)
    assigned = {"acme": {"1": 3, "2": 2, "3": 1, "9": 0}, "other": {"3": 0, "1": 9}}

    assert chosen(rules, Staff(assigned=assigned)) == "cara"
    assert chosen(rules, Staff(open_cases={"cara": 1}, assigned=assigned)) == "ben"


SKILLED = {
    "ana": {"skills": ["payments", "safety"], "languages": ["pt-BR", "en"]},
    "ben": {"skills": ["payments"], "language": "en"},
    "cara": {"skills": ["safety"], "languages": ["de"]},
}


@pytest.mark.parametrize(
    ("fit", "language", "asked"),
    [
        ({"skills": ["payments"]}, None, ["ana", "ben"]),
        ({"skills": ["payments", "safety"]}, None, ["ana"]),
        ({"skills": ["payments"], "people": ["ben", "ana", "dan"]}, None, ["ben", "ana"]),
        ({"language": "en"}, "de", ["ana", "ben"]),
        ({"language": "requester"}, "pt", ["ana"]),
        ({"language": "requester"}, "PT_pt", ["ana"]),
        ({"language": "requester"}, "de-AT", ["cara"]),
        ({"language": "requester"}, None, ["ana", "ben", "cara", "dan", "rui"]),
        ({"language": "requester"}, "fr", []),
        ({"skills": ["payments"], "language": "requester"}, "de", []),
    ],
)
@pytest.mark.parametrize("way", ["round_robin", "least_loaded"])
def test_who_fits_has_every_skill_and_speaks_the_language(
    way: str, fit: Mapping[str, Any], language: str | None, asked: list[str]
) -> None:
    rules, staff, found = policy({way: fit}, **SKILLED), Staff(language=language), []

    for _ in asked:
        found.append(chosen(rules, staff))
        staff = after(rules, staff)

    assert found == asked
    assert chosen(rules, staff) == (asked[0] if asked else None)


def test_whoever_owns_the_case_is_asked_again_only_if_nobody_else_is_there() -> None:
    alone = policy(ROBIN, ben={"out_of_office": AWAY}, cara={"out_of_office": AWAY})

    assert chosen(policy(ROBIN), Staff(owner="ana")) == "ben"
    assert chosen(policy(LOADED), Staff(owner="ana")) == "ben"
    assert chosen(alone, Staff(owner="ana")) == "ana"


@pytest.mark.parametrize(
    ("owner", "told", "asked"),
    [
        ("ana", {"ana": {"manager": "ben"}}, "ben"),
        ("ana", {}, None),
        (None, {"ana": {"manager": "ben"}}, None),
        ("gone", {"ana": {"manager": "ben"}}, None),
        ("ana", {"ana": {"manager": "ben"}, "ben": {"out_of_office": AWAY, "deputy": "dan"}}, "dan"),
        ("ana", {"ana": {"manager": "ben"}, "ben": {"out_of_office": AWAY, "manager": "cara"}}, "cara"),
        ("ana", {"ana": {"manager": "ben"}, "ben": {"out_of_office": AWAY}}, None),
        # whose manager's deputy is the owner: that is nobody else
        ("ana", {"ana": {"manager": "ben"}, "ben": {"out_of_office": AWAY, "deputy": "ana", "manager": "dan"}}, "dan"),
    ],
)
def test_the_manager_of_the_owner_is_the_nearest_who_is_there(
    owner: str | None, told: Mapping[str, Any], asked: str | None
) -> None:
    assert chosen(policy("ana", {"manager_of": "owner"}, **told), Staff(owner=owner), step=1) == asked


def test_a_circle_of_managers_ends() -> None:
    rules = policy("ana", {"manager_of": "owner"}, ana={"out_of_office": AWAY}, ben={"out_of_office": AWAY})
    circle = {
        "ana": replace(rules.people["ana"], manager="ben"),
        "ben": replace(rules.people["ben"], manager="ana"),
    }  # compiling refuses it
    rules = replace(rules, people={**rules.people, **circle})

    assert chosen(rules, Staff(owner="ana"), step=1) is None


def test_the_manager_of_a_person_and_the_lead_of_a_group_are_asked_and_followed() -> None:
    groups = {"care": {"name": "Care", "ids": {}, "lead": "ben"}}
    owners = ({"manager_of": "ana"}, {"lead_of": "care"})
    told = {"ana": {"manager": "cara"}}
    there, away = (
        policy(*owners, groups=groups, **told),
        policy(*owners, groups=groups, **told, ben={"out_of_office": AWAY, "deputy": "dan"}),
    )

    assert [chosen(there, step=i) for i in (0, 1)] == ["cara", "ben"]
    assert chosen(away, step=1) == "dan"
    assert [str(step.owner) for step in there.ladders["up"]] == ["manager of ana", "lead of care"]


# --- on the ladder


def test_a_case_keeps_the_turn_by_which_it_has_its_owner() -> None:
    rules = policy(ROBIN, {"least_loaded": ["dan", "rui"]}, "ben")
    case = climbing.begun(rules, replace(CASE, owner="ana"), NOON)
    second = climbing.climbed(rules, case, NOON + HOUR).case
    third = climbing.climbed(rules, second, NOON + HOUR).case

    assert case.turn is not None
    assert (case.step, case.turn.number, case.turn.person) == (0, 1, "ana")
    assert second.turn is not None
    assert (second.owner, second.turn.person, second.turn.roster != case.turn.roster) == ("dan", "dan", True)
    assert (third.owner, third.turn) == ("ben", None)


@pytest.mark.parametrize(
    ("owner", "away", "after"),
    [("ana", {}, "ana"), ("dan", {}, "ben"), ("ana", {"ana": {"out_of_office": AWAY}}, "ben")],
)
def test_a_raised_case_stays_with_an_owner_of_the_very_people_now_asked(
    owner: str, away: Mapping[str, Any], after: str
) -> None:
    rules = policy(ROBIN, **away)
    before = replace(CASE, owner=owner, turn=Turn(roster=key_of(rules), number=1, person="ana"))
    staff = Staff(owner=owner, turns={key_of(rules): {"ana": Taken(last=1, count=1)}})
    worse = replace(TICKET, tags=frozenset({"safety"}))

    evaluation = evaluate(rules, of_ticket(worse, seen(Mirror(), worse)), NOON)
    raised = decide(rules.staffed(staff), before, worse, evaluation, now=NOON, new_id="").case

    assert raised is not None
    assert raised.turn is not None
    assert (raised.owner, raised.turn.person, raised.turn.number) == (after, after, 1 if after == owner else 2)


def test_nobody_to_choose_is_passed_over_at_once() -> None:
    rules = policy({"round_robin": ["ben"]}, {"manager_of": "ben"}, "cara", ben={"out_of_office": AWAY})

    case = climbing.begun(rules, replace(CASE, owner=rules.owner(rules.matrix[0], NOON)), NOON)

    assert (case.owner, case.step, case.turn) == ("cara", 2, None)
    assert case.due_at == NOON + timedelta(minutes=15)
    assert case.state is CaseState.OPEN


# --- against an oracle


@st.composite
def days(draw: st.DrawFn) -> list[tuple[frozenset[str], str | None]]:
    """Give a course of cases: who is away at each, and who owned it before."""
    away = st.frozensets(st.sampled_from(NAMES))
    return draw(st.lists(st.tuples(away, st.none() | st.sampled_from(NAMES)), min_size=1, max_size=25))


def with_away(rules: Policy, away: frozenset[str]) -> Policy:
    absent = policy("ana", **{name: {"out_of_office": AWAY} for name in away})
    return replace(rules, people=absent.people)


@given(course=days())
def test_a_round_robin_asks_whoever_was_asked_longest_ago(course: list[tuple[frozenset[str], str | None]]) -> None:
    rules, staff, asked = policy({"round_robin": list(NAMES)}), Staff(), list[str]()

    for away, owner in course:
        today = with_away(rules, away)
        there = [name for name in NAMES if name not in away]
        others = [name for name in there if name != owner] or there
        ages = {name: asked[::-1].index(name) if name in asked else len(asked) + 1 for name in others}
        oldest = max(ages.values(), default=None)
        expected = next((name for name in others if ages[name] == oldest), None)

        found = chosen(today, replace(staff, owner=owner))

        assert found == expected
        if found is not None:
            asked.append(found)
            staff = replace(after(today, replace(staff, owner=owner)), owner=None)


@given(number=st.integers(1, 40), size=st.integers(1, 4))
def test_turns_differ_by_at_most_one_and_nobody_has_two_in_a_row(number: int, size: int) -> None:
    rules, staff, asked = policy({"round_robin": list(NAMES[:size])}), Staff(), []

    for _ in range(number):
        asked.append(chosen(rules, staff))
        staff = after(rules, staff)

    counts = Counter(asked)
    assert max(counts.values()) - min(counts[name] for name in NAMES[:size]) <= 1
    assert size == 1 or all(one != other for one, other in pairwise(asked))


@given(
    cases=st.dictionaries(st.sampled_from(NAMES), st.integers(0, 3)),
    turns=st.dictionaries(st.sampled_from(NAMES), st.integers(0, 3)),
    away=st.frozensets(st.sampled_from(NAMES)),
)
def test_the_least_loaded_is_the_least_of_all_who_are_there(
    cases: dict[str, int], turns: dict[str, int], away: frozenset[str]
) -> None:
    rules = with_away(policy({"least_loaded": list(NAMES)}), away)
    taken = {person: Taken(last=i, count=count) for i, (person, count) in enumerate(turns.items())}

    found = chosen(rules, Staff(open_cases=cases, turns={key_of(rules): taken}))

    there = [name for name in NAMES if name not in away]
    assert found == min(there, key=lambda n: (cases.get(n, 0), turns.get(n, 0), NAMES.index(n)), default=None)


# --- mistakes


@pytest.mark.parametrize(
    ("owner", "said"),
    [
        (
            {"round_robin": ["ana", "bne"]},
            r'steps\[1\].owner.round_robin\[1\]: unknown person "bne"; did you mean "ben"',
        ),
        ({"round_robin": ["ana", "ana"]}, r'round_robin\[1\]: "ana" stands at .*round_robin\[0\] already'),
        ({"least_loaded": {"skills": ["paymnets"]}}, r'least_loaded.skills\[0\]: unknown skill .* mean "payments"'),
        (
            {"least_loaded": {"people": ["anna"]}},
            r'least_loaded.people\[0\]: unknown person "anna"; did you mean "ana"',
        ),
        ({"round_robin": {"language": "requestr"}}, r'language: unknown language .*did you mean "requester"'),
        (
            {"round_robin": {"language": "fr"}},
            r"round_robin.language: unknown language .*known: de, en, pt, pt-BR, req",
        ),
        ({"manager_of": "ownr"}, r'manager_of: unknown person "ownr"; did you mean "owner"'),
        ({"lead_of": "caer"}, r'lead_of: unknown group "caer"; did you mean "care"'),
        ({"lead_of": "care"}, r'lead_of: the group "care" has no "lead"; name one in groups.care'),
    ],
)
def test_a_mistake_is_told_with_its_place_and_the_near_word(owner: object, said: str) -> None:
    with pytest.raises(Problems, match=said):
        policy("ana", owner, **SKILLED)


def test_the_first_step_has_no_owner_before_it() -> None:
    with pytest.raises(Problems, match=r"ladders.up.steps\[0\].owner.manager_of: nobody owns the case before"):
        policy({"manager_of": "owner"})
    given_ = document()
    given_["matrix"][1]["owner"] = {"manager_of": "owner"}
    with pytest.raises(Problems, match=r"matrix\[1\].owner.manager_of: nobody owns the case before"):
        compile_policy(given_)


def test_a_lead_who_is_nobody_is_told() -> None:
    with pytest.raises(Problems, match=r'groups.care.lead: unknown person "bne"; did you mean "ben"'):
        policy("ana", groups={"care": {"name": "Care", "ids": {}, "lead": "bne"}})


def test_whoever_is_chosen_may_lack_so_an_admin_is_needed() -> None:
    given_ = document()
    given_["matrix"][1]["owner"] = {"round_robin": ["ana", "ben"]}

    with pytest.raises(Problems, match="admin: missing"):
        compile_policy(given_)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"skills": "payments"}, r'people.ana.skills: found "payments", expected a list'),
        ({"skills": ["a", 5]}, r"people.ana.skills\[1\]: found 5, expected text"),
        ({"languages": ["pt", "Portuguese!"]}, r'people.ana.languages\[1\]: found "Portuguese!", expected a language'),
    ],
)
def test_what_people_can_do_is_a_list_of_words(told: Mapping[str, Any], said: str) -> None:
    with pytest.raises(Problems, match=said):
        policy("ana", ana=told)
