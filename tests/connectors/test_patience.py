"""Whoever takes too long is hung up on, nobody else, and the watch ends with the last call."""

from __future__ import annotations

import threading

import pytest

from connectors import patience
from connectors.patience import Patience

#: Longer than anything here takes; a test that waits so long has failed.
LONG = 20.0


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "TICK", 0.01)


def watchers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "patience"]


def test_a_call_that_takes_too_long_is_ended_and_says_so() -> None:
    ended = threading.Event()

    with pytest.raises(TimeoutError), Patience().at_most(0.01, ended.set):
        assert ended.wait(LONG)


def test_a_slow_call_hangs_up_on_no_other() -> None:
    slow, other = threading.Event(), threading.Event()
    watch = Patience()

    with watch.at_most(LONG, other.set), pytest.raises(TimeoutError), watch.at_most(0.01, slow.set):
        assert slow.wait(LONG)

    assert not other.is_set()


def test_a_call_that_ended_is_let_go() -> None:
    watch, rung = Patience(), list[str]()
    with watch.at_most(1.0, lambda: rung.append("too late")):
        pass
    ended = threading.Event()

    with pytest.raises(TimeoutError), watch.at_most(1.1, ended.set):
        assert ended.wait(LONG)

    assert rung == []


@pytest.mark.parametrize("problem", [OSError, RuntimeError, ValueError])
def test_a_line_that_is_gone_already_does_not_end_the_watch(problem: type[Exception]) -> None:
    def gone() -> None:
        raise problem

    watch, ended = Patience(), threading.Event()

    with (
        pytest.raises(TimeoutError),
        watch.at_most(0.02, ended.set),
        pytest.raises(TimeoutError),
        watch.at_most(0.01, gone),
    ):
        assert ended.wait(LONG)


def test_the_watch_ends_with_the_last_call_and_begins_anew() -> None:
    before, watch = set(watchers()), Patience()

    def mine() -> list[threading.Thread]:
        return [thread for thread in watchers() if thread not in before]

    for _ in range(2):
        with watch.at_most(LONG, lambda: None):
            assert len(mine()) == 1
            (thread,) = mine()
        thread.join(LONG)
        assert not thread.is_alive()


def test_an_error_of_the_call_is_passed_on() -> None:
    with pytest.raises(KeyError), Patience().at_most(LONG, lambda: None):
        raise KeyError("x")
