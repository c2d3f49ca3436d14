"""What somebody must approve while a case is open: money, a way up, an early end."""

from __future__ import annotations

from typing import Any

import pytest

from plugin.core.model import CaseState
from tests.scenarios.test_commands import STEPS, case_of, commanded, note, writes
from tests.scenarios.world import ANA, BEN, living

PEOPLE = {
    "ana": {"name": "Ana Lima", "ids": {"acme": str(ANA)}},
    "ben": {"name": "Ben Ode", "ids": {"acme": str(BEN)}},
}
REFUND = {"by": ["ana", "ben"], "limits": {"ana": 100}, "within": "4h"}


def excepting(**more: Any) -> dict[str, Any]:
    return commanded(exceptions={"refund": REFUND, "deescalate": {"by": ["ben"], "within": "2h"}}, **more)


def test_what_is_within_ones_limit_is_granted_at_once(migrated_url: str) -> None:
    with living(migrated_url, policy=excepting()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        writes(world, ticket, "/esc ack")
        writes(world, ticket, "/esc exception refund 80 wrong item sent")

        assert case_of(world).granted == ("refund 80",)
        assert case_of(world).state is CaseState.ACKNOWLEDGED
        assert "Ana Lima grants the exception refund of 80." in note(world, ticket)


def test_what_is_beyond_it_waits_for_who_may_and_nobody_approves_their_own(sqlite_url: str) -> None:
    with living(sqlite_url, policy=excepting()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        writes(world, ticket, "/esc ack")
        writes(world, ticket, "/esc exception refund 120.50 wrong item sent")
        assert (case_of(world).state, case_of(world).waiting_for) == (CaseState.WAITING, "approval")
        assert "Ana Lima asks for the exception refund of 120.5." in note(world, ticket)
        assert "Ben Ode decides by" in note(world, ticket)

        writes(world, ticket, "/esc approve")
        assert "may be told by whoever may approve it only" in note(world, ticket)
        writes(world, ticket, "/esc approve", by=BEN)

        assert case_of(world).granted == ("refund 120.5",)
        assert (case_of(world).state, case_of(world).owner) == (CaseState.IN_PROGRESS, "ana")
        assert "Approved by Ben Ode" in note(world, ticket)


def test_nobody_decides_in_time_and_money_is_not_given(sqlite_url: str) -> None:
    with living(sqlite_url, policy=excepting()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        writes(world, ticket, "/esc ack")
        writes(world, ticket, "/esc exception refund 500 wrong item sent")
        world.clock.forward(hours=4)
        world.settle()

        assert (case_of(world).granted, case_of(world).state) == ((), CaseState.IN_PROGRESS)
        assert "Nobody decided in time: declined" in note(world, ticket)
        assert "approval_late" in world.reasons(ticket)


def test_a_refusal_says_why(sqlite_url: str) -> None:
    with living(sqlite_url, policy=excepting()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        writes(world, ticket, "/esc exception refund 500 wrong item sent")
        writes(world, ticket, "/esc decline we sent the right one", by=BEN)

        assert "Declined by Ben Ode" in note(world, ticket)
        assert "Why: we sent the right one" in note(world, ticket)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/esc exception refnud 5 because", 'did you mean "refund"?'),
        ("/esc exception refund", "an exception needs its reason"),
        ("/esc approve", "nothing here waits for an approval"),
    ],
)
def test_a_mistake_is_told(sqlite_url: str, line: str, told: str) -> None:
    with living(sqlite_url, policy=excepting()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        writes(world, ticket, line)

        assert told in note(world, ticket)


@pytest.mark.parametrize("approves", [True, False])
def test_a_de_escalation_is_approved_by_somebody_else(sqlite_url: str, approves: bool) -> None:
    with living(sqlite_url, policy=excepting()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        writes(world, ticket, "/esc deescalate a duplicate")
        assert case_of(world).state is CaseState.WAITING
        writes(world, ticket, "/esc approve" if approves else "/esc decline it is none", by=BEN)

        assert case_of(world).state is (CaseState.DE_ESCALATED if approves else CaseState.IN_PROGRESS)


@pytest.mark.parametrize("approves", [True, False])
def test_a_tier_that_wants_an_approval_is_asked_only_then(sqlite_url: str, approves: bool) -> None:
    steps = [STEPS[0], {**STEPS[1], "approval": {"by": ["ana"], "within": "1h", "otherwise": "decline"}}]
    with living(sqlite_url, policy=excepting(ladders={"up": {"steps": steps}}, admin="ana")) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        world.clock.forward(minutes=15)
        world.settle()
        assert (case_of(world).state, case_of(world).owner) == (CaseState.WAITING, "ana")
        assert "The ladder asks for the way up to manager." in note(world, ticket)

        writes(world, ticket, "/esc approve" if approves else "/esc decline not yet")

        assert case_of(world).owner == ("ben" if approves else "ana")
        assert world.parts.store.figures().silent_cases == 0


@pytest.mark.parametrize("line", ["handoff now", "wait vendor", "ack", "exception refund 5 another one"])
def test_what_waits_for_an_approval_is_not_passed_by(sqlite_url: str, line: str) -> None:
    with living(sqlite_url, policy=excepting()) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        writes(world, ticket, "/esc exception refund 500 wrong item sent")
        before = case_of(world)
        writes(world, ticket, f"/esc {line}")

        assert "Ben Ode has to decide on the exception refund of 500 first" in note(world, ticket)
        assert (case_of(world).pending, case_of(world).owner) == (before.pending, "ana")


def test_a_hand_off_from_a_wait_needs_the_approval_of_its_tier(sqlite_url: str) -> None:
    steps = [STEPS[0], {**STEPS[1], "approval": {"by": ["ben"], "within": "1h"}}]
    with living(sqlite_url, policy=excepting(ladders={"up": {"steps": steps}})) as world:
        ticket = world.customer_writes(tags=["payment"])
        world.settle()
        writes(world, ticket, "/esc ack")
        writes(world, ticket, "/esc wait vendor for 2d")
        writes(world, ticket, "/esc handoff too slow")

        assert (case_of(world).owner, case_of(world).waiting_for) == ("ana", "approval")
