"""What conditions call a ticket's parts, and the policy's own words for the ids of one connection."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from plugin.core.operators import Named

#: Field names of conditions to attributes of Ticket.
TICKET_FIELDS: Mapping[str, str] = {
    "ticket.status": "status",
    "ticket.custom_status": "custom_status_id",
    "ticket.priority": "priority",
    "ticket.type": "type",
    "ticket.subject": "subject",
    "ticket.description": "description",
    "ticket.tags": "tags",
    "ticket.group": "group_id",
    "ticket.assignee": "assignee_id",
    "ticket.requester": "requester_id",
    "ticket.organization": "organization_id",
    "ticket.channel": "channel",
    "ticket.brand": "brand_id",
    "ticket.form": "form_id",
    "ticket.external_id": "external_id",
}
#: The same the other way round.
_FIELD_OF: Mapping[str, str] = {attribute: name for name, attribute in TICKET_FIELDS.items()}
#: What a platform calls a field, a person or an organization.
_ID = re.compile(r"\d+|customfield_\d+")


def is_id(word: str) -> bool:
    """Return True if a word is a platform's own id, such as 360001 or customfield_10071, and none of the policy's."""
    return _ID.fullmatch(word) is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """The policy's own words for the ids of one connection."""

    groups: Mapping[str, str] = field(default_factory=dict)  #: Id to word.
    people: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)  #: Word to id: one field may have several words.
    zone: tzinfo = UTC  #: Where a promised day ends.

    def words(self, name: str, value: object) -> object:
        """Return the value with the policy's word for it, where it has one."""
        known = {"ticket.group": self.groups, "ticket.assignee": self.people, "ticket.requester": self.people}
        word = known.get(name, {}).get(value) if isinstance(value, str) else None
        return Named(str(value), word) if word else value

    def ids(self, name: str, values: frozenset[str]) -> frozenset[str]:
        """Return the values, and the ids of those that are the policy's words; folded."""
        known = {"ticket.group": self.groups, "ticket.assignee": self.people}.get(name, {})
        return values | {own.casefold() for own, word in known.items() if word.casefold() in values}

    def attribute(self, name: str) -> str:
        """Return the attribute whose history a field's name speaks of."""
        if name.startswith("ticket.fields."):
            word = name.removeprefix("ticket.fields.")
            return f"fields.{self.fields.get(word, word)}"
        return TICKET_FIELDS.get(name, name)

    def of_attribute(self, attribute: str) -> frozenset[str]:
        """Return every field name that speaks of an attribute."""
        if not attribute.startswith("fields."):
            return frozenset({_FIELD_OF.get(attribute, attribute)})
        own = attribute.removeprefix("fields.")
        words = [own, *(word for word, known in self.fields.items() if known == own)]
        return frozenset(f"ticket.fields.{word}" for word in words)


NO_NAMES = Names()
