"""What is kept for a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connectors.errors import TemporaryFailure
from connectors.remembered import LIFE, Remembered

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


class Desk:
    """Says a number, another one each time, on its own clock."""

    def __init__(self) -> None:
        self.now, self.asked, self.down = NOON, 0, False
        self.told = Remembered("a number", self.ask, lambda: self.now)

    def ask(self) -> int:
        if self.down:
            raise TemporaryFailure("not now")
        self.asked += 1
        return self.asked


def test_it_is_asked_for_once_until_it_is_too_old() -> None:
    desk = Desk()

    assert [desk.told.get(), desk.told.get()] == [1, 1]
    desk.now += LIFE - timedelta(seconds=1)
    assert desk.told.get() == 1
    desk.now += timedelta(seconds=1)
    assert desk.told.get() == 2


def test_what_was_missed_is_asked_for_at_once() -> None:
    desk = Desk()

    assert [desk.told.get(), desk.told.missed(), desk.told.get()] == [1, 2, 2]


def test_what_cannot_be_had_is_asked_for_again() -> None:
    desk = Desk()
    desk.down = True
    with pytest.raises(TemporaryFailure):
        desk.told.get()

    desk.down = False
    assert desk.told.get() == 1
