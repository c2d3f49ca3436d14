"""Rows of the matrix that are never taken, and rules that no row was written for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import product

from plugin.core.lint.findings import Code, Finding, finding
from plugin.core.lint.outlook import Outlook
from plugin.core.model import Severity
from plugin.core.policy import ANY, MatrixRow

#: What one row may be taken for: an issue type, and a severity.
_Cell = tuple[str, Severity]
_Head = tuple[str, Severity | None]
#: Earlier rows that one finding names, and pairs of words that are compared to find what was meant.
MOST_LISTED, MOST_COMPARED = 5, 20_000


def matrix(outlook: Outlook) -> Iterator[Finding]:
    """Return what is wrong with the matrix, and between it and the rules."""
    yield from _taken(outlook)
    yield from _unreached(outlook)
    yield from _fallen_through(outlook)
    last = len(outlook.policy.matrix) - 1
    if outlook.policy.matrix[last].wishes.public_comment and last:
        message = "the catch-all row writes to the customer, also for rules nobody thought of; leave that to other rows"
        yield finding(Code.PUBLIC_CATCH_ALL, f"matrix[{last}].changes.public_comment", message)


def _taken(outlook: Outlook) -> Iterator[Finding]:
    """Find rows for which nothing is left: earlier ones take all."""
    types = {row.issue_type for row in outlook.policy.matrix} | {view.rule.issue_type for view in outlook.rules} | {ANY}
    owners: dict[_Cell, int] = {}
    heads: dict[_Head, int] = {}
    for i, row in enumerate(outlook.policy.matrix):
        twin = heads.setdefault(_head(row), i)
        if twin != i:
            message = f"speaks of {_named(row)} as matrix[{twin}] does, which is taken first; join the two"
            yield finding(Code.DUPLICATE_ROW, f"matrix[{i}]", message)
            continue
        cells = list(_cells(row, types))
        if not [cell for cell in cells if owners.setdefault(cell, i) == i]:
            earlier = _listed(sorted({owners[cell] for cell in cells}))
            message = f"{_named(row)} is never taken: {earlier} before it takes all; move this row up, or out"
            yield finding(Code.SHADOWED_ROW, f"matrix[{i}]", message)


def _cells(row: MatrixRow, types: Iterable[str]) -> Iterator[_Cell]:
    """Yield what the row takes; the type `*` stands for all that nobody names."""
    severities = tuple(Severity) if row.severity is None else (row.severity,)
    return product(types if row.issue_type == ANY else (row.issue_type,), severities)


def _listed(places: list[int]) -> str:
    told = ", ".join(f"matrix[{j}]" for j in places[:MOST_LISTED])
    return told if len(places) <= MOST_LISTED else f"{told} and {len(places) - MOST_LISTED} more"


def _head(row: MatrixRow) -> _Head:
    return row.issue_type, row.severity


def _named(row: MatrixRow) -> str:
    return f"{row.issue_type} at {row.severity or 'any severity'}"


def _unreached(outlook: Outlook) -> Iterator[Finding]:
    """Find rows of which no rule speaks, and no agent's request; the catch-all row need not be."""
    cells = {(view.rule.issue_type, view.rule.severity) for view in outlook.rules}
    asked = {(outlook.policy.conduct.requests.issue_type, severity) for severity in Severity}
    reached = {head for issue, severity in cells | asked for head in product((issue, ANY), (severity, None))}
    meant = _Meant(sorted({issue for issue, _ in cells}))
    for i, row in enumerate(outlook.policy.matrix[:-1]):
        if _head(row) not in reached:
            near = meant.by(row.issue_type)
            hint = f'; did you mean "{near}"?' if near else "; add the rule, or take the row out"
            yield finding(Code.UNREACHED_ROW, f"matrix[{i}]", f"no rule escalates as {_named(row)}{hint}")


def _fallen_through(outlook: Outlook) -> Iterator[Finding]:
    """Find rules that only the catch-all row takes; a matrix of one row is meant to take all."""
    rows = outlook.policy.matrix
    meant = _Meant(sorted({row.issue_type for row in rows} - {ANY}))
    for view in outlook.rules if len(rows) > 1 else ():
        if view.row_place != f"matrix[{len(rows) - 1}]":
            continue
        issue_type, severity = view.rule.issue_type, view.rule.severity
        near = meant.by(issue_type)
        remedy = f'did you mean "{near}"?' if near else "add a row, or leave it if the last one is meant"
        message = f"{view} escalates as {issue_type} at {severity}, for which only the catch-all row is there; {remedy}"
        yield finding(Code.CATCH_ALL, f"{view.place}.escalate", message)


@dataclass(slots=True)
class _Meant:
    """The word that somebody probably meant; after so many comparisons none is looked for."""

    words: Sequence[str]
    compared: int = 0

    def by(self, word: str) -> str | None:
        """Return another word near this one."""
        if self.compared + len(self.words) > MOST_COMPARED:
            return None
        self.compared += len(self.words)
        near = get_close_matches(word, (one for one in self.words if one != word), n=1)
        return near[0] if near else None
