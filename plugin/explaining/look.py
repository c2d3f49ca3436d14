"""How a text for people looks where it is going to be read.

Rule 1: instants are told on the policy's clocks, and in UTC beside them.
Rule 2: marks that the reader's encoding does not have are replaced by plain ones; colour only helps, it never tells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

#: Text and a colour to painted text.
Paint = Callable[[str, str], str]
_PRETTY: Mapping[bool | None, str] = {True: "\u2713", False: "\u2717", None: "?"}
_PLAIN: Mapping[bool | None, str] = {True: "+", False: "-", None: "?"}
_COLOURS: Mapping[bool | None, str] = {True: "green", False: "red", None: "yellow"}


def unpainted(text: str, _: str) -> str:
    """Return the text as it is."""
    return text


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """Where a text is read: the clocks, the marks, the colours."""

    zone: tzinfo = UTC
    pretty: bool = True  #: The reader's encoding has the marks.
    paint: Paint = unpainted

    def mark(self, holds: bool | None) -> str:
        """Return the mark of a verdict."""
        return self.paint((_PRETTY if self.pretty else _PLAIN)[holds], _COLOURS[holds])

    def time(self, at: datetime) -> str:
        """Write an instant: `Tue 2026-11-24 13:00 CET (12:00 UTC)`."""
        local, utc = at.astimezone(self.zone), at.astimezone(UTC)
        told = f"{local:%a %Y-%m-%d} {_clock(local)}"
        if local.utcoffset() == utc.utcoffset():
            return f"{told} UTC"
        day = "" if local.date() == utc.date() else f"{utc:%a %Y-%m-%d} "
        return f"{told} {local:%Z} ({day}{_clock(utc)} UTC)"


def _clock(at: datetime) -> str:
    return f"{at:%H:%M:%S}" if at.second or at.microsecond else f"{at:%H:%M}"


def has_marks(encoding: str | None) -> bool:
    """Return True if an encoding can write the marks."""
    try:
        "".join(_PRETTY.values()).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
