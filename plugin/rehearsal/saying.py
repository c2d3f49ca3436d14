"""The helpdesk's ids said in the policy's words, as a test file has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any as Json

from connectors.model import (
    AddComment,
    AddFollowers,
    AddTags,
    Assign,
    Change,
    LinkProblem,
    SetField,
    SetGroup,
    SetPriority,
    Ticket,
)
from plugin.core.policy import Policy


@dataclass(frozen=True, slots=True)
class Saying:
    """Says what stands on one connection."""

    policy: Policy
    connection: str

    def changes(self, writes: Iterable[Change]) -> dict[str, Json]:
        """Say what was written; texts are lists of all that were."""
        said: dict[str, Json] = {
            "tags": set(),
            "priority": None,
            "group": None,
            "assignee": None,
            "followers": set(),
            "fields": {},
            "problem": None,
            "internal_note": [],
            "public_comment": [],
        }
        for change in writes:
            self._add(said, change)
        return said | {"tags": sorted(said["tags"]), "followers": sorted(said["followers"])}

    def _add(self, said: dict[str, Json], change: Change) -> None:
        match change:
            case SetPriority():
                said["priority"] = change.priority
            case SetGroup():
                said["group"] = self.group(change.group_id)
            case Assign():
                said["assignee"] = self.person(change.person_id)
            case AddTags():
                said["tags"] |= set(change.tags)
            case AddFollowers():
                said["followers"] |= {self.person(one) for one in change.person_ids}
            case SetField():
                said["fields"][self.field(change.field_id)] = change.value
            case LinkProblem():
                said["problem"] = change.problem_id
            case AddComment():
                said["public_comment" if change.public else "internal_note"].append(change.text)

    def ticket(self, ticket: Ticket) -> dict[str, Json]:
        """Say what the ticket is now."""
        return {
            "status": ticket.status.value,
            "priority": ticket.priority,
            "group": self.group(ticket.group_id),
            "assignee": self.person(ticket.assignee_id),
            "tags": sorted(ticket.tags),
            "followers": sorted(str(self.person(one)) for one in ticket.follower_ids),
            "fields": {self.field(key): value for key, value in ticket.custom_fields.items()},
        }

    def person(self, known: str | None) -> str | None:
        """Say who somebody is."""
        return _word(self.policy.names(self.connection).people, known)

    def group(self, known: str | None) -> str | None:
        """Say which group it is."""
        return _word(self.policy.names(self.connection).groups, known)

    def field(self, known: str) -> str:
        """Say which field it is."""
        words = self.policy.names(self.connection).fields
        return next((word for word, its_id in words.items() if its_id == known), known)


def _word(words: Mapping[str, str], known: str | None) -> str | None:
    return None if known is None else words.get(known, known)
