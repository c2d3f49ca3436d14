"""Why somebody is chosen, in a line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.model import Person, Ticket
from plugin.core.model import Case, CaseState
from plugin.core.staff import Staff, Taken
from plugin.core.staffing import MOST_NAMED, staffed, why
from tests.core.samples import CASE, NOON, TICKET
from tests.core.test_choosing import AWAY, LOADED, ROBIN, key_of, policy

ASKER = Person(id="301", name="Cora", locale="pt-BR")


@pytest.mark.parametrize(
    ("case", "ticket", "owner", "language"),
    [
        (None, None, None, None),
        (CASE, TICKET, "ana", None),
        (replace(CASE, state=CaseState.REQUESTED), replace(TICKET, requester=ASKER), None, "pt-BR"),
    ],
)
def test_the_staff_knows_the_owner_and_the_language(
    case: Case | None, ticket: Ticket | None, owner: str | None, language: str | None
) -> None:
    found = staffed(policy(ROBIN), Staff(open_cases={"ana": 1}), case, ticket).staff

    assert found == Staff(open_cases={"ana": 1}, owner=owner, language=language)


def test_turns_absences_and_who_owns_it_are_told() -> None:
    rules = policy(ROBIN, ben={"out_of_office": AWAY})
    taken = {key_of(rules): {"ana": Taken(last=4, count=2), "ben": Taken(last=3, count=1)}}
    rules = rules.staffed(Staff(turns=taken, owner="cara"))

    assert why(rules, rules.ladders["up"][0].owner, NOON) == (
        "round robin of ana, ben, cara: cara (no turn yet; owns it already),"
        " ben (turn 3; out of office until 2026-03-04 00:00 UTC), ana (turn 4)"
    )


def test_loads_are_told() -> None:
    rules = policy(LOADED)
    taken = {key_of(rules): {"ben": Taken(last=1, count=1)}}
    rules = rules.staffed(Staff(turns=taken, open_cases={"ana": 2, "ben": 1}))

    assert why(rules, rules.ladders["up"][0].owner, NOON).endswith(
        ": cara (0 open cases, 0 open tickets, 0 turns), ben (1 open case, 0 open tickets, 1 turn),"
        " ana (2 open cases, 0 open tickets, 0 turns)"
    )


def test_who_stands_in_is_told_and_nobody_too() -> None:
    away = policy("ana", ana={"out_of_office": AWAY, "deputy": "ben"})
    nobody = policy(
        {"round_robin": {"skills": ["payments", "safety"]}}, ana={"skills": ["payments"]}, ben={"skills": ["safety"]}
    )

    assert why(away, away.ladders["up"][0].owner, NOON) == "ana, for Ana"
    assert why(nobody, nobody.ladders["up"][0].owner, NOON).endswith("with payments, safety: nobody fits")


def test_of_many_only_the_first_are_named() -> None:
    more = {f"p{i}": {"name": f"P{i}"} for i in range(MOST_NAMED)}
    rules = policy({"round_robin": {"language": "requester"}})
    template = rules.people["ana"]
    rules = replace(rules, people={**rules.people, **{key: replace(template, key=key) for key in more}})

    told = why(rules, rules.ladders["up"][0].owner, NOON)

    assert told.count("no turn yet") == MOST_NAMED
    assert told.endswith(f", {len(rules.people) - MOST_NAMED} more")
