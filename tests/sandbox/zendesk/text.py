"""Comments' texts, and the placeholders an agent's comment expands."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

_LIQUID = re.compile(r"\{\{\s*([a-z_.]+)\s*\}\}")


def plain(body: str) -> str:
    """Return what is left of HTML without its marks."""
    lines = re.sub(r"</p>\s*<p>", "\n\n", body).replace("<br>", "\n")
    return html.unescape(re.sub(r"<[^>]+>", "", lines))


def as_html(given: Mapping[str, Any]) -> str:
    """Return a comment's text as HTML, whichever way it was sent."""
    return str(given.get("html_body") or html.escape(given.get("body") or "", quote=False))


def expanded(text: str, ticket: Mapping[str, Any], requester: Mapping[str, Any]) -> str:
    """Fill in placeholders; one that nobody knows leaves nothing behind."""
    values = {
        "ticket.id": ticket["id"],
        "ticket.title": ticket["subject"],
        "ticket.status": ticket["status"],
        "ticket.priority": ticket["priority"],
        "ticket.description": ticket["description"],
        "ticket.requester.name": requester.get("name"),
        "ticket.requester.email": requester.get("email"),
    }
    return _LIQUID.sub(lambda found: html.escape(str(values.get(found[1]) or "")), text)
