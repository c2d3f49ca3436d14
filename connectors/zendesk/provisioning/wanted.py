"""What we want of a Zendesk account, as the bodies that make it.

Rule 1: no I/O, and no text of a ticket: of a trigger's template only ids and a time.
Rule 2: names carry the connection's, so that two connections do not meet; a text that admins read carries our mark.
Rule 3: exactly the events are subscribed to that `kinds.py` reads; a wildcard would bring those nobody reads.
Rule 4: the trigger stays away from what the API changes, for that is what we do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from connectors.provisions import MADE, Facts, Found, Made, Setup, Sla, Way, Wish
from connectors.zendesk.kinds import BUS
from connectors.zendesk.kinds import KINDS as EVENTS
from connectors.zendesk.provisioning.kinds import KINDS, TRIGGERED

PREFIX = "zen:event-type:ticket."
PRIORITIES = ("urgent", "high", "normal", "low")
#: What a trigger's webhook is told; what a customer wrote must never stand in it.
TEMPLATE = '{"ticket_id": "{{ticket.id}}", "updated_at": "{{ticket.updated_at_with_timestamp}}"}'
#: `current_via_id` of what came by the API.
# https://developer.zendesk.com/documentation/ticketing/reference-guides/via-types/
_BY_API = "5"
_COLUMNS = ["status", "nice_id", "subject", "requester", "assignee", "updated"]


def mark(connection: str) -> str:
    """Return what tells ours from others' of the same name."""
    return f"[escalation:{connection}]"


def wishes(setup: Setup, found: Found, made: Sequence[Made]) -> tuple[list[Wish], list[str]]:
    """Return what is wanted, in the order in which it can be made, and what is left out and why."""
    by_others = {sla.tag: name for sla in setup.slas if (name := _filtering(sla.tag, setup, found, made))}
    there = [f'SLA policy "{name}" filters on the tag {tag} already: none is made' for tag, name in by_others.items()]
    lists = (
        _way(setup),
        (_sla(setup, sla) for sla in setup.slas if sla.tag not in by_others),
        (_macro(setup, i) for i in range(len(setup.macros))),
        (_view(setup, setup.state_tag) for _ in (1,) if setup.state_tag),
        _fields(setup, made),
    )
    return [wish for some in lists for wish in some], there


def _wish(kind: str, key: str, name: str, body: Mapping[str, object], **how: object) -> Wish:
    row = KINDS[kind]
    return Wish(kind=kind, key=key, what=row.what, name=name, facts=row.facts(body), **how)  # type: ignore[arg-type]


def _note(setup: Setup, text: str) -> str:
    return f"{text} Made by the escalation plugin. {mark(setup.connection)}"


def _called(setup: Setup, what: str = "") -> str:
    return f"Escalation ({setup.connection}){what}"


def _way(setup: Setup) -> Iterator[Wish]:
    triggered = setup.way is Way.TRIGGER
    events = [TRIGGERED] if triggered else [f"{PREFIX}{name}" for name in EVENTS if name not in BUS]
    body = {
        "name": _called(setup),
        "description": _note(setup, "Tells of what happens to tickets."),
        "endpoint": setup.address,
        "http_method": "POST",
        "request_format": "json",
        "status": "active",
        "subscriptions": events,
    }
    yield _wish("webhook", "webhook", body["name"], body, fixed=frozenset({"way"}), essential=True)  # type: ignore[arg-type]
    if triggered:
        name = _called(setup)
        yield _wish("trigger_category", "triggers", name, {"name": name})
        yield _trigger(setup)


def _trigger(setup: Setup) -> Wish:
    body = {
        "title": _called(setup, ": tell of changes"),
        "description": _note(setup, "Tells the webhook which ticket changed, unless the API changed it."),
        "active": True,
        "category_id": f"{MADE}trigger_category:triggers",
        "conditions": {
            "all": [
                {"field": "status", "operator": "less_than", "value": "closed"},
                {"field": "current_via_id", "operator": "is_not", "value": _BY_API},
            ],
            "any": [],
        },
        "actions": [{"field": "notification_webhook", "value": [f"{MADE}webhook:webhook", TEMPLATE]}],
    }
    return _wish("trigger", "changes", str(body["title"]), body, essential=True)


