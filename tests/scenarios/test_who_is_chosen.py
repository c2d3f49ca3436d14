"""Cases get their owners by turns, by load, by language, from above: fairly, whatever happens at once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from plugin.core.model import Case, CaseState
from plugin.pipeline.parts import Parts
from plugin.pipeline.visiting import visit
from plugin.store.store import Store
from tests.scenarios.test_the_ladder import WHEN, case_of, laddered, notes
from tests.scenarios.test_why import explained
from tests.scenarios.world import ACME, ANA, BEN, CUSTOMER, LEASE, RUI, World, living, make_parts
from tests.scenarios.world import sqlite_url as url_in

AWAY = {"out_of_office": [{"from": "2000-01-01", "to": "2150-01-01"}]}
IDS = {"ana": ANA, "ben": BEN, "rui": RUI}


def step(owner: object, **more: Any) -> dict[str, Any]:
    return {"tier": "specialist", "owner": owner, "acknowledge_within": "15m", **more}


def told(*steps: dict[str, Any], groups: Mapping[str, Any] | None = None, **of: Mapping[str, Any]) -> dict[str, Any]:
    """Return a policy with a ladder; `of` is told of its people beside their names."""
    people = {key: {"name": key.title(), "ids": {ACME: str(id_)}, **of.get(key, {})} for key, id_ in IDS.items()}
    more = {"groups": groups} if groups else {}
    return {**laddered(*steps, **more), "people": people, "admin": "rui"}


ROBIN = step({"round_robin": ["ana", "ben", "rui"]})


@contextmanager
def escalated(url: str, policy: Mapping[str, Any], *, times: int = 1) -> Iterator[tuple[World, list[int]]]:
    with living(url, policy=policy) as world:
        tickets = []
        for _ in range(times):
            tickets.append(world.customer_writes(tags=["payment"]))
            world.settle()
        yield world, tickets


def owners(world: World) -> list[str]:
    """Return whose the cases are, in the order of their tickets."""
    return [case.owner for case in sorted(world.parts.store.cases(), key=lambda case: int(case.ticket.id))]


def turns(world: World) -> list[int]:
    """Return the numbers of the turns that the cases have, in order."""
    return sorted(case.turn.number for case in world.parts.store.cases() if case.turn)


def test_cases_go_round(migrated_url: str) -> None:
    with escalated(migrated_url, told(ROBIN), times=4) as (world, tickets):
        assert [world.ticket(ticket)["assignee_id"] for ticket in tickets] == [ANA, BEN, RUI, ANA]
        assert turns(world) == [1, 2, 3, 4]


def at_once(*hands: Parts) -> None:
    """Work off everything that is due, with a thread for each of the hands."""
    start, failures = threading.Barrier(len(hands)), list[BaseException]()

    def work(parts: Parts) -> None:
        try:
            start.wait(20)
            while claims := parts.store.claim([ACME], now=parts.clock(), lease=LEASE, limit=1):
                for claimed in claims:
                    visit(parts, claimed)
        except BaseException as problem:  # noqa: BLE001 — raised below, in the thread that asserts
            failures.append(problem)

    threads = [threading.Thread(target=work, args=(parts,), daemon=True) for parts in hands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    for failure in failures:
        raise failure


@pytest.mark.parametrize("way", ["round_robin", "least_loaded"])
def test_cases_at_once_never_get_the_same_turn(migrated_url: str, way: str) -> None:
    with living(migrated_url, policy=told(step({way: ["ana", "ben", "rui"]}))) as world:
        for _ in range(18):
            world.customer_writes(tags=["payment"])
        world.sandbox.idle()
        other = make_parts(migrated_url, world.parts.accounts, world.clock, world.parts.policy)

        at_once(world.parts, other, world.parts, other)
        world.settle()

        cases = sorted(world.parts.store.cases(), key=_number)
        assert turns(world) == list(range(1, 19))
        assert Counter(owners(world)) == {"ana": 6, "ben": 6, "rui": 6}
        if way == "round_robin":  # of a load, the tickets count as well, and they are assigned a little later
            assert all(one.owner != next_.owner for one, next_ in pairwise(cases))
        other.store.close()


def _number(case: Case) -> int:
    assert case.turn is not None
    return case.turn.number


class Killed(BaseException):
    """A worker died."""


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("nth", range(4))
def test_a_worker_that_dies_burns_no_turn(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, nth: int, after: bool
) -> None:
    """However often the work is taken up again, a case has one turn, and no turn is without a case."""
    with escalated(sqlite_url, told(ROBIN)) as (world, _):
        left, write = [nth], Store.write

        def dying(*args: Any, **more: Any) -> None:
            left[0] -= 1
            if left[0] < 0 and not after:
                raise Killed
            write(*args, **more)
            if left[0] < 0:
                raise Killed

        world.customer_writes(tags=["payment"])
        with monkeypatch.context() as patched:
            patched.setattr(Store, "write", dying)
            with suppress(Killed):
                world.settle()
        world.clock.forward(seconds=90)
        world.settle()
        world.customer_writes(tags=["payment"])
        world.settle()

        assert owners(world) == ["ana", "ben", "rui"]
        assert turns(world) == [1, 2, 3]


def test_a_command_takes_a_turn_once_even_if_another_case_was_quicker(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The event is heard anew with the staff as it is by then."""
    second = step({"round_robin": ["ben", "rui"]})
    with escalated(sqlite_url, told(step("ana"), second), times=2) as (world, tickets):
        staff, raced = Store.staff, []

        def slow(self: Store, *args: Any, **more: Any) -> Any:
            found = staff(self, *args, **more)
            if not raced:
                raced.append(True)
                world.sandbox.act(ANA).comment(tickets[0], "/esc handoff", public=False)
                world.settle()
            return found

        monkeypatch.setattr(Store, "staff", slow)
        world.sandbox.act(ANA).comment(tickets[1], "/esc handoff", public=False)
        world.settle()

        assert sorted(owners(world)) == ["ben", "rui"]
        assert turns(world) == [1, 2]
        assert [world.reasons(ticket).count("handed_off") for ticket in tickets] == [1, 1]


