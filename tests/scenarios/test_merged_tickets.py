"""A case follows its ticket into the one it is merged with."""

from __future__ import annotations

import pytest

from plugin.core.model import Case, CaseState
from tests.scenarios.test_commands import commanded
from tests.scenarios.test_rules_count import tell
from tests.scenarios.world import ANA, World, living


def cases(world: World) -> dict[str, Case]:
    """Return the newest case of each ticket."""
    return {case.ticket.id: case for case in world.parts.store.cases()}


def merge(world: World, ticket: int, into: int) -> None:
    tell(world, ticket, "merged", {"target_ticket_id": str(into)})


@pytest.mark.parametrize("acknowledged", [True, False])
def test_the_case_goes_on_at_the_surviving_ticket_with_the_same_owner(migrated_url: str, acknowledged: bool) -> None:
    with living(migrated_url, policy=commanded()) as world:
        first, second = world.customer_writes(tags=["payment"]), world.customer_writes()
        world.settle()
        if acknowledged:
            world.sandbox.act(ANA).comment(first, "/esc ack", public=False)
            world.settle()

        merge(world, first, second)

        ended, going = cases(world)[str(first)], cases(world)[str(second)]
        assert ended.state is CaseState.CANCELLED
        assert (going.owner, going.follows) == ("ana", ended.id)
        assert going.state is (CaseState.ACKNOWLEDGED if acknowledged else CaseState.OPEN)
        assert world.ticket(second)["assignee_id"] == ANA
        assert f"The ticket {first} was merged into this one" in world.comments(second, public=False)[-1]
        assert "esc_sev2" in world.ticket(second)["tags"]

        world.clock.forward(hours=5)
        world.settle()
        assert cases(world)[str(second)].owner == "ben"  # the ladder goes on


def test_a_duplicate_opens_no_second_case(sqlite_url: str) -> None:
    with living(sqlite_url, policy=commanded()) as world:
        first, second = world.customer_writes(tags=["payment"]), world.customer_writes(tags=["payment"])
        world.settle()

        merge(world, first, second)

        open_ones = [case for case in world.parts.store.cases() if case.state is CaseState.OPEN]
        assert [case.ticket.id for case in open_ones] == [str(second)]
        assert "is one with this one" in world.comments(second, public=False)[-1]


def test_the_worse_severity_stays(sqlite_url: str) -> None:
    with living(sqlite_url, policy=commanded()) as world:
        first, second = world.customer_writes(), world.customer_writes(tags=["payment"])
        world.settle()
        world.sandbox.act(ANA).comment(first, "/esc request sev1 all shops are down", public=False)
        world.settle()

        merge(world, first, second)

        assert cases(world)[str(second)].severity.value == "sev1"


def test_told_twice_it_is_inherited_once(sqlite_url: str) -> None:
    with living(sqlite_url, policy=commanded()) as world:
        first, second = world.customer_writes(tags=["payment"]), world.customer_writes()
        world.settle()
        merge(world, first, second)
        tell(world, first, "soft_deleted")

        notes = world.comments(second, public=False)
        assert sum("was merged into this one" in text for text in notes) == 1
        assert len(world.parts.store.cases()) == 2
