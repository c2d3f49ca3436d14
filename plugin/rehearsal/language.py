"""In which language a text was written: told by the template whose own words stand in it."""

from __future__ import annotations

import re

from plugin.core.texts.texts import Texts

_VALUES = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
#: A text with less than this of a template's words was not made of it; branches leave some out.
_ENOUGH = 0.4


def language_of(texts: Texts, said: str) -> str | None:
    """Return the language of the template that a text was most likely made of; None: of none."""
    found = [
        (_share(template, said), language)
        for languages in texts.by_name.values()
        for language, template in languages.items()
    ]
    share, language = max(found, default=(0.0, None), key=lambda one: one[0])
    return language if share >= _ENOUGH else None


def _share(template: str, said: str) -> float:
    """Return how much of a template's own words stand in a text."""
    words = [piece.strip() for piece in _VALUES.split(template)]
    whole = sum(map(len, words))
    return sum(len(word) for word in words if word in said) / whole if whole else 0.0
