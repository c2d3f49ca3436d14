"""What we set, as an admin reads it: one fact, one line.

Rule 1: no I/O; nothing is shown twice, so a name that stands above and what never differs have no line of their own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

from connectors.provisions import MADE
from connectors.zendesk.provisioning.kinds import TRIGGERED, WAYS

_EVENTS = "zen:event-type:ticket."


def show(name: str, value: object) -> str | None:
    """Return a fact's value in words; None: it needs none."""
    return _FACTS[name](value) if name in _FACTS else _plain(value)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _nothing(_: object) -> None:
    return None


def _subscriptions(value: object) -> str:
    events = [str(one).removeprefix(_EVENTS) for one in value] if isinstance(value, list) else []
    return WAYS["trigger"] if events == [TRIGGERED] else f"{len(events)} ticket events: {', '.join(events)}"


def _conditions(value: object) -> str | None:
    if isinstance(value, Mapping):
        parts = ((part, _conditions(some)) for part, some in value.items())
        return "; ".join(f"{part} of: {told}" for part, told in parts if told) or None
    return ", ".join(f"{one['field']} {one['operator']} {one['value']}" for one in _objects(value)) or None


def _actions(value: object) -> str:
    return "; ".join(f"{one['field']} {_acted(one['value'])}" for one in _objects(value))


def _acted(value: object) -> str:
    """Return an action's value; an id that is not known yet is the one of what is made before."""
    parts = value if isinstance(value, list) else [value]
    return " ".join("the one above" if str(part).startswith(MADE) else _plain(part) for part in parts)


def _metrics(value: object) -> str:
    """Return targets, those together that are the same at every priority."""
    rows: dict[str, dict[str, object]] = {}
    for one in _objects(value):
        rows.setdefault(str(one["metric"]), {})[str(one["priority"])] = one["target"]
    by_target: dict[str, list[str]] = {}
    for metric, targets in rows.items():
        same = len(set(map(str, targets.values()))) == 1
        told = f"{next(iter(targets.values()))} min" if same else _plain(targets)
        by_target.setdefault(told, []).append(metric)
    return "; ".join(f"{', '.join(metrics)}: {target}" for target, metrics in by_target.items())


def _columns(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else _plain(value)


def _objects(value: object) -> Iterator[Mapping[str, object]]:
    return (one for one in value if isinstance(one, Mapping)) if isinstance(value, list) else iter(())


_FACTS: Mapping[str, Callable[[object], str | None]] = {
    **dict.fromkeys(("name", "title", "way", "http_method", "request_format", "category_id"), _nothing),
    **dict.fromkeys(("active", "status", "visible_in_portal", "editable_in_portal", "required"), _nothing),
    **dict.fromkeys(("all", "any", "conditions", "filter"), _conditions),
    "subscriptions": _subscriptions,
    "actions": _actions,
    "policy_metrics": _metrics,
    "columns": _columns,
}
