"""What of Zendesk's we make: one row a kind, and how a thing of it reads.

Rule 1: no I/O. `facts` reads what we write and what is answered alike; what we do not set is no fact.
Rule 2: things stand in the order in which they can be made; they are taken down in the reverse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from connectors.provisions import Thing
from connectors.values import attempt
from connectors.zendesk.values import ident

Json = Mapping[str, object]

#: Subscribes a webhook to what triggers and automations tell, alone.
# https://developer.zendesk.com/api-reference/webhooks/webhooks-api/webhooks/
TRIGGERED = "conditional_ticket_events"
WAYS: Mapping[str, str] = {"events": "ticket events", "trigger": "what triggers tell"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """One row of KINDS."""

    what: str  #: What people call it.
    path: str
    one: str  #: The key of one in a body.
    many: str  #: The key of a list of them.
    facts: Callable[[Json], dict[str, object]]
    title: str = "title"  #: The key of its name.
    note: str | None = "description"  #: The key of a text that only those who administer it read; None: it has none.
    verb: str = "PUT"  #: Changes one.
    pages: bool = True  #: Whether a list of them comes in pages of our size.


def read(kind: str, document: Json, mark: str) -> Thing | None:
    """Return one thing of a list; None for what is not as documented."""
    row, id_ = KINDS[kind], attempt(ident, document.get("id"))
    name = document.get(row.title)
    if id_ is None or not isinstance(name, str):
        return None
    noted = document.get(row.note) if row.note else None
    marked = mark in noted if isinstance(noted, str) else None
    return Thing(kind=kind, id=id_, name=name, facts=row.facts(document), marked=marked)


def in_order(kind: str, documents: object, mark: str) -> list[Thing]:
    """Return a page of a list, by position where things have one."""
    ones = list(_objects(documents))
    ones.sort(key=lambda one: place if isinstance(place := one.get("position"), int) else 0)
    return [thing for one in ones if (thing := read(kind, one, mark))]


def _webhook(told: Json) -> dict[str, object]:
    events = sorted(_texts(told.get("subscriptions")))
    return {
        "name": told.get("name"),
        "description": told.get("description"),
        "endpoint": told.get("endpoint"),
        "way": "trigger" if events == [TRIGGERED] else "events",
        "subscriptions": events,
        **{name: told.get(name) for name in ("http_method", "request_format", "status")},
    }


def _category(told: Json) -> dict[str, object]:
    return {"name": told.get("name")}


def _trigger(told: Json) -> dict[str, object]:
    category = attempt(ident, told.get("category_id"))
    conditions = told.get("conditions") if isinstance(told.get("conditions"), Mapping) else told
    assert isinstance(conditions, Mapping)
    return {
        **_named(told),
        "category_id": category if category else told.get("category_id"),
        "conditions": {part: _conditions(conditions.get(part)) for part in ("all", "any")},
        "actions": _actions(told.get("actions")),
    }


def _macro(told: Json) -> dict[str, object]:
    return {**_named(told), "actions": _actions(told.get("actions"))}


def _view(told: Json) -> dict[str, object]:
    """Read a view: what is written as `all`, `any` and `output` is answered as `conditions` and `execution`."""
    conditions = told["conditions"] if isinstance(told.get("conditions"), Mapping) else told
    output = told.get("execution") or told.get("output") or {}
    assert isinstance(conditions, Mapping)
    assert isinstance(output, Mapping)
    return {
        **_named(told),
        **{part: _conditions(conditions.get(part)) for part in ("all", "any")},
        "columns": list(_columns(output.get("columns"))),
        **{name: output.get(name) for name in ("group_by", "group_order", "sort_by", "sort_order")},
    }


def _field(told: Json) -> dict[str, object]:
    names = ("title", "type", "agent_description", "visible_in_portal", "editable_in_portal", "required")
    return {name: told.get(name) for name in names}


def _sla(told: Json) -> dict[str, object]:
    filtered = told.get("filter")
    wanted = filtered if isinstance(filtered, Mapping) else {}
    names = ("priority", "metric", "target", "business_hours")
    rows = ({name: row.get(name) for name in names} for row in _objects(told.get("policy_metrics")))
    return {
        "title": told.get("title"),
        "description": told.get("description"),
        "filter": {part: _conditions(wanted.get(part)) for part in ("all", "any")},
        "policy_metrics": sorted(rows, key=lambda row: (str(row["metric"]), str(row["priority"]))),
    }


def _named(told: Json) -> dict[str, object]:
    return {name: told.get(name) for name in ("title", "description", "active")}


def _conditions(told: object) -> list[dict[str, object]]:
    """Return conditions; a value is a text or a number, a tag stands alone or in a list."""
    return [
        {"field": one.get("field"), "operator": one.get("operator"), "value": _plain(one.get("value"))}
        for one in _objects(told)
    ]


def _plain(value: object) -> object:
    if isinstance(value, list):
        return " ".join(map(str, value))
    return value if value is None else str(value)


def _actions(told: object) -> list[dict[str, object]]:
    return [{"field": one.get("field"), "value": _worded(one.get("value"))} for one in _objects(told)]


def _worded(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return [str(one) for one in value] if isinstance(value, list) else value


def _columns(told: object) -> Iterator[str]:
    for one in told if isinstance(told, list) else ():
        yield str(one.get("id")) if isinstance(one, Mapping) else str(one)


def _objects(told: object) -> Iterator[Json]:
    return (one for one in told if isinstance(one, Mapping)) if isinstance(told, list) else iter(())


def _texts(told: object) -> Iterator[str]:
    return (one for one in told if isinstance(one, str)) if isinstance(told, list) else iter(())


KINDS: Mapping[str, Kind] = {
    # https://developer.zendesk.com/api-reference/webhooks/webhooks-api/webhooks/
    "webhook": Kind(
        what="webhook", path="webhooks", one="webhook", many="webhooks", facts=_webhook, title="name", verb="PATCH"
    ),
    # https://developer.zendesk.com/api-reference/ticketing/business-rules/trigger_categories/
    "trigger_category": Kind(
        what="trigger category",
        path="trigger_categories",
        one="trigger_category",
        many="trigger_categories",
        facts=_category,
        title="name",
        note=None,
        verb="PATCH",
    ),
    # https://developer.zendesk.com/api-reference/ticketing/business-rules/triggers/
    "trigger": Kind(what="trigger", path="triggers", one="trigger", many="triggers", facts=_trigger),
    # https://developer.zendesk.com/api-reference/ticketing/business-rules/sla_policies/
    "sla": Kind(
        what="SLA policy", path="slas/policies", one="sla_policy", many="sla_policies", facts=_sla, pages=False
    ),
    # https://developer.zendesk.com/api-reference/ticketing/business-rules/macros/
    "macro": Kind(what="macro", path="macros", one="macro", many="macros", facts=_macro),
    # https://developer.zendesk.com/api-reference/ticketing/business-rules/views/
    "view": Kind(what="view", path="views", one="view", many="views", facts=_view),
    # https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_fields/
    "field": Kind(
        what="ticket field",
        path="ticket_fields",
        one="ticket_field",
        many="ticket_fields",
        facts=_field,
        note="agent_description",
    ),
}
NAMES: Mapping[str, str] = {kind: row.what for kind, row in KINDS.items()}
#: What nobody wishes for any more is taken down, of these; the others hold what people may go on using.
DROPPED = ("trigger", "trigger_category", "macro")
#: What stays when a connection is taken down, unless somebody wants that gone too: tickets hold on to it.
KEPT = frozenset({"sla", "view", "field"})
#: What is taken down in which order: what uses another before what it uses.
TAKEN_DOWN = ("trigger", "trigger_category", "webhook", "macro", "view", "sla", "field")
