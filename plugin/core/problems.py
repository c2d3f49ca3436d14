"""What is wrong with a file an admin wrote: the place, what was found, what was expected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

#: Known words that a message lists.
MOST_LISTED = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One mistake, at one place."""

    where: str  #: As `rules[2].when.all[0].field`; empty for the whole file.
    message: str

    def __str__(self) -> str:
        """Read as `place: message`."""
        return f"{self.where}: {self.message}" if self.where else self.message


class Problems(Exception):
    """All mistakes of one file or of the settings, reported at once."""

    def __init__(self, title: str, found: Iterable[Problem]) -> None:
        self.title = title
        self.found = tuple(found)
        super().__init__("\n".join([title, *(f"  {p}" for p in self.found)]))


def unknown_word(found: object, known: Iterable[str], *, what: str) -> str:
    """Say that a word is not known, and which known one it is nearest to."""
    words = sorted(known)
    near = get_close_matches(str(found), words, n=1, cutoff=0.6)
    rest = f" and {len(words) - MOST_LISTED} more" if len(words) > MOST_LISTED else ""
    known_ones = ", ".join(words[:MOST_LISTED]) or "none"
    hint = f'; did you mean "{near[0]}"?' if near else f"; known: {known_ones}{rest}"
    return f'unknown {what} "{found}"{hint}'
