"""Calls to a platform, for whoever counts them and sees to it that the last ones go to customers.

Rule 1: a call is named by its endpoint: verb and path, never an id, a query or a word of a ticket.
Rule 2: what a platform says of its limits is an allowance: of the whole account, or of one endpoint.
Rule 3: who may wait leaves the last calls to those who may not; a customer's word goes as long as any call is left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Protocol

#: The endpoint of an allowance that every call of the account is taken from.
WHOLE_ACCOUNT = ""
#: What is no number of an API's version and looks like an id: numbers, keys such as SD-12, digests.
_ID = re.compile(r"(?<!/api)/(\d+|[A-Z][A-Z0-9_]*-\d+|[0-9a-fA-F-]{16,}|[0-9A-Z]{20,})(?=/|$)")


class Urgency(IntEnum):
    """For whom a call is; the lower, the sooner it goes."""

    CUSTOMER = 0  #: What a customer reads, and what has to be done before it.
    INTERNAL = 1  #: What agents read.
    READ = 2
    BACKGROUND = 3  #: What can be made up for at any time.


#: The part of an allowance that each kind of call leaves to those before it.
LEFT_TO_OTHERS: Mapping[Urgency, float] = {
    Urgency.CUSTOMER: 0.0,
    Urgency.INTERNAL: 0.05,
    Urgency.READ: 0.1,
    Urgency.BACKGROUND: 0.4,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowance:
    """How many calls are left, as a platform's answer told."""

    endpoint: str = WHOLE_ACCOUNT
    total: int
    left: int
    until: datetime  #: When there are as many as ever.

    def spares(self, urgency: Urgency, now: datetime) -> bool:
        """Tell if a call may be taken from it now."""
        return now >= self.until or self.left > self.total * LEFT_TO_OTHERS[urgency]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ceiling:
    """How often one ticket may be written to within a time."""

    writes: int
    within: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Called:
    """One call that was made."""

    endpoint: str
    status: int | None  #: None: no answer came.
    allowances: tuple[Allowance, ...] = ()


#: A platform's reader of rate limits: the answer's headers, and when it came.
ReadAllowances = Callable[[Mapping[str, str], str, datetime], tuple[Allowance, ...]]


class Listener(Protocol):
    """Hears of every call of one connection; belongs to the thread of its connector."""

    def before(self, endpoint: str) -> None:
        """Return if the call may be made now, else raise FewCallsLeft."""

    def after(self, called: Called) -> None:
        """Hear of a call that was made."""


def endpoint(verb: str, path: str) -> str:
    """Return a call's name, such as `PUT /api/v2/tickets/:id`."""
    return f"{verb} {_ID.sub('/:id', path.removesuffix('.json'))}"


def no_allowances(_headers: Mapping[str, str], _endpoint: str, _now: datetime) -> tuple[Allowance, ...]:
    """Read nothing: of a platform that tells nothing."""
    return ()
