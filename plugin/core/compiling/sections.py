"""Objects of a document, read key by key.

Rule 1: whatever stands in the document, reading it raises nothing: a mistake is told with its place, and the value is
        None or empty.
Rule 2: a key that is not known is told with the near word.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from plugin.core.problems import unknown_word

#: Takes the place and the message of a mistake.
Says = Callable[[str, str], None]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Section:
    """One object of the document."""

    where: str
    items: Mapping[str, object] = field(repr=False)
    says: Says = field(repr=False)

    def at(self, key: str) -> str:
        """Return the place of a key."""
        return f"{self.where}.{key}"

    def text(self, key: str, *, needed: bool = False) -> str | None:
        """Return a text, or None."""
        found = self.items.get(key)
        if isinstance(found, str) and found.strip():
            return found
        if key in self.items:
            self.says(self.at(key), f"found {short(found)}, expected text")
        elif needed:
            self.says(self.where, f'missing "{key}"')
        return None

    def read(self, key: str, reader: Callable[[str], _T], *, needed: bool = False) -> _T | None:
        """Return what the reader makes of a text; what it refuses with ValueError is told."""
        found = self.text(key, needed=needed)
        try:
            return None if found is None else reader(found)
        except ValueError as problem:
            self.says(self.at(key), str(problem))
            return None

    def word(self, key: str, known: Collection[str], *, what: str, needed: bool = False) -> str | None:
        """Return a text that is one of the known words."""
        found = self.text(key, needed=needed)
        if found is not None and found not in known:
            self.says(self.at(key), unknown_word(found, known, what=what))
            return None
        return found

    def words(self, key: str, known: Collection[str], *, what: str) -> tuple[str, ...]:
        """Return the texts of a list that are known words; an empty list is a mistake."""
        if key not in self.items:
            self.says(self.where, f'missing "{key}"')
            return ()
        found = self.items[key]
        if not isinstance(found, list) or not found:
            self.says(self.at(key), f"found {short(found)}, expected a list of at least one {what}")
            return ()
        for i, word in enumerate(found):
            if not isinstance(word, str) or word not in known:
                self.says(f"{self.at(key)}[{i}]", unknown_word(word, known, what=what))
        return tuple(word for word in found if isinstance(word, str) and word in known)

    def sections(self, key: str, keys: Collection[str]) -> Iterator[Section]:
        """Return the objects of a list."""
        found = self.items.get(key, [])
        if not isinstance(found, list):
            self.says(self.at(key), f"found {short(found)}, expected a list")
            return iter(())
        parts = (section(f"{self.at(key)}[{i}]", item, self.says, keys) for i, item in enumerate(found))
        return (part for part in parts if part is not None)

    def section(self, key: str, keys: Collection[str]) -> Section | None:
        """Return the object of a key; that there is none is a mistake."""
        if key in self.items:
            return section(self.at(key), self.items[key], self.says, keys)
        self.says(self.where, f'missing "{key}"')
        return None


def section(where: str, found: object, says: Says, keys: Collection[str] | None = None) -> Section | None:
    """Return an object to read, or None; `keys` are those it may have, None: any."""
    if not isinstance(found, Mapping):
        says(where, f"found {short(found)}, expected an object")
        return None
    for key in found if keys is not None else ():
        if key not in (keys or ()):
            says(where, unknown_word(key, keys or (), what="key"))
    return Section(where, found, says)


def named(where: str, found: object, says: Says, keys: Collection[str]) -> dict[str, Section]:
    """Return the objects of a table by their names."""
    table = section(where, found, says)
    parts = {} if table is None else {k: section(table.at(k), item, says, keys) for k, item in table.items.items()}
    return {name: part for name, part in parts.items() if part is not None}


def short(found: object) -> str:
    """Write a found value as it stands in the document, cut to what a message can hold."""
    text = json.dumps(found, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else f"{text[:79]}…"
