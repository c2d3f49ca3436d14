"""A look at a whole policy, before it runs.

Rule 1: pure; the instant, and what a helpdesk has, are arguments.
Rule 2: every part yields findings and knows none of the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any as Json

from connectors.catalogue import Catalogue
from plugin.core.lint.beforehand import known_issues, remedies
from plugin.core.lint.conduct import deciders, prompts, request_rule, same_ids, steps, tags
from plugin.core.lint.duty import duty
from plugin.core.lint.findings import Code, Finding, Level, finding
from plugin.core.lint.ids import missing_ids
from plugin.core.lint.lacking import lacking
from plugin.core.lint.limits import limits
from plugin.core.lint.live import Helpdesk, entries, together
from plugin.core.lint.live_words import changes, conditions
from plugin.core.lint.matrix import matrix
from plugin.core.lint.misfits import misfits
from plugin.core.lint.openings import openings
from plugin.core.lint.outlook import Outlook
from plugin.core.lint.overlaps import overlaps
from plugin.core.lint.owners import owners
from plugin.core.lint.ranks import ranks
from plugin.core.lint.truth import truth
from plugin.core.lint.unused import languages, unused
from plugin.core.policy import Policy

__all__ = ["Code", "Finding", "Level", "finding", "lint", "lint_live"]

_PARTS = (
    *(truth, misfits, ranks, overlaps, limits, known_issues, remedies, matrix, owners, duty),
    *(same_ids, request_rule, tags, prompts, steps, deciders, unused, languages),
)


def lint(
    policy: Policy, document: Mapping[str, Json], *, now: datetime, connections: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """Return everything that is found, each thing once; `connections` are those that ids are needed for."""
    return tuple(dict.fromkeys(_found(Outlook(policy=policy, document=document, now=now), connections)))


def lint_live(
    policy: Policy, document: Mapping[str, Json], catalogue: Catalogue, *, connection: str, now: datetime
) -> tuple[Finding, ...]:
    """Return where the policy and what a helpdesk has do not fit together."""
    outlook, desk = Outlook(policy=policy, document=document, now=now), Helpdesk(policy, catalogue, connection)
    parts = (together, conditions, changes, openings, lacking)
    found = chain(entries(desk), *(part(outlook, desk) for part in parts))
    return tuple(dict.fromkeys(found))


def _found(outlook: Outlook, connections: Sequence[str]) -> Iterator[Finding]:
    for part in _PARTS:
        yield from part(outlook)
    for connection in connections:
        yield from missing_ids(outlook.policy, connection)
