"""`escalation inspect`: what events a webhook body becomes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from connectors.accounts import unconnected
from connectors.contract import Parsed
from connectors.errors import Unparseable
from connectors.model import TicketEvent
from connectors.registry import PLATFORMS
from plugin.commands.told import told, wrong


@click.command()
@click.argument("platform", type=click.Choice(sorted(PLATFORMS)))
@click.argument("file", type=click.File("rb"))
@told
def inspect(platform: str, file: Any) -> None:
    """Show as JSON what events a webhook body becomes.

    Example: escalation inspect zendesk body.json
    """
    try:
        parsed = PLATFORMS[platform].parse(unconnected("inspected", platform), {}, file.read())
    except Unparseable as problem:
        raise wrong(f"{file.name} cannot be read as an event:", str(problem)) from problem
    click.echo(json.dumps(_parsed(parsed), indent=2, ensure_ascii=False))


def _parsed(parsed: Parsed) -> dict[str, Any]:
    return {
        "ignored": parsed.ignored,
        "event_key": parsed.event_key,
        "events": [_event(event) for event in parsed.events],
    }


def _event(event: TicketEvent) -> dict[str, Any]:
    document = {k: _plain(v) for k, v in asdict(event).items() if k != "raw"}
    document["ticket"] = event.ticket.id
    return document


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return value
