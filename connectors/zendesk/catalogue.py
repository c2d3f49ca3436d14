"""Zendesk's lists become a Catalogue.

Rule 1: no I/O; an entry that is not as documented is passed over.
Rule 2: brands and forms are read where triggers may name them: with a single one there is no choice, and no list.
Rule 3: an agent is always in a group, so the groups' members are the agents.

https://developer.zendesk.com/api-reference/ticketing/introduction/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from connectors.catalogue import Agent, CatalogueField, SlaPolicy
from connectors.values import attempt
from connectors.zendesk.rights import LIGHT, ROLES
from connectors.zendesk.values import ident

Json = Mapping[str, Any]

#: Field types that take one of their options, and a tag for each.
# https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_fields/#json-format
CHOICES = frozenset({"tagger", "multiselect"})
#: Operators of a filter that want one of the tags.
_WANTS = frozenset({"includes", "is"})


def members(memberships: Iterable[Json]) -> dict[str, frozenset[str]]:
    """Return each agent's groups."""
    found: dict[str, frozenset[str]] = {}
    for one in memberships:
        agent, group = attempt(ident, one.get("user_id")), attempt(ident, one.get("group_id"))
        if agent and group:
            found[agent] = found.get(agent, frozenset()) | {group}
    return found


def agents(users: Iterable[Json], groups: Mapping[str, frozenset[str]]) -> dict[str, Agent]:
    """Return the agents by id."""
    return {id_: _agent(id_, user, groups.get(id_, frozenset())) for id_, user in _by_id(users)}


def _agent(id_: str, user: Json, groups: frozenset[str]) -> Agent:
    well = user.get("active") is not False and user.get("suspended") is not True and user.get("role_type") != LIGHT
    role = user.get("role")
    return Agent(id=id_, name=_text(user, "name"), role=role, active=well and role in ROLES, groups=groups)


def names(entries: Iterable[Json], key: str = "name") -> dict[str, str]:
    """Return names by id, without what is deleted or switched off."""
    there = (one for one in entries if one.get("deleted") is not True and one.get("active") is not False)
    return {id_: _text(one, key) for id_, one in _by_id(there)}


def fields(entries: Iterable[Json]) -> dict[str, CatalogueField]:
    """Return the ticket fields by id."""
    return {id_: _field(id_, one) for id_, one in _by_id(entries)}


def _field(id_: str, one: Json) -> CatalogueField:
    kind, options = _text(one, "type"), one.get("custom_field_options")
    return CatalogueField(
        id=id_,
        name=_text(one, "title"),
        type=kind,
        active=one.get("active") is not False,
        options={_text(o, "value"): _text(o, "name") for o in _objects(options)} if kind in CHOICES else None,
    )


def policies(entries: Iterable[Json]) -> tuple[SlaPolicy, ...]:
    """Return the SLA policies with the tags they filter on."""
    return tuple(SlaPolicy(name=_text(one, "title"), tags=frozenset(_filtered(one))) for one in entries)


def _filtered(policy: Json) -> Iterator[str]:
    wanted = policy.get("filter")
    for part in ("all", "any"):
        for condition in _objects(wanted.get(part) if isinstance(wanted, dict) else None):
            if condition.get("field") == "current_tags" and condition.get("operator") in _WANTS:
                yield from _words(condition.get("value"))


def chosen(definitions: Json, subject: str) -> dict[str, str] | None:
    """Return what a trigger may compare a subject with; None: it is no choice here."""
    told = definitions.get("definitions")
    for condition in _objects(told.get("conditions_all") if isinstance(told, dict) else None):
        if condition.get("subject") == subject:
            values = ((attempt(ident, value.get("value")), value) for value in _objects(condition.get("values")))
            return {id_: _text(value, "title") for id_, value in values if id_}
    return None


def tags(entries: Iterable[Json], sla: Iterable[SlaPolicy]) -> frozenset[str]:
    """Return the tags that fields set and that SLA policies look for."""
    entries = list(entries)
    ticked = {_text(one, "tag") for one in entries}
    options = {_text(o, "value") for one in entries for o in _objects(one.get("custom_field_options"))}
    return frozenset(ticked | options | {tag for policy in sla for tag in policy.tags}) - {""}


def _by_id(entries: Iterable[Json]) -> Iterator[tuple[str, Json]]:
    return ((id_, one) for one in entries if (id_ := attempt(ident, one.get("id"))))


def _objects(value: object) -> Iterator[Json]:
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())


def _text(one: Json, key: str) -> str:
    value = one.get(key)
    return value if isinstance(value, str) else ""


def _words(value: object) -> list[str]:
    """Return tags, which a filter has as a list or as one text with blanks between."""
    return value.lower().split() if isinstance(value, str) else [str(one).lower() for one in value or ()]  # type: ignore[attr-defined]
