"""Known issues of a policy document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any as Json

from plugin.core.compiling.checker import Checker
from plugin.core.compiling.reading import Reader
from plugin.core.known_issues import KnownIssue
from plugin.core.model import Severity
from plugin.core.policy import Policy
from plugin.core.promised import promised_at
from plugin.core.texts.template_values import SAMPLE
from plugin.core.texts.texts import Use

#: Rules of this severity or a milder one are held back, where an issue does not say.
UP_TO = Severity.SEV3
#: What there is no value of while there is no case.
_OF_A_CASE = ("owner", "case", "remedies", "problem")


def compile_known_issues(checker: Checker, policy: Policy) -> tuple[KnownIssue, ...]:
    """Return the known issues; their mistakes are noted."""
    found = checker.table("known_issues", lambda where, item: _issue(checker, where, item, policy))
    checker.once("known_issues", "name", [one.name for one in found])
    return found


def _issue(checker: Checker, where: str, item: Mapping[str, Json], policy: Policy) -> KnownIssue:
    for key in ("answer", "tell_customer"):
        checker.known(f"{where}.{key}", item.get(key), checker.section("templates"), "template")
    return KnownIssue(
        name=item["name"],
        condition=Reader(checker, policy, None).condition(f"{where}.when", item["when"]),
        answer=item["answer"],
        tell_customer=item.get("tell_customer"),
        tags=tuple(dict.fromkeys(tag.lower() for tag in item.get("tags", ()))),
        up_to=Severity(item.get("up_to", UP_TO)),
        problem={connection: str(id_) for connection, id_ in item.get("problem", {}).items()},
        until=_until(checker, f"{where}.until", item.get("until"), policy),
    )


def _until(checker: Checker, where: str, told: str | None, policy: Policy) -> datetime | None:
    until = promised_at(told, policy.zone)
    if told is not None and until is None:
        checker.says(where, f'found "{told[:80]}", expected a day such as 2026-12-31, or a date-time')
    return until


def uses_of_issues(policy: Policy) -> Iterator[Use]:
    """Return every template with each known issue that uses it, and values as they would be there."""
    sample = {name: value for name, value in SAMPLE.items() if name not in _OF_A_CASE}
    for i, issue in enumerate(policy.known_issues):
        for key in ("answer", "tell_customer"):
            if (name := getattr(issue, key)) in policy.texts.by_name:
                values = {**sample, "known_issue": {"name": issue.name}}
                yield Use(template=name, place=f"known_issues[{i}].{key}", values=values)
