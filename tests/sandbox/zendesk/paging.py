"""Lists in pages, by cursor or by number."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import request

Json = dict[str, Any]


def page_of(name: str, found: list[Json]) -> Json:
    """Return the page of a list that was asked for."""
    if "page[size]" in request.args or "page[after]" in request.args:
        return _by_cursor(name, found)
    size, number = _number("per_page", 100), _number("page", 1)
    start = (number - 1) * size
    more = start + size < len(found)
    return {
        name: found[start : start + size],
        "count": len(found),
        "next_page": _again(page=str(number + 1)) if more else None,
        "previous_page": _again(page=str(number - 1)) if number > 1 else None,
    }


def _by_cursor(name: str, found: list[Json]) -> Json:
    size, start = _number("page[size]", 100), _number("page[after]", 0)
    more = start + size < len(found)
    following = str(start + size)
    return {
        name: found[start : start + size],
        "meta": {"has_more": more, "after_cursor": following if more else None, "before_cursor": None},
        "links": {"next": _again(**{"page[after]": following}) if more else None, "prev": None},
    }


def _number(name: str, otherwise: int) -> int:
    given = request.args.get(name, "")
    return min(int(given), 100) if given.isdigit() and name.endswith(("size]", "per_page")) else int(given or otherwise)


def _again(**changed: str) -> str:
    """Return the address of this request with another page."""
    return f"{request.base_url}?{urlencode({**request.args.to_dict(), **changed})}"
