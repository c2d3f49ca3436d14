"""All that is known of a ticket, and the log as it is asked for; looking changes nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plugin.core.model import CaseState, LogEntry, Mirror, Reason, TimerKind
from plugin.store import lookups
from plugin.store.lookups import Letter
from plugin.store.records import Progress, Step
from plugin.store.store import Store
from tests.store.samples import HOUR, LINE, NOON, OTHER, REF, SECOND, case, delivery, outgoing, put, rows


def test_a_ticket_never_heard_of_has_no_dossier(store: Store) -> None:
    assert store.dossier(REF, at=NOON) is None


def test_a_dossier_holds_everything_of_its_ticket_alone(store: Store) -> None:
    dead = replace(outgoing("o2"), state=Progress.DEAD, reason=Reason.REFUSED, detail="no such group")
    mirror = Mirror(our_version="v2")
    timers = {TimerKind.PROMISE: NOON + HOUR}
    put(store, Step(timers={TimerKind.RULE: NOON + HOUR}, log=(replace(LINE, ticket=OTHER),)), OTHER)
    put(store, Step(mirror=mirror, case=case(), timers=timers, operations=(outgoing(), dead), log=(LINE,)))
    store.hold("payment", now=NOON)
    store.pause(REF.connection, NOON + HOUR)
    store.receive(delivery("e1"))

    found = store.dossier(REF, at=NOON)

    assert found is not None
    assert (found.mirror, found.case, found.timers, found.log) == (mirror, case(), timers, (LINE,))
    assert [one.operation.id for one in found.operations] == ["o1"]
    letter = store.dead_letters()[0]
    assert found.letters == (Letter(name=f"operation:{letter.id}", at=NOON, reason="refused: no such group"),)
    assert (found.waiting, found.held, found.paused_until) == (1, {"payment": NOON}, NOON + HOUR)


def test_an_unreadable_body_is_told_without_its_words(store: Store) -> None:
    put(store, Step())
    store.receive(delivery("e1", body=b"secret", dead="body: no JSON"))

    found = store.dossier(REF, at=NOON)

    assert found is not None
    assert [letter.reason for letter in found.letters] == ["body: no JSON"]
    assert "secret" not in repr(found)


def test_the_case_is_the_one_that_was_open_then(store: Store) -> None:
    put(store, Step(case=replace(case(), state=CaseState.CLOSED, ended_at=NOON + HOUR)))
    put(store, Step(case=case("c2", opened_at=NOON + 2 * HOUR)))

    found = [store.dossier(REF, at=NOON + n * HOUR) for n in (-1, 0, 1, 2)]

    ids = [one.case.id if one and one.case else None for one in found]
    assert ids == [None, "c1", None, "c2"]


def test_what_came_later_is_left_out(store: Store) -> None:
    later = replace(LINE, at=NOON + SECOND)
    put(store, Step(log=(LINE, later)))
    store.hold("payment", now=NOON + SECOND)

    found = store.dossier(REF, at=NOON)

    assert found is not None
    assert (found.log, found.held) == ((LINE,), {})


def _lines() -> tuple[LogEntry, ...]:
    rules = ("payment", "safety")
    return tuple(replace(LINE, at=NOON + n * SECOND, evidence={"rule": rules[n % 2]}) for n in range(9))


@pytest.mark.parametrize("at_once", [1, 2, 500])
def test_the_newest_lines_that_fit_come_oldest_first(
    store: Store, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(lookups, "_AT_ONCE", at_once)
    lines = _lines()
    elsewhere = replace(LINE, ticket=OTHER, at=NOON + HOUR)
    put(store, Step(log=(*lines, elsewhere)))

    assert store.newest_log(ref=REF, limit=3) == list(lines[-3:])
    assert store.newest_log(ref=REF, rule="safety", limit=2) == [lines[5], lines[7]]
    assert store.newest_log(since=NOON + 8 * SECOND, limit=99) == [
        lines[8],
        replace(LINE, ticket=OTHER, at=NOON + HOUR),
    ]
    assert store.newest_log(rule="nobody's", limit=99) == []


def test_looking_changes_nothing(store: Store, store_url: str) -> None:
    put(store, Step(case=case(), operations=(outgoing(),), log=(LINE,)))
    before = rows(store_url)

    store.dossier(REF, at=NOON)
    store.newest_log(limit=9)

    assert rows(store_url) == before
