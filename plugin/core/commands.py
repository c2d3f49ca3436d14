"""What agents tell the plugin on the ticket itself: by a tag, a field, or a line of an internal note.

Rule 1: a command is read from what an agent does, never from what a customer writes.
Rule 2: what begins like a command and is none is told back, with the words there are.
Rule 3: nobody commands by a mail that is quoted; of one comment, only so many commands are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from difflib import get_close_matches
from enum import StrEnum
from zoneinfo import ZoneInfo

from connectors.model import EventKind, Party, TicketEvent
from plugin.core.conduct import WAITS, Commands
from plugin.core.model import Severity
from plugin.core.names import Names
from plugin.core.problems import unknown_word
from plugin.core.texts.quoted import parted
from plugin.core.told_times import told_time


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
WORDS: Mapping[str, Word] = {one.value: one for one in Word} | _SAME
_IN_TAGS = {name.replace("-", "_"): word for name, word in WORDS.items()}
#: A reason longer than this is cut; it stands in the log.
LONGEST = 200
#: Characters of a comment that are looked at, and commands read from it.
LOOKED_AT = 20_000
MOST_COMMANDS = 10
_AMOUNT = re.compile(r"^(\d{1,9}(?:,\d{3})*(?:\.\d{1,2})?)\b")
_SEVERITY = re.compile(r"^sev(?:erity)?\s?-?(\d+)\b[\s:,;.-]*", re.IGNORECASE)
#: Characters nobody sees.
_UNSEEN = re.compile("[\u200b-\u200d\u2060\ufeff]")
#: What stands before a command in a list, and around it where it is emphasised.
_BEFORE = re.compile(r"(?:[-*+\u2022\u00b7]\s+|\d{1,2}[.)]\s+)?([`*_]*)/")


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
    if author is None or author == event.known.get("requester_id") or event.actor_id not in (None, author):
        return  # nobody known, the customer, or somebody who writes in another's name
    by = names.people.get(author or "")
    if event.kind is EventKind.COMMENT_ADDED and comment and not comment.public and comment.by is not Party.CUSTOMER:
        yield from _of_comment(comment.text, terms.prefix, by=by, by_id=author, zone=zone)
    elif event.kind is EventKind.TAGS_CHANGED:
        for tag in _added(event):
            if tag.startswith(f"{terms.prefix}_") and (told := _of_tag(tag.removeprefix(f"{terms.prefix}_"))):
                yield read(told, by=by, by_id=author, zone=zone, tag=tag)
    elif event.kind is EventKind.FIELD_CHANGED and terms.told_by and isinstance(event.current, str) and event.current:
        attribute = f"fields.{names.fields.get(terms.told_by, '')}"
        if event.changed == attribute:
            value = event.current.removeprefix(f"{terms.prefix}_").removeprefix(f"{terms.prefix} ")
            told = _of_tag(value) or value.replace("_", " ")
            yield read(told, by=by, by_id=author, zone=zone, field_id=attribute.removeprefix("fields."))


def _of_comment(text: str, prefix: str, *, by: str | None, by_id: str | None, zone: ZoneInfo) -> Iterator[Command]:
    """Return the commands that its writer's own lines hold; what is beyond the bounds is told once."""
    found = [told for line in parted(text[:LOOKED_AT]).own if (told := _line(line, prefix))]
    for told in found[:MOST_COMMANDS]:
        if isinstance(told, _Glued):
            yield Command(word=None, by=by, by_id=by_id, problem=told.problem)
        else:
            yield read(told, by=by, by_id=by_id, zone=zone)
    if len(found) > MOST_COMMANDS or f"/{prefix} " in text[LOOKED_AT:].casefold():
        beyond = (
            f"of one comment, {MOST_COMMANDS} commands are read, and its first {LOOKED_AT} characters; the rest is not"
        )
        yield Command(word=None, by=by, by_id=by_id, problem=beyond)


