"""From a policy document to a Policy, or to every mistake in it at once.

Rule 1: the document has passed `schemas/policy.schema.json`; what is checked here is what a schema cannot say.
Rule 2: an error names the place, what was found and the nearest known word.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any as Json
from zoneinfo import ZoneInfo

from plugin.core.compiling.audiences import compile_audiences
from plugin.core.compiling.checker import Checker
from plugin.core.compiling.conducting import compile_conduct, spoken
from plugin.core.compiling.entities import compile_entities
from plugin.core.compiling.known_issues import compile_known_issues, uses_of_issues
from plugin.core.compiling.openings import texts_of_openings
from plugin.core.compiling.owners import check_leads
from plugin.core.compiling.remedies import compile_remedies
from plugin.core.compiling.rows import asks_of, compile_row, compile_rule, compile_steps, moves_of, needs_of, with_needs
from plugin.core.compiling.tidings import PER_MINUTE, SECTION, tidings, uses_of_tidings
from plugin.core.conditions import Condition, Test, leaves
from plugin.core.duty.contacts import compile_people
from plugin.core.duty.rotas import compile_rotas
from plugin.core.opening_hours.calendars import compile_calendars
from plugin.core.opening_hours.wall_clock import zone_named
from plugin.core.policy import ANY, Beside, Known, MatrixRow, Policy
from plugin.core.problems import Problems
from plugin.core.recurrence import Recurrence
from plugin.core.texts.template_values import SAMPLE
from plugin.core.texts.texts import Use, check_uses, compile_texts

#: The tag that keeps the policy off a ticket, where the policy names none of its own.
OPT_OUT = "no_escalation"


def compile_policy(document: Mapping[str, Json]) -> Policy:
    """Return the policy, or raise Problems with every mistake found."""
    checker = Checker(document)
    zone = _zone(checker, document.get("time_zone", "UTC"))
    calendars = compile_calendars(checker.section("calendars"), checker.says)
    people = compile_people(checker.section("people"), checker.says, calendars, zone)
    hours = {name: calendar.schedule for name, calendar in calendars.items()}
    ladders = {key: compile_steps(checker, f"ladders.{key}", item) for key, item in checker.section("ladders").items()}
    matrix = checker.table("matrix", lambda where, item: compile_row(checker, where, item, ladders))
    policy = Policy(
        version=version_of(document),
        name=document.get("name", "policy"),
        rules=(),
        matrix=matrix,
        people=people,
        zone=zone,
        groups=_known(checker.section("groups")),
        fields=_known(checker.section("fields")),
        entities=compile_entities(checker),
        calendars=calendars,
        rotas=compile_rotas(checker.section("rotas"), checker.says, people, hours, zone),
        ladders=ladders,
        audiences=compile_audiences(checker),
        texts=compile_texts(checker.section("templates"), checker.says, document.get("language", "en")),
        admin=document.get("admin"),
        problem_escalated=tidings(checker, "escalated"),
        problem_solved=tidings(checker, "solved"),
        told_per_minute=checker.section(SECTION).get("per_minute", PER_MINUTE),
        opt_out_tags=frozenset(tag.lower() for tag in document.get("opt_out_tags", [OPT_OUT])),
    )
    checker.known("admin", policy.admin, people, "person")
    policy = replace(policy, conduct=compile_conduct(checker, calendars))
    policy = with_needs(checker, policy)
    rules = checker.table("rules", lambda where, item: compile_rule(checker, where, item, policy))
    policy = replace(policy, rules=rules, known_issues=compile_known_issues(checker, policy))
    policy = replace(policy, remedies=compile_remedies(checker, policy))
    beside = [one.condition for one in policy.known_issues]
    beside += [one.condition for one in policy.remedies if one.condition]
    tests = [test for condition in (*(rule.condition for rule in rules), *beside) for test in leaves(condition)]
    policy = replace(policy, watched=_watched(tests), windows=_windows(tests), beside=_beside(beside, policy))
    _check_whole(checker, policy)
    if checker.found:
        raise Problems("The policy has mistakes:", checker.found)
    return policy


def version_of(document: Mapping[str, Json]) -> str:
    """Return a short hash of what the document says, whatever its layout."""
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _zone(checker: Checker, name: str) -> ZoneInfo:
    try:
        return zone_named(name)
    except ValueError as problem:
        checker.says("time_zone", str(problem))
        return ZoneInfo("UTC")


def _known(entries: Mapping[str, Json]) -> dict[str, Known]:
    return {
        key: Known(key=key, name=item.get("name", key), ids={k: str(v) for k, v in item["ids"].items()})
        for key, item in entries.items()
    }


def _watched(tests: Iterable[Condition]) -> frozenset[str]:
    """Return the fields by whose values some clock pauses."""
    return frozenset(name for test in tests if isinstance(test, Test) for name in test.timing.pause_when)


def _beside(conditions: Iterable[Condition], policy: Policy) -> Beside:
    """Return what the conditions that are no rule's ask for."""
    every = tuple(conditions)
    return Beside(
        asks=frozenset[str]().union(*(asks_of(one, policy) for one in every)),
        moves=frozenset[str]().union(*(moves_of(one) for one in every)),
    )


