"""The lines of a verdict, written when somebody reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from plugin.core.model import Because


class Trace(Sequence[Because]):
    """Lines of a verdict, written when somebody reads them: of a thousand rules that do not hold nobody does."""

    __slots__ = ("_lines", "_write")

    def __init__(self, write: Callable[[], Iterable[Because]]) -> None:
        self._write = write
        self._lines: tuple[Because, ...] | None = None

    @property
    def lines(self) -> tuple[Because, ...]:
        """Return the lines."""
        if self._lines is None:
            self._lines = tuple(self._write())
        return self._lines

    def __getitem__(self, index: Any) -> Any:
        """Return a line or some."""
        return self.lines[index]

    def __len__(self) -> int:
        """Return how many lines there are."""
        return len(self.lines)

    def __eq__(self, other: object) -> bool:
        """Compare by the lines."""
        return self.lines == (other.lines if isinstance(other, Trace) else other)

    def __hash__(self) -> int:
        """Agree with the comparison."""
        return hash(self.lines)

    def __repr__(self) -> str:
        """Read as the lines."""
        return repr(self.lines)
