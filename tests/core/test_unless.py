"""What would keep a rule from acting when it is going to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import given

from plugin.core.clocks import Deadline, Span, Timing
from plugin.core.conditions import All, Any, Condition, Facts, Nothing, Test
from plugin.core.facts import FactTable
from plugin.core.model import Verdict
from plugin.core.operators import CHANGES, DEADLINES, NAMES, OPERATORS
from plugin.core.recurrence import Recurrence, Sighting
from plugin.core.why.explanation import Kind, Node, tree
from plugin.core.why.unless import stops
from tests.core.samples import HOUR, NOON
from tests.core.test_conditions_in_time import conditions, facts

OPEN = Test("ticket.status", "in", ("new", "open"))
UNANSWERED = Test("unanswered", "at_least", 4 * HOUR)
VIP, GOLD = Test("ticket.tags", "contains", "vip"), Test("organization.tags", "contains", "gold")
AGED = Test("ticket.age", "at_least", 4 * HOUR)
FACTS = FactTable(
    {
        "ticket.status": "open",
        "ticket.tags": frozenset({"vip"}),
        "organization.tags": frozenset({"gold"}),
        "ticket.assignee": "101",
        "event.kind": None,
        **dict.fromkeys(("in_group", "in_status", "since_customer_comment"), Span(None)),
        "ticket.requester": "301",
        "others.order": (Sighting(ticket="9", at=NOON, requester="302"),),
        "due.ticket": Deadline(NOON + 5 * HOUR),
        "sla.first_reply_time.remaining": Deadline(NOON + 5 * HOUR),
        **dict.fromkeys(("ticket.age", "unanswered", "idle", "since_agent_comment", "with_assignee"), Span(NOON)),
    },
    {},
)
ANSWERED = "an agent answers the customer publicly"


def told(condition: Condition) -> list[str]:
    then = tree(condition, FACTS, NOON + 4 * HOUR)
    assert then.holds
    return [stop.what for stop in stops(tree(condition, FACTS, NOON), then)]


@pytest.mark.parametrize(
    ("condition", "what"),
    [
        (All((OPEN, UNANSWERED)), ["ticket.status is no longer one of new, open", ANSWERED]),
        (All((Test("ticket.status", "is", "open"), AGED)), ["ticket.status is no longer open"]),
        (All((Nothing((Test("ticket.status", "is", "hold"),)), AGED)), ["ticket.status becomes hold"]),
        (All((Nothing((Test("ticket.tags", "contains_all", ("a", "b")),)), AGED)), ["ticket.tags has all of a, b"]),
        (Any((AGED, UNANSWERED)), []),
        (All((Any((VIP, GOLD)), AGED)), ["ticket.tags no longer has vip and organization.tags no longer has gold"]),
        (All((Any((VIP, Test("ticket.status", "is", "new"))), AGED)), ["ticket.tags no longer has vip"]),
        (All((Test("event.kind", "is_not", "created"), AGED)), []),
        (All((Nothing((Test("ticket.status", "changed", None),)), AGED)), []),
        (Test("idle", "at_least", 4 * HOUR), ["a person does something on the ticket"]),
        (Nothing((Test("idle", "at_most", HOUR),)), ["a person does something on the ticket"]),
        (Test("unanswered", "at_most", 9 * HOUR), [ANSWERED]),
        (Nothing((Test("unanswered", "at_most", HOUR),)), []),
        (Test("since_agent_comment", "at_most", 9 * HOUR), []),
        (Test("with_assignee", "present", None), ["the ticket is unassigned"]),
        (Nothing((Test("unanswered", "absent", None),)), [ANSWERED]),
        (Test("idle", "present", None), []),
        (Test("in_group", "absent", None), ["ticket.group changes"]),
        (Nothing((Test("since_customer_comment", "present", None),)), ["the customer writes publicly again"]),
        (Test("in_status", "absent", None), ["ticket.status changes"]),
        (Test("due.ticket", "at_most", HOUR), ["the date of due.ticket is moved"]),
        (
            Test("sla.first_reply_time.remaining", "at_most", HOUR),
            ["the helpdesk moves or fulfils first_reply_time"],
        ),
        (
            Recurrence(entity="order", within=timedelta(days=1), operator="at_least", value=1),
            ["others that share its order are merged or deleted"],
        ),
        (
            Recurrence(entity="order", within=timedelta(days=1), operator="at_most", value=1),
            ["another ticket shares its order"],
        ),
    ],
)
def test_what_would_stop_a_rule(condition: Condition, what: list[str]) -> None:
    assert told(condition) == what


def test_a_pause_stops_only_a_clock_that_has_not_come_so_far() -> None:
    timing = Timing(pause_when={"ticket.status": frozenset({"pending", "hold"})})
    facts = FactTable(FACTS.values, {}, None, FACTS.history)
    soon = Test("idle", "at_least", 4 * HOUR, timing)

    def at(hours: int) -> list[str]:
        known = facts.with_values({})
        object.__setattr__(known, "history", known.history.with_moves([], complete=["status"]))
        return [stop.what for stop in stops(tree(soon, known, NOON + hours * HOUR), tree(soon, known, NOON + 5 * HOUR))]

    paused = "ticket.status is hold or pending meanwhile, when idle stands still"
    assert at(0) == ["a person does something on the ticket", paused]
    assert at(4) == ["a person does something on the ticket"]


@pytest.mark.parametrize("operator", [name for name in NAMES if name in OPERATORS])
@pytest.mark.parametrize("value", [True, False])
def test_every_operator_has_its_words(operator: str, value: bool) -> None:
    facts = FactTable({"x": "5", "ticket.age": Span(NOON)})
    wanted = ("5",) if operator in ("in", "not_in") else "5"
    test = Test("x", operator, wanted)
    condition = test if tree(test, facts, NOON).holds else Nothing((test,))

    found = stops(tree(condition, facts, NOON), tree(condition, facts, NOON))

    assert [stop.field for stop in found] == ["x"]
    assert found[0].what.startswith("x ")


def test_only_deadlines_and_changes_have_operators_of_their_own() -> None:
    assert set(NAMES) - set(OPERATORS) == {*CHANGES, *DEADLINES}


@dataclass(frozen=True)
class Fixed:
    """A test that somebody turned."""

    holds: bool

    def verdict(self, facts: Facts, now: datetime) -> Verdict:
        return Verdict(holds=self.holds)

    def fields(self) -> frozenset[str]:
        return frozenset()


def _turned(node: Node, path: str) -> Condition:
    """Return the condition with one of its tests turned."""
    if node.path == path:
        return Fixed(not node.holds)
    if node.kind is Kind.TEST:
        return node.condition
    return {Kind.ALL: All, Kind.ANY: Any, Kind.NONE: Nothing}[node.kind](tuple(_turned(p, path) for p in node.parts))


@given(conditions, facts)
def test_turning_what_is_named_keeps_the_rule_from_holding(condition: Condition, known: dict[str, object]) -> None:
    table = FactTable(known)
    then = tree(condition, table, NOON)
    named = stops(then, then) if then.holds else ()

    assert not any(_turned(then, str(stop.path)).verdict(table, NOON).holds for stop in named)
