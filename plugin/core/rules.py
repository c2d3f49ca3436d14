"""From a policy document to a Policy, or to every mistake in it at once.

Rule 1: the document has passed `schemas/policy.schema.json`; what is checked here is what a schema cannot say.
Rule 2: an error names the place, what was found and the nearest known word.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any as Json
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connectors.model import Mode
from plugin.core import templates
from plugin.core.conditions import OPERATORS, UNARY, All, Any, Condition, Nothing, Test, is_number
from plugin.core.durations import duration
from plugin.core.facts import CLOCKS, FIELDS, OPEN_PREFIXES
from plugin.core.model import Severity
from plugin.core.policy import ANY, Known, MatrixRow, Policy, Rule, Wishes
from plugin.core.problems import Problem, Problems, unknown_word

_COMBINATIONS: Mapping[str, Callable[[tuple[Condition, ...]], Condition]] = {
    "all": All,
    "any": Any,
    "none": Nothing,
}
_CLOCK_OPERATORS = ("at_least", "at_most", "more_than", "less_than", "present", "absent")
_LIST_OPERATORS = ("in", "not_in", "contains_any", "contains_all", "contains_none")
_TEXT_OPERATORS = ("mentions", "mentions_none")
_NUMBER_OPERATORS = ("at_least", "at_most", "more_than", "less_than")
_T = TypeVar("_T")


class _Checker:
    """Collects every mistake while the policy is built."""

    def __init__(self, document: Mapping[str, Json]) -> None:
        self.document = document
        self.found: list[Problem] = []

    def says(self, where: str, message: str) -> None:
        self.found.append(Problem(where=where, message=message))

    def known(self, where: str, word: str | None, words: Mapping[str, object], what: str) -> None:
        if word is not None and word not in words:
            self.says(where, unknown_word(word, words, what=what))

    def length(self, where: str, text: str | None) -> timedelta | None:
        try:
            return None if text is None else duration(text)
        except ValueError as problem:
            self.says(where, str(problem))
            return None

    def table(self, section: str, build: Callable[[str, Json], _T]) -> tuple[_T, ...]:
        return tuple(build(f"{section}[{i}]", item) for i, item in enumerate(self.document.get(section, [])))


def compile_policy(document: Mapping[str, Json]) -> Policy:
    """Return the policy, or raise Problems with every mistake found."""
    checker = _Checker(document)
    policy = Policy(
        version=version_of(document),
        name=document.get("name", "policy"),
        rules=checker.table("rules", lambda where, item: _rule(checker, where, item)),
        matrix=checker.table("matrix", lambda where, item: _row(checker, where, item)),
        people=_known(document.get("people", {})),
        groups=_known(document.get("groups", {})),
        templates=document.get("templates", {}),
        zone=_zone(checker, document.get("time_zone", "UTC")),
    )
    _check_whole(checker, policy)
    if checker.found:
        raise Problems("The policy has mistakes:", checker.found)
    return policy


def version_of(document: Mapping[str, Json]) -> str:
    """Return a short hash of what the document says, whatever its layout."""
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def _zone(checker: _Checker, name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of zones, a name too long
        checker.says("time_zone", f'found "{name}", expected an IANA time zone such as Europe/Lisbon')
        return ZoneInfo("UTC")


def _known(entries: Mapping[str, Json]) -> dict[str, Known]:
    return {
        key: Known(key=key, name=item["name"], ids={k: str(v) for k, v in item["ids"].items()})
        for key, item in entries.items()
    }


def _rule(checker: _Checker, where: str, item: Mapping[str, Json]) -> Rule:
    return Rule(
        name=item["name"],
        condition=_condition(checker, f"{where}.when", item["when"]),
        issue_type=item["escalate"]["issue_type"],
        severity=Severity(item["escalate"]["severity"]),
        mode=Mode(item.get("mode", "enforce")),
        priority=item.get("priority", 0),
        wishes=_wishes(checker, f"{where}.changes", item.get("changes", {})),
    )


def _row(checker: _Checker, where: str, item: Mapping[str, Json]) -> MatrixRow:
    targets = item.get("targets", {})
    lengths = {
        name: checker.length(f"{where}.targets.{name}", targets.get(name))
        for name in ("acknowledge", "update_every", "resolve")
    }
    checker.known(f"{where}.owner", item["owner"], checker.document.get("people", {}), "person")
    return MatrixRow(
        issue_type=item["issue_type"],
        severity=None if item["severity"] == ANY else Severity(item["severity"]),
        owner=item["owner"],
        wishes=_wishes(checker, f"{where}.changes", item.get("changes", {})),
        **lengths,
    )


def _wishes(checker: _Checker, where: str, item: Mapping[str, Json]) -> Wishes:
    people, groups = checker.document.get("people", {}), checker.document.get("groups", {})
    texts = checker.document.get("templates", {})
    checker.known(f"{where}.assignee", item.get("assignee"), {**people, "owner": 0, "keep": 0}, "person")
    checker.known(f"{where}.group", item.get("group"), groups, "group")
    for i, person in enumerate(item.get("followers", [])):
        checker.known(f"{where}.followers[{i}]", person, people, "person")
    for name in ("internal_note", "public_comment"):
        checker.known(f"{where}.{name}", item.get(name), texts, "template")
    return Wishes(
        tags=tuple(item.get("tags", ())),
        followers=tuple(item.get("followers", ())),
        **{k: v for k, v in item.items() if k not in ("tags", "followers")},
    )


def _condition(checker: _Checker, where: str, item: Mapping[str, Json]) -> Condition:
    for word, combine in _COMBINATIONS.items():
        if word in item:
            return combine(
                tuple(_condition(checker, f"{where}.{word}[{i}]", part) for i, part in enumerate(item[word]))
            )
    return _test(checker, where, item)


def _test(checker: _Checker, where: str, item: Mapping[str, Json]) -> Test:
    field, operator, value = item["field"], item["operator"], item.get("value")
    if field not in FIELDS and not any(field.startswith(p) and field != p for p in OPEN_PREFIXES):
        checker.says(
            f"{where}.field",
            unknown_word(field, (*FIELDS, *(f"{p}<id>" for p in OPEN_PREFIXES)), what="field"),
        )
    if operator not in OPERATORS:
        checker.says(f"{where}.operator", unknown_word(operator, OPERATORS, what="operator"))
    elif operator not in UNARY and "value" not in item:
        checker.says(where, f'operator "{operator}" needs a "value"')
    elif operator in _LIST_OPERATORS and not isinstance(value, list):
        checker.says(f"{where}.value", f'found {json.dumps(value)}, but "{operator}" expects a list')
    elif operator in _TEXT_OPERATORS and not all(isinstance(v, str) for v in _several(value)):
        checker.says(f"{where}.value", f'found {json.dumps(value)}, but "{operator}" expects text or a list of it')
    elif operator in _NUMBER_OPERATORS and field not in CLOCKS and not is_number(value):
        checker.says(f"{where}.value", f'found {json.dumps(value)}, but "{operator}" expects a number for {field}')
    elif field in CLOCKS:
        value = _clock_value(checker, where, operator, value)
    return Test(field, operator, tuple(value) if isinstance(value, list) else value)


def _several(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _clock_value(checker: _Checker, where: str, operator: str, value: object) -> object:
    if operator not in _CLOCK_OPERATORS:
        words = ", ".join(_CLOCK_OPERATORS)
        checker.says(f"{where}.operator", f'found "{operator}", but a clock is compared with one of: {words}')
        return None
    try:
        return None if operator in UNARY else duration(value)
    except ValueError as problem:
        checker.says(f"{where}.value", str(problem))
        return None


def _check_whole(checker: _Checker, policy: Policy) -> None:
    """Check what only the whole document can tell."""
    for name, places in _repeated(rule.name for rule in policy.rules):
        checker.says(f"rules[{places[-1]}].name", f'"{name}" is already the name of rules[{places[0]}]')
    if not any(row.issue_type == ANY and row.severity is None for row in policy.matrix):
        checker.says("matrix", 'no catch-all row; add {"issue_type": "*", "severity": "*", "owner": …} at the end')
    for i, row in enumerate(policy.matrix[:-1]):
        if row.issue_type == ANY and row.severity is None:
            checker.says(f"matrix[{i}]", "the catch-all row hides every row after it; move it to the end")
    for name, text in policy.templates.items():
        for problem in templates.mistakes(text):
            checker.says(f"templates.{name}", problem)


def _repeated(names: Iterator[str]) -> Iterator[tuple[str, list[int]]]:
    places: dict[str, list[int]] = {}
    for i, name in enumerate(names):
        places.setdefault(name, []).append(i)
    return ((name, where) for name, where in places.items() if len(where) > 1)
