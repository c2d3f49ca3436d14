"""What is written into a ticket, in words."""

from __future__ import annotations

from collections.abc import Iterator

from plugin.core.policy import Wishes
from plugin.core.rendering.lexicon import Lexicon
from plugin.core.rendering.words import listed, quoted, shown


def wished(wishes: Wishes, words: Lexicon) -> list[str]:
    """Return each change as a phrase that begins with a verb."""
    return [*_fields(wishes, words), *_people(wishes, words), *_texts(wishes)]


def _fields(wishes: Wishes, words: Lexicon) -> Iterator[str]:
    if wishes.tags:
        yield f"add the tag{'s' if len(wishes.tags) > 1 else ''} {listed(map(quoted, wishes.tags))}"
    if wishes.priority:
        yield f"set the priority to {wishes.priority}"
    for word, value in wishes.custom_fields.items():
        name = words.custom_field(word)
        yield f"clear the field {name}" if value is None else f"set the field {name} to {shown(value)}"
    if wishes.sla_tag:
        which = f", which is to be {quoted(wishes.sla_policy)}" if wishes.sla_policy else ""
        yield f"choose the helpdesk's SLA policy{which} by the tag {quoted(wishes.sla_tag)}"


def _people(wishes: Wishes, words: Lexicon) -> Iterator[str]:
    if wishes.group:
        yield f"move the ticket to the group {words.group(wishes.group)}"
    if wishes.assignee == "keep":
        yield "leave the assignee as it is"
    elif wishes.assignee:
        yield f"assign {'the owner' if wishes.assignee == 'owner' else words.person(wishes.assignee)}"
    if wishes.followers:
        followers = "a follower" if len(wishes.followers) == 1 else "followers"
        yield f"add {listed(map(words.person, wishes.followers))} as {followers}"


def _texts(wishes: Wishes) -> Iterator[str]:
    if wishes.internal_note:
        yield f"write the internal note {quoted(wishes.internal_note)}"
    if wishes.public_comment:
        yield f"write the text {quoted(wishes.public_comment)} to the customer"
