"""What is left of a write of which the helpdesk refuses a part.

Rule 1: one refused place must not keep the rest from the ticket: a note without an assignee is better than none.
Rule 2: what is left out is said, in the note that goes with the rest and to the log, with the policy's own names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from connectors.model import (
    AddComment,
    AddFollowers,
    AddTags,
    Assign,
    Change,
    RemoveTags,
    SetField,
    SetGroup,
    SetStatus,
)
from plugin.core.planning import slot
from plugin.core.policy import Policy


@dataclass(frozen=True, kw_only=True, slots=True)
class Rest:
    """The changes that may be taken, and a sentence for each that will not."""

    changes: tuple[Change, ...]
    told: tuple[str, ...]


def rest(changes: Iterable[Change], refused: Mapping[str, str], policy: Policy, connection: str) -> Rest:
    """Return what is left without the refused places."""
    everything = tuple(changes)
    odd = {one: why for one in everything for place in _places(one) if (why := refused.get(place)) is not None}
    told = tuple(
        f"{_named(one, policy, connection)}{_beside(one, everything, policy, connection)}: {why}"
        for one, why in odd.items()
    )
    return Rest(changes=noted((one for one in everything if one not in odd), told), told=told)


def noted(changes: Iterable[Change], told: tuple[str, ...]) -> tuple[Change, ...]:
    """Return the changes with what was refused said in their note, if there is one."""
    return tuple(_noted(one, told) for one in changes)


def by_hand(
    changes: Iterable[Change], words: Iterable[str], refused: Mapping[str, str], policy: Policy, connection: str
) -> Rest:
    """Return a note that asks a person for the status the helpdesk refused; nothing where more than that was wanted."""
    wanted = [change.status.value for change in changes if isinstance(change, SetStatus)]
    if len(wanted) != 1 or len(tuple(changes)) != 1:
        return Rest(changes=(), told=())
    named = [
        _field(place.removeprefix("field "), policy, connection) for place in refused if place.startswith("field ")
    ]
    about = f" ({', '.join(f'field {one}' for one in named)})" if named else ""
    why = "; ".join(words) or "the helpdesk refused it"
    said = f"The ticket could not be set to {wanted[0]}: {why}{about}. Please do it by hand."
    return Rest(changes=(AddComment(text=said, public=False),), told=(f"status {wanted[0]}: {why}{about}",))


def _places(change: Change) -> tuple[str, ...]:
    """Return by which names a change may be refused."""
    if isinstance(change, SetField):
        return (f"field {change.field_id}", "fields")
    if isinstance(change, AddTags | RemoveTags):
        return ("tags",)
    return ("followers",) if isinstance(change, AddFollowers) else (slot(change) or "",)


def _noted(change: Change, told: tuple[str, ...]) -> Change:
    if not isinstance(change, AddComment) or change.public or not told:
        return change
    lines = "\n".join(f"- {one}" for one in told)
    return replace(change, text=f"{change.text}\n\nNot written, for the helpdesk refused it:\n{lines}")


def _named(change: Change, policy: Policy, connection: str) -> str:
    """Name what was to be written as the policy and the helpdesk call it."""
    names = policy.names(connection)
    if isinstance(change, Assign):
        return f"assignee {_both(policy.name_of(names.people.get(change.person_id, '')), change.person_id)}"
    if isinstance(change, SetGroup):
        return f"group {_both(names.groups.get(change.group_id, ''), change.group_id)}"
    if isinstance(change, AddFollowers):
        people = (_both(policy.name_of(names.people.get(one, "")), one) for one in change.person_ids)
        return f"followers {', '.join(people)}"
    if isinstance(change, SetField):
        return f"field {_field(change.field_id, policy, connection)}"
    if isinstance(change, AddTags | RemoveTags):
        return f"tags {', '.join(change.tags)}"
    return slot(change) or "comment"


def _beside(change: Change, others: Iterable[Change], policy: Policy, connection: str) -> str:
    """Name the group for which somebody was to be assigned: whoever is not in it is refused."""
    groups = [_named(one, policy, connection) for one in others if isinstance(one, SetGroup)]
    return f", for the {groups[0]}" if isinstance(change, Assign) and groups else ""


def _field(field_id: str, policy: Policy, connection: str) -> str:
    fields = policy.names(connection).fields
    return _both(next((key for key, known in fields.items() if known == field_id), ""), field_id)


def _both(word: str, number: str) -> str:
    return f"{word} ({number})" if word else number
