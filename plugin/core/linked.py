"""Tickets of other accounts that are opened for a case, as values.

Rule 1: values only; every change of a link is a new one.
Rule 2: a link holds no ticket text: what is written on the other ticket is made when it is opened.
Rule 3: a ticket that was opened for another one carries TAG, which every installation of ours knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from connectors.model import TicketRef

#: What a ticket carries that was opened for one of another account: no rule escalates it, so that none goes in circles.
TAG = "escalation_linked"


class WhenSolved(StrEnum):
    """What becomes of a case when the ticket that was opened for it is solved."""

    GO_ON = "go_on"  #: Its owner tells the customer, and has the time for the work anew.
    ASK_CUSTOMER = "ask_customer"  #: The remedy is in: the customer is asked if it holds.


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """A ticket that a step of a ladder opens on another connection; names are the policy's own."""

    connection: str
    subject: str | None = None  #: A template; None: the ticket's own subject.
    text: str | None = None  #: A template; None: a plain text of ours.
    project: str | None = None
    type: str | None = None
    form: str | None = None
    group: str | None = None
    priority: str | None = None
    tags: tuple[str, ...] = ()
    custom_fields: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)
    link_type: str | None = None
    show_in: str | None = None  #: Key of the field that shows its address on the ticket it is opened for.
    when_solved: WhenSolved = WhenSolved.GO_ON

    @property
    def place(self) -> str:
        """Return where it is opened: a ticket has one open link to a place."""
        return " ".join(filter(None, (self.connection, self.project, self.type, self.form, self.group)))


class LinkedState(StrEnum):
    """Where a link stands."""

    WANTED = "wanted"  #: The other ticket is to be opened.
    OPEN = "open"
    SOLVED = "solved"  #: The other ticket is.
    GONE = "gone"  #: The other ticket was deleted, or our user sees it no more.
    REFUSED = "refused"  #: It cannot be opened; agents were told why.
    WITHDRAWN = "withdrawn"  #: Nobody needs it any more: the case ended before it was opened.


#: States in which it is not there yet.
NOT_YET = frozenset({LinkedState.WANTED, LinkedState.REFUSED})
#: States of a link whose other ticket may still move.
THERE = frozenset({LinkedState.OPEN, LinkedState.SOLVED})


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkedTicket:
    """A ticket of another account, and the one it is opened for."""

    id: str
    origin: TicketRef
    case_id: str
    place: str
    connection: str  #: The other account.
    state: LinkedState = LinkedState.WANTED
    wanted_at: datetime
    next_at: datetime | None  #: When it is opened, or looked at; None: when something is heard.
    attempts: int = 0  #: Openings begun; the outcome of the last may be unknown.
    problem: str = ""  #: Why it was refused.
    late: bool = False  #: Agents were told that it takes longer.
    ticket: TicketRef | None = None
    url: str = ""
    called: str = ""  #: What people call the ticket that it is opened for.
    taken_up: bool = False  #: Somebody works on it there.
    active_at: datetime | None = None  #: When somebody last did anything there.

    @property
    def marker(self) -> str:
        """Return what the other ticket is found by."""
        return f"escalation-{self.id}"

    @property
    def name(self) -> str:
        """Return what people call the other ticket."""
        return self.url or (str(self.ticket) if self.ticket else self.place)
