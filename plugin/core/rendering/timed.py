"""Clocks and deadlines of a condition as plain sentences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any as Json

from plugin.core.clocks import NOTHING, Share, Timing
from plugin.core.conditions import Test
from plugin.core.durations import duration
from plugin.core.facts import CLOCKS, DUE_FIELDS, DUE_TICKET, SLA
from plugin.core.rendering.lexicon import Lexicon
from plugin.core.rendering.words import COMPARED, length, listed, quoted

#: Each clock: compared with a length, running, not running.
_CLOCKS: Mapping[str, tuple[str, str, str]] = {
    "ticket.age": (
        "the ticket's age is {}",
        "it is known when the ticket came",
        "it is not known when the ticket came",
    ),
    "idle": (
        "no person has done anything on the ticket for {}",
        "a person has done something on the ticket",
        "no person has done anything on the ticket yet",
    ),
    "unanswered": (
        "the customer has waited {} for a public answer",
        "the customer is waiting for a public answer",
        "the customer is not waiting for a public answer",
    ),
    "since_customer_comment": (
        "the time since the customer's newest public comment is {}",
        "the customer has commented publicly",
        "the customer has not commented publicly",
    ),
    "since_agent_comment": (
        "the time since the agents' newest public comment is {}",
        "an agent has commented publicly",
        "no agent has commented publicly",
    ),
    "in_status": ("the ticket has had its status for {}", "the ticket has a status", "the ticket has no status"),
    "in_group": ("the ticket has been in its group for {}", "the ticket is in a group", "the ticket is in no group"),
    "with_assignee": (
        "the ticket has been with its assignee for {}",
        "somebody is assigned",
        "nobody is assigned",
    ),
}
_WHOLES = {
    "acknowledge": "the time for acknowledging",
    "update_every": "the time between updates",
    "resolve": "the time for resolving",
}
_LATER = {"at_most": "at least", "less_than": "more than", "at_least": "at most", "more_than": "less than"}
_AT = {"at_most": "is reached or past", "less_than": "is past", "at_least": "is not past", "more_than": "is to come"}


def timed(test: Test, lexicon: Lexicon, told: Mapping[str, Json]) -> str:
    """Return a clock's or deadline's test in words."""
    text = _clock(test, told) if test.field in CLOCKS else _deadline(test, lexicon)
    return text + _counting(test.timing, lexicon, told)


def _clock(test: Test, told: Mapping[str, Json]) -> str:
    compared, runs, stands = _CLOCKS[test.field]
    if test.operator == "present":
        return runs
    if test.operator not in COMPARED or not isinstance(test.value, timedelta):
        return stands
    return compared.format(f"{COMPARED[test.operator]} {_threshold(test.value, told)}")


def _threshold(value: timedelta, told: Mapping[str, Json]) -> str:
    share, whole = told.get("value"), told.get("of")
    if not isinstance(share, str) or "%" not in share or not isinstance(whole, str):
        return length(value)
    return f"{share.strip()} of {_WHOLES.get(whole) or length(duration(whole))} ({length(value)})"


def _deadline(test: Test, lexicon: Lexicon) -> str:
    due, there, missing = _names(test.field, lexicon)
    if test.operator in ("present", "absent"):
        return there if test.operator == "present" else missing
    if test.field.endswith(".breached") and test.field.startswith(SLA):
        return f"{_sla(test.field)} is {'' if test.operator == 'passed' else 'not '}breached"
    if isinstance(test.value, Share):
        whole = f" ({length(test.value.of)})" if test.value.of else ""
        return f"{COMPARED[test.operator]} {test.value.part * 100:g}% of {_sla(test.field)}{whole} is used up"
    if not isinstance(test.value, timedelta):
        return f"{due} is {'past' if test.operator == 'passed' else 'still to come'}"
    return _left(due, test.operator, test.value)


def _left(due: str, operator: str, value: timedelta) -> str:
    if value == NOTHING:
        return f"{due} {_AT[operator]}"
    if value > NOTHING:
        return f"{COMPARED[operator]} {length(value)} are left until {due}"
    ago = f"{_LATER[operator]} {length(-value)} ago"
    return f"{due} was {ago}" if operator in ("at_most", "less_than") else f"{due} is to come, or was {ago}"


def _names(field: str, lexicon: Lexicon) -> tuple[str, str, str]:
    """Return what a deadline is called, and how it is said that there is one, or none."""
    if field == DUE_TICKET:
        name = "the date promised on the ticket"
        return name, "a date is promised on the ticket", "no date is promised on the ticket"
    if field.startswith(DUE_FIELDS):
        name = lexicon.custom_field(field.removeprefix(DUE_FIELDS))
        return f"the date in {name}", f"there is a date in {name}", f"there is no date in {name}"
    return f"the end of {_sla(field)}", f"{_sla(field)} is running", f"{_sla(field)} is not running"


def _sla(field: str) -> str:
    metric = field.removeprefix(SLA).rpartition(".")[0]
    return f"the helpdesk's SLA for {quoted(metric.replace('_', ' '))}"


def _counting(timing: Timing, lexicon: Lexicon, told: Mapping[str, Json]) -> str:
    hours = f", counted in the hours of {quoted(timing.told)}" if timing.told else ""
    if not timing.pause_when:
        return hours
    order = told.get("pause_when")
    written = order if isinstance(order, Mapping) else {"ticket.status": order}
    pauses = [_pause(field, values, written.get(field), lexicon) for field, values in timing.pause_when.items()]
    return f"{hours}; the clock stands still while {listed(pauses, 'or')}"


def _pause(field: str, values: frozenset[str], written: Json, lexicon: Lexicon) -> str:
    """Return one reason for standing still; the values in the order they were written."""
    words = [lexicon.value(field, value) for value in (written or sorted(values))]
    noun = "the ticket" if field == "ticket.status" else lexicon.noun(field)
    return f"{noun} is {listed(words, 'or')}"
