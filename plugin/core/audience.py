"""Whom a policy tells of a case, beside the ticket itself.

Rule 1: a policy knows a destination by its name; its address is a secret and stands in the connections file.
Rule 2: a row's destinations hear of all its cases, a step's from when the case comes to the step.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class CaseMove(StrEnum):
    """What a destination may be told of."""

    APPROVAL_WANTED = "approval_wanted"  #: Somebody must approve it first.
    OPENED = "opened"
    RAISED = "raised"  #: A worse rule holds.
    CLIMBED = "climbed"  #: The next step of the ladder owns the case.
    LADDER_ENDED = "ladder_ended"  #: Nobody comes after: the admin must look.
    PROMISE_DUE = "promise_due"  #: The customer was promised an update for now.
    RESOLVED = "resolved"  #: The remedy is in, and the customer is asked.
    REOPENED = "reopened"  #: The remedy did not hold, or the customer wrote again.
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True, slots=True)
class Audience:
    """One destination, as the policy knows it."""

    key: str
    name: str  #: For people.
    moves: frozenset[CaseMove] = frozenset(CaseMove)
    person: str | None = None  #: Whose own it is: told of the cases that person owns, with links to answer by.


def all_of(*lists: Iterable[str]) -> tuple[str, ...]:
    """Return the names of several lists, each once."""
    return tuple(dict.fromkeys(name for names in lists for name in names))
