"""Destinations that a story can look into: an address of Apprise's that posts JSON to this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from connectors.notices import Destination
from tests.connectors.wire import Wire, serving
from tests.scenarios.policies import OPEN, policy, says
from tests.scenarios.world import World, living

WHEN = {"all": [OPEN, says("ticket.tags", "contains", "payment")]}
STEPS = [
    {"tier": "specialist", "owner": "ana", "acknowledge_within": "15m"},
    {"tier": "manager", "owner": "ben", "acknowledge_within": "30m", "tell": ["managers"]},
]
ROW = {"issue_type": "*", "severity": "*", "ladder": "up", "tell": ["chat"], "changes": {"tags": ["escalated"]}}


def telling(**more: Any) -> dict[str, Any]:
    """Return a policy that tells the chat of everything, and the managers from when it comes to them."""
    told: dict[str, Any] = {"chat": {"name": "#payments"}, "managers": {}}
    sections = {"matrix": [ROW], "ladders": {"up": {"steps": STEPS}}, "destinations": told, "admin": "ana"}
    return policy(WHEN, more={**sections, **more})


def at(wire: Wire, name: str = "chat", *, throttle: timedelta = timedelta(minutes=1)) -> Destination:
    return Destination(name=name, url=f"{wire.url.replace('http', 'json', 1)}/{name}", throttle=throttle)


class Told:
    """What arrived."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire

    def __call__(self, name: str = "chat") -> list[dict[str, Any]]:
        return [json.loads(asked.body) for asked in self.wire.asked if asked.path.startswith(f"/{name}")]

    def titles(self, name: str = "chat") -> list[str]:
        return [str(one["title"]) for one in self(name)]


@contextmanager
def listening(url: str | Path, **more: Any) -> Iterator[tuple[World, Told]]:
    """Make a world whose destinations post to a server that answers as the story says."""
    with serving() as wire:
        known = {name: at(wire, name) for name in ("chat", "managers")}
        given = {"policy": telling(), "destinations": known, **more}
        with living(str(url), **given) as world:
            yield world, Told(wire)
