"""A compiled condition as plain sentences.

Rule 1: the compiled condition is what is told; the document only lends the words it was written in: a share, a
        vocabulary.
Rule 2: every field with every operator has a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any as Json

from plugin.core.conditions import All, Any, Condition, Nothing, Test
from plugin.core.facts import CLOCKS, DUE_FIELDS, DUE_TICKET, SLA
from plugin.core.recurrence import Recurrence
from plugin.core.rendering.lexicon import Lexicon
from plugin.core.rendering.page import Item
from plugin.core.rendering.timed import timed
from plugin.core.rendering.words import COMPARED, counted, length, listed, quoted, shown, times

_LEADS: Mapping[type, tuple[str, str]] = {
    All: ("all", "all of these hold:"),
    Any: ("any", "at least one of these holds:"),
    Nothing: ("none", "none of these holds:"),
}
#: `{n}` is the field, `{s}` and `{es}` make its verb fit; `{one}`, `{some}`, `{each}`, `{nor}`, `{found}` are values.
_SENTENCES: Mapping[str, str] = {
    "is": "{n} {be} {one}",
    "is_not": "{n} {be} not {one}",
    "in": "{n} {be} {some}",
    "not_in": "{n} {be} {nor}",
    "contains": "{n} include{s} {one}",
    "contains_any": "{n} include{s} {some}",
    "contains_all": "{n} include{s} {each}",
    "contains_none": "{n} include{s} {nor}",
    "mentions": "{n} mention{s} {found}",
    "mentions_none": "{n} do{es} not mention {found}",
    "matches": "{n} fit{s} the pattern {one}",
    "matches_none": "{n} do{es} not fit the pattern {one}",
    "present": "{n} {be} not empty",
    "absent": "{n} {be} empty",
    "changed": "{n} {have} just changed",
    "changed_from": "{n} {have} just changed from {some}",
    "changed_to": "{n} {have} just changed to {some}",
    "passed": "{n} {be} past",
    "not_passed": "{n} {be} still to come",
    **{operator: f"{{n}} {{be}} {words} {{one}}" for operator, words in COMPARED.items()},
}
_SPECIAL: Mapping[tuple[str, str], str] = {
    ("ticket.assignee", "present"): "somebody is assigned",
    ("ticket.assignee", "absent"): "nobody is assigned",
    ("ticket.organization", "present"): "the customer belongs to an organization",
    ("ticket.organization", "absent"): "the customer belongs to no organization",
    ("ticket.group", "absent"): "the ticket is in no group",
    ("event.kind", "absent"): "nothing happened but that time passed",
    **{("ticket.status", word): _SENTENCES[word].replace("{n}", "the ticket") for word in ("is", "is_not", "in")},
    ("ticket.status", "not_in"): "the ticket is {nor}",
    ("ticket.tags", "changed_from"): "the tag {some} has just been taken away",
    ("ticket.tags", "changed_to"): "the tag {some} has just been added",
}
_COUNTS: Mapping[str, str] = {
    "ticket.reopens": "the ticket has been reopened {}",
    "ticket.reassignments": "people have handed the ticket on to another assignee {}",
    "ticket.group_moves": "people have moved the ticket to another group {}",
    "ticket.attachments": "a file has been attached {}",
    "case.missed_promises": "nobody wrote a promised update in time {}",
    "case.handoffs": "the case has been given to somebody else {}",
    "case.reopened": "the case has been opened again {}",
}
#: So many words are told one by one; of more, some are.
_FEW, _SOME = 6, 3


def said(condition: Condition, lexicon: Lexicon, told: Mapping[str, Json] | None = None) -> Item:
    """Return a condition in words: one sentence, or a lead with its parts below it."""
    if not isinstance(condition, All | Any | Nothing):
        return Item(_leaf(condition, lexicon, told or {}))
    key, lead = _LEADS[type(condition)]
    items = (told or {}).get(key) or [None] * len(condition.parts)
    parts = tuple(said(part, lexicon, item) for part, item in zip(condition.parts, items, strict=True))
    if len(parts) == 1 and not isinstance(condition, Nothing):
        return parts[0]
    if isinstance(condition, Nothing) or len(parts) > 2 or not all(_simple(part) for part in condition.parts):
        return Item(lead, parts)
    return Item(f"{parts[0].text}, {'and' if isinstance(condition, All) else 'or'} {parts[1].text}")


def _simple(condition: Condition) -> bool:
    """Tell if a condition may stand beside another one in a sentence."""
    return not isinstance(condition, All | Any | Nothing) and not (
        isinstance(condition, Test) and condition.timing.pause_when
    )


def _leaf(condition: Condition, lexicon: Lexicon, told: Mapping[str, Json]) -> str:
    if isinstance(condition, Recurrence):
        return recurring(condition)
    assert isinstance(condition, Test), "there is no other kind of condition"
    if condition.field in (*CLOCKS, DUE_TICKET) or condition.field.startswith((SLA, DUE_FIELDS)):
        return timed(condition, lexicon, told)
    if condition.field in _COUNTS and condition.operator in COMPARED:
        often = f"{COMPARED[condition.operator]} {times(condition.value)}"
        return _COUNTS[condition.field].format(often)
    return _plain(condition, lexicon, told.get("value"))


def recurring(condition: Recurrence) -> str:
    """Return a recurrence in words."""
    often, within, entity = COMPARED[condition.operator], length(condition.within), condition.entity.replace("_", " ")
    if condition.distinct == "requester":
        many = counted(condition.value, "other customer")
        return f"{often} {many} wrote about the same {entity} within {within}"
    if condition.distinct == "ticket":
        return f"{often} {counted(condition.value, 'other ticket')} named the same {entity} within {within}"
    different = f"{condition.value:,} different values of {quoted(condition.distinct)}"
    return f"other tickets with the same {entity} named {often} {different} within {within}"


def _plain(test: Test, lexicon: Lexicon, told: object) -> str:
    template = _SPECIAL.get((test.field, test.operator), _SENTENCES[test.operator])
    noun = lexicon.noun(test.field)
    if test.value is None and test.operator in ("is", "is_not"):
        template = _SENTENCES["absent" if test.operator == "is" else "present"]
    plural = test.field.endswith(".tags")
    values = list(test.value) if isinstance(test.value, (tuple, list)) else [test.value]
    words = [lexicon.value(test.field, value) for value in values]
    return template.format(
        n=noun,
        s="" if plural else "s",
        es="" if plural else "es",
        be="are" if plural else "is",
        have="have" if plural else "has",
        one=listed(words),
        some=listed(words, "or"),
        each=words[0] if len(words) == 1 else f"each of {listed(words)}",
        nor=f"not {words[0]}" if len(words) == 1 else f"neither {listed(words, 'nor')}",
        found=_found(values, told),
    )


def _found(values: list[object], told: object) -> str:
    """Return the words a text is searched for; a vocabulary by its name and some of its words."""
    words = [shown(value) for value in values]
    if isinstance(told, Mapping):
        languages = listed(told.get("languages") or ["every language"])
        of = f"of the vocabulary {quoted(told['vocabulary'])} ({languages})"
        return f"any of {len(words)} words and phrases {of}, {_such(words)}{_own(told)}"
    if len(words) > _FEW:
        return f"any of {len(words)} words and phrases, {_such(words)}"
    return listed(words, "or")


def _such(words: Iterable[str]) -> str:
    return f"such as {listed(list(words)[:_SOME])}"


def _own(told: Mapping[str, Json]) -> str:
    added, left_out = told.get("add") or [], told.get("except") or []
    parts = [f"with {listed(map(quoted, added))} added"] if added else []
    parts += [f"without {listed(map(quoted, left_out))}"] if left_out else []
    return f", {listed(parts)}" if parts else ""