@dataclass(frozen=True, slots=True)
class _Glued:
    """A command without the space behind the prefix."""

    problem: str


def _line(line: str, prefix: str) -> str | _Glued | None:
    """Return what stands behind `/esc`; None: the line is no command."""
    line = _UNSEEN.sub("", line).strip()
    begins = _BEFORE.match(line)
    if begins is None:
        return None
    told = line[begins.end() :].removesuffix(begins[1][::-1]).lstrip()
    head, rest = told[: len(prefix)], told[len(prefix) :]
    if head.casefold() != prefix.casefold():
        return None
    marks = re.match(r"[`*]*[:,]?[`*]*(?:\s+|$)|[:,]\s*", rest)
    if marks is not None:
        return rest[marks.end() :].strip() or "?"
    word = rest.lstrip("-_").partition(" ")[0].casefold().rstrip(".,:;!")
    near = get_close_matches(word[:40], sorted(WORDS), n=1, cutoff=0.8)
    return _Glued(f'unknown command "/{head}{rest[:40]}"; did you mean "/{prefix} {near[0]}"?') if near else None


def _added(event: TicketEvent) -> list[str]:
    now, before = (value if isinstance(value, (frozenset, set, tuple, list)) else () for value in _tags(event))
    return sorted(set(map(str, now)) - set(map(str, before)))


def _tags(event: TicketEvent) -> tuple[object, object]:
    return event.current, event.previous


def _of_tag(rest: str) -> str | None:
    """Return a tag as a line: `wait_vendor` is `wait vendor`; a tag of the team's or of a state is None."""
    plain = rest.casefold().replace("-", "_")
    for name, word in _IN_TAGS.items():
        if plain == name or plain.startswith(f"{name}_"):
            return f"{word.value} {rest[len(name) :].replace('_', ' ')}".strip()
    return None


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
    first = first.casefold().rstrip(".,:;!")
    command = Command(word=WORDS.get(first), by=by, by_id=by_id, tag=tag, field_id=field_id)
    if command.word is None:
        return replace(command, problem=unknown_word(first[:40] or "?", list(WORDS), what="command"))
    if command.word is Word.REQUEST and (told_severity := _SEVERITY.match(rest)):
        command, rest = _graded(command, told_severity[1]), rest[told_severity.end() :]
    if command.word is Word.WAIT:
        whom, _, rest = rest.partition(" ")
        whom = whom.casefold().rstrip(".,:;")
        problem = None if whom in WAITS else unknown_word(whom[:40], list(WAITS), what="one to wait for")
        command = replace(command, waits_for=whom, problem=problem)
    if command.word is Word.EXCEPTION:
        name, _, rest = rest.partition(" ")
        found = _AMOUNT.match(rest)
        amount = float(found[1].replace(",", "")) if found else None
        command = replace(command, exception=name.casefold().rstrip(".,:;"), amount=amount)
    if command.word in (Word.WAIT, Word.SNOOZE) and command.problem is None:
        command, rest = _timed(command, rest, zone)
    return replace(command, reason=rest.strip()[:LONGEST], text=rest.strip())


def _graded(command: Command, number: str) -> Command:
    if (name := f"sev{number[:20]}") in {one.value for one in Severity}:
        return replace(command, severity=Severity(name))
    return replace(command, problem=unknown_word(name, [one.value for one in Severity], what="severity"))


def _timed(command: Command, rest: str, zone: ZoneInfo) -> tuple[Command, str]:
    """Read until when, or how long."""
    try:
        told = told_time(rest, zone)
    except ValueError as wrong:
        return replace(command, problem=str(wrong)), rest
    if command.word is Word.SNOOZE and told.until is None and told.lasting is None:
        needed = 'how long? expected "snooze 2h" or "snooze until 2027-01-31 14:00"'
        return replace(command, problem=needed), rest
    return replace(command, until=told.until, lasting=told.lasting), told.rest
