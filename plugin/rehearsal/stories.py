"""A test case as values: a ticket, what happens to it step by step, and what is expected of each step.

Rule 1: in the code a test case is a Story, since a case is an escalation everywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any as Json

from plugin.core.policy import Policy
from plugin.rehearsal.helpdesk import Actor
from plugin.rehearsal.tickets import Arrival

#: What the case's own ticket is called.
MAIN = "main"


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrives:
    """A ticket arrives."""

    arrival: Arrival
    by: Actor


@dataclass(frozen=True, kw_only=True, slots=True)
class Comments:
    """Somebody writes on the ticket."""

    text: str
    public: bool
    by: Actor


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """Somebody changes the ticket."""

    values: Mapping[str, object]  #: By attribute of Ticket; a custom field as `fields.<id>`.
    add_tags: frozenset[str]
    remove_tags: frozenset[str]
    by: Actor


@dataclass(frozen=True, kw_only=True, slots=True)
class Goes:
    """The ticket is deleted, or becomes part of another one."""

    merged_into: str | None
    by: Actor


@dataclass(frozen=True, kw_only=True, slots=True)
class Releases:
    """An admin lets a held rule act again."""

    rule: str


Deed = Arrives | Comments | Changes | Goes | Releases


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step of a story."""

    number: int  #: From 1.
    at: datetime
    on: str  #: The ticket it is about.
    deeds: tuple[Deed, ...] = ()
    expect: Mapping[str, Json] = field(default_factory=dict)  #: As the file has it, instants read.
    told: str = ""  #: What happens, in a few words.


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """One test case."""

    name: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Suite:
    """The cases of one file, and the policy they are about."""

    policy: Policy  #: With an id for everybody on the connection.
    connection: str
    stories: tuple[Story, ...]
