"""Fields that can have only certain values: another word in a policy is a slip of the pen.

Rule 1: a tag has no blank and no comma, so one that is written with them is never found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from connectors.model import PRIORITIES, EventKind, Party, Status
from plugin.core.problems import unknown_word

#: What a value is called, and which there are. Jira's priorities are a team's own: they are not here.
CLOSED_SETS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "ticket.status": ("status", tuple(Status)),
    "ticket.priority": ("priority", PRIORITIES),
    "event.kind": ("kind of event", tuple(EventKind)),
    "event.by": ("party", tuple(party for party in Party if party is not Party.UNKNOWN)),
}


#: Fields whose values are tags, and the operators that ask for whole ones.
_TAGS = ("ticket.tags", "requester.tags", "organization.tags")
_WHOLE = ("contains", "contains_any", "contains_all", "contains_none")
_NO_TAG = re.compile(r"[\s,]")


def strangers(field: str, value: object, where: str) -> Iterator[tuple[str, str]]:
    """Yield the place and what is wrong for each text that the field can never have."""
    what, words = CLOSED_SETS.get(field, ("", ()))
    for place, one in _texts(value, where) if words else ():
        if one.casefold() not in words:
            yield place, unknown_word(one, words, what=what)


def no_tags(field: str, operator: str, value: object, where: str) -> Iterator[tuple[str, str]]:
    """Yield the place and what is wrong for each text that is asked for as a tag and can be none."""
    for place, one in _texts(value, where) if field in _TAGS and operator in _WHOLE else ():
        if _NO_TAG.search(one):
            yield place, f'found "{one[:80]}", expected one tag, without blanks and commas'


def _texts(value: object, where: str) -> Iterator[tuple[str, str]]:
    several = isinstance(value, (list, tuple))
    for i, one in enumerate(value if isinstance(value, (list, tuple)) else (value,)):
        if isinstance(one, str):
            yield (f"{where}[{i}]" if several else where), one
