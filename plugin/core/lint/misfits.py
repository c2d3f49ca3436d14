"""Tests that do not say what they seem to: the operator is another field's, or the value one the field never has.

Rule 1: each single test is looked at by itself, wherever in a condition it stands.
Rule 2: only what holds on every platform is told.
"""

from __future__ import annotations

from collections.abc import Iterator

from plugin.core.clocks import Share
from plugin.core.conditions import TEXTS, Test
from plugin.core.facts import CASE_COUNTS, COUNTS
from plugin.core.lint.candidates import LISTS
from plugin.core.lint.findings import Code, Finding, finding
from plugin.core.lint.literals import leaves, shown
from plugin.core.lint.outlook import Outlook
from plugin.core.names import TICKET_FIELDS
from plugin.core.operators import CHANGES
from plugin.core.recurrence import Pattern, Recurrence

_CONTAINS = frozenset({"contains", "contains_any", "contains_all", "contains_none"})
_FINDING = frozenset({"mentions", "mentions_none", "matches", "matches_none"})
_IDS = frozenset(f"ticket.{name}" for name in ("group", "assignee", "requester", "organization", "brand", "form"))
#: Texts of which hardly a pattern finds all, unless it finds everything.
_PROBES = ("", "a", "0 \N{WHITE SQUARE}", "Z\n-")
#: A code and what is to be told.
_Told = tuple[Code, str]


def misfits(outlook: Outlook) -> Iterator[Finding]:
    """Return the tests that do not say what they seem to."""
    for view in outlook.rules:
        for place, test in leaves(view.rule.condition, f"{view.place}.when"):
            told = _of_count(test) if isinstance(test, Recurrence) else _of_test(test)
            yield from (finding(code, place, message) for code, message in told)


def _of_count(test: Recurrence) -> Iterator[_Told]:
    if (test.operator, test.value) == ("at_least", 0):
        yield Code.ALWAYS_PASSES, "at least 0 others always are there; write at least 1 to want another ticket"


def _of_test(test: Test) -> Iterator[_Told]:
    field, operator = test.field, test.operator
    if field in TEXTS and operator in _CONTAINS:
        instead = "mentions_none" if operator == "contains_none" else "mentions"
        yield Code.CONTAINS_IN_TEXT, f"{operator} compares with the whole of {field}; use {instead} to look for words"
    if operator in _FINDING and (field in LISTS or field in _IDS or field in (*COUNTS, *CASE_COUNTS)):
        yield Code.WORDS_IN_NO_TEXT, f"{operator} looks into texts, and {field} is none; use {_instead(field)}"
    if operator in CHANGES and _never_told(field):
        yield Code.CHANGE_NEVER_TOLD, f"no event tells that {field} changed; ask what it is, or for event.kind"
    yield from _of_value(test)


def _instead(field: str) -> str:
    if field in LISTS:
        return "contains or contains_any"
    return "is or in" if field in _IDS else "at_least or at_most"


def _never_told(field: str) -> bool:
    return field not in TICKET_FIELDS and not field.startswith("ticket.fields.")


def _of_value(test: Test) -> Iterator[_Told]:
    if isinstance(test.ready, Pattern) and all(test.ready.find(text) for text in _PROBES):
        yield Code.FINDS_EVERYTHING, f'the pattern "{shown(test.value)}" finds every text; make it need a letter'
    if test.field in (*COUNTS, *CASE_COUNTS) and (test.operator, str(test.value)) in _ANY_COUNT:
        yield Code.ALWAYS_PASSES, f"every ticket has {test.field} {test.operator} {test.value}; take it out, or write 1"
    if test.field == "requester.language" and (region := _region(test.value)):
        base = region.replace("_", "-").partition("-")[0]
        told = f'requester.language is "{base}" also for "{region}"; write "{base}", or ask for requester.locale'
        yield Code.LANGUAGE_WITH_REGION, told
    if isinstance(test.value, Share) and test.value.of is None and test.field.endswith(".consumed"):
        told = f'{test.field} needs "of" where the helpdesk does not tell the whole target, as Zendesk; add it'
        yield Code.SHARE_OF_UNKNOWN, told


#: Comparisons that any count passes.
_ANY_COUNT = frozenset({("at_least", "0"), ("more_than", "-1")})


def _region(value: object) -> str | None:
    """Return the first language that is written with its region."""
    values = value if isinstance(value, tuple) else (value,)
    return next((one for one in values if isinstance(one, str) and ("-" in one or "_" in one)), None)
