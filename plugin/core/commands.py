"""What agents tell the plugin on the ticket itself: by a tag, a field, or a line of an internal note.

Rule 1: a command is read from what an agent does, never from what a customer writes.
Rule 2: what begins like a command and is none is told back, with the words there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from connectors.model import EventKind, Party, TicketEvent
from plugin.core.conduct import WAITS, Commands
from plugin.core.durations import duration
from plugin.core.model import Severity
from plugin.core.names import Names
from plugin.core.problems import unknown_word


class Word(StrEnum):
    """What can be told."""

    REQUEST = "request"
    ACKNOWLEDGE = "ack"
    HAND_OFF = "handoff"
    SNOOZE = "snooze"
    WAIT = "wait"
    DE_ESCALATE = "deescalate"
    RESOLVE = "resolve"
    OPT_OUT = "optout"
    APPROVE = "approve"
    DECLINE = "decline"
    EXCEPTION = "exception"
    CAUSE = "cause"
    ACTION = "action"
    DONE = "done"
    PREVENTION = "prevention"


_SAME = {"acknowledge": Word.ACKNOWLEDGE, "hand-off": Word.HAND_OFF, "waiting": Word.WAIT, "opt-out": Word.OPT_OUT} | {
    "de-escalate": Word.DE_ESCALATE,
    "resolved": Word.RESOLVE,
    "escalate": Word.REQUEST,
}
#: A reason longer than this is cut; it stands in the log.
LONGEST = 200
_UNTIL = re.compile(r"^(?:until\s+)?(\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d)?)\b")
_AMOUNT = re.compile(r"^(\d{1,9}(?:,\d{3})*(?:\.\d{1,2})?)\b")
_FOR = re.compile(r"^(?:for\s+)?(\d+(?:\.\d+)?[smhdw])\b")


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """One thing an agent told us."""

    word: Word | None  #: None: it begins like a command and is none.
    by: str | None  #: Key of a person of the policy; None: nobody the policy knows.
    by_id: str | None = None  #: The platform's id of whoever it was.
    reason: str = ""
    text: str = field(
        default="", repr=False
    )  #: What stands behind the word, whole; what it may become is bounded there.
    severity: Severity | None = None  #: Of a request.
    waits_for: str | None = None
    exception: str | None = None  #: The policy's word for it.
    amount: float | None = None
    until: datetime | None = None
    lasting: timedelta | None = None
    problem: str | None = None  #: What cannot be understood.
    tag: str | None = None  #: The tag that told it, to be taken away.
    field_id: str | None = None  #: The field that told it, to be emptied.
    via: str | None = None  #: `link`, if it was not told on the ticket.

    @property
    def teller(self) -> str:
        """Return who told it, for the log."""
        return self.by or f"agent:{self.by_id or 'unknown'}"


def heard(event: TicketEvent, terms: Commands, names: Names, zone: ZoneInfo) -> tuple[Command, ...]:
    """Return the commands that an event holds, in order."""
    if event.actor in (Party.US, Party.CUSTOMER, Party.AUTOMATION):
        return ()
    return tuple(_heard(event, terms, names, zone))


def _heard(event: TicketEvent, terms: Commands, names: Names, zone: ZoneInfo) -> Iterator[Command]:
    comment = event.comment
    author = (comment.author_id if comment else None) or event.actor_id
    by = names.people.get(author or "")
    if event.kind is EventKind.COMMENT_ADDED and comment and not comment.public and comment.by is not Party.CUSTOMER:
        for line in comment.text.splitlines():
            if told := _line(line.strip(), terms.prefix):
                yield read(told, by=by, by_id=author, zone=zone)
    elif event.kind is EventKind.TAGS_CHANGED:
        for tag in _added(event):
            if tag.startswith(f"{terms.prefix}_") and (told := _of_tag(tag.removeprefix(f"{terms.prefix}_"))):
                yield read(told, by=by, by_id=author, zone=zone, tag=tag)
    elif event.kind is EventKind.FIELD_CHANGED and terms.told_by and isinstance(event.current, str) and event.current:
        attribute = f"fields.{names.fields.get(terms.told_by, '')}"
        if event.changed == attribute:
            told = event.current.replace("_", " ").removeprefix(f"{terms.prefix} ")
            yield read(told, by=by, by_id=author, zone=zone, field_id=attribute.removeprefix("fields."))


def _line(line: str, prefix: str) -> str | None:
    """Return what stands behind `/esc `."""
    head, _, rest = line.partition(" ")
    return rest.strip() or "?" if head.casefold() == f"/{prefix}" else None


def _added(event: TicketEvent) -> list[str]:
    now, before = (value if isinstance(value, (frozenset, set, tuple, list)) else () for value in _tags(event))
    return sorted(set(map(str, now)) - set(map(str, before)))


def _tags(event: TicketEvent) -> tuple[object, object]:
    return event.current, event.previous


def _of_tag(rest: str) -> str | None:
    """Return a tag as a line: `wait_vendor` is `wait vendor`; one of our state tags is None."""
    word, _, more = rest.partition("_")
    return f"{word} {more.replace('_', ' ')}".strip() if word in {one.value for one in Word} else None


def read(
    told: str,
    *,
    by: str | None,
    by_id: str | None,
    zone: ZoneInfo,
    tag: str | None = None,
    field_id: str | None = None,
) -> Command:
    """Return the command of a line without its prefix; what is wrong with it stands in `problem`."""
    first, _, rest = " ".join(told.split()).partition(" ")
    words = {one.value: one for one in Word} | _SAME
    command = Command(word=words.get(first.casefold()), by=by, by_id=by_id, tag=tag, field_id=field_id)
    if command.word is None:
        return replace(command, problem=unknown_word(first[:40], list(words), what="command"))
    if command.word is Word.REQUEST and rest[:4].casefold() in {one.value for one in Severity}:
        command, rest = replace(command, severity=Severity(rest[:4].casefold())), rest[4:]
    if command.word is Word.WAIT:
        whom, _, rest = rest.partition(" ")
        problem = None if whom.casefold() in WAITS else unknown_word(whom[:40], list(WAITS), what="one to wait for")
        command = replace(command, waits_for=whom.casefold(), problem=problem)
    if command.word is Word.EXCEPTION:
        name, _, rest = rest.partition(" ")
        found = _AMOUNT.match(rest)
        amount = float(found[1].replace(",", "")) if found else None
        command = replace(command, exception=name.casefold(), amount=amount)
    if command.word in (Word.WAIT, Word.SNOOZE) and command.problem is None:
        command, rest = _timed(command, rest, zone)
    return replace(command, reason=rest.strip()[:LONGEST], text=rest.strip())


def _timed(command: Command, rest: str, zone: ZoneInfo) -> tuple[Command, str]:
    """Read until when, or how long."""
    try:
        if found := _UNTIL.match(rest):
            local = datetime.fromisoformat(found[1].replace(" ", "T")).replace(tzinfo=zone)
            return replace(command, until=local.astimezone(UTC)), rest[found.end() :]
        if found := _FOR.match(rest):
            return replace(command, lasting=duration(found[1])), rest[found.end() :]
    except (ValueError, OverflowError) as wrong:
        return replace(command, problem=str(wrong)), rest
    needed = 'how long? expected "snooze 2h" or "snooze until 2027-01-31 14:00"'
    return replace(command, problem=needed if command.word is Word.SNOOZE else None), rest
