"""What follows a case: begun when it ends, told on the ticket, reminded of until it is done, and never lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest

from connectors.model import TicketRef
from connectors.zendesk.client import ZendeskClient
from plugin.core.follow_ups import FollowUp, FollowUpState
from plugin.core.model import CaseState, TimerKind
from plugin.store.records import Claim
from plugin.store.store import Store
from tests.scenarios.policies import OPEN, policy, says
from tests.scenarios.world import ACME, ANA, BEN, CUSTOMER, World, living

WHEN = {"all": [OPEN, says("ticket.tags", "contains", "payment")]}
FOLLOW_UP = {
    "causes": {"config": "Configuration mistake", "code": "Fault in the program"},
    "required_for": ["sev1"],
    "due": "3d",
    "remind_every": "1d",
    "at_most_reminders": 2,
}
TEXTS = {
    "note": "{{ rule.name }}",
    "told": "{{ owner.name }} cares.",
    "ask": "Does it work now?",
    "after": "Look back!",
}
ALL = ("/esc cause config wrong tax table deployed", "/esc prevention an alert on tax mismatch")


def followed(severity: str = "sev1", **terms: Any) -> dict[str, Any]:
    more = {
        "admin": "ben",
        "resolution": {"ask": "ask", "reopen_within": "14d"},
        "templates": TEXTS,
        "follow_up": {**FOLLOW_UP, **terms},
    }
    return policy(WHEN, more=more, escalate={"issue_type": "it", "severity": severity})


@contextmanager
def escalated(url: str, told: dict[str, Any] | None = None) -> Iterator[tuple[World, int]]:
    with living(url, policy=told or followed()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        yield world, ticket


@contextmanager
def closed(url: str, told: dict[str, Any] | None = None) -> Iterator[tuple[World, int]]:
    """Have a case confirmed by the customer."""
    with escalated(url, told) as (world, ticket):
        close(world, ticket)
        yield world, ticket


def close(world: World, ticket: int) -> None:
    world.clock.forward(hours=1)
    world.sandbox.act(ANA).update(ticket, status="solved")
    world.settle()
    world.sandbox.act(CUSTOMER).comment(ticket, "Yes")
    world.settle()
    world.sandbox.act(ANA).update(ticket, status="solved")  # the reply has opened it
    world.settle()


def writes(world: World, ticket: int, *lines: str, by: int = ANA) -> None:
    world.sandbox.act(by).comment(ticket, "\n".join(lines), public=False)
    world.settle()


def notes(world: World, ticket: int) -> list[str]:
    return world.comments(ticket, public=False)


def after(world: World, ticket: int) -> FollowUp:
    return world.parts.store.follow_ups_of(ref(ticket))[-1]


def ref(ticket: int) -> TicketRef:
    return TicketRef(connection=ACME, id=str(ticket))


def timer(world: World, ticket: int) -> object:
    claim = Claim(ticket=ref(ticket), token="", lease=timedelta())
    return world.parts.store.load(claim).timers.get(TimerKind.FOLLOW_UP)


def told_of(world: World, ticket: int) -> list[str]:
    return [reason for reason in world.reasons(ticket) if reason.startswith("follow_up")]


def days(world: World, number: int) -> None:
    for _ in range(number):
        world.clock.forward(days=1)
        world.settle()


def test_a_worst_case_that_ends_begins_its_follow_up_with_a_note(migrated_url: str) -> None:
    with closed(migrated_url) as (world, ticket):
        one, note = after(world, ticket), notes(world, ticket)[-1]

        assert (one.state, one.required, one.owner) == (FollowUpState.OPEN, True, "ana")
        assert one.term is not None
        assert "Owner: Ana Lima, sev1" in note
        assert "/esc cause CODE WHAT WENT WRONG, of the codes config (Configuration mistake), code (" in note
        assert "/esc prevention WHAT" in note
        assert timer(world, ticket) == one.term.due_at - timedelta(days=1)
        assert told_of(world, ticket)[0] == "follow_up_begun"


def test_a_milder_case_wants_nothing_after_it(sqlite_url: str) -> None:
    with closed(sqlite_url, followed("sev2")) as (world, ticket):
        assert world.parts.store.follow_ups() == []
        assert told_of(world, ticket) == []


def test_silence_and_a_solved_ticket_begin_it_too(sqlite_url: str) -> None:
    unasked = followed()
    del unasked["resolution"]
    with escalated(sqlite_url, unasked) as (world, ticket):
        world.sandbox.act(ANA).update(ticket, status="solved")
        world.settle()
        assert after(world, ticket).state is FollowUpState.OPEN
        assert "its follow-up begins" in notes(world, ticket)[-1]


def test_nothing_heard_begins_it(sqlite_url: str) -> None:
    with escalated(sqlite_url) as (world, ticket):
        world.sandbox.act(ANA).update(ticket, status="solved")
        world.settle()
        days(world, 3)

        assert world.parts.store.cases()[-1].state is CaseState.CLOSED
        assert "its follow-up begins" in notes(world, ticket)[-1]


def test_the_policys_own_text_goes_before_the_list(sqlite_url: str) -> None:
    with closed(sqlite_url, followed(note="after")) as (world, ticket):
        assert notes(world, ticket)[-1].startswith("Look back!\nOwner: Ana Lima")


def test_it_is_finished_when_all_is_told_and_every_action_done(migrated_url: str) -> None:
    with closed(migrated_url) as (world, ticket):
        writes(world, ticket, *ALL, "/esc action ben until 2099-01-31 add a check to the release")
        one = after(world, ticket)
        assert (one.state, one.cause, one.root_cause) == (FollowUpState.OPEN, "config", "wrong tax table deployed")
        assert "Action 1, Ben Ode by 2099-02-01 00:00 UTC: add a check to the release" in notes(world, ticket)[-1]

        writes(world, ticket, "/esc done 1", by=BEN)

        one = after(world, ticket)
        assert (one.state, one.finished_at, one.undone) == (FollowUpState.FINISHED, world.clock(), ())
        assert "the follow-up is finished" in notes(world, ticket)[-1]
        assert timer(world, ticket) is None
        assert told_of(world, ticket)[-1] == "follow_up_finished"
        days(world, 9)
        assert "follow_up_overdue" not in told_of(world, ticket)


def test_what_is_told_while_the_case_is_open_counts(sqlite_url: str) -> None:
    with escalated(sqlite_url) as (world, ticket):
        writes(world, ticket, *ALL)
        assert after(world, ticket).state is FollowUpState.GATHERING
        close(world, ticket)

        assert after(world, ticket).state is FollowUpState.FINISHED
        assert {"follow_up_told", "follow_up_begun", "follow_up_finished"} <= set(told_of(world, ticket))


def test_reminders_go_to_the_owner_then_once_to_the_admin_and_end(migrated_url: str) -> None:
    with closed(migrated_url) as (world, ticket):
        begun = len(notes(world, ticket))
        days(world, 1)
        assert len(notes(world, ticket)) == begun
        days(world, 1)
        assert notes(world, ticket)[-1].startswith("Ana Lima: the follow-up still lacks its cause and its prevention (")
        assert told_of(world, ticket)[-1] == "follow_up_reminded"
        days(world, 1)
        assert told_of(world, ticket)[-1] == "follow_up_overdue"
        assert world.parts.store.figures(now=world.clock()).follow_ups_overdue == 1
        days(world, 20)

        reminders = notes(world, ticket)[begun:]
        assert [text.partition(":")[0] for text in reminders] == ["Ana Lima", "Ana Lima", "Ben Ode"]
        assert "was reminded 2 times" in reminders[-1]
        assert timer(world, ticket) is not None  # the log goes on being told


def test_an_actions_owner_is_reminded_of_it_by_name(sqlite_url: str) -> None:
    with escalated(sqlite_url, followed("sev3")) as (world, ticket):
        until = (world.clock() + timedelta(days=9)).strftime("%Y-%m-%d")
        writes(world, ticket, f"/esc action ben until {until} add a check")
        close(world, ticket)
        assert after(world, ticket).state is FollowUpState.OPEN
        days(world, 10)

        assert any(text.startswith("Ben Ode: action 1 is not done: add a check") for text in notes(world, ticket))


def test_a_wrong_code_is_answered_with_the_near_word(sqlite_url: str) -> None:
    with closed(sqlite_url) as (world, ticket):
        writes(world, ticket, "/esc cause confg wrong table")

        assert 'unknown cause "confg"; did you mean "config"?' in notes(world, ticket)[-1]
        assert after(world, ticket).cause is None


def test_who_is_no_person_of_the_policy_may_not_tell(sqlite_url: str) -> None:
    told = followed()
    del told["people"]["ben"]
    told["admin"] = "ana"
    with closed(sqlite_url, told) as (world, ticket):
        writes(world, ticket, ALL[0], by=BEN)

        assert '"cause" may be told by the people of the policy only' in notes(world, ticket)[-1]
        assert after(world, ticket).cause is None


def test_the_log_holds_no_more_than_a_commands_reason(sqlite_url: str) -> None:
    with closed(sqlite_url) as (world, ticket):
        writes(world, ticket, f"/esc cause config {'x' * 900}")

        assert after(world, ticket).root_cause == f"{'x' * 499}…"
        assert max(len(str(value)) for entry in world.log(ticket) for value in entry.evidence.values()) <= 250


def test_a_reopened_case_puts_it_back_and_goes_on_with_it_later(migrated_url: str) -> None:
    with closed(migrated_url) as (world, ticket):
        writes(world, ticket, ALL[0])
        world.clock.forward(days=1)
        world.sandbox.act(CUSTOMER).comment(ticket, "It is broken again")
        world.settle()
        assert world.parts.store.cases()[-1].state is CaseState.IN_PROGRESS
        assert (after(world, ticket).state, after(world, ticket).cause) == (FollowUpState.GATHERING, "config")
        assert timer(world, ticket) is None

        close(world, ticket)

        assert (after(world, ticket).state, after(world, ticket).missing) == (FollowUpState.OPEN, ("prevention",))
        assert "Missing: what prevents it" in notes(world, ticket)[-1]
        assert len(world.parts.store.follow_ups()) == 1


def test_a_later_case_tells_what_it_repeats_and_carries_on_what_was_left(migrated_url: str) -> None:
    with closed(migrated_url) as (world, ticket):
        writes(world, ticket, *ALL, "/esc action ben until 2099-01-31 add a check")
        world.clock.forward(days=15)
        world.sandbox.act(CUSTOMER).comment(ticket, "It is broken again")
        world.settle()
        first, second = world.parts.store.follow_ups_of(ref(ticket))
        assert (first.state, second.state) == (FollowUpState.CARRIED, FollowUpState.GATHERING)

        close(world, ticket)

        note = notes(world, ticket)[-1]
        assert "Repeat of config (Configuration mistake): wrong tax table deployed" in note
        assert "Action 1: Ben Ode by 2099-02-01 00:00 UTC: add a check" in note
        writes(world, ticket, *ALL, "/esc done 1")
        assert after(world, ticket).state is FollowUpState.FINISHED


def test_on_a_closed_ticket_only_the_log_and_the_list_tell(sqlite_url: str) -> None:
    with closed(sqlite_url) as (world, ticket):
        world.sandbox.act(ANA).update(ticket, status="closed")
        world.settle()
        said = len(notes(world, ticket))
        days(world, 30)

        assert len(notes(world, ticket)) == said
        assert world.parts.store.dead_letters() == []
        assert "follow_up_overdue" in told_of(world, ticket)
        assert len(world.parts.store.follow_ups(unfinished=True)) == 1


def test_a_ticket_closed_just_before_the_write_leaves_no_dead_letter(sqlite_url: str) -> None:
    with closed(sqlite_url) as (world, ticket):
        shut = world.sandbox.act(ANA)
        world.sandbox.faults.add(
            "PUT", rf"/tickets/{ticket}", "human", run=lambda: shut.update(ticket, status="closed")
        )
        days(world, 3)

        assert world.ticket(ticket)["status"] == "closed"
        assert world.parts.store.dead_letters() == []


def test_a_deleted_ticket_leaves_its_follow_up_in_the_list(sqlite_url: str) -> None:
    with closed(sqlite_url) as (world, ticket):
        world.sandbox.faults.add("GET", rf"/tickets/{ticket}", "status", status=404, times=99)
        days(world, 4)

        assert len(world.parts.store.follow_ups(unfinished=True)) == 1
        assert "follow_up_overdue" in told_of(world, ticket)


@pytest.mark.parametrize("fault", ["drop_after", "drop_before", "status"])
def test_a_crash_while_the_note_is_written_tells_it_once(sqlite_url: str, fault: str) -> None:
    with escalated(sqlite_url) as (world, ticket):
        world.sandbox.faults.add("PUT", rf"/tickets/{ticket}", fault, body_contains="its follow-up begins")
        close(world, ticket)
        world.clock.forward(minutes=5)
        world.settle()

        assert sum("its follow-up begins" in text for text in notes(world, ticket)) == 1


class Killed(BaseException):
    """A worker is gone at once."""


@pytest.mark.parametrize("point", range(12))
def test_a_worker_killed_at_any_point_leaves_one_note(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, point: int
) -> None:
    unasked = followed()
    del unasked["resolution"]
    with escalated(sqlite_url, unasked) as (world, ticket):
        world.sandbox.act(ANA).update(ticket, status="solved")
        world.sandbox.idle()
        left = iter(range(point, -1, -1))

        def survive() -> None:
            if next(left, -1) == 0:
                raise Killed

        def around(function: Callable[..., Any]) -> Callable[..., Any]:
            def counted(*args: Any, **kwargs: Any) -> Any:
                survive()
                answer = function(*args, **kwargs)
                survive()
                return answer

            return counted

        with monkeypatch.context() as patched:
            patched.setattr(Store, "write", around(Store.write))
            patched.setattr(ZendeskClient, "apply", around(ZendeskClient.apply))
            with suppress(Killed):
                world.settle()
        world.clock.forward(minutes=2)
        world.settle()

        assert after(world, ticket).state is FollowUpState.OPEN
        assert sum("its follow-up begins" in text for text in notes(world, ticket)) == 1
        assert told_of(world, ticket).count("follow_up_begun") == 2  # begun, and listed


def test_a_command_without_a_case_or_a_policy_for_it_is_refused(sqlite_url: str) -> None:
    with living(sqlite_url, policy=followed()) as world:
        ticket = world.customer_writes()
        world.settle()
        writes(world, ticket, ALL[0])

        assert "there was no case on this ticket" in notes(world, ticket)[-1]
