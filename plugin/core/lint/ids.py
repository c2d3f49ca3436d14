"""Entries without an id for a connection: there, what names them is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from plugin.core.duty.contacts import Person
from plugin.core.lint.findings import Code, Finding, finding
from plugin.core.policy import Known, Policy


def missing_ids(policy: Policy, connection: str) -> Iterator[Finding]:
    """Return people, groups, fields and problems that a connection has no id of."""
    sections: Mapping[str, Mapping[str, Person | Known]] = {
        "people": policy.people,
        "groups": policy.groups,
        "fields": policy.fields,
    }
    for section, entries in sections.items():
        for key, entry in entries.items():
            if connection not in entry.ids:
                message = f'has no id on "{connection}", so what names it is left out there; add one'
                yield finding(Code.ID_MISSING, f"{section}.{key}.ids", message)
    for i, issue in enumerate(policy.known_issues):
        if issue.problem and connection not in issue.problem:
            message = f'has no id on "{connection}", so tickets there are not linked; add one'
            yield finding(Code.ID_MISSING, f"known_issues[{i}].problem", message)
