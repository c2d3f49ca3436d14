"""What a ticket names changes with the ticket, and stays when only its escalation is written down."""

from __future__ import annotations

from typing import Any

from tests.scenarios.policies import OPEN, policy, says
from tests.scenarios.test_rules_count import ORDERS, RECURS, escalated, opens
from tests.scenarios.world import ANA, ANOTHER_CUSTOMER, CUSTOMER, World, living

ISSUE = 9102
ISSUES: dict[str, Any] = {"entities": {"issue": {"in": [f"ticket.fields.{ISSUE}"]}}}
ANY_OTHER = {"recurrence": "issue", "within": "1d", "operator": "at_least", "value": 1}


def names(world: World, ticket: int, value: str) -> None:
    world.sandbox.act(ANA).update(ticket, custom_fields=[{"id": ISSUE, "value": value}])


def test_an_agent_who_names_the_issue_later_is_heard(sqlite_url: str) -> None:
    with living(sqlite_url, policy=policy({"all": [OPEN, ANY_OTHER]}, more=ISSUES)) as world:
        first, second = opens(world, "One"), opens(world, "Two", ANOTHER_CUSTOMER)
        world.settle()
        names(world, first, "KI-7")
        world.settle()
        assert escalated(world, first, second) == [False, False]

        names(world, second, "KI-7")
        world.settle()

        assert escalated(world, second) == [True]


def test_what_was_named_while_the_rule_was_closed_counts_when_it_opens(sqlite_url: str) -> None:
    urgent = says("ticket.priority", "is", "urgent")
    with living(sqlite_url, policy=policy({"all": [urgent, ANY_OTHER]}, more=ISSUES)) as world:
        first = opens(world, "One")
        second = opens(world, "Two", ANOTHER_CUSTOMER)
        world.sandbox.act(ANA).update(first, priority="urgent", custom_fields=[{"id": ISSUE, "value": "KI-7"}])
        world.settle()
        names(world, second, "KI-7")
        world.settle()

        world.sandbox.act(ANA).update(second, priority="urgent")
        world.settle()

        assert escalated(world, second) == [True]


def test_an_order_in_a_later_comment_is_found(sqlite_url: str) -> None:
    texts = {"entities": {"order": {**ORDERS["entities"]["order"], "in": ["ticket.text"]}}}
    with living(sqlite_url, policy=policy({"all": [OPEN, RECURS]}, more=texts)) as world:
        opens(world, "ORD-17")
        second = opens(world, "Mine too", ANOTHER_CUSTOMER)
        world.settle()

        world.sandbox.act(ANOTHER_CUSTOMER).comment(second, "I mean ORD-17", public=True)
        world.settle()

        assert escalated(world, second) == [True]


def test_a_ticket_that_was_escalated_still_counts(sqlite_url: str) -> None:
    with living(sqlite_url, policy=policy({"all": [OPEN, RECURS]}, more=ORDERS)) as world:
        first, second = opens(world, "ORD-17"), opens(world, "ORD-17", ANOTHER_CUSTOMER)
        world.settle()
        assert escalated(world, first, second) == [False, True]

        third = opens(world, "ORD-17", CUSTOMER)
        world.settle()

        assert escalated(world, third) == [True]
