"""What is kept for people to read: every line of the case log, every policy a case began with."""

from __future__ import annotations

from dataclasses import replace

from plugin.store.engine import open_engine
from plugin.store.overview import log_of
from plugin.store.records import Step
from plugin.store.store import Store
from tests.store.samples import HOUR, LINE, NOON, OTHER, REF, SECOND, put


def test_the_log_grows_at_its_end(store: Store) -> None:
    lines = [replace(LINE, what=f"line {number}", at=NOON - number * SECOND) for number in range(4)]

    put(store, Step(log=tuple(lines[:2])))
    put(store, Step(log=tuple(lines[2:])))

    assert store.log() == lines


def test_the_log_of_a_ticket_is_its_own(store: Store) -> None:
    elsewhere = replace(LINE, ticket=OTHER, case_id=None)
    put(store, Step(log=(LINE, elsewhere)))

    assert store.log(OTHER) == [elsewhere]
    assert store.log(REF) == [LINE]
    assert store.log() == [LINE, elsewhere]


def test_a_line_of_the_log_keeps_its_evidence(store: Store) -> None:
    evidence = {"field": "ticket.tags", "seen": ["vip", "ünusual"], "holds": None, "left": {"hours": 1.5}}

    put(store, Step(log=(replace(LINE, evidence=evidence),)))

    assert store.log(REF)[0].evidence == evidence


def test_a_long_log_shows_its_newest_lines(store: Store, store_url: str) -> None:
    put(store, Step(log=tuple(replace(LINE, what=f"line {number}") for number in range(5))))

    engine = open_engine(store_url)
    with engine.connect() as connection:
        found = log_of(connection, REF, limit=2)
    engine.dispose()

    assert [line.what for line in found] == ["line 3", "line 4"]


def test_a_policy_is_read_back_as_it_was(store: Store) -> None:
    document = {"rules": [{"name": "payment", "wait": 1.5, "off": False}], "ünusual": None}

    store.policies.save("p1", document, now=NOON)

    assert store.policies.document("p1") == document
    assert store.policies.document("p2") is None


def test_the_words_of_a_version_never_change(store: Store) -> None:
    store.policies.save("p1", {"rules": []}, now=NOON)

    store.policies.save("p1", {"rules": ["another"]}, now=NOON + HOUR)

    assert store.policies.document("p1") == {"rules": []}
