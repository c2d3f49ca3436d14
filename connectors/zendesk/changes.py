"""Changes become one request body.

Rule 1: no I/O; one operation is one PUT, and the tag list is whole, merged from the ticket that was read.
Rule 2: every write is a safe one, bound to the ticket that was read; of a late send and its repeat one is refused.
Rule 3: `public` is always said; silence would let the ticket's first comment decide.
Rule 4: what customers wrote is inert: HTML is escaped, and no Liquid survives, since Zendesk expands it in an
        agent's comment.

https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#update-ticket
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from connectors.model import (
    AddFollowers,
    AddTags,
    Assign,
    Change,
    LinkProblem,
    NewTicket,
    Operation,
    RemoveTags,
    SetField,
    SetGroup,
    SetPriority,
    SetStatus,
    Ticket,
)

#: Where an operation's id stands in `metadata`, and afterwards in its audit's `metadata.custom`.
MARKER = "escalation_operation"

#: What Zendesk has none of, and why.
LACKS: Mapping[str, str] = {"open_ticket.project": "Zendesk has no projects; name a group or a form"}

#: Bytes of HTML; Zendesk cuts a comment at 64 kB without a word.
LONGEST = 60_000
#: Characters of a subject; a longer one is refused.
LONGEST_SUBJECT = 150
CUT = "\n\n[The rest is left out: it is longer than a comment can be.]"

#: A zero-width space: to the eye nothing, to Liquid the end of a delimiter.
_APART = "\u200b"
_LIQUID = re.compile(r"(?<=[{}%])(?=[{}%])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def to_body(operation: Operation, base: Ticket) -> dict[str, Any]:
    """Return the ticket object of the PUT; ValueError for what cannot be asked for."""
    body: dict[str, Any] = {"metadata": {MARKER: operation.id}}
    for change in operation.changes:
        _merge(body, _parts(change))
    body |= {"safe_update": True, "updated_stamp": base.version}
    gone = {tag for change in operation.changes if isinstance(change, RemoveTags) for tag in change.tags}
    return body | ({"tags": sorted(base.tags.union(body["tags"]) - gone)} if "tags" in body else {})


def new_ticket(wish: NewTicket) -> dict[str, Any]:
    """Return the ticket object of a POST; ValueError for what cannot be asked for.

    Its first comment is internal: nobody but agents reads it.

    https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#create-ticket
    """
    if wish.project is not None:
        raise ValueError(f'found the project "{wish.project}"; {LACKS["open_ticket.project"]}')
    body: dict[str, Any] = {
        "external_id": wish.marker,
        "subject": inert_line(wish.subject),
        "comment": {"html_body": inert_html(wish.text), "public": False},
        "tags": sorted({tag.lower() for tag in wish.tags}),
        "metadata": {MARKER: wish.marker},
    }
    body |= {"type": wish.type} if wish.type else {}
    body |= {"priority": wish.priority} if wish.priority else {}
    body |= {"ticket_form_id": number(wish.form_id)} if wish.form_id else {}
    body |= {"group_id": number(wish.group_id)} if wish.group_id else {}
    fields = [{"id": number(key), "value": value} for key, value in wish.custom_fields.items()]
    return body | ({"custom_fields": fields} if fields else {})


def _merge(body: dict[str, Any], parts: Mapping[str, Any]) -> None:
    """Add to lists, put the rest in its place."""
    for key, value in parts.items():
        body[key] = [*body.get(key, ()), *value] if isinstance(value, list) else value


def _parts(change: Change) -> dict[str, Any]:
    match change:
        case SetPriority():
            return {"priority": change.priority}
        case SetStatus():
            return {"status": change.status.value}
        case Assign():
            return {"assignee_id": number(change.person_id)}
        case SetGroup():
            return {"group_id": number(change.group_id)}
        case AddTags():
            return {"tags": list(change.tags)}
        case RemoveTags():
            return {"tags": []}
        case AddFollowers():
            return {"followers": [{"user_id": number(one), "action": "put"} for one in change.person_ids]}
        case SetField():
            return {"custom_fields": [{"id": number(change.field_id), "value": change.value}]}
        case LinkProblem():  # only an incident has a problem
            return {"type": "incident", "problem_id": number(change.problem_id)}
    return {"comment": {"html_body": inert_html(change.text), "public": change.public}}


def inert_html(text: str) -> str:
    """Return plain text as HTML in which nothing of it can act; too long a text is cut, and says so."""
    whole = text.encode("utf-8", "replace").decode()  # half a character cannot be sent
    plain = _LIQUID.sub(_APART, _CONTROL.sub("", whole.replace("\r\n", "\n").replace("\r", "\n")))
    shown = _paragraphs(plain)
    while len(shown.encode()) > LONGEST:
        plain = plain[: len(plain) * 9 // 10]
        shown = _paragraphs(plain + CUT)
    return shown


def inert_line(text: str) -> str:
    """Return plain text for a subject: one line in which no Liquid acts."""
    whole = text.encode("utf-8", "replace").decode()
    return _LIQUID.sub(_APART, " ".join(_CONTROL.sub(" ", whole).split()))[:LONGEST_SUBJECT]


def _paragraphs(plain: str) -> str:
    blocks = (html.escape(block.strip("\n")) for block in re.split(r"\n\s*\n", plain.strip()))
    return "".join(f"<p>{block.replace(chr(10), '<br>')}</p>" for block in blocks)


def number(value: str) -> int:
    """Return a Zendesk id as the number it is there."""
    if not (value.isascii() and value.isdigit()):
        raise ValueError(f'found the id "{value[:64]}"; ids of Zendesk are numbers')
    return int(value)
