"""Who does not look at the ticket is told of it: once, not too often, and not for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.model import Mode
from plugin.pipeline.visiting import visit
from plugin.store.messages import MOST_TRIES
from tests.connectors.wire import Answer
from tests.scenarios.destinations import ROW, listening, telling
from tests.scenarios.world import ACME, ANA, LEASE, World

BUSY = Answer(status=503, body=b"busy")


def escalate(world: World, *, times: int = 1) -> list[int]:
    """Have tickets escalated that hold words nobody may be told."""
    tickets = [
        world.customer_writes("My card is 4111-1111", subject="A secret subject", tags=["payment"])
        for _ in range(times)
    ]
    world.settle()
    return tickets


def forward(world: World, **length: float) -> None:
    world.clock.forward(**length)
    world.settle()


def test_a_destination_is_told_who_owns_it_why_and_what_comes_next(migrated_url: str) -> None:
    with listening(migrated_url) as (world, told):
        (ticket,) = escalate(world)

        (message,) = told()

        until = world.clock() + timedelta(minutes=15)
        update = world.clock() + timedelta(days=1)
        assert message["title"] == f"sev2 it: acme#{ticket} is escalated"
        assert message["message"].splitlines() == [
            "The rule it holds.",
            "Owner: Ana Lima",
            f"Next: to be acknowledged by {until:%Y-%m-%d %H:%M} UTC; "
            f"update to the customer by {update:%Y-%m-%d %H:%M} UTC.",
            f"{world.sandbox.url}/agent/tickets/{ticket}",
        ]
        assert message["type"] == "warning"
        assert "secret" not in str(told.wire.asked)
        assert "4111-1111" not in str(told.wire.asked)


def test_a_step_tells_from_when_the_case_comes_to_it_until_the_end(migrated_url: str) -> None:
    with listening(migrated_url) as (world, told):
        (ticket,) = escalate(world)
        assert told("managers") == []

        forward(world, minutes=15)
        forward(world, minutes=30)
        world.clock.forward(seconds=90)
        world.sandbox.act(ANA).update(ticket, status="solved")
        world.settle()

        moves = ["has a new owner", "is at the end of its ladder", "has ended"]
        assert told.titles("managers") == [f"sev2 it: acme#{ticket} {move}" for move in moves]
        assert told.titles("chat")[1:] == told.titles("managers")
        assert "Ana Lima did not act in time; Ben Ode (manager) owns it now." in told("managers")[0]["message"]
        assert "Next: Ana Lima must look at it." in told("managers")[1]["message"]
        assert [one["type"] for one in told("managers")] == ["warning", "warning", "success"]


def test_only_what_the_policy_wants_is_told(sqlite_url: str) -> None:
    only = {"chat": {"on": ["climbed"]}, "managers": {"on": ["ended"]}}
    with listening(sqlite_url, policy=telling(destinations=only)) as (world, told):
        escalate(world)
        forward(world, minutes=15)

        assert [title.partition(" has ")[2] for title in told.titles("chat")] == ["a new owner"]
        assert told("managers") == []


def test_a_missed_promise_is_told(sqlite_url: str) -> None:
    only = {"chat": {"on": ["promise_due"]}, "managers": {}}
    with listening(sqlite_url, policy=telling(destinations=only)) as (world, told):
        (ticket,) = escalate(world)

        forward(world, days=1)

        assert told.titles() == [f"sev2 it: acme#{ticket} owes the customer an update"]


def test_what_comes_within_the_throttle_goes_out_as_one(migrated_url: str) -> None:
    with listening(migrated_url) as (world, told):
        escalate(world)
        tickets = escalate(world, times=3)
        assert len(told()) == 1

        forward(world, seconds=59)
        assert len(told()) == 1
        forward(world, seconds=1)

        assert told.titles()[1:] == ["3 escalations, 3 messages, worst sev2"]
        listed = [line for line in told()[1]["message"].splitlines() if line.startswith("-")]
        assert len(listed) == 3
        assert f"acme#{tickets[-1]} is escalated" in listed[0]
        forward(world, hours=1)
        assert sum("is escalated" in title or "3 esc" in title for title in told.titles()) == 2


def test_nothing_is_told_twice_when_all_goes_well(sqlite_url: str) -> None:
    with listening(sqlite_url) as (world, told):
        escalate(world)

        for _ in range(10):
            forward(world, seconds=80)

        assert len(told()) == 1


def test_a_service_that_is_busy_is_asked_again_later(migrated_url: str) -> None:
    with listening(migrated_url) as (world, told):
        told.wire.will(BUSY, Answer(cut_after=-1))
        escalate(world)
        assert len(told()) == 1
        assert world.parts.store.postings.reached()["chat"].problem == "json://… did not take it: status 503"

        forward(world, seconds=1)
        assert len(told()) == 1
        forward(world, seconds=2)
        forward(world, seconds=6)

        assert len(told()) == 3
        forward(world, minutes=10)
        assert len(told()) == 3
        assert world.parts.store.postings.reached()["chat"].problem is None


def test_what_is_never_taken_ends_with_a_person_and_can_be_replayed(
    migrated_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    only = {"chat": {"on": ["opened"]}, "managers": {"on": ["ended"]}}
    with listening(migrated_url, policy=telling(destinations=only)) as (world, told):
        told.wire.will(*[BUSY] * MOST_TRIES)
        (ticket,) = escalate(world)
        for _ in range(MOST_TRIES + 3):
            forward(world, seconds=400)

        assert len(told("chat")) == MOST_TRIES
        (letter,) = world.parts.store.dead_letters()
        assert (letter.kind, letter.ticket_id) == ("message", str(ticket))
        assert letter.reason == "chat: json://… did not take it: status 503"
        assert any("gave up 1 messages" in line for line in caplog.messages)
        assert told.wire.url.partition("://")[2] not in caplog.text

        world.parts.store.replay(letter, now=world.clock())
        world.settle()

        assert len(told("chat")) == MOST_TRIES + 1
        assert world.parts.store.dead_letters() == []


def test_a_destination_without_an_address_is_left_to_a_person_at_once(sqlite_url: str) -> None:
    with listening(sqlite_url, destinations={}) as (world, told):
        escalate(world)

        (letter,) = world.parts.store.dead_letters()
        assert letter.reason == "chat: the connections file has no such destination"
        assert told.wire.asked == []


@pytest.mark.parametrize("mode", [Mode.SHADOW, Mode.OFF])
def test_a_connection_that_does_not_write_tells_nobody(sqlite_url: str, mode: Mode) -> None:
    with listening(sqlite_url, mode=mode) as (world, told):
        escalate(world)
        forward(world, minutes=15)

        assert told.wire.asked == []
        assert world.parts.store.postings.reached() == {}


def test_a_case_of_a_connection_that_went_to_shadow_tells_nobody(sqlite_url: str) -> None:
    with listening(sqlite_url) as (world, told):
        escalate(world)
        accounts = dict(world.parts.accounts)
        object.__setattr__(accounts[ACME], "mode", Mode.SHADOW)

        forward(world, minutes=15)

        assert len(told.wire.asked) == 1


def test_a_crash_between_decision_and_sending_loses_nothing(migrated_url: str) -> None:
    with listening(migrated_url) as (world, told):
        world.customer_writes(tags=["payment"])
        world.sandbox.idle()
        for claimed in world.parts.store.claim([ACME], now=world.clock(), lease=LEASE, limit=10):
            visit(world.parts, claimed)
        taken = world.parts.store.postings.take(now=world.clock(), lease=LEASE)  # and the worker is gone
        assert taken is not None
        assert told() == []

        forward(world, seconds=59)
        assert told() == []
        forward(world, seconds=1)

        assert len(told()) == 1


def test_a_persons_own_destination_hears_of_their_cases_alone_and_may_answer(sqlite_url: str) -> None:
    told_whom = {"destinations": {"chat": {"person": "ben"}, "managers": {"person": "ana"}}}
    row = {**ROW, "tell": ["chat", "managers"]}
    public = "https://escalation.acme.test"
    with listening(sqlite_url, policy=telling(matrix=[row], **told_whom), public_url=public) as (world, told):
        world.customer_writes(tags=["payment"])
        world.settle()
        assert told.titles("chat") == []
        (message,) = told("managers")
        assert f"Acknowledge: {public}/act/" in message["message"]

        world.clock.forward(minutes=16)
        world.settle()

        assert [title.rpartition(" is ")[0] or title for title in told.titles("chat")]
        assert len(told.titles("managers")) == 1
