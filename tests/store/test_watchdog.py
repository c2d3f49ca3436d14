"""No open case is ever silent: one that nothing waits for is found, woken and counted."""

from __future__ import annotations

import pytest

from plugin.core.model import CaseState, TimerKind
from plugin.store.records import Step
from plugin.store.store import Store
from tests.store.samples import HOUR, LEASE, NOON, OTHER, REF, case, put


@pytest.mark.parametrize("after", [2 * HOUR, HOUR / 2])
def test_a_silent_case_gets_its_timer_back(store: Store, after) -> None:  # type: ignore[no-untyped-def]
    put(store, Step(case=case()))
    put(store, Step(case=case("c2", ref=OTHER), timers={TimerKind.PROMISE: NOON + HOUR}), OTHER)

    assert store.wake_silent(now=NOON + after) == [REF]
    assert store.wake_silent(now=NOON + after) == []

    figures = store.figures()
    assert (figures.silent_cases, figures.woken_cases) == (0, 1)
    claimed = store.claim([REF.connection], now=NOON + max(after, HOUR), lease=LEASE, limit=9)
    found = next(one for one in claimed if one.ticket == REF)
    assert store.load(found).timers == {TimerKind.PROMISE: NOON + max(after, HOUR)}


def test_a_case_that_ended_may_be_silent(store: Store) -> None:
    put(store, Step(case=case(state=CaseState.CLOSED, ended_at=NOON)))

    assert store.wake_silent(now=NOON) == []
