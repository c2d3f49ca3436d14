"""A turn is taken once, in the transaction of its decision, however many take turns at once."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from connectors.model import Status, TicketRef
from plugin.core.model import CaseState, Mirror
from plugin.core.staff import Staff, Taken, Turn
from plugin.store.engine import open_engine
from plugin.store.records import Step, TurnTaken
from plugin.store.store import Store
from plugin.store.turns import _OPEN
from tests.store.samples import (
    ACME,
    LEASE,
    NOON,
    PATIENCE,
    REF,
    case,
    delivery,
    put,
    rows,
    settled,
    together,
)

ROSTER = "r1"
NAMES = ("ana", "ben", "cara")
FIRST = Turn(roster=ROSTER, number=1, person="ana")


def refs(number: int) -> list[TicketRef]:
    return [TicketRef(connection=ACME, id=str(i)) for i in range(100, 100 + number)]


def test_turns_are_counted_by_person_and_by_roster(store: Store) -> None:
    for i, (ref, person) in enumerate(zip(refs(3), ("ana", "ben", "ana"), strict=True), start=1):
        put(store, Step(turn=Turn(roster=ROSTER, number=i, person=person)), ref)
    put(store, Step(turn=Turn(roster="r2", number=1, person="ben")), REF)

    found = store.staff({ROSTER, "r2"}, weighed=False)

    assert found.turns == {
        ROSTER: {"ana": Taken(last=3, count=2), "ben": Taken(last=2, count=1)},
        "r2": {"ben": Taken(last=1, count=1)},
    }
    assert (found.next_number(ROSTER), found.next_number("r3")) == (4, 1)
    assert store.staff({"r3"}, weighed=False) == Staff()


@pytest.mark.parametrize("number", [1, 3])
def test_a_number_that_is_taken_or_ahead_refuses_the_whole_decision(store: Store, store_url: str, number: int) -> None:
    put(store, Step(turn=FIRST), refs(1)[0])
    claimed = settled(store)
    before = rows(store_url)

    with pytest.raises(TurnTaken):
        store.write(claimed, Step(case=case(), turn=replace(FIRST, number=number, person="ben")), now=NOON)

    assert rows(store_url) == before


def test_open_cases_are_counted_by_owner_and_only_where_they_are_weighed(store: Store) -> None:
    states = [CaseState.OPEN, CaseState.WAITING, CaseState.CLOSED, CaseState.RESOLVED]
    for i, (ref, state) in enumerate(zip(refs(4), states, strict=True)):
        owner = "ben" if state is CaseState.WAITING else "ana"
        put(store, Step(case=replace(case(f"c{i}", ref=ref, state=state), owner=owner)), ref)

    assert store.staff((), weighed=True).open_cases == {"ana": 2, "ben": 1}
    assert store.staff((), weighed=False).open_cases == {}


def test_open_tickets_are_counted_by_assignee_as_far_as_they_were_heard_of(store: Store) -> None:
    told = [("101", Status.OPEN), ("101", Status.SOLVED), ("102", Status.PENDING), (None, Status.OPEN)]
    for ref, (assignee, status) in zip(refs(4), told, strict=True):
        put(store, Step(mirror=Mirror(known={"assignee_id": assignee, "status": status})), ref)

    assigned = store.staff((), weighed=True).assigned

    assert assigned == {refs(1)[0].connection: {"101": 1, "102": 1}}
    assert store.staff((), weighed=False).assigned == {}


def test_a_case_keeps_its_turn(store: Store) -> None:
    put(store, Step(case=replace(case(), turn=FIRST), turn=FIRST))

    (kept,) = store.cases()

    assert kept.turn == FIRST


def test_many_take_turns_at_once_and_nobody_gets_the_same(store: Store, another_store: Store) -> None:
    """Each decides on what it read, and once more when another was quicker."""
    given, lost, lock, start = list[Turn](), Counter[str](), threading.Lock(), threading.Barrier(6)
    for ref in refs(36):
        store.receive(delivery(ref=ref))

    def work_on(place: Store) -> None:
        start.wait(PATIENCE)
        while claims := place.claim([ACME], now=NOON, lease=LEASE, limit=1):
            for claimed in claims:
                while True:
                    staff = place.staff({ROSTER}, weighed=False)
                    person = min(NAMES, key=lambda name: staff.taken(ROSTER, name).last)
                    turn = Turn(roster=ROSTER, number=staff.next_number(ROSTER), person=person)
                    try:
                        place.write(claimed, Step(turn=turn), now=NOON)
                    except TurnTaken:
                        lost["turns"] += 1
                    else:
                        break
                with lock:
                    given.append(turn)

    with together(*[lambda: work_on(store)] * 3, *[lambda: work_on(another_store)] * 3):
        pass

    given.sort(key=lambda turn: turn.number)
    assert [turn.number for turn in given] == list(range(1, 37))
    assert Counter(turn.person for turn in given) == dict.fromkeys(NAMES, 12)
    assert all(one.person != other.person for one, other in pairwise(given))
    assert {name: taken.count for name, taken in store.staff({ROSTER}, weighed=False).turns[ROSTER].items()} == (
        dict.fromkeys(NAMES, 12)
    )


def test_the_count_of_open_cases_walks_the_index_of_open_ones(sqlite_store_url: str) -> None:
    engine = open_engine(sqlite_store_url)
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {_OPEN.compile(engine)}").all()
    engine.dispose()

    assert "USING INDEX cases_owned" in str(plan)
