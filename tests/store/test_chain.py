"""The case log as a chain: what is changed in it is found."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import text

from connectors.model import TicketRef
from plugin.core.model import LogEntry, Reason
from plugin.store.chain import OLDER, Audit
from plugin.store.records import Step
from plugin.store.schema import cursors
from plugin.store.store import Store
from tests.store.samples import ACME, HOUR, LEASE, LINE, NOON, case, delivery, put


def logged(store: Store, ticket_id: str, *whats: str) -> None:
    """Write two lines of one ticket for each word, each time in a transaction of its own."""
    ref = TicketRef(connection=ACME, id=ticket_id)
    store.receive(delivery(f"e-{ticket_id}", ref=ref))
    claimed = next(one for one in store.claim([ACME], now=NOON, lease=LEASE, limit=9) if one.ticket == ref)
    for what in whats:
        line = LogEntry(at=NOON, actor="policy", what=what, reason=Reason.APPLIED, ticket=ref, evidence={"\u00e9": 1})
        store.write(claimed, Step(log=(line, line)), now=NOON)


@pytest.fixture
def told(store: Store) -> Store:
    """A log of two tickets, three times two lines of the one and two of the other."""
    logged(store, "1", "one", "two")
    logged(store, "2", "other")
    return store


def test_a_log_nobody_touched_is_whole(told: Store) -> None:
    assert told.audit() == Audit()
    assert [line["what"] for line in told.export_log()] == ["one", "one", "two", "two", "other", "other"]


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE case_log SET evidence = '{}' WHERE id = :second",
        "UPDATE case_log SET at = at + 1 WHERE id = :second",
        "UPDATE case_log SET reason = 'refused' WHERE id = :second",
        "DELETE FROM case_log WHERE id = :second",
        "UPDATE case_log SET digest = NULL WHERE id = :third",
    ],
)
def test_what_was_changed_or_dropped_is_found(told: Store, spoil: str) -> None:
    numbers = [line["line"] for line in told.export_log()]
    with told._writing() as connection:  # spoilt as no code of ours would
        place = {name: number for name, number in zip(("second", "third"), numbers[1:3], strict=True) if name in spoil}
        connection.execute(text(spoil), place)

    found = told.audit().breaks

    assert found
    assert {one.ticket_id for one in found} == {"1"}


def test_lines_older_than_the_chain_are_passed_over(told: Store) -> None:
    begun_after_all_there_is(told)
    logged(told, "3", "new")

    assert told.audit() == Audit()


def begun_after_all_there_is(store: Store) -> None:
    """Make the log one whose lines are older than the chain."""
    with store._writing() as connection:
        last = connection.scalar(text("SELECT max(id) FROM case_log"))
        connection.execute(text("UPDATE case_log SET digest = NULL"))
        row = {"connection": "", "name": OLDER, "value": last}
        connection.execute(cursors.insert(), row)


def test_a_ticket_whose_digests_are_all_gone_is_found(told: Store) -> None:
    with told._writing() as connection:
        connection.execute(text("UPDATE case_log SET digest = NULL, actor = 'rui' WHERE ticket_id = '2'"))

    assert {one.ticket_id for one in told.audit().breaks} == {"2"}


def test_a_case_of_which_no_line_tells_is_found(told: Store) -> None:
    put(told, Step(case=case()))

    (stray,) = told.audit().strays

    assert (stray.case, stray.log) == ("c1", {})


@pytest.mark.parametrize(("opened_at", "found"), [(NOON, 0), (NOON + HOUR, 1)])
def test_a_case_may_be_older_than_the_chain(told: Store, opened_at: datetime, found: int) -> None:
    begun_after_all_there_is(told)

    put(told, Step(case=case(opened_at=opened_at)))

    assert len(told.audit().strays) == found


def test_a_line_that_does_not_tell_where_its_case_stands_is_enough(told: Store) -> None:
    put(told, Step(case=case(), log=(LINE,)))

    assert told.audit() == Audit()


def test_an_export_holds_everything_a_digest_is_of(told: Store) -> None:
    first, second, *_ = told.export_log()

    assert first["digest"] != second["digest"]
    assert {"at", "ticket_id", "case_id", "policy_version", "actor", "what", "reason", "evidence"} < set(first)
