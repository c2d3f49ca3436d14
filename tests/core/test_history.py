"""Moves: the same whatever order they are heard in, and what is derived from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.model import EventKind, Move, Party, Status
from plugin.core.history import FIELDS, MOST, TRACKED, History
from plugin.core.mirror import heard, history_of, seen
from plugin.core.model import Mirror
from plugin.core.working_hours import Pause
from tests.core.samples import HOUR, NOON, TICKET, event

KINDS = {
    "status": EventKind.STATUS_CHANGED,
    "group_id": EventKind.GROUP_CHANGED,
    "assignee_id": EventKind.ASSIGNEE_CHANGED,
}
BORN = {
    "created_at": NOON,
    "status": Status.NEW,
    "custom_status_id": None,
    "group_id": None,
    "assignee_id": None,
}


def born(**known: object) -> Mirror:
    return heard(Mirror(), event(EventKind.CREATED, known={**BORN, **known}, actor=Party.CUSTOMER))


def moved(at: datetime, what: str, value: object, by: Party = Party.AGENT):  # type: ignore[no-untyped-def]
    return event(KINDS[what], occurred_at=at, changed=what, current=value, actor=by)


changes = st.lists(
    st.tuples(st.integers(1, 20), st.sampled_from(["open", "pending", "hold", "solved"])),
    max_size=8,
    unique_by=lambda pair: pair[0],
)


@given(changes, st.randoms(use_true_random=False))
def test_moves_in_any_order_and_repetition_make_the_same_history(told: list[tuple[int, str]], chance) -> None:  # type: ignore[no-untyped-def]
    events = [moved(NOON + n * HOUR, "status", value) for n, value in told]
    shuffled = [*events, *events[:3]]
    chance.shuffle(shuffled)

    in_order, any_order = born(), born()
    for one in sorted(events, key=lambda e: e.occurred_at):
        in_order = heard(in_order, one)
    for one in shuffled:
        any_order = heard(any_order, one)

    assert any_order.moves == in_order.moves


@given(changes)
def test_pauses_are_the_time_spent_in_those_values(told: list[tuple[int, str]]) -> None:
    history = History().with_moves(Move(at=NOON + n * HOUR, what="status", value=value) for n, value in told)

    pauses = history.pauses({"status": frozenset({"pending", "hold"})})

    def paused(at: datetime) -> bool:
        return any(p.since <= at and (p.until is None or at < p.until) for p in pauses)

    for half in range(0, 44):
        at = NOON + half * HOUR / 2
        now = next((v for n, v in sorted(told, reverse=True) if NOON + n * HOUR <= at), None)
        assert paused(at) is (now in ("pending", "hold"))


@pytest.mark.parametrize(
    ("values", "reopens"),
    [
        (["new", "open"], 0),
        (["open", "solved", "open"], 1),
        (["open", "solved", "closed"], 0),
        (["solved", "pending", "solved", "hold"], 2),
    ],
)
def test_a_reopen_is_a_way_back_from_done(values: list[str], reopens: int) -> None:
    moves = [Move(at=NOON + n * HOUR, what="status", value=value) for n, value in enumerate(values)]

    assert History().with_moves(moves).reopens() == reopens


def test_a_hand_over_goes_from_one_holder_to_another_by_a_person() -> None:
    told = [
        (None, Party.CUSTOMER),
        ("1", Party.AGENT),
        ("2", Party.US),
        ("1", Party.AUTOMATION),
        (None, Party.AGENT),
        ("2", Party.AGENT),
    ]
    moves = [Move(at=NOON + n * HOUR, what="assignee_id", value=v, by=by) for n, (v, by) in enumerate(told)]

    assert History().with_moves(moves).handed_over("assignee_id") == 1


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_moves_of_one_instant_follow_each_other_in_any_order_of_arrival(order: tuple[int, ...]) -> None:
    told = [("new", None), ("pending", "new"), ("open", "pending"), ("pending", "open")]
    moves = [Move(at=NOON + (n > 0) * HOUR, what="status", value=v, was=was) for n, (v, was) in enumerate(told)]

    history = History()
    for place in order:
        history = history.with_moves([moves[place]])

    assert [move.value for move in history.of("status")] == ["new", "pending", "open", "pending"]


def test_of_one_instant_without_a_word_of_before_the_order_is_always_the_same() -> None:
    moves = [Move(at=NOON, what="status", value=value) for value in ("b", "a", "c")]

    orders = {History().with_moves(shuffled).moves for shuffled in permutations(moves)}

    assert len(orders) == 1


def test_a_new_tickets_history_is_whole_from_the_first_event() -> None:
    mirror = heard(born(), moved(NOON + HOUR, "status", Status.PENDING))

    history = history_of(mirror)

    assert history.complete == TRACKED
    assert history.pauses({"status": frozenset({"pending"})}) == [Pause(since=NOON + HOUR, until=None)]


def test_what_a_read_shows_and_no_event_told_makes_the_history_incomplete() -> None:
    mirror = seen(born(), replace(TICKET, status=Status.OPEN, updated_at=NOON + HOUR))

    history = history_of(mirror)

    assert history.complete == TRACKED - {"status"}
    assert history.last("status") == Move(at=NOON + HOUR, what="status", value="open", was="new", by=Party.UNKNOWN)


def test_what_our_own_write_changed_is_our_move_and_nothing_is_missing() -> None:
    mirror = seen(born(), replace(TICKET, status=Status.NEW, assignee_id="7", updated_at=NOON + HOUR), ours=True)
    echoed = heard(mirror, moved(NOON + HOUR, "assignee_id", "7", Party.US))

    assert history_of(echoed).complete == TRACKED
    assert [m.by for m in history_of(echoed).of("assignee_id")] == [Party.CUSTOMER, Party.US]


def test_a_read_of_the_history_replaces_what_was_heard_and_keeps_what_is_watched() -> None:
    told = (
        Move(at=NOON, what="status", value="new"),
        Move(at=NOON, what="fields.7", value="vendor"),
        Move(at=NOON, what="fields.8", value="x"),
    )

    mirror = seen(born(), replace(TICKET, history=told, active_at=NOON + HOUR), watched=frozenset({"fields.7"}))

    history = history_of(mirror)
    assert history.complete == TRACKED | {FIELDS}
    assert history.knows("fields.7")
    assert {m.what for m in history.moves} == {"status", "fields.7"}
    assert mirror.active_at == NOON + HOUR


def test_a_status_that_cannot_be_read_is_a_gap() -> None:
    assert "status" not in heard(born(), moved(NOON + HOUR, "status", None)).moves_complete


def test_a_history_too_long_is_cut_and_says_so() -> None:
    moves = [Move(at=NOON + n * timedelta(minutes=1), what="status", value="ab"[n % 2]) for n in range(MOST + 5)]

    history = History().with_moves(moves, complete=TRACKED)

    assert (len(history.moves), history.complete) == (MOST, frozenset())


ACTIVITY: Mapping[str, tuple[EventKind, Party, bool]] = {
    "a customer": (EventKind.COMMENT_ADDED, Party.CUSTOMER, True),
    "an agent": (EventKind.TAGS_CHANGED, Party.AGENT, True),
    "somebody": (EventKind.UPDATED, Party.UNKNOWN, True),
    "us": (EventKind.TAGS_CHANGED, Party.US, False),
    "the helpdesk": (EventKind.STATUS_CHANGED, Party.AUTOMATION, False),
    "an SLA": (EventKind.SLA_CHANGED, Party.UNKNOWN, False),
}


@pytest.mark.parametrize("who", ACTIVITY)
def test_only_what_a_person_does_is_activity(who: str) -> None:
    kind, actor, counts = ACTIVITY[who]

    mirror = heard(born(), event(kind, occurred_at=NOON + HOUR, actor=actor))

    assert mirror.active_at == (NOON + HOUR if counts else NOON)
