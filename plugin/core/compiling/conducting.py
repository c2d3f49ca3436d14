"""How cases are conducted, read from a policy document.

Rule 1: the document has passed its schema; what is checked here is what a schema cannot say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any as Json

from plugin.core.compiling.checker import Checker
from plugin.core.compiling.follow_up import compile_follow_up
from plugin.core.conduct import NOTE_LINKS, WAITS, Approval, Commands, Conduct, Customer, Requests, Resolution
from plugin.core.model import Severity
from plugin.core.working_hours import Calendar


def compile_conduct(checker: Checker, calendars: Mapping[str, Calendar]) -> Conduct:
    """Return how cases are conducted; mistakes are noted."""
    waiting = checker.section("waiting")
    waits = {name: checker.length(f"waiting.{name}", waiting.get(name)) or length for name, length in WAITS.items()}
    told = {
        "longest_snooze": checker.length("waiting.longest_snooze", waiting.get("longest_snooze")),
        "resolution": _resolution(checker),
        "follow_up": compile_follow_up(checker),
    }
    return Conduct(
        customer=_customer(checker, calendars),
        waits=waits,
        commands=_commands(checker),
        requests=_requests(checker),
        publish=checker.document.get("state_tags"),
        fields=_fields(checker),
        exceptions={
            name: compile_approval(checker, f"exceptions.{name}", item, otherwise="decline")
            for name, item in checker.section("exceptions").items()
        },
        **{name: value for name, value in told.items() if value is not None},  # type: ignore[arg-type]
    )


def _customer(checker: Checker, calendars: Mapping[str, Calendar]) -> Customer:
    item = checker.section("updates")
    checker.known("updates.send_window", item.get("send_window"), checker.section("calendars"), "calendar")
    checker.known("updates.holding", item.get("holding"), checker.section("templates"), "template")
    return Customer(
        window=calendars.get(item.get("send_window", "")),
        prompt_before=checker.length("updates.prompt_before", item.get("prompt_before")) or timedelta(),
        holding=item.get("holding"),
        most_in_a_row=item.get("at_most_in_a_row", 2),
        not_to=frozenset(tag.lower() for tag in item.get("not_to_tags", [])),
    )


def _resolution(checker: Checker) -> Resolution | None:
    item = checker.section("resolution")
    if not item:
        return None
    for key in ("ask", "remind"):
        checker.known(f"resolution.{key}", item.get(key), checker.section("templates"), "template")
    lengths = {
        ours: checker.length(f"resolution.{theirs}", item.get(theirs))
        for ours, theirs in (
            ("chase_after", "remind_after"),
            ("close_after", "close_after"),
            ("grace", "reopen_within"),
        )
    }
    found = Resolution(
        ask=item["ask"],
        chase=item.get("remind"),
        solve_again=item.get("solve_again", True),
        **{name: length for name, length in lengths.items() if length is not None},
    )
    if found.chase and found.chase_after >= found.close_after:
        checker.says("resolution.remind_after", "the case is closed before the customer is reminded; remind earlier")
    return found


def _commands(checker: Checker) -> Commands:
    item = checker.section("commands")
    checker.known("commands.field", item.get("field"), checker.section("fields"), "field")
    for command, people in item.get("who", {}).items():
        for i, person in enumerate(people):
            checker.known(f"commands.who.{command}[{i}]", person, checker.section("people"), "person")
    return Commands(
        prefix=item.get("prefix", "esc"),
        told_by=item.get("field"),
        who={command: frozenset(people) for command, people in item.get("who", {}).items()},
        note_links=frozenset(item.get("note_links", NOTE_LINKS)),
    )


def _fields(checker: Checker) -> dict[str, str]:
    """Return which field shows what of a case."""
    told: dict[str, str] = dict(checker.section("state_fields"))
    for shown, key in told.items():
        checker.known(f"state_fields.{shown}", key, checker.section("fields"), "field")
    return told


def _requests(checker: Checker) -> Requests:
    item = checker.section("requests")
    return Requests(
        issue_type=item.get("issue_type", "request"),
        severity=Severity(item.get("severity", "sev3")),
        approval=maybe_approval(checker, "requests.approval", item.get("approval")),
    )


def maybe_approval(checker: Checker, where: str, item: Mapping[str, Json] | None) -> Approval | None:
    """Return who decides; None where nobody has to."""
    return None if item is None else compile_approval(checker, where, item)


def compile_approval(checker: Checker, where: str, item: Mapping[str, Json], *, otherwise: str = "approve") -> Approval:
    """Return who decides, and what happens when nobody does."""
    people = checker.section("people")
    for i, person in enumerate(item["by"]):
        checker.known(f"{where}.by[{i}]", person, people, "person")
    for person in item.get("limits", {}):
        checker.known(f"{where}.limits.{person}", person, item["by"], "approver")
    return Approval(
        by=tuple(item["by"]),
        within=checker.length(f"{where}.within", item.get("within")) or timedelta(hours=4),
        otherwise_approved=item.get("otherwise", otherwise) == "approve",
        limits={person: float(amount) for person, amount in item.get("limits", {}).items()},
    )


def spoken(conduct: Conduct) -> Iterator[tuple[str, str]]:
    """Return the templates that a case itself speaks by, each with its place in the policy."""
    if conduct.customer.holding:
        yield "updates.holding", conduct.customer.holding
    if conduct.resolution:
        yield "resolution.ask", conduct.resolution.ask
        if conduct.resolution.chase:
            yield "resolution.remind", conduct.resolution.chase
    if conduct.follow_up and conduct.follow_up.note:
        yield "follow_up.note", conduct.follow_up.note
