"""What there is in a helpdesk for a policy to name.

Rule: what our user may not see is None, never empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Agent:
    """Somebody who may be assigned tickets, as far as the helpdesk's administration tells."""

    id: str
    name: str
    role: str | None = None
    active: bool = True  #: Neither suspended nor gone, and an agent or admin.
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class CatalogueField:
    """A field of the helpdesk's tickets."""

    id: str
    name: str
    type: str
    active: bool = True
    options: Mapping[str, str] | None = None  #: Value to what people see; None: it takes any value.


@dataclass(frozen=True, kw_only=True, slots=True)
class SlaPolicy:
    """One of the helpdesk's own SLA policies."""

    name: str
    tags: frozenset[str] = frozenset()  #: Those it wants a ticket to have.


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalogue:
    """What there is in a helpdesk for a policy to name; None: it would not tell. Names by id."""

    agents: Mapping[str, Agent] | None = None
    groups: Mapping[str, str] | None = None
    fields: Mapping[str, CatalogueField] | None = None
    statuses: Mapping[str, str] | None = None  #: Custom statuses.
    brands: Mapping[str, str] | None = None
    forms: Mapping[str, str] | None = None
    sla_policies: tuple[SlaPolicy, ...] | None = None
    tags: frozenset[str] | None = None  #: Tags that the helpdesk itself sets or looks for; people may set others.
    #: What there is none of on such a helpdesk: a fact, or a change as `changes.group`, and why in an admin's words.
    lacks: Mapping[str, str] = field(default_factory=dict)
    #: What must be said there that elsewhere need not be, as `open_ticket.project`, and why.
    needs: Mapping[str, str] = field(default_factory=dict)