def _windows(tests: Iterable[Condition]) -> dict[str, timedelta]:
    """Return how far back each entity is counted."""
    windows: dict[str, timedelta] = {}
    for test in tests:
        if isinstance(test, Recurrence):
            windows[test.entity] = max(test.within, windows.get(test.entity, timedelta()))
    return windows


def _check_whole(checker: Checker, policy: Policy) -> None:
    """Check what only the whole document can tell."""
    for name, places in _repeated(rule.name for rule in policy.rules):
        checker.says(f"rules[{places[-1]}].name", f'"{name}" is already the name of rules[{places[0]}]')
    _check_matrix(checker, policy)
    _check_owners(checker, policy)
    check_leads(checker)
    checker.found.extend(check_uses(policy.texts, (*_uses(policy), *uses_of_issues(policy), *uses_of_tidings(policy))))


def _check_matrix(checker: Checker, policy: Policy) -> None:
    if not any(_takes_all(row) for row in policy.matrix):
        checker.says("matrix", 'no catch-all row; add {"issue_type": "*", "severity": "*", "owner": …} at the end')
    for i, row in enumerate(policy.matrix[:-1]):
        if _takes_all(row):
            checker.says(f"matrix[{i}]", "the catch-all row hides every row after it; move it to the end")


def _takes_all(row: MatrixRow) -> bool:
    return row.issue_type == ANY and row.severity is None


def _check_owners(checker: Checker, policy: Policy) -> None:
    """Whoever is looked up may not be there: then a person must be named who always is."""
    steps = [step for row in policy.matrix for step in row.steps]
    may_lack = any(step.owner.may_lack for step in steps) or any(person.absences for person in policy.people.values())
    if may_lack and policy.admin is None:
        checker.says("admin", "missing: name the person who owns a case when nobody of its ladder is there")


def _uses(policy: Policy) -> Iterator[Use]:
    """Return every template with each rule and row that uses it, and values as they would be there."""
    sample = {name: value for name, value in SAMPLE.items() if name not in ("known_issue", "problem")}
    named = [*spoken(policy.conduct), *texts_of_openings(policy.ladders)]
    named += [(f"{place}.ask", need.ask) for place, need in needs_of(policy.ladders) if need.ask]
    for place, name in named:
        if name in policy.texts.by_name:
            yield Use(template=name, place=place, values=sample)
    for i, rule in enumerate(policy.rules):
        number = policy.row_number(rule.issue_type, rule.severity)
        wishes = rule.wishes if number is None else rule.wishes.over(policy.matrix[number].wishes)
        case = {**SAMPLE["case"], "issue_type": rule.issue_type, "severity": rule.severity.value}
        for key in ("internal_note", "public_comment"):
            if (name := getattr(wishes, key)) in policy.texts.by_name:
                yield Use(
                    template=name,
                    place=f"rules[{i}].{key}",
                    values={**sample, "case": case, "rule": {"name": rule.name}},
                )


def _repeated(names: Iterator[str]) -> Iterator[tuple[str, list[int]]]:
    places: dict[str, list[int]] = {}
    for i, name in enumerate(names):
        places.setdefault(name, []).append(i)
    return ((name, where) for name, where in places.items() if len(where) > 1)
