"""What a command shows: instants and tickets it is given, and text as its reader's terminal can show it."""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime, tzinfo

import click

from connectors.model import TicketRef
from plugin.commands.told import wrong
from plugin.core.opening_hours.wall_clock import YEARS
from plugin.explaining.look import Look, has_marks

_REF = re.compile(r"([^#\s]+)#(\S+)")


def read_instant(option: str, text: str, zone: tzinfo) -> datetime:
    """Read an instant; one without an offset is on the clocks of the zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.year not in YEARS:
        raise wrong(f"{option}:", f'found "{text}", expected 2026-11-24T10:00, with or without an offset')
    return (found if found.tzinfo else found.replace(tzinfo=zone, fold=0)).astimezone(UTC)


def read_ref(option: str, text: str) -> TicketRef:
    """Read a ticket's name, as `acme#42`."""
    found = _REF.fullmatch(text)
    if found is None:
        raise wrong(f"{option}:", f'found "{text}", expected a connection and a ticket, as acme#42')
    return TicketRef(connection=found[1], id=found[2])


def look_of(zone: tzinfo) -> Look:
    """Return how text looks on standard output; what is no terminal gets no colours, which is `click.echo`'s doing."""
    return Look(zone=zone, pretty=has_marks(_encoding()), paint=lambda text, colour: click.style(text, fg=colour))


def say(text: str) -> None:
    """Write text; a character that the encoding does not have becomes a question mark."""
    encoding = _encoding() or "ascii"
    click.echo(text.encode(encoding, "replace").decode(encoding))


def say_json(document: object) -> None:
    """Write a document; what the encoding does not have is escaped."""
    say(json.dumps(document, indent=2, ensure_ascii=not has_marks(_encoding())))


def _encoding() -> str | None:
    return getattr(sys.stdout, "encoding", None)
