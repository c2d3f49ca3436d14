"""What one of our writes does to a ticket."""

from __future__ import annotations

from datetime import datetime

from connectors.model import (
    AddFollowers,
    AddTags,
    Assign,
    Change,
    Comment,
    LinkProblem,
    Operation,
    Party,
    RemoveTags,
    SetField,
    SetGroup,
    SetPriority,
    SetStatus,
    Ticket,
)


def values(operation: Operation, ticket: Ticket) -> dict[str, object]:
    """Return the ticket's attributes after the write, where it touches them."""
    changed: dict[str, object] = {}
    for change in operation.changes:
        changed |= _value(change, ticket, frozenset(changed.get("tags", ticket.tags)))  # type: ignore[call-overload]
    return changed


def _value(change: Change, ticket: Ticket, tags: frozenset[str]) -> dict[str, object]:
    match change:
        case SetPriority():
            return {"priority": change.priority}
        case Assign():
            return {"assignee_id": change.person_id}
        case SetStatus():
            return {"status": change.status}
        case SetGroup():
            return {"group_id": change.group_id}
        case AddTags():
            return {"tags": tags | frozenset(change.tags)}
        case RemoveTags():
            return {"tags": tags - frozenset(change.tags)}
        case AddFollowers():
            return {"follower_ids": ticket.follower_ids | frozenset(change.person_ids)}
        case SetField():
            return {f"fields.{change.field_id}": change.value}
        case LinkProblem():
            return {"type": "incident", "problem_id": change.problem_id}
        case _:
            return {}


def commented(operation: Operation, *, id: str, at: datetime, author_id: str) -> Comment | None:
    """Return the comment that a write leaves on the ticket, if any."""
    said = operation.comment
    if said is None:
        return None
    return Comment(id=id, at=at, by=Party.US, public=said.public, author_id=author_id, text=said.text)