def test_of_those_with_as_few_cases_whoever_has_fewer_tickets_is_chosen(migrated_url: str) -> None:
    loaded = step({"least_loaded": ["ana", "ben"]})
    with living(migrated_url, policy=told(loaded)) as world:
        for _ in range(2):
            world.customer_writes(assignee_id=ANA)
        solved = world.customer_writes(assignee_id=BEN)
        world.settle()
        world.sandbox.act(BEN).update(solved, status="solved")
        world.settle()

        world.customer_writes(tags=["payment"])
        world.settle()

        assert [case.owner for case in world.parts.store.cases()] == ["ben"]


def test_the_least_loaded_is_who_has_fewest_cases_open_now(migrated_url: str) -> None:
    loaded = step({"least_loaded": ["ana", "ben"]})
    with escalated(migrated_url, told(loaded), times=2) as (world, tickets):
        assert owners(world) == ["ana", "ben"]
        world.sandbox.act(BEN).update(tickets[1], status="solved")
        world.settle()

        for _ in range(2):
            world.customer_writes(tags=["payment"])
            world.settle()

        assert owners(world) == ["ana", "ben", "ben", "ana"]


@pytest.mark.parametrize(("locale", "owner"), [("pt-BR", "ben"), ("en-US", "ana"), ("de", "rui")])
def test_whoever_speaks_the_customers_language_and_has_the_skill(sqlite_url: str, locale: str, owner: str) -> None:
    fit = {"skills": ["payments"], "language": "requester"}
    can = {"ana": {"skills": ["payments"], "languages": ["en"]}, "ben": {"skills": ["payments"], "language": "pt"}}
    with living(sqlite_url, policy=told(step({"least_loaded": fit}), step("rui"), **can)) as world:
        world.sandbox.helpdesk.users[CUSTOMER]["locale"] = locale
        ticket = world.customer_writes(tags=["payment"])
        world.settle()

        assert world.ticket(ticket)["assignee_id"] == IDS[owner]


def test_a_command_knows_the_customers_language_too(sqlite_url: str) -> None:
    speaking = step({"round_robin": {"people": ["ana", "ben"], "language": "requester"}})
    policy = told(step("rui"), speaking, ana={"language": "en"}, ben={"language": "pt"})
    with escalated(sqlite_url, policy) as (world, (ticket,)):
        world.sandbox.helpdesk.users[CUSTOMER]["locale"] = "pt-BR"
        world.sandbox.act(RUI).comment(ticket, "/esc handoff", public=False)
        world.settle()

        assert case_of(world).owner == "ben"


