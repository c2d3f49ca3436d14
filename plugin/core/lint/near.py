"""The thing of a helpdesk that somebody probably meant."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches


def hint(word: str, names: Mapping[str, str], also: str = "") -> str:
    """Return a question after the entry nearest by id or by name; empty where none is near."""
    by_name = {name.casefold(): id_ for id_, name in names.items()}
    for asked in filter(None, (also, word)):
        found = get_close_matches(asked.casefold(), by_name, n=1, cutoff=0.7)
        if found:
            return _asked(by_name[found[0]], names)
    found = get_close_matches(word, names, n=1, cutoff=0.85)
    return _asked(found[0], names) if found else ""


def _asked(id_: str, names: Mapping[str, str]) -> str:
    name = f" ({names[id_]})" if names[id_] and names[id_] != id_ else ""
    return f'; did you mean "{id_}"{name}?'
