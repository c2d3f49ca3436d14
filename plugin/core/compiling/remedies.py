"""Remedies of a policy document.

Rule: a remedy's tag is an agent's word that it was given; one that the policy itself writes would say so by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any as Json

from plugin.core.compiling.checker import Checker
from plugin.core.compiling.reading import Reader
from plugin.core.policy import Policy
from plugin.core.remedies import AtMost, Remedy


def compile_remedies(checker: Checker, policy: Policy) -> tuple[Remedy, ...]:
    """Return the remedies; their mistakes are noted."""
    found = checker.table("remedies", lambda where, item: _remedy(checker, where, item, policy))
    checker.once("remedies", "name", [one.name for one in found])
    checker.once("remedies", "tag", [one.tag for one in found])
    return found


def _remedy(checker: Checker, where: str, item: Mapping[str, Json], policy: Policy) -> Remedy:
    types = [rule.issue_type for rule in policy.rules]
    for i, word in enumerate(item.get("issue_types", ())):
        checker.known(f"{where}.issue_types[{i}]", word, types, "issue type")
    tag = item["tag"].lower()
    if tag in _written(policy):
        checker.says(f"{where}.tag", f'the policy itself writes the tag "{tag}"; choose one that only agents add')
    when = item.get("when")
    return Remedy(
        name=item["name"],
        kind=item["kind"],
        tag=tag,
        amount=str(item.get("amount", "")),
        issue_types=frozenset(item.get("issue_types", ())),
        condition=Reader(checker, policy, None).condition(f"{where}.when", when) if when else None,
        at_most=_at_most(checker, f"{where}.at_most", item.get("at_most")),
    )


def _at_most(checker: Checker, where: str, item: Mapping[str, Json] | None) -> AtMost | None:
    within = checker.length(f"{where}.within", item["within"]) if item else None
    return AtMost(times=item["times"], within=within) if item and within else None


def _written(policy: Policy) -> frozenset[str]:
    """Return every tag that the policy writes."""
    wishes = [*(rule.wishes for rule in policy.rules), *(row.wishes for row in policy.matrix)]
    tags = {tag.lower() for one in wishes for tag in (*one.tags, *([one.sla_tag] if one.sla_tag else ()))}
    return frozenset(tags.union(*(one.tags for one in policy.known_issues)))
