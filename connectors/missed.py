"""What happened on a helpdesk that no webhook may have told, as values.

Rule: it is a hint, as a webhook is; the ticket itself is read before anything is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from connectors.model import TicketRef


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """A ticket that somebody or something changed."""

    ref: TicketRef
    version: str  #: As `Ticket.version`.
    gone: bool = False  #: It was deleted.


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A part of what changed, in the order in which it did."""

    changed: tuple[Changed, ...]
    cursor: str | None  #: Where to go on; None: where this page began.
    caught_up: bool  #: Nothing more is there for now.


@dataclass(frozen=True, kw_only=True, slots=True)
class Undelivered:
    """A webhook request that our receiver did not take, as the helpdesk kept it."""

    at: datetime
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
