"""Which of several languages comes nearest to a reader's.

Rule: the very locale, then its base (`pt` for `pt-BR`), then another form of that base, then the default's turn in the
same order, then the first there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

#: `pt`, `pt-BR`, `zh-Hant-TW`, with `-` or `_`.
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


def normal(language: str) -> str:
    """Return a language as it is compared: `pt-br` for `pt_BR`."""
    return language.strip().replace("_", "-").casefold()


def nearest(languages: Iterable[str], locale: str | None, default: str) -> str | None:
    """Return the one of the languages to use for a reader; None only if there are none."""
    given = {normal(language): language for language in languages}
    for wanted in (*_wider(locale or ""), *_wider(default)):
        if wanted in given:
            return given[wanted]
        if relative := next((language for key, language in given.items() if key.startswith(f"{wanted}-")), None):
            return relative
    return next(iter(given.values()), None)


def _wider(locale: str) -> Iterator[str]:
    """Return `zh-hant-tw`, `zh-hant`, `zh`."""
    parts = normal(locale[:40]).split("-")
    return ("-".join(parts[:length]) for length in range(len(parts), 0, -1) if parts[0])
