"""The words of the vocabulary as a page shows them; print it with `python -m tests.house.vocabulary_page`."""

from __future__ import annotations

from plugin.core import vocabulary
from plugin.core.vocabulary import VOCABULARY

LANGUAGES = {
    "en": "English",
    "pt": "Portuguese",
    "es": "Spanish",
    "fr": "French",
    "de": "German",
    "it": "Italian",
    "nl": "Dutch",
}


def shown() -> str:
    """Return every class with its words, language by language."""
    return "\n\n".join(map(_class, VOCABULARY))


def _class(name: str) -> str:
    told = (getattr(vocabulary, name).__doc__ or "").strip()
    words = [
        f"**{LANGUAGES[language]}** (`{language}`): {', '.join(found)}." for language, found in VOCABULARY[name].items()
    ]
    return "\n\n".join([f"## {name}", told, *words]).replace("*,", "\\*,").replace("*.", "\\*.")


if __name__ == "__main__":
    print(shown())
