"""What one decision writes is there whole, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from connectors.model import AddComment, AddTags
from plugin.core.model import CaseState, Mirror, Reason, TimerKind
from plugin.store.engine import open_engine
from plugin.store.records import Outgoing, Progress, Step, StoreError
from plugin.store.schema import operations
from plugin.store.store import Store
from tests.store.samples import (
    ACME,
    HOUR,
    LEASE,
    LINE,
    NOON,
    OTHER,
    SECOND,
    case,
    delivery,
    outgoing,
    put,
    rows,
    settled,
    take,
    whole_step,
)

#: The last thing of a step that the database refuses.
REFUSED = {
    "a second open case": {"case": case("c2")},
    "an operation that counts no tries": {"operations": (outgoing(), outgoing("o2", attempts=None))},
    "a log line without an actor": {"log": (LINE, replace(LINE, actor=None))},  # type: ignore[arg-type]
}


def stored_progress(url: str, id: str) -> tuple[object, ...]:
    """Return what became of an operation, as the people at the database see it."""
    engine = open_engine(url)
    columns = (operations.c.state, operations.c.attempts, operations.c.conflicts, operations.c.reason)
    with engine.connect() as connection:
        row = connection.execute(select(*columns).where(operations.c.id == id)).one()
    engine.dispose()
    return tuple(row)


def test_a_step_is_there_whole(store: Store) -> None:
    claimed = take(store)
    store.receive(delivery())
    step = whole_step(store.load(claimed).deliveries)

    store.write(claimed, step, now=NOON)

    found = store.load(claimed)
    assert found.deliveries == ()
    assert (found.mirror, found.case) == (step.mirror, step.case)
    assert (found.timers, found.operations) == (step.timers, step.operations)
    assert store.log() == [LINE]
    assert [letter.reason for letter in store.dead_letters()] == ["unreadable"]


@pytest.mark.parametrize("part", REFUSED.values(), ids=REFUSED)
def test_a_step_whose_last_part_is_refused_leaves_nothing(
    store: Store, store_url: str, part: dict[str, object]
) -> None:
    put(store, Step(case=case()))
    claimed = take(store)
    store.receive(delivery())
    whole = whole_step(store.load(claimed).deliveries)
    before = rows(store_url)

    with pytest.raises(StoreError):
        store.write(claimed, replace(whole, **part), now=NOON + SECOND)  # type: ignore[arg-type]

    assert rows(store_url) == before
    store.write(claimed, whole, now=NOON + SECOND)


def test_an_error_tells_its_kind_and_quotes_no_row(store: Store) -> None:
    put(store, Step(case=case("an-invented-case")))
    claimed = take(store)

    with pytest.raises(StoreError) as caught:
        store.write(claimed, Step(case=case("c2")), now=NOON)

    assert "an-invented-case" not in str(caught.value)
    assert ACME not in str(caught.value)


def test_an_empty_step_keeps_everything_else(store: Store) -> None:
    claimed = settled(store)
    store.write(claimed, Step(mirror=Mirror(our_version="v2"), case=case()), now=NOON)
    before = store.load(claimed)

    store.write(claimed, Step(), now=NOON + SECOND)

    assert store.load(claimed) == before


def test_a_case_that_ended_makes_room_for_another(store: Store) -> None:
    ended = case("c1", state=CaseState.CLOSED, ended_at=NOON + HOUR)
    later = case("c2", opened_at=NOON + 2 * HOUR)
    claimed = settled(store)
    store.write(claimed, Step(case=case("c1")), now=NOON)

    store.write(claimed, Step(case=ended), now=NOON)
    assert store.load(claimed).case is None
    store.write(claimed, Step(case=later), now=NOON)

    assert store.load(claimed).case == later
    assert store.cases() == [ended, later]


def test_another_ticket_may_have_an_open_case_too(store: Store) -> None:
    put(store, Step(case=case("c1")))

    put(store, Step(case=case("c2", ref=OTHER)), OTHER)

    assert store.figures().open_cases == 2


def test_a_timer_is_set_moved_and_taken_away(store: Store) -> None:
    claimed = settled(store)
    seen = []
    for due in (NOON + HOUR, NOON + SECOND, None):
        store.write(claimed, Step(timers={TimerKind.RULE: due}), now=NOON)
        seen.append(store.load(claimed).timers)

    assert seen == [{TimerKind.RULE: NOON + HOUR}, {TimerKind.RULE: NOON + SECOND}, {}]


def test_a_timer_moves_no_other_kind_and_no_other_ticket(store: Store) -> None:
    put(store, Step(timers={TimerKind.RULE: NOON + HOUR}), OTHER)
    claimed = settled(store)
    store.write(claimed, Step(timers={TimerKind.RULE: NOON + HOUR, TimerKind.PROMISE: NOON + HOUR}), now=NOON)

    store.write(claimed, Step(timers={TimerKind.RULE: None, TimerKind.PROMISE: NOON + SECOND}), now=NOON)

    assert store.load(claimed).timers == {TimerKind.PROMISE: NOON + SECOND}
    store.release(claimed, now=NOON)
    _, other = store.claim([ACME], now=NOON + HOUR, lease=LEASE, limit=2)
    assert store.load(other).timers == {TimerKind.RULE: NOON + HOUR}


def test_a_timer_that_is_not_there_is_taken_away_in_peace(store: Store) -> None:
    claimed = settled(store)

    store.write(claimed, Step(timers={TimerKind.PROMISE: None}), now=NOON)

    assert store.load(claimed).timers == {}


def test_operations_come_in_the_order_they_were_decided(store: Store) -> None:
    claimed = settled(store)
    store.write(claimed, Step(operations=(outgoing("z", next_at=NOON + HOUR), outgoing("a"))), now=NOON)
    store.write(claimed, Step(operations=(outgoing("m"), outgoing("z"))), now=NOON)

    assert [found.operation.id for found in store.load(claimed).operations] == ["z", "a", "m"]


def test_half_a_character_of_a_ticket_stops_no_decision(store: Store) -> None:
    said = AddComment(text="Your request \ud83d is with Ana \0", public=True)
    told = replace(outgoing(), operation=replace(outgoing().operation, changes=(said,)))
    line = replace(LINE, evidence={"seen": "\ud83d"})
    claimed = settled(store)

    store.write(claimed, Step(mirror=Mirror(known={"type": "\ud83d"}), operations=(told,), log=(line,)), now=NOON)

    assert store.load(claimed).operations == (told,)
    assert store.load(claimed).mirror.known == {"type": "\ud83d"}
    assert store.log() == [line]


TRIED = {
    "begun": replace(outgoing(), attempts=1),
    "put off": replace(outgoing(), attempts=1, next_at=NOON + HOUR, reason=Reason.TEMPORARY, detail="429: later"),
    "in conflict": replace(outgoing(), attempts=2, conflicts=1, reason=Reason.CONFLICT),
    "planned again": replace(
        outgoing(before={"priority": "low", "tags": ["vip"], "group": None}),
        operation=replace(outgoing().operation, changes=(AddTags(tags=("told",)),)),
    ),
}


@pytest.mark.parametrize("tried", TRIED.values(), ids=TRIED)
def test_an_open_operation_keeps_how_far_it_has_come(store: Store, tried: Outgoing) -> None:
    claimed = settled(store)
    store.write(claimed, Step(operations=(outgoing(),)), now=NOON)

    store.write(claimed, Step(operations=(tried,)), now=NOON + SECOND)

    assert store.load(claimed).operations == (tried,)


@pytest.mark.parametrize("end", [progress for progress in Progress if progress is not Progress.OPEN])
def test_a_finished_operation_is_out_of_the_way(store: Store, store_url: str, end: Progress) -> None:
    claimed = settled(store)
    store.write(claimed, Step(operations=(outgoing("o1"), outgoing("o2"))), now=NOON)

    finished = replace(outgoing("o1"), state=end, attempts=1, reason=Reason.REFUSED, detail="why")
    store.write(claimed, Step(operations=(finished,)), now=NOON)

    assert [found.operation.id for found in store.load(claimed).operations] == ["o2"]
    assert stored_progress(store_url, "o1") == (end.value, 1, 0, "refused: why")
