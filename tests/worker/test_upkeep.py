"""A policy that changes under a running worker, and feeds that are fetched beside the work."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from plugin.core.policy import Policy
from plugin.documents import load_policy
from plugin.upkeep import FEED_EVERY, Upkeep
from plugin.web.app import create_app
from tests.connectors.wire import Answer, Wire, serving
from tests.scenarios.policies import OPEN, policy, says
from tests.scenarios.world import ACME, ANA, World, living


def feed(world: World, who: str = "Ben Ode") -> bytes:
    """Return a calendar in which somebody is on duty from yesterday for a month."""
    since, until = (f"{world.clock() + timedelta(days=days):%Y%m%dT%H%M%SZ}" for days in (-1, 30))
    event = ["BEGIN:VEVENT", "UID:1", f"DTSTART:{since}", f"DTEND:{until}", f"SUMMARY:{who}", "END:VEVENT"]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *event, "END:VCALENDAR", ""]).encode()


def waiting(hours: int) -> dict[str, Any]:
    """Return a policy whose one rule waits so long."""
    return policy({"all": [OPEN, says("unanswered", "at_least", f"{hours}h")]})


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with living(f"sqlite:///{tmp_path / 'escalation.db'}", policy=waiting(4)) as world:
        yield world


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "policy.json"


@pytest.fixture
def wire() -> Iterator[Wire]:
    with serving() as wire:
        yield wire


def write(file: Path, document: object) -> None:
    """Write a file whose stamp is another one, however quickly it follows."""
    stamp = file.stat().st_mtime_ns if file.exists() else 0
    file.write_text(json.dumps(document), "utf-8")
    os.utime(file, ns=(stamp + 10**9, stamp + 10**9))


def begun(world: World, file: Path, document: Mapping[str, Any], **environ: str) -> Upkeep:
    write(file, document)
    compiled, read = load_policy(file)
    world.parts.policy = compiled
    upkeep = Upkeep(parts=world.parts, policy_file=file, environ=environ)
    upkeep.begin(read)
    return upkeep


def notices(world: World) -> list[str]:
    return list(create_app(world.parts).test_client().get("/readyz").get_json()["notices"])


def test_a_changed_policy_reaches_the_tickets_that_already_wait(world: World, file: Path) -> None:
    upkeep = begun(world, file, waiting(4))
    ticket = world.customer_writes()
    world.settle()
    world.clock.forward(hours=2)

    write(file, waiting(1))
    upkeep.look()
    world.settle()

    assert "escalated" in world.ticket(ticket)["tags"]
    assert [load.problem for load in world.parts.store.policies.loads()] == [None, None]
    assert world.parts.store.policies.loads()[-1].version == world.parts.policy.version


def test_a_policy_that_does_not_check_is_refused_and_the_old_one_goes_on(
    world: World, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    upkeep = begun(world, file, waiting(4))
    before = world.parts.policy

    write(file, {**waiting(1), "matrix": []})
    upkeep.look()

    assert world.parts.policy is before
    assert any("refused" in line and before.version in line for line in caplog.messages)
    (notice,) = notices(world)
    assert "the policy file is refused" in notice
    assert "matrix" in notice
    write(file, waiting(4))
    upkeep.look()
    assert notices(world) == []


def test_a_file_that_is_taken_away_changes_nothing(world: World, file: Path) -> None:
    upkeep = begun(world, file, waiting(4))
    before = world.parts.policy
    file.unlink()

    upkeep.look()
    upkeep.look()

    assert world.parts.policy is before
    assert len(world.parts.store.policies.loads()) == 2


def test_the_same_words_in_another_layout_are_the_same_policy(world: World, file: Path) -> None:
    upkeep = begun(world, file, waiting(4))
    before = world.parts.policy

    file.write_text(json.dumps(waiting(4), indent=8), "utf-8")
    upkeep.look()

    assert world.parts.policy is before
    assert len(world.parts.store.policies.loads()) == 1


def test_done_tickets_are_not_looked_at_anew(world: World, file: Path) -> None:
    begun(world, file, waiting(4))
    done, waits = world.customer_writes(), world.customer_writes()
    world.settle()
    world.clock.forward(seconds=2)
    world.sandbox.act(ANA).update(done, status="solved")
    world.settle()

    assert world.parts.store.look_again(now=world.clock()) == 1
    world.settle()

    assert len(world.log(done)) < len(world.log(waits)) + 5


ROTA = {
    "admin": "ana",
    "rotas": {"managers": {"time_zone": "UTC", "feed": {"env": "FEED"}}},
    "matrix": [{"issue_type": "*", "severity": "*", "owner": {"rota": "managers"}, "changes": {"tags": ["escalated"]}}],
}


def owner(current: Policy, world: World) -> str:
    return current.owner(current.matrix[0], world.clock())


def test_the_owner_comes_from_the_feed_and_the_last_good_copy_goes_on(
    world: World, file: Path, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    with_rota = {**waiting(1), **ROTA}
    upkeep = begun(world, file, with_rota, FEED=f"{wire.url}/a-secret-path")
    assert owner(world.parts.policy, world) == "ana"
    assert upkeep.feeds_due()
    assert not upkeep.feeds_due()

    wire.will(Answer(status=200, body=feed(world)), Answer(status=500, body=b"<html>"))
    upkeep.fetch_feeds()
    assert owner(world.parts.policy, world) == "ben"
    world.clock.now += FEED_EVERY
    assert upkeep.feeds_due()
    upkeep.fetch_feeds()

    assert owner(world.parts.policy, world) == "ben"
    assert any("goes on" in line for line in caplog.messages)
    assert "a-secret-path" not in caplog.text
    assert world.parts.store.policies.feed("managers") is not None


def test_a_new_policy_keeps_what_the_feed_last_said(world: World, file: Path, wire: Wire) -> None:
    upkeep = begun(world, file, {**waiting(1), **ROTA}, FEED=wire.url)
    wire.will(Answer(status=200, body=feed(world)))
    upkeep.fetch_feeds()

    write(file, {**waiting(2), **ROTA})
    upkeep.look()

    assert world.parts.policy.rules[0].name == "it"
    assert owner(world.parts.policy, world) == "ben"
    assert upkeep.feeds_due()


def test_who_in_a_feed_is_nobody_is_told(
    world: World, file: Path, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    upkeep = begun(world, file, {**waiting(1), **ROTA}, FEED=wire.url)
    wire.will(Answer(status=200, body=feed(world, "Somebody Else")))

    upkeep.fetch_feeds()

    assert owner(world.parts.policy, world) == "ana"
    assert any('rota "managers"' in line and "Somebody Else" in line for line in caplog.messages)


def test_a_silent_case_is_woken_once_a_minute(world: World, file: Path, caplog: pytest.LogCaptureFixture) -> None:
    upkeep = begun(world, file, policy({"all": [OPEN, says("ticket.tags", "contains", "payment")]}))
    world.customer_writes(tags=["payment"])
    world.settle()
    with world.parts.store._writing() as connection:  # lost as no code of ours would lose it
        connection.exec_driver_sql("DELETE FROM timers")

    upkeep.watch()
    upkeep.watch()

    assert [line for line in caplog.messages if "nothing waited for" in line] == [
        "ticket=acme#1 had an open case that nothing waited for; it is woken"
    ]
    assert world.parts.store.figures().silent_cases == 0


def test_people_are_known_on_the_connection_by_their_ids(world: World) -> None:
    assert world.parts.policy.names(ACME).people == {"101": "ana", "102": "ben"}


def test_a_heartbeat_goes_out_once_a_minute_while_all_is_well(world: World, file: Path, wire: Wire) -> None:
    upkeep = Upkeep(parts=world.parts, policy_file=file, heartbeat_url=f"{wire.url}/a-secret-path")
    for due in (True, False, False):
        assert upkeep.watch() is due
        world.clock.forward(seconds=20)
    assert upkeep.watch()

    upkeep.beat()

    assert [one.path for one in wire.asked] == ["/a-secret-path"]


def test_a_silent_case_holds_the_heartbeat_back(world: World, file: Path) -> None:
    upkeep = Upkeep(parts=world.parts, policy_file=file, heartbeat_url="https://monitor.example/x")
    world.customer_writes()
    world.settle()
    world.clock.forward(hours=4)
    world.settle()
    with world.parts.store._writing() as connection:  # spoilt as no code of ours would
        connection.execute(text("DELETE FROM timers"))

    assert not upkeep.watch()
    world.clock.forward(minutes=1)
    assert upkeep.watch()


def test_a_monitor_that_does_not_answer_is_said_without_its_address(
    world: World, file: Path, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    wire.will(Answer(status=500))

    Upkeep(parts=world.parts, policy_file=file, heartbeat_url=f"{wire.url}/a-secret-path").beat()

    assert "the heartbeat was not taken" in caplog.text
    assert "a-secret-path" not in caplog.text
