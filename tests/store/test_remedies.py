"""Remedies that customers were given are counted over all their tickets, each once."""

from __future__ import annotations

from datetime import timedelta

from plugin.core.remedies import Use
from plugin.store.records import Step
from plugin.store.store import Store
from tests.store.samples import HOUR, NOON, OTHER, REF, put

USE = Use(remedy="refund", requester="301", at=NOON, by="101")


def used(store: Store, requester: str = "301", since: timedelta = -HOUR) -> tuple[Use, ...]:
    return store.remedies_used(REF.connection, requester, since=NOON + since)


def test_uses_of_a_requester_are_found_on_every_ticket(store: Store) -> None:
    later = Use(remedy="refund", requester="301", at=NOON + HOUR)
    put(store, Step(remedies=(USE,)))
    put(store, Step(remedies=(later,)), OTHER)

    assert used(store) == (later, USE)
    assert used(store, since=timedelta()) == (later,)
    assert used(store, requester="302") == ()


def test_a_use_is_written_once_for_a_ticket(store: Store) -> None:
    put(store, Step(remedies=(USE,)))
    put(store, Step(remedies=(Use(remedy="refund", requester="301", at=NOON + HOUR, by="102"),)))

    assert used(store) == (USE,)
