"""Tickets that steps open on a connection, beside what its helpdesk has.

Rule 1: an opening on another connection is looked at when that one is asked.
"""

from __future__ import annotations

from collections.abc import Iterator

from plugin.core.compiling.openings import openings_of
from plugin.core.linked import Opening
from plugin.core.lint.findings import Code, Finding, finding
from plugin.core.lint.live import Helpdesk, field_there
from plugin.core.lint.near import hint
from plugin.core.lint.outlook import Outlook
from plugin.core.names import is_id


def openings(_: Outlook, desk: Helpdesk) -> Iterator[Finding]:
    """Find what the helpdesk would refuse to open."""
    for place, opening in openings_of(desk.policy.ladders):
        if opening.connection == desk.connection:
            yield from _opening(desk, place, opening)


def _opening(desk: Helpdesk, place: str, opening: Opening) -> Iterator[Finding]:
    if why := desk.catalogue.lacks.get("open_ticket"):
        yield finding(Code.OPENS_NOTHING, place, f"is refused {desk.there()}: {why}")
    for name in ("project", "group", "form"):
        said, key = getattr(opening, name), f"open_ticket.{name}"
        if said is not None and (why := desk.catalogue.lacks.get(key)):
            yield finding(Code.OPENS_NOTHING, f"{place}.{name}", f"is refused {desk.there()}: {why}")
        if said is None and (why := desk.catalogue.needs.get(key)):
            yield finding(Code.OPENS_NOTHING, place, f"is refused {desk.there()}: {why}")
    forms = desk.catalogue.forms
    if opening.form and forms is not None and opening.form not in forms:
        message = f"no form {desk.there()} has the id {opening.form}{hint(opening.form, forms)}"
        yield finding(Code.FORM_UNKNOWN, f"{place}.form", message)
    for key in opening.custom_fields:
        if key not in desk.policy.fields and is_id(key):
            yield from field_there(desk, f"{place}.custom_fields.{key}", key)