def _sla(setup: Setup, sla: Sla) -> Wish:
    """Return the policy that a tag chooses, with the same targets at every priority: a person may change that."""
    update, resolve = _minutes(sla.update_every), sla.resolve and _minutes(sla.resolve)
    # https://support.zendesk.com/hc/en-us/articles/4408821871642-Understanding-SLA-metrics
    targets = {"first_reply_time": update, "next_reply_time": update, "pausable_update_time": update}
    targets |= {"requester_wait_time": resolve} if resolve else {}
    body = {
        "title": sla.title or _called(setup, f": {sla.tag}"),
        "description": _note(setup, f"For tickets with the tag {sla.tag}."),
        "filter": {"all": [{"field": "current_tags", "operator": "includes", "value": sla.tag}], "any": []},
        "policy_metrics": [
            {"priority": priority, "metric": metric, "target": target, "business_hours": False}
            for metric, target in targets.items()
            for priority in PRIORITIES
        ],
    }
    return _wish("sla", sla.tag, str(body["title"]), body, first=True)


def _minutes(length: timedelta) -> int:
    return max(1, int(length.total_seconds() // 60))


def _filtering(tag: str, setup: Setup, found: Found, made: Sequence[Made]) -> str | None:
    """Return the name of somebody else's SLA policy that filters on a tag already."""
    ours = {one.id for one in made if one.kind == "sla"} - {None}
    condition = {"field": "current_tags", "operator": "includes", "value": tag}
    for thing in found.things.get("sla", ()):
        wanted = thing.facts["filter"]
        known = thing.id in ours or thing.name == _called(setup, f": {tag}")
        if not known and isinstance(wanted, Mapping) and condition in wanted["all"]:
            return thing.name
    return None


def _macro(setup: Setup, number: int) -> Wish:
    macro = setup.macros[number]
    line = [{"field": "comment_mode_is_public", "value": "false"}, {"field": "comment_value", "value": macro.line}]
    body = {
        "title": _called(setup, f"::{macro.title}"),
        "description": _note(setup, macro.about),
        "active": True,
        "actions": [{"field": "current_tags", "value": macro.tag}] if macro.tag else line,
    }
    return _wish("macro", macro.key, str(body["title"]), body)


def _view(setup: Setup, tag: str) -> Wish:
    body = {
        "title": f"Escalated tickets ({setup.connection})",
        "description": _note(setup, "Tickets with an open case, the worst first, the longest silent at the top."),
        "active": True,
        "all": [
            {"field": "current_tags", "operator": "includes", "value": tag},
            {"field": "status", "operator": "less_than", "value": "solved"},
        ],
        "any": [],
        "output": {
            "columns": _COLUMNS,
            **{"group_by": "priority", "group_order": "desc", "sort_by": "updated", "sort_order": "asc"},
        },
    }
    return _wish("view", "escalated", str(body["title"]), body)


def _fields(setup: Setup, made: Sequence[Made]) -> Iterator[Wish]:
    """Yield the fields that the policy has no id for, and those that we made."""
    ours = {one.key: one.id for one in made if one.kind == "field"}
    for shown in setup.fields:
        if shown.id is None or shown.id == ours.get(shown.key):
            body = {
                "title": f"{shown.title} ({setup.connection})",
                "type": "text",
                "agent_description": _note(setup, f"Shows the {shown.shows} of a case; changed by the plugin alone."),
                **dict.fromkeys(("visible_in_portal", "editable_in_portal", "required"), False),
            }
            yield _wish("field", shown.key, str(body["title"]), body)


def body(kind: str, facts: Facts) -> dict[str, object]:
    """Return the body that makes a thing, or makes it so again."""
    told = dict(facts)
    told.pop("way", None)
    if kind == "view":
        names = ("columns", "group_by", "group_order", "sort_by", "sort_order")
        told["output"] = {name: told.pop(name) for name in names}
    return {KINDS[kind].one: told}


def trial(address: str, payload: Mapping[str, object]) -> dict[str, object]:
    """Return the body that has a webhook send a test."""
    asked = {"endpoint": address, "http_method": "POST", "request_format": "json", "payload": json.dumps(payload)}
    return {"request": asked}