def test_the_case_climbs_to_the_owners_manager_and_the_groups_lead(sqlite_url: str) -> None:
    groups = {"care": {"name": "Care", "ids": {ACME: "201"}, "lead": "rui"}}
    steps = (step({"round_robin": ["ana"]}), step({"manager_of": "owner"}), step({"lead_of": "care"}))
    with escalated(sqlite_url, told(*steps, groups=groups, ana={"manager": "ben"})) as (world, (ticket,)):
        seen = [world.ticket(ticket)["assignee_id"]]
        for _ in range(2):
            world.clock.forward(minutes=15)
            world.settle()
            seen.append(world.ticket(ticket)["assignee_id"])

        assert seen == [ANA, BEN, RUI]


def test_when_the_whole_list_is_away_the_deputy_is_asked(sqlite_url: str) -> None:
    policy = told(step({"round_robin": ["ana"]}), ana={**AWAY, "deputy": "ben"})
    with escalated(sqlite_url, policy) as (world, (ticket,)):
        assert world.ticket(ticket)["assignee_id"] == BEN


@pytest.mark.parametrize("nobody", [{"round_robin": ["ana", "ben"]}, {"manager_of": "ana"}, {"least_loaded": ["ben"]}])
def test_nobody_at_the_first_step_is_the_next_one_at_once_and_the_admin_is_told(
    sqlite_url: str, nobody: Mapping[str, Any]
) -> None:
    policy = told(step(nobody), step("cara"), ana=AWAY, ben=AWAY)
    policy["people"]["cara"] = {"name": "Cara", "ids": {}}
    with escalated(sqlite_url, policy) as (world, (ticket,)):
        assert case_of(world).owner == "cara"
        assert case_of(world).state is CaseState.OPEN
        assert any("; passed over.\nRui must look at it." in note for note in notes(world, ticket))
        assert RUI in world.ticket(ticket)["follower_ids"]


def test_nobody_at_a_later_step_is_the_next_one_at_once_and_the_admin_is_told(sqlite_url: str) -> None:
    policy = told(step("ana"), step({"round_robin": ["ben"]}), step("cara"), ben=AWAY)
    policy["people"]["cara"] = {"name": "Cara", "ids": {}}
    with escalated(sqlite_url, policy) as (world, (ticket,)):
        world.clock.forward(minutes=15)
        world.settle()

        assert case_of(world).owner == "cara"
        assert "Nobody is there for round robin of ben; passed over.\nRui must look at it." in notes(world, ticket)[-1]
        assert RUI in world.ticket(ticket)["follower_ids"]


def test_a_ladder_of_nobody_is_the_admins(sqlite_url: str) -> None:
    with escalated(sqlite_url, told(step({"round_robin": ["ana"]}), ana=AWAY)) as (world, (ticket,)):
        assert case_of(world).owner == "rui"
        assert world.ticket(ticket)["assignee_id"] == RUI
        assert any("Nobody is there for round robin of ana; passed over." in note for note in notes(world, ticket))
        assert world.parts.store.figures().silent_cases == 0


def test_an_approval_takes_no_turn_until_it_is_given(sqlite_url: str) -> None:
    policy = told(ROBIN)
    policy["rules"][0]["approval"] = {"by": ["rui"], "within": "4h"}
    with escalated(sqlite_url, policy) as (world, (ticket,)):
        assert (case_of(world).owner, case_of(world).turn) == ("rui", None)
        world.sandbox.act(RUI).comment(ticket, "/esc approve", public=False)
        world.settle()

        assert (case_of(world).owner, turns(world)) == ("ana", [1])


def test_a_shadow_takes_no_turn(sqlite_url: str) -> None:
    policy = told(ROBIN)
    policy["rules"] = [{**policy["rules"][0], "mode": "shadow"}, {**policy["rules"][0], "name": "second", "when": WHEN}]
    with escalated(sqlite_url, policy, times=2) as (world, _):
        assert owners(world) == ["ana", "ben"]
        assert turns(world) == [1, 2]


def test_explain_says_whom_it_would_choose_and_why(tmp_path: Path) -> None:
    policy = told(step({"round_robin": ["ana", "ben"]}))
    with escalated(url_in(tmp_path), policy) as (world, (first,)):
        second = world.customer_writes(tags=["payment"])
        world.sandbox.idle()

        found = explained(world, tmp_path, second, "--read", policy=policy)
        again = explained(world, tmp_path, first, "--read", policy=policy)

        assert (found["owner"], found["chosen"]) == ("Ben", "round robin of ana, ben: ben (no turn yet), ana (turn 1)")
        assert (again["owner"], again["chosen"]) == ("Ana", None)
        world.settle()
        assert owners(world) == ["ana", "ben"]
