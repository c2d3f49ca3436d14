"""Collects every mistake of a policy document while it is compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any as Json
from typing import TypeVar

from plugin.core.compiling.patterns import Patterns
from plugin.core.conditions import Condition
from plugin.core.durations import duration
from plugin.core.problems import Problem, unknown_word

_T = TypeVar("_T")


class Checker:
    """The document, and what was found wrong with it so far."""

    def __init__(self, document: Mapping[str, Json]) -> None:
        self.document = document
        self.found: list[Problem] = []
        self.tests: dict[str, Condition] = {}  #: By how they are written.
        self.patterns = Patterns()

    def says(self, where: str, message: str) -> None:
        """Note one mistake."""
        self.found.append(Problem(where=where, message=message))

    def section(self, name: str) -> Mapping[str, Json]:
        """Return one of the document's tables, empty where it has none."""
        return self.document.get(name) or {}

    def known(self, where: str, word: str | None, words: Iterable[str], what: str) -> None:
        """Note a word that is not one of the known ones."""
        if word is not None and word not in words:
            self.says(where, unknown_word(word, words, what=what))

    def length(self, where: str, text: str | None) -> timedelta | None:
        """Read a duration; None where there is none, or a mistake."""
        try:
            return None if text is None else duration(text)
        except ValueError as problem:
            self.says(where, str(problem))
            return None

    def once(self, section: str, key: str, words: Sequence[str]) -> None:
        """Note each word of a list's entries that an earlier entry has."""
        for i, word in enumerate(words):
            if (first := words.index(word)) < i:
                self.says(f"{section}[{i}].{key}", f'"{word}" is already the {key} of {section}[{first}]')

    def table(self, section: str, build: Callable[[str, Json], _T]) -> tuple[_T, ...]:
        """Build every item of a list."""
        return tuple(build(f"{section}[{i}]", item) for i, item in enumerate(self.document.get(section, [])))
