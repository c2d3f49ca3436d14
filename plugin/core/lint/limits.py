"""Rules without a bound, and changes of fields that nobody has named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.model import Mode
from plugin.core.lint.findings import Code, Finding, finding
from plugin.core.lint.literals import is_clock
from plugin.core.lint.outlook import Outlook, RuleView
from plugin.core.names import is_id
from plugin.core.problems import unknown_word


def limits(outlook: Outlook) -> Iterator[Finding]:
    """Return rules that may do more than is meant, or less."""
    for view in outlook.rules:
        if view.rule.mode is Mode.ENFORCE and view.rule.max_per_hour is None:
            yield from _unbounded(view)
        yield from _unknown(f"{view.place}.changes", view.rule.wishes.custom_fields, outlook)
    for i, row in enumerate(outlook.policy.matrix):
        yield from _unknown(f"matrix[{i}].changes", row.wishes.custom_fields, outlook)


def _unbounded(view: RuleView) -> Iterator[Finding]:
    remedy = 'add "max_per_hour", so that a mistake stops by itself'
    if view.wishes.public_comment:
        message = f"{view} writes to customers, on any number of tickets; {remedy}"
        yield finding(Code.PUBLIC_WITHOUT_LIMIT, view.place, message)
    elif _only_time(view):
        message = f"{view} asks for nothing but time, and may act on all old tickets at once; {remedy}"
        yield finding(Code.TIME_WITHOUT_LIMIT, view.place, message)


def _only_time(view: RuleView) -> bool:
    """Return True if nothing but time and the status decides."""
    return view.needs_time and all(
        is_clock(one.test) or getattr(one.test, "field", "") == "ticket.status" for one in view.literals
    )


def _unknown(place: str, written: Mapping[str, object], outlook: Outlook) -> Iterator[Finding]:
    """Find custom fields by a word that the policy does not have."""
    for key in written:
        if not is_id(key) and key not in outlook.policy.fields:
            said = unknown_word(key, outlook.policy.fields, what="field")
            yield finding(
                Code.UNKNOWN_FIELD,
                f"{place}.custom_fields.{key}",
                f'{said}; name it in "fields" with its id on each connection',
            )
