"""Every word that a policy gets by the name of a vocabulary stands in the docs."""

from __future__ import annotations

from plugin.core.vocabulary import KEYS, VOCABULARY
from tests.house.repository import ROOT
from tests.house.vocabulary_page import LANGUAGES, shown

PAGE = (ROOT / "docs/reference/vocabulary.md").read_text("utf-8")


def test_every_word_stands() -> None:
    assert PAGE.endswith(f"\n{shown()}\n"), "print it with: python -m tests.house.vocabulary_page"


def test_every_class_key_and_language_stands() -> None:
    assert [word for word in [*VOCABULARY, *KEYS, *LANGUAGES] if f"`{word}`" not in PAGE] == []
    assert [name for name in LANGUAGES.values() if name not in PAGE.partition("\n\n")[2].partition("\n\n")[0]] == []
