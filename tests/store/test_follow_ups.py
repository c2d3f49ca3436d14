"""Follow-ups come back as they were written, and are found by what is overdue."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from plugin.core.follow_ups import Action, FollowUp, FollowUpState, Term
from plugin.core.model import CaseState, Severity, TimerKind
from plugin.store.records import LeaseLost, Step
from plugin.store.store import Store
from tests.store.samples import HOUR, LEASE, NOON, OTHER, REF, SECOND, case, put, settled

DAY = timedelta(days=1)
TERM = Term(due_at=NOON + 3 * DAY, next_at=NOON + 2 * DAY, reminders=1)
FIRST = Action(number=1, owner="ana", text="add a check", term=replace(TERM, due_at=NOON + DAY))
SECOND_ACTION = Action(number=2, owner="ben", text="= tell", term=TERM, done_at=NOON)
OPEN = FollowUp(
    case_id="c1",
    ticket=REF,
    severity=Severity.SEV1,
    policy_version="p1",
    owner="ana",
    state=FollowUpState.OPEN,
    required=True,
    begun_at=NOON,
    noted=True,
    term=TERM,
    cause="config",
    root_cause="Ä wrong table",
    actions=(FIRST, SECOND_ACTION),
)
ENDED = case(state=CaseState.CLOSED, ended_at=NOON)


def test_a_follow_up_comes_back_as_it_was(store: Store) -> None:
    put(store, Step(case=ENDED, follow_ups=(OPEN,)))

    assert store.follow_ups_of(REF) == (OPEN,)
    assert store.load(settled(store)).follow_ups == (OPEN,)
    assert store.follow_ups_of(OTHER) == ()


def test_a_change_is_written_over_it(store: Store) -> None:
    put(store, Step(follow_ups=(OPEN,)))
    done = replace(OPEN, prevention="an alert", actions=(replace(FIRST, done_at=NOON), SECOND_ACTION))
    put(store, Step(follow_ups=(done,)))

    assert store.follow_ups_of(REF) == (done,)


def test_an_action_that_is_carried_on_is_the_later_cases(store: Store) -> None:
    put(store, Step(follow_ups=(OPEN,)))
    carried = replace(OPEN, state=FollowUpState.CARRIED, actions=(SECOND_ACTION,))
    later = replace(OPEN, case_id="c2", follows="c1", actions=(FIRST,))
    put(store, Step(follow_ups=(carried, later)))

    assert store.follow_ups_of(REF) == (carried, later)


def test_a_worker_that_lost_the_ticket_writes_none(store: Store) -> None:
    claimed = settled(store)
    settled(store, now=NOON + 2 * LEASE)

    with pytest.raises(LeaseLost):
        store.write(claimed, Step(follow_ups=(OPEN,)), now=NOON + SECOND)

    assert store.follow_ups() == []


def test_what_is_overdue_is_found_and_counted(store: Store) -> None:
    put(store, Step(follow_ups=(OPEN,)))
    finished = replace(OPEN, case_id="c9", ticket=OTHER, state=FollowUpState.FINISHED, finished_at=NOON, actions=())
    put(store, Step(follow_ups=(finished,)), OTHER)

    assert store.follow_ups() == [OPEN, finished]
    assert store.follow_ups(unfinished=True) == [OPEN]
    assert store.follow_ups(late=NOON + DAY) == [OPEN]
    assert store.follow_ups(late=NOON + DAY - SECOND) == []
    counted = [store.figures(now=at) for at in (NOON, NOON + DAY)]
    assert [(found.follow_ups_open, found.follow_ups_overdue) for found in counted] == [(1, 0), (1, 1)]


def test_an_export_holds_every_case(store: Store) -> None:
    put(store, Step(case=ENDED, follow_ups=(OPEN,)))
    another = case("c2", ref=OTHER, opened_at=NOON + HOUR)
    put(store, Step(case=another, timers={TimerKind.PROMISE: NOON + HOUR}), OTHER)

    assert list(store.export_follow_ups()) == [(ENDED, OPEN), (another, None)]


def test_an_export_goes_on_behind_what_it_fetched(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plugin.store.follow_ups._AT_ONCE", 2)
    ended = [case(f"c{n}", state=CaseState.CLOSED, ended_at=NOON) for n in range(5)]
    for one in ended:
        put(store, Step(case=one))

    assert [found for found, _ in store.export_follow_ups()] == ended


def test_an_open_one_that_nothing_waits_for_is_woken(store: Store) -> None:
    put(store, Step(follow_ups=(OPEN,)))

    assert store.wake_silent(now=NOON + HOUR) == [REF]
    assert store.wake_silent(now=NOON + HOUR) == []

    (claimed,) = store.claim([REF.connection], now=NOON + HOUR, lease=LEASE, limit=9)
    assert store.load(claimed).timers == {TimerKind.FOLLOW_UP: NOON + HOUR}
