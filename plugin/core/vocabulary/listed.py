"""How the words of a language are written down: one after the other, `;` between them, a line as long as it fits."""

from __future__ import annotations


def listed(text: str) -> tuple[str, ...]:
    """Return the words and phrases of a list."""
    return tuple(" ".join(word.split()) for word in text.split(";"))
