"""Two policies compared by what they say: rules, rows and ladders in sentences, all else place by place.

Rule 1: two documents that differ at all have a difference told; what no sentence tells is told with its place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any as Json

from plugin.core.rendering.conducting import TITLES, sections, step_items
from plugin.core.rendering.draft import Draft
from plugin.core.rendering.owners import handed_on, row_cells
from plugin.core.rendering.page import Item
from plugin.core.rendering.triggers import rule_items

_COLUMNS = ("Owner", "Promised", "Written", "Followed by", "Told")
#: Tables of a document that are compared name by name, and what one of each is called.
_TABLES = {
    "people": "person",
    "groups": "group",
    "rotas": "rota",
    "destinations": "destination",
    "calendars": "calendar",
    "entities": "entity",
    "fields": "field",
    "templates": "text",
}
#: Lists whose entries have names.
_LISTS = {"known_issues": "known issue", "remedies": "remedy"}
_TOLD = frozenset({"rules", "matrix", "ladders", *_TABLES, *_LISTS, *TITLES, "$schema"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One part of a policy that is another one than before."""

    what: str  #: As `rule unanswered-4h`.
    before: tuple[str, ...] = ()  #: Lines that are gone.
    after: tuple[str, ...] = ()  #: Lines that are new.
    how: str = "changed"  #: `added`, `removed` or `changed`.


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of one policy: as a reader sees it, and as it stands in the file."""

    lines: tuple[str, ...]
    item: Json


_Parts = Mapping[str, _Part]


def differences(before: Draft, after: Draft) -> list[Difference]:
    """Return what differs, part by part."""
    found = [
        one for told in (_whole, _conduct, _rules, _rows, _ladders, _named) for one in _compared(told, before, after)
    ]
    found += [*_order("rules", before, after, _rules), *_order("matrix rows", before, after, _rows)]
    if not found and before.document != after.document:
        return [Difference(what="the file", before=_leaves(before.document), after=_leaves(after.document))]
    return found


def _compared(told: Callable[[Draft], _Parts], before: Draft, after: Draft) -> Iterator[Difference]:
    old, new = told(before), told(after)
    for what in dict.fromkeys((*old, *new)):
        if what not in new:
            yield Difference(what=what, before=old[what].lines, how="removed")
        elif what not in old:
            yield Difference(what=what, after=new[what].lines, how="added")
        elif old[what] != new[what]:
            yield _changed(what, old[what], new[what])


def _changed(what: str, old: _Part, new: _Part) -> Difference:
    """Return the lines that differ; where sentences are the same, the places in the file; at last everything."""
    for before, after in ((old.lines, new.lines), (_leaves(old.item), _leaves(new.item))):
        gone = tuple(line for line in before if line not in after)
        come = tuple(line for line in after if line not in before)
        if gone or come:
            return Difference(what=what, before=gone, after=come)
    return Difference(what=what, before=(_written(old.item),), after=(_written(new.item),))


def _order(what: str, before: Draft, after: Draft, told: Callable[[Draft], _Parts]) -> Iterator[Difference]:
    old, new = told(before), told(after)
    first, second = [name for name in old if name in new], [name for name in new if name in old]
    if first != second:
        yield Difference(what=f"order of the {what}", before=(", ".join(first),), after=(", ".join(second),))


def _whole(draft: Draft) -> _Parts:
    items = {key: value for key, value in draft.document.items() if key not in _TOLD}
    return {key: _Part((f"{key}: {_written(value)}",), value) for key, value in items.items()}


def _conduct(draft: Draft) -> _Parts:
    told = sections(draft)
    lines = {key: tuple(line for item in told.get(key, ()) for line in _indented(item, "")) for key in TITLES}
    return {key: _Part(lines[key], draft.document[key]) for key in TITLES if key in draft.document}


def _rules(draft: Draft) -> _Parts:
    parts = {}
    for rule, item in zip(draft.policy.rules, draft.document["rules"], strict=True):
        lines = [f"Description: {rule.description}"] if rule.description else []
        lines.append(f"Then: {rule.issue_type}, {rule.severity.value}")
        told = (one for one in rule_items(draft, rule, item) if one.label != "Then")  # whose owner is the matrix's word
        lines += [line for one in told for line in _indented(one, "")]
        parts[f"rule {rule.name}"] = _Part(tuple(lines), item)
    return parts


def _rows(draft: Draft) -> _Parts:
    parts: dict[str, _Part] = {}
    for row, item in zip(draft.policy.matrix, draft.document["matrix"], strict=True):
        name = f"matrix row {item['issue_type']} × {item['severity']}"  # noqa: RUF001 (the sign of a matrix)
        cells = row_cells(draft, row)[2:]
        lines = tuple(f"{word}: {line}" for word, cell in zip(_COLUMNS, cells, strict=True) for line in cell if line)
        twins = sum(other.partition(" (")[0] == name for other in parts)
        parts[f"{name} ({twins + 1})" if twins else name] = _Part(lines, item)
    return parts


def _ladders(draft: Draft) -> _Parts:
    parts = {}
    for name, steps in draft.policy.ladders.items():
        told = [(step.tier, draft.words.choice(step.owner), handed_on(step)) for step in steps]
        lines = [f"{i}. {tier}: {owner}{', ' if wait else ''}{wait}" for i, (tier, owner, wait) in enumerate(told, 1)]
        lines += [line for item in step_items(draft, name, steps) for line in _indented(item, "")]
        parts[f"ladder {name}"] = _Part(tuple(lines), draft.section("ladders")[name])
    return parts


def _named(draft: Draft) -> _Parts:
    found = ((word, key, item) for table, word in _TABLES.items() for key, item in draft.section(table).items())
    listed = ((word, item["name"], item) for key, word in _LISTS.items() for item in draft.document.get(key, ()))
    return {f"{word} {key}": _Part(_leaves(item), item) for word, key, item in (*found, *listed)}


def _indented(item: Item, indent: str) -> Iterator[str]:
    yield f"{indent}{item.label}{': ' if item.label else ''}{item.text}"
    for inner in item.inner:
        yield from _indented(inner, f"{indent}  ")


def _leaves(item: Json, place: str = "") -> tuple[str, ...]:
    """Return every value with its place."""
    if isinstance(item, Mapping) and item:
        return tuple(line for key, value in item.items() for line in _leaves(value, f"{place}.{key}" if place else key))
    if isinstance(item, list) and any(isinstance(one, (Mapping, list)) for one in item):
        return tuple(line for i, value in enumerate(item) for line in _leaves(value, f"{place}[{i}]"))
    return (f"{place}: {_written(item)}" if place else _written(item),)


def _written(value: Json) -> str:
    return value if isinstance(value, str) and "\n" not in value else json.dumps(value, ensure_ascii=False)
