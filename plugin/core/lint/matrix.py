"""Rows of the matrix that are never taken, and rules that no row was written for."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from plugin.core.lint.findings import Code, Finding, finding
from plugin.core.lint.outlook import Outlook
from plugin.core.model import Severity
from plugin.core.policy import ANY, MatrixRow

#: What one row may be taken for: an issue type, and a severity.
_Cell = tuple[str, Severity]


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
    rows = outlook.policy.matrix
    types = {row.issue_type for row in rows} | {view.rule.issue_type for view in outlook.rules} | {ANY}
    owners: dict[_Cell, int] = {}
    for i, row in enumerate(rows):
        cells = [(t, s) for t in types for s in Severity if _fits(row, t, s)]
        free = [cell for cell in cells if owners.setdefault(cell, i) == i]
        twin = next((j for j in range(i) if _head(rows[j]) == _head(row)), None)
        if twin is not None:
            message = f"speaks of {_named(row)} as matrix[{twin}] does, which is taken first; join the two"
            yield finding(Code.DUPLICATE_ROW, f"matrix[{i}]", message)
        elif not free:
            earlier = ", ".join(f"matrix[{j}]" for j in sorted({owners[cell] for cell in cells}))
            message = f"{_named(row)} is never taken: {earlier} before it takes all; move this row up, or out"
            yield finding(Code.SHADOWED_ROW, f"matrix[{i}]", message)


def _fits(row: MatrixRow, issue_type: str, severity: Severity) -> bool:
    """Return True if the row takes the cell; the type `*` stands for all that nobody names."""
    return row.issue_type in (ANY, issue_type) and row.severity in (None, severity)


def _head(row: MatrixRow) -> tuple[str, Severity | None]:
    return row.issue_type, row.severity


def _named(row: MatrixRow) -> str:
    return f"{row.issue_type} at {row.severity or 'any severity'}"


def _unreached(outlook: Outlook) -> Iterator[Finding]:
    """Find rows of which no rule speaks; the catch-all row need not be."""
    cells = {(view.rule.issue_type, view.rule.severity) for view in outlook.rules}
    reached = {view.row_place for view in outlook.rules}
    for i, row in enumerate(outlook.policy.matrix[:-1]):
        if f"matrix[{i}]" in reached or any(row.fits(*cell) for cell in cells):
            continue
        near = get_close_matches(row.issue_type, sorted({issue for issue, _ in cells}), n=1)
        hint = f'; did you mean "{near[0]}"?' if near and near[0] != row.issue_type else ""
        message = f"no rule escalates as {_named(row)}{hint or '; add the rule, or take the row out'}"
        yield finding(Code.UNREACHED_ROW, f"matrix[{i}]", message)


def _fallen_through(outlook: Outlook) -> Iterator[Finding]:
    """Find rules that only the catch-all row takes; a matrix of one row is meant to take all."""
    rows = outlook.policy.matrix
    for view in outlook.rules if len(rows) > 1 else ():
        if view.row_place != f"matrix[{len(rows) - 1}]":
            continue
        issue_type, severity = view.rule.issue_type, view.rule.severity
        near = get_close_matches(issue_type, sorted({row.issue_type for row in rows} - {issue_type, ANY}), n=1)
        remedy = f'did you mean "{near[0]}"?' if near else "add a row, or leave it if the last one is meant"
        message = f"{view} escalates as {issue_type} at {severity}, for which only the catch-all row is there; {remedy}"
        yield finding(Code.CATCH_ALL, f"{view.place}.escalate", message)
