"""What stands in the file and is named by nothing, and texts that lack a language.

Rule 1: a name counts as used wherever the document has it in a place that can mean it.
Rule 2: PLACES has every key of the schema at which a name may stand; `tests/house/test_named_places.py` sees to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any as Json

from plugin.core.facts import DUE_FIELDS
from plugin.core.lint.findings import Code, Finding, finding
from plugin.core.lint.outlook import Outlook
from plugin.core.texts.languages import normal

#: The keys of the document at which a name of each section stands.
PLACES: Mapping[str, tuple[str, ...]] = {
    "people": (
        *("owner", "assignee", "admin", "manager", "deputy", "person"),
        *("watchers", "followers", "people", "lead"),
        *("round_robin", "least_loaded", "manager_of"),
        *("by", "who"),
    ),
    "groups": ("group", "lead_of"),
    "templates": (
        *("internal_note", "public_comment", "answer", "tell_customer"),
        *("ask", "remind", "holding", "note"),
        *("subject", "text"),
    ),
    "calendars": ("calendar", "send_window"),
    "ladders": ("ladder",),
    "rotas": ("rota",),
    "destinations": ("tell",),
    "entities": ("recurrence", "distinct"),
    "fields": ("custom_fields", "pause_when", "field", "in", "state_fields", "show_in"),
}
_WORDS = {"people": "person", "entities": "entity"}
#: Fields by whose values a condition may name people and groups.
_NAMING = {"ticket.assignee": "assignee", "ticket.requester": "person", "ticket.group": "group"}
#: Keys whose objects have names of fields as keys.
_KEYED = ("custom_fields", "pause_when")
#: Keys whose objects have lists of names as values.
_LISTED = ("who",)
_FIELDS = ("ticket.fields.", DUE_FIELDS)


def unused(outlook: Outlook) -> Iterator[Finding]:
    """Return entries that nothing names."""
    named: dict[str, set[str]] = {}
    for key, name in _names(outlook.document):
        named.setdefault(key, set()).add(name)
    named.setdefault("owner", set()).update(_fitting(outlook))
    for section, keys in PLACES.items():
        used = set().union(*(named.get(key, set()) for key in keys))
        for name, entry in (outlook.document.get(section) or {}).items():
            if not used & {name, *_ids(entry)}:
                message = f'the {_WORDS.get(section, section[:-1])} "{name}" is used nowhere; take it out, or name it'
                yield finding(Code.UNUSED, f"{section}.{name}", message)


def _fitting(outlook: Outlook) -> Iterator[str]:
    """Yield who may be chosen although no list names them."""
    for choice in outlook.policy.choices:
        yield from choice.roster.fitting(outlook.policy.people, None) if choice.roster else ()


def _ids(entry: Json) -> set[str]:
    """Return by what else a condition may name an entry."""
    ids = entry.get("ids") if isinstance(entry, Mapping) else None
    return {str(id_) for id_ in ids.values()} if isinstance(ids, Mapping) else set()


def _names(item: Json) -> Iterator[tuple[str, str]]:
    """Yield every word of the document with the key it stands at."""
    for part in item if isinstance(item, list) else ():
        yield from _names(part)
    for key, value in item.items() if isinstance(item, Mapping) else ():
        yield from ((key, _bare(word)) for word in _words(value))
        yield from ((key, _bare(word)) for word in value) if key in _KEYED and isinstance(value, Mapping) else ()
        yield from ((key, word) for words in value.values() for word in words) if key in _LISTED else ()
        yield from _names(value)
    yield from _paused(item.get("pause_when") if isinstance(item, Mapping) else None)
    if isinstance(item, Mapping) and item.get("field") in _NAMING:
        yield from ((_NAMING[item["field"]], word) for word in _words(item.get("value")))


def _paused(by_field: Json) -> Iterator[tuple[str, str]]:
    """Yield the people and groups by whom a clock stands still."""
    for field, value in by_field.items() if isinstance(by_field, Mapping) else ():
        yield from ((_NAMING[field], word) for word in _words(value)) if field in _NAMING else ()


def _words(value: Json) -> Iterator[str]:
    """Return a text, the texts of a list, or those of an object."""
    if isinstance(value, str | int):
        yield str(value)
    elif isinstance(value, list):
        yield from (str(word) for word in value if isinstance(word, str | int))
    elif isinstance(value, Mapping):
        yield from (word for word in value.values() if isinstance(word, str))


def _bare(word: str) -> str:
    """Return the policy's own word in a field's name."""
    return next((word.removeprefix(prefix) for prefix in _FIELDS if word.startswith(prefix)), word)


def languages(outlook: Outlook) -> Iterator[Finding]:
    """Return texts that lack a language which others have; forms of one language count as one."""
    texts = {name: {_base(one) for one in by} for name, by in outlook.policy.texts.by_name.items()}
    every: set[str] = set().union(*texts.values())
    for name, has in texts.items():
        if lacking := sorted(every - has):
            message = f"there is no text in {', '.join(lacking)}, which other templates have; readers get another one"
            yield finding(Code.LANGUAGE_MISSING, f"templates.{name}", message)


def _base(language: str) -> str:
    return normal(language).partition("-")[0]
