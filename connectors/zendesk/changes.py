"""Changes become one request body.

Rule 1: no I/O; one operation is one PUT, and a tag list is whole, merged from the ticket that was read.
Rule 2: `public` is always said; silence would let the first comment of the ticket decide.
Rule 3: what customers wrote is inert: HTML escaped, and no Liquid placeholder survives, since Zendesk expands those
        in an agent's comment.

https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#update-ticket
"""

from __future__ import annotations

import html
import re
from typing import Any

from connectors.model import (
    AddComment,
    AddFollowers,
    AddTags,
    Assign,
    Operation,
    SetField,
    SetGroup,
    SetPriority,
    Ticket,
)

#: Where our operation's id stands in `metadata`, and so in `audit.metadata.custom`.
MARKER = "escalation_operation"
#: Zendesk cuts a comment silently at 64 kB.
_LONGEST = 60_000
_APART = "\u200b"
_LIQUID = re.compile(r"(?<=[{}%])(?=[{}%])")


def to_body(operation: Operation, base: Ticket | None) -> dict[str, Any]:
    """Return the ticket object of the PUT; ValueError for tags without a ticket to merge them with."""
    body: dict[str, Any] = {"metadata": {MARKER: operation.id}}
    for change in operation.changes:
        if isinstance(change, AddTags):
            if base is None:
                raise ValueError("tags replace the whole list: read the ticket first")
            body["tags"] = sorted(base.tags | set(change.tags))
        elif isinstance(change, SetField):
            body.setdefault("custom_fields", []).append({"id": _number(change.field_id), "value": change.value})
        else:
            body |= _single(change)
    if base is not None:
        body |= {"safe_update": True, "updated_stamp": base.version}
    return body


def _single(change: SetPriority | Assign | SetGroup | AddFollowers | AddComment) -> dict[str, Any]:
    if isinstance(change, SetPriority):
        return {"priority": change.priority}
    if isinstance(change, Assign):
        return {"assignee_id": _number(change.person_id)}
    if isinstance(change, SetGroup):
        return {"group_id": _number(change.group_id)}
    if isinstance(change, AddFollowers):
        return {"followers": [{"user_id": p, "action": "put"} for p in change.person_ids]}
    return {"comment": {"html_body": inert_html(change.text), "public": change.public}}


def inert_html(text: str) -> str:
    """Return plain text as HTML in which nothing of it can act."""
    apart = _LIQUID.sub(_APART, text)
    blocks = [block.strip("\n") for block in re.split(r"\n{2,}", apart.replace("\r\n", "\n"))]
    shown = "".join(f"<p>{html.escape(block).replace(chr(10), '<br>')}</p>" for block in blocks if block)
    return shown if len(shown.encode()) <= _LONGEST else inert_html(f"{text[: len(text) * 3 // 4]} …")


def _number(value: str) -> int:
    try:
        return int(value)
    except ValueError as exc:
        raise ValueError(f'found id "{value}", Zendesk\'s ids are numbers') from exc
