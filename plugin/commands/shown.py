"""What a command shows: instants and tickets it is given, and text as its reader's terminal can show it.

Rule 1: what people wrote moves no cursor, colours nothing and turns no line around: a character that would is written
        out, as JSON writes it. Only our own colours reach the terminal.
"""

from __future__ import annotations

import json
import re
import secrets
import sys
from datetime import UTC, datetime, tzinfo

import click

from connectors.model import TicketRef
from plugin.clock import utc_now
from plugin.commands.told import wrong
from plugin.core.durations import duration
from plugin.core.opening_hours.wall_clock import YEARS
from plugin.explaining.look import Look, has_marks

#: Stands for the beginning of a colour of ours; nobody's text can hold it.
_OURS = f"\x1b{secrets.token_hex(8)}["
#: Controls but the line end and the tab, marks that turn text around or that nobody sees, and line ends that are none.
_ACTIVE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]",
)
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


def read_since(option: str, text: str, zone: tzinfo) -> datetime:
    """Read an instant, or so long ago."""
    try:
        return utc_now() - duration(text)
    except ValueError:
        if not text[:4].isdigit():
            raise wrong(f"{option}:", f'found "{text}", expected so long ago, as 4h or 2d, or an instant') from None
        return read_instant(option, text, zone)


def read_ref(option: str, text: str) -> TicketRef:
    """Read a ticket's name, as `acme#42`."""
    found = _REF.fullmatch(text)
    if found is None:
        raise wrong(f"{option}:", f'found "{text}", expected a connection and a ticket, as acme#42')
    return TicketRef(connection=found[1], id=found[2])


def look_of(zone: tzinfo) -> Look:
    """Return how text looks on standard output; what is no terminal gets no colours, which is `click.echo`'s doing."""
    return Look(zone=zone, pretty=has_marks(_encoding()), paint=_painted)


def _painted(text: str, colour: str) -> str:
    return click.style(text, fg=colour).replace("\x1b[", _OURS)


def inert(text: str) -> str:
    """Return text with every character written out that a terminal would obey; JSON stays the same document."""
    return _ACTIVE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def say(text: str) -> None:
    """Write text; a character that the encoding does not have becomes a question mark."""
    encoding = _encoding() or "ascii"
    text = "\x1b[".join(map(inert, text.split(_OURS)))
    click.echo(text.encode(encoding, "replace").decode(encoding))


def say_json(document: object) -> None:
    """Write a document; what the encoding does not have is escaped."""
    say(json.dumps(document, indent=2, ensure_ascii=not has_marks(_encoding())))


def _encoding() -> str | None:
    return getattr(sys.stdout, "encoding", None)
