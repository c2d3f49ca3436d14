"""A ticket of a test file becomes one of the helpdesk's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any as Json

from connectors.model import Comment, Organization, Party, Person, SlaMetric, Status, Ticket, TicketRef
from plugin.rehearsal.words import Words

#: Keys that go into the ticket as they are, with the attribute's name.
_PLAIN = {
    "custom_status": "custom_status_id",
    "priority": "priority",
    "type": "type",
    "channel": "channel",
    "brand": "brand_id",
    "form": "form_id",
    "external_id": "external_id",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """A ticket about to arrive."""

    ticket: Ticket
    new: bool  #: False: it was there before anybody listened.


def arrival(words: Words, where: str, told: Mapping[str, Json], name: str, now: datetime) -> Arrival:
    """Return the ticket of that name as it arrives."""
    created = words.instant(f"{where}.created_at", told["created_at"]) if "created_at" in told else now
    if created > now:
        words.says(f"{where}.created_at", "the ticket would arrive before it was made")
    customer = requester(told)
    new = created == now and not told.get("comments")
    ticket = Ticket(
        ref=TicketRef(connection=words.connection, id=name),
        version="",
        created_at=created,
        updated_at=now,
        status=Status(told.get("status", "new")),
        url=f"https://helpdesk.invalid/tickets/{name}",
        subject=told.get("subject", "Help"),
        description=told.get("description", "Please help"),
        tags=frozenset(told.get("tags", ())),
        group_id=words.group(f"{where}.group", told.get("group")),
        assignee_id=words.person(f"{where}.assignee", told.get("assignee")),
        requester_id=customer.id,
        submitter_id=customer.id,
        organization_id=told["organization"]["name"] if "organization" in told else None,
        due_at=words.instant(f"{where}.due_at", told["due_at"]) if "due_at" in told else None,
        custom_fields=words.fields(f"{where}.fields", told.get("fields", {})),
        follower_ids=frozenset(_people(words, f"{where}.followers", told.get("followers", ()))),
        requester=customer,
        organization=_organization(told.get("organization")),
        slas=slas(words, f"{where}.slas", told.get("slas", ())),
        comments=tuple(_comments(words, where, told, customer.id, created)),
        **{attribute: told[key] for key, attribute in _PLAIN.items() if key in told},
    )
    return Arrival(ticket=ticket, new=new)


def requester(told: Mapping[str, Json]) -> Person:
    """Return the customer of a ticket."""
    one = told.get("requester", {})
    name = one.get("name", "Customer")
    return Person(
        id=f"customer {name}",
        name=name,
        email=one.get("email"),
        role="end-user",
        locale=one.get("language"),
        tags=frozenset(one.get("tags", ())),
        fields=one.get("fields", {}),
    )


def _organization(told: Mapping[str, Json] | None) -> Organization | None:
    if told is None:
        return None
    name = told["name"]
    return Organization(id=name, name=name, tags=frozenset(told.get("tags", ())), fields=told.get("fields", {}))


def _people(words: Words, where: str, told: list[str] | tuple[str, ...]) -> Iterator[str]:
    for i, word in enumerate(told):
        if known := words.person(f"{where}[{i}]", word):
            yield known


def slas(words: Words, where: str, told: list[Mapping[str, Json]] | tuple[()]) -> tuple[SlaMetric, ...]:
    """Return the metrics of the helpdesk's own SLA."""
    return tuple(_sla(words, f"{where}[{i}]", one) for i, one in enumerate(told))


def _sla(words: Words, where: str, told: Mapping[str, Json]) -> SlaMetric:
    due = words.instant(f"{where}.due", told["due"]) if told["due"] else None
    return SlaMetric(
        metric=told["metric"],
        stage="active" if due else "paused",
        breach_at=due,
        target=words.length(f"{where}.target", told["target"]) if "target" in told else None,
    )


def _comments(
    words: Words, where: str, told: Mapping[str, Json], customer: str, created: datetime
) -> Iterator[Comment]:
    """Yield the description, which is the first comment, and what was written after it."""
    text = told.get("description", "Please help")
    yield Comment(id="00000000", at=created, by=Party.CUSTOMER, public=True, author_id=customer, text=text)
    for i, one in enumerate(told.get("comments", ())):
        place = f"{where}.comments[{i}]"
        by = words.actor(f"{place}.by", one["by"], customer)
        yield Comment(
            id=f"00000000-{i:04}",
            at=words.instant(f"{place}.at", one["at"]),
            by=by.party,
            public=one.get("public", True),
            author_id=by.id,
            text=one["text"],
        )
