"""What we made in helpdesks is kept until it is forgotten."""

from __future__ import annotations

from dataclasses import replace

from connectors.provisions import Made
from plugin.store.store import Store
from tests.store.samples import HOUR, NOON

WEBHOOK = Made(kind="webhook", key="webhook", name="Escalation (acme)", id="01A", wrote="a", found="b")
BEGUN = Made(kind="macro", key="ack", name="Ack", id=None)


def test_what_was_made_is_kept_in_its_order_for_its_connection(store: Store, another_store: Store) -> None:
    store.provisions.made("acme", BEGUN, now=NOON + HOUR)
    store.provisions.made("acme", WEBHOOK, now=NOON)
    store.provisions.made("other", WEBHOOK, now=NOON)

    assert another_store.provisions.of("acme") == [WEBHOOK, BEGUN]
    assert another_store.provisions.of("other") == [WEBHOOK]


def test_what_was_begun_is_completed_and_forgotten(store: Store) -> None:
    store.provisions.made("acme", BEGUN, now=NOON)
    done = replace(BEGUN, id="7", wrote="a", found="b", adopted=True)

    store.provisions.made("acme", done, now=NOON)

    assert store.provisions.of("acme") == [done]
    store.provisions.forget("acme", "macro", "ack")
    store.provisions.forget("acme", "macro", "ack")
    assert store.provisions.of("acme") == []


def test_the_last_test_that_arrived_is_known(store: Store, another_store: Store) -> None:
    assert not store.provisions.has_arrived("acme", 7)

    store.provisions.arrived("acme", 6)
    store.provisions.arrived("acme", 7)

    assert another_store.provisions.has_arrived("acme", 7)
    assert not another_store.provisions.has_arrived("acme", 6)
    assert not another_store.provisions.has_arrived("other", 7)
