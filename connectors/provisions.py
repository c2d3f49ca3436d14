"""What is set up in a helpdesk for the plugin, as values.

Rule 1: pure data that can be written as JSON; no secret is among it.
Rule 2: a thing is named by its kind and our key for it; the helpdesk's own id is found out and kept.
Rule 3: a plan is the whole of it: what is not a step of the plan is not done.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

Facts = Mapping[str, object]
#: Stands in a fact for the id of another thing of ours, which may not be made yet: `made:webhook:events`.
MADE = "made:"
#: The kind of what tells us of tickets, and our key for it; a platform's other kinds are its own.
WEBHOOK = "webhook"


class Way(StrEnum):
    """How the helpdesk tells us of its tickets."""

    EVENTS = "events"
    TRIGGER = "trigger"


class Verb(StrEnum):
    """What is done to one thing."""

    CREATE = "create"
    CHANGE = "change"
    ORDER = "order"  #: It is moved before the others of its kind.
    LEAVE = "leave"
    REMOVE = "remove"
    FORGET = "forget"  #: It is left there, and ours no more.


@dataclass(frozen=True, kw_only=True, slots=True)
class Sla:
    """One service level that the policy chooses by a tag."""

    tag: str
    update_every: timedelta
    resolve: timedelta | None = None
    title: str | None = None  #: What the policy calls it; None: it does not.


@dataclass(frozen=True, kw_only=True, slots=True)
class Macro:
    """A command that agents shall have at hand: a tag, or a line of an internal note."""

    key: str
    title: str
    about: str
    tag: str | None = None
    line: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A field that shows something of a case."""

    key: str  #: The policy's word for it.
    title: str
    shows: str
    id: str | None = None  #: What the policy has as its id there.


@dataclass(frozen=True, kw_only=True, slots=True)
class Setup:
    """What the plugin wants of one helpdesk account, in our words."""

    connection: str
    address: str  #: Where its webhooks go.
    way: Way = Way.EVENTS
    slas: tuple[Sla, ...] = ()
    macros: tuple[Macro, ...] = ()
    state_tag: str | None = None  #: Every ticket with an open case has it; None: there is no view of them.
    fields: tuple[Shown, ...] = ()
    notices: tuple[str, ...] = ()  #: What is left out, and why.


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """One thing as it shall be."""

    kind: str
    key: str
    what: str  #: What people call things of its kind.
    name: str
    facts: Facts
    fixed: frozenset[str] = frozenset()  #: Facts that cannot be changed: another thing must take its place.
    essential: bool = False  #: Without it nothing works.
    first: bool = False  #: It must stand before others of its kind that are not ours.

    @property
    def ref(self) -> str:
        """Name it within its connection."""
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Thing:
    """One thing as it is there."""

    kind: str
    id: str
    name: str
    facts: Facts
    marked: bool | None = None  #: Whether it carries our mark; None: it has no room for one.


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """What we know of a thing that we made, or began to make."""

    kind: str
    key: str
    name: str
    id: str | None  #: None: begun; whether it came to be is not known.
    wrote: str = ""  #: Digest of what we asked for.
    found: str = ""  #: Digest of what was there right after; empty: nobody has looked since.
    adopted: bool = False  #: It was there before, and is not ours to remove.

    @property
    def ref(self) -> str:
        """Name it within its connection."""
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One thing to be done, or to be left as it is."""

    verb: Verb
    kind: str
    key: str
    what: str
    name: str
    id: str | None = None
    facts: Facts = field(default_factory=dict)
    lines: tuple[tuple[str, str], ...] = ()  #: What differs: a sign, `+` or `-`, and a text.
    why: str = ""
    question: str = ""  #: It is left as it is unless somebody agrees to this.
    essential: bool = False
    adopted: bool = False
    record: bool = False  #: Of what is left as it is: what we know of it is to be written down.

    @property
    def ref(self) -> str:
        """Name it within its connection."""
        return f"{self.kind}:{self.key}"

    @property
    def acts(self) -> bool:
        """Tell if the helpdesk is changed by it."""
        return self.verb in (Verb.CREATE, Verb.CHANGE, Verb.ORDER, Verb.REMOVE)

    @property
    def needs(self) -> frozenset[str]:
        """Return the things whose ids stand in it."""
        return frozenset(text.removeprefix(MADE) for text in _texts(self.facts) if text.startswith(MADE))


@dataclass(frozen=True, kw_only=True, slots=True)
class Hindrance:
    """Something we may not, and what an admin must click."""

    what: str
    says: str
    essential: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What is there, as far as we may see it; a kind that we may not see is absent."""

    things: Mapping[str, Sequence[Thing]]
    hindrances: tuple[Hindrance, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Everything that is to be done, in order, and what is to be known besides."""

    steps: tuple[Step, ...]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """What became of a webhook's test, as far as the helpdesk tells."""

    status: int | None  #: What our address answered; None: nothing did.


def digest(facts: Facts) -> str:
    """Return a short name of what facts say."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]


def resolved(facts: Facts, ids: Mapping[str, str]) -> dict[str, object]:
    """Return facts with the ids of what is made by now."""
    return {name: _resolved(value, ids) for name, value in facts.items()}


def _resolved(value: object, ids: Mapping[str, str]) -> object:
    if isinstance(value, str) and value.startswith(MADE):
        return ids.get(value.removeprefix(MADE), value)
    if isinstance(value, Mapping):
        return resolved(value, ids)
    return [_resolved(one, ids) for one in value] if isinstance(value, list | tuple) else value


def _texts(value: object) -> Sequence[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    return [text for one in inner for text in _texts(one)]
