"""Words and phrases found in a text.

Rule 1: words are whole words; case, accents and what stands between them do not count; a `*` takes any ending.
Rule 2: a text is taken apart once, however many matchers look through it; what one of them costs grows with what it
        finds and with the smaller of the two sides, never with the one times the other.
Rule 3: what is told are the policy's own words, in the policy's order; never the text.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

#: Characters of a text that are looked at.
LONGEST_TEXT = 262_144
#: Words of one phrase.
MOST_PARTS = 12
#: Letters before a `*`; fewer would begin half the dictionary.
SHORTEST_STEM = 3

_TOKEN = re.compile(r"[^\W_]+")
_PART = re.compile(r"[^\W_]+\*?")
#: Accents, and characters nobody sees that would split a word.
_MARKS = re.compile("[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]+")
#: Letters that Unicode does not take apart.
_LETTERS = {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "\u0131": "i"}


def folded(text: str) -> str:
    """Return a text as it is compared: `strasse` for `Straße`, `cafe` for `Café`."""
    if text.isascii():
        return text.lower()
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text).casefold())
    for letter, plainly in _LETTERS.items():
        plain = plain.replace(letter, plainly)
    return plain if plain.isascii() else unicodedata.normalize("NFC", plain)


@functools.lru_cache(maxsize=32)
def tokens(text: str) -> tuple[str, ...]:
    """Return the words of a text, folded; many rules look through the same text one after the other."""
    return tuple(_TOKEN.findall(folded(text[:LONGEST_TEXT])))


def vocabulary_of(text: str) -> frozenset[str]:
    """Return the different words of a text, folded."""
    return _said(text).different


@dataclass(frozen=True, slots=True)
class _Said:
    """A text taken apart."""

    words: Sequence[str]
    places: Mapping[str, Sequence[int]]  #: Where each word stands.
    different: frozenset[str]
    ordered: Sequence[str]  #: The different words by the alphabet: those with one beginning stand together.
    beginnings: frozenset[str]  #: The first letters of the words, as many as sort the stems.

    def beginning_with(self, stem: str) -> Iterator[str]:
        """Yield the words that have the stem."""
        for at in range(bisect_left(self.ordered, stem), len(self.ordered)):
            if not self.ordered[at].startswith(stem):
                return
            yield self.ordered[at]


@functools.lru_cache(maxsize=8)
def _said(text: str) -> _Said:
    words = tokens(text)
    places: dict[str, list[int]] = {}
    for at, word in enumerate(words):
        places.setdefault(word, []).append(at)
    beginnings = {word[:length] for word in places for length in range(1, SHORTEST_STEM + 1)}
    return _Said(words, places, frozenset(places), sorted(places), frozenset(beginnings))


def parts(word: str) -> tuple[str, ...]:
    """Return the parts of a policy's word or phrase, folded; one that ends in `*` takes any ending."""
    return tuple(_PART.findall(folded(word)))


def mistake(word: str) -> str | None:
    """Say why a word of the policy would find nothing, or too much."""
    found = parts(word)
    if not found:
        return f'"{word[:60]}" has no letter and no digit'
    if len(found) > MOST_PARTS:
        return f'"{word[:60]}" is longer than {MOST_PARTS} words'
    if short := next((part for part in found if part.endswith("*") and len(part) <= SHORTEST_STEM), None):
        return f'"{short}" in "{word[:60]}" finds too much; write at least {SHORTEST_STEM} letters before the *'
    return None


@dataclass(slots=True)
class _Branch:
    """What may follow a part of a phrase."""

    exact: dict[str, _Branch] = field(default_factory=dict)
    stems: dict[str, _Branch] = field(default_factory=dict)
    ends: list[int] = field(default_factory=list)  #: Which of the policy's words are complete here.

    def grow(self, part: str) -> _Branch:
        """Return the branch behind a part, a new one if need be."""
        kind, key = (self.stems, part[:-1]) if part.endswith("*") else (self.exact, part)
        return kind.setdefault(key, _Branch())

    def goes_on_in(self, words: frozenset[str]) -> bool:
        """Return False if no phrase goes on from here with one of the words."""
        return bool(self.stems) or not self.exact.keys().isdisjoint(words)

    def after(self, token: str) -> list[_Branch]:
        """Return where a word of the text leads from here."""
        found = [branch for stem, branch in self.stems.items() if token.startswith(stem)] if self.stems else []
        if token in self.exact:
            found.append(self.exact[token])
        return found


class Matcher:
    """Words and phrases, made ready once to be found in many texts."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(dict.fromkeys(words))
        self._root = _Branch()
        for number, word in enumerate(self.words):
            branch = self._root
            for part in parts(word)[:MOST_PARTS]:
                branch = branch.grow(part)
            if branch is not self._root:
                branch.ends.append(number)
        self._stems = _by_beginning(self._root.stems)
        self._first, self._beginnings = frozenset(self._root.exact), frozenset(self._stems)

    @property
    def first_words(self) -> frozenset[str] | None:
        """Return the words of which a text must have one; None where a word may have any ending."""
        return None if self._stems else self._first

    def find(self, text: str) -> tuple[str, ...]:
        """Return those of the policy's words that the text has."""
        said = _said(text)
        found: set[int] = set()
        for token, branch in self._starts(said):
            found.update(branch.ends)
            if branch.goes_on_in(said.different):
                for place in said.places[token]:
                    _follow(branch, said.words, place + 1, found)
        return tuple(self.words[number] for number in sorted(found))

    def _starts(self, said: _Said) -> Iterator[tuple[str, _Branch]]:
        """Yield the words of the text with the branches that each of them enters."""
        for token in self._first & said.different:
            yield token, self._root.exact[token]
        for beginning in self._beginnings & said.beginnings:
            for stem, branch in self._stems[beginning]:
                yield from ((token, branch) for token in said.beginning_with(stem))


def _by_beginning(stems: dict[str, _Branch]) -> dict[str, list[tuple[str, _Branch]]]:
    index: dict[str, list[tuple[str, _Branch]]] = {}
    for stem, branch in stems.items():
        index.setdefault(stem[:SHORTEST_STEM], []).append((stem, branch))
    return index


def _follow(branch: _Branch, said: Sequence[str], place: int, found: set[int]) -> None:
    """Note every phrase that goes on from here."""
    branches = [branch]
    while branches and place < len(said):
        branches = [further for branch in branches for further in branch.after(said[place])]
        for further in branches:
            found.update(further.ends)
        place += 1
