"""A webhook's bytes become events.

Rule 1: no I/O and no clock. What cannot be read raises Unparseable, which names the place and never quotes a ticket.
Rule 2: three shapes, told apart by their own marks: an event subscription has a `zen:event-type:` type, the event
        bus a `ticket_event`, and everything else is the template of some admin's trigger.
Rule 3: an unknown ticket event is OTHER; an event of another domain is ignored, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping

from connectors.bodies import load, place_of, text_of
from connectors.contract import Parsed
from connectors.errors import Unparseable
from connectors.values import attempt, instant
from connectors.zendesk import subscriptions, templates
from connectors.zendesk.signature import INVOCATION, TIMESTAMP
from connectors.zendesk.subscriptions import Read

#: Longer names than this are nobody's invocation id.
_LONGEST_NAME = 128


def parse(connection: str, headers: Mapping[str, str], body: bytes) -> Parsed:
    """Read a verified body; raise Unparseable with the place and the reason."""
    read = _read(connection, headers, body)
    invocation = headers.get(INVOCATION, "").strip()[:_LONGEST_NAME] or None
    if isinstance(read, str):
        return Parsed(event_key=None, invocation_id=invocation, ignored=read)
    event, key = read
    return Parsed(event_key=key, invocation_id=invocation, events=(event,))


def _read(connection: str, headers: Mapping[str, str], body: bytes) -> Read | str:
    attempted_at = attempt(instant, headers.get(TIMESTAMP))
    text = text_of(body)
    try:
        document = load(text)
    except ValueError as exc:
        if event := templates.salvage(connection, text, attempted_at):
            return event, None
        raise Unparseable(f"body: not JSON, {place_of(exc)}; a template may hold ids, no free text") from exc
    if envelope := subscriptions.envelope(document):
        return subscriptions.read(connection, envelope, document, attempted_at)
    return templates.read(connection, document, body, attempted_at)
