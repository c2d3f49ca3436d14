"""What would keep a rule from acting at the instant it is going to.

Rule 1: only tests on which the verdict rests are named; where several of an `any` hold, all of them together.
Rule 2: only what an event can change is named: time itself and what just happened are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from plugin.core.conditions import Test
from plugin.core.facts import CLOCKS, DUE_FIELDS, DUE_TICKET, SLA
from plugin.core.operators import CHANGES
from plugin.core.recurrence import Recurrence
from plugin.core.why.explanation import Kind, Node, words


@dataclass(frozen=True, kw_only=True, slots=True)
class Stop:
    """Something that would keep a rule from acting."""

    what: str  #: As `an agent answers the customer publicly`.
    path: str | None = None  #: The test it would turn; None: it keeps every rule from acting.
    field: str | None = None


#: What turns a test that holds, by its operator.
_TURNS: Mapping[str, str] = {
    "is": "{field} is no longer {wanted}",
    "is_not": "{field} becomes {wanted}",
    "in": "{field} is no longer one of {wanted}",
    "not_in": "{field} becomes one of {wanted}",
    "contains": "{field} no longer has {wanted}",
    "contains_any": "{field} no longer has any of {wanted}",
    "contains_all": "{field} no longer has all of {wanted}",
    "contains_none": "{field} gets one of {wanted}",
    "mentions": "{field} no longer mentions {seen}",
    "mentions_none": "{field} mentions one of {wanted}",
    "matches": "{field} no longer matches {wanted}",
    "matches_none": "{field} matches {wanted}",
    "present": "{field} is emptied",
    "absent": "{field} is filled",
    "at_least": "{field} falls below {wanted}",
    "less_than": "{field} reaches {wanted}",
    "at_most": "{field} rises above {wanted}",
    "more_than": "{field} falls to {wanted}",
    "not all of": "{field} has all of {wanted}",
}
#: The operator that holds where another does not.
_OPPOSITE: Mapping[str, str] = {
    **{"is": "is_not", "in": "not_in", "contains": "contains_none", "contains_any": "contains_none"},
    **{"mentions": "mentions_none", "matches": "matches_none", "present": "absent"},
    **{"at_least": "less_than", "more_than": "at_most", "contains_all": "not all of"},
    **{"is_not": "is", "not_in": "in", "contains_none": "contains_any", "mentions_none": "mentions"},
    **{"matches_none": "matches", "absent": "present", "less_than": "at_least", "at_most": "more_than"},
}
#: What makes a clock begin anew, or stop.
_RESTARTS: Mapping[str, str] = {
    "unanswered": "an agent answers the customer publicly",
    "idle": "a person does something on the ticket",
    "since_customer_comment": "the customer writes publicly again",
    "since_agent_comment": "an agent writes publicly again",
    "in_status": "ticket.status changes",
    "in_group": "ticket.group changes",
    "with_assignee": "ticket.assignee changes",
}
#: Clocks that an event may stop altogether: then they are neither more nor less than anything.
_MAY_STOP = frozenset({"unanswered", "with_assignee"})
_GROWS, _SHRINKS = ("at_least", "more_than"), ("at_most", "less_than")


def stops(now: Node, then: Node) -> tuple[Stop, ...]:
    """Return what would keep a condition from holding then, as it is going to."""
    holding = {leaf.path for leaf in now.leaves() if leaf.holds}
    found = [*_rests(then, True), *_pauses(then, holding)]
    return tuple({stop.what: stop for stop in reversed(found)}.values())[::-1]


def _rests(node: Node, value: bool) -> Iterator[Stop]:
    """Return what would turn a node that says `value`."""
    if node.kind is Kind.TEST:
        what = _turned(node, value)
        if what:
            yield Stop(what=what, path=node.path, field=node.line.field)
        return
    inner = (not value) if node.kind is Kind.NONE else value
    carrying = [part for part in node.parts if part.holds is inner]
    every = inner is (node.kind is Kind.ALL)  # each part is needed; otherwise one suffices
    if every or len(carrying) == 1:
        for part in carrying:
            yield from _rests(part, inner)
        return
    each = [list(_rests(part, inner)) for part in carrying]
    if all(each):
        what = " and ".join(" or ".join(stop.what for stop in several) for several in each)
        yield Stop(what=what, path=node.path)


def _turned(leaf: Node, value: bool) -> str | None:
    """Say what would turn a test."""
    condition = leaf.condition
    if isinstance(condition, Recurrence):
        return _recurs(condition, value)
    if not isinstance(condition, Test) or condition.field.startswith("event.") or condition.operator in CHANGES:
        return None
    if condition.field in CLOCKS:
        return _clock(condition, value)
    if condition.field == DUE_TICKET or condition.field.startswith((DUE_FIELDS, SLA)):
        return _deadline(condition.field)
    operator = condition.operator if value else _OPPOSITE[condition.operator]
    wanted, seen = words(leaf.line.wanted), words(leaf.line.seen)
    return _TURNS[operator].format(field=condition.field, wanted=wanted, seen=seen)


def _clock(test: Test, value: bool) -> str | None:
    if test.operator in ("present", "absent"):
        runs = value is (test.operator == "present")
        return _stopped(test.field) if runs else _started(test.field)
    if test.field == "unanswered":
        return _RESTARTS[test.field] if value else None
    begins_anew = value is (test.operator in _GROWS)
    return _RESTARTS.get(test.field) if begins_anew or (value and test.field in _MAY_STOP) else None


def _stopped(clock: str) -> str | None:
    return {**_RESTARTS, "with_assignee": "the ticket is unassigned"}[clock] if clock in _MAY_STOP else None


def _started(clock: str) -> str | None:
    told = {"unanswered": "the customer writes publicly", "with_assignee": "the ticket is assigned"}
    return told.get(clock) or _RESTARTS.get(clock)


def _deadline(field: str) -> str:
    if field.startswith(SLA):
        return f"the helpdesk moves or fulfils {field.removeprefix(SLA).rpartition('.')[0]}"
    return f"the date of {field} is moved"


def _recurs(condition: Recurrence, value: bool) -> str:
    fewer = value is (condition.operator in _GROWS)
    if fewer:
        return f"others that share its {condition.entity} are merged or deleted"
    return f"another ticket shares its {condition.entity}"


def _pauses(then: Node, holding: set[str]) -> Iterator[Stop]:
    """Return what would make a clock stand still that has not come so far yet."""
    for leaf in then.leaves():
        test = leaf.condition
        if isinstance(test, Test) and leaf.holds and test.operator in _GROWS and leaf.path not in holding:
            for field, values in test.timing.pause_when.items():
                what = f"{field} is {' or '.join(sorted(values))} meanwhile, when {test.field} stands still"
                yield Stop(what=what, path=leaf.path, field=field)
