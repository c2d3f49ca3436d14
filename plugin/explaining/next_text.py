"""What happens to a ticket next, and what its log says: as lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from plugin.core.model import Case, LogEntry, TimerKind
from plugin.core.policy import Policy
from plugin.core.why.meanings import meaning
from plugin.explaining.look import Look
from plugin.explaining.report import Report
from plugin.store.lookups import Dossier
from plugin.store.records import Outgoing

_TIMERS: Mapping[TimerKind, str] = {
    TimerKind.RULE: "the rules are asked again",
    TimerKind.PROMISE: "the owner is prompted, unless a person answers the customer before",
    TimerKind.PROBLEM: "the ticket is told how its problem stands",
    TimerKind.FOLLOW_UP: "whoever owns an open part of the follow-up is told",
    TimerKind.STEP: "the ladder is climbed, unless the owner does something on the ticket before",
}


def next_lines(report: Report, dossier: Dossier, look: Look) -> Iterator[str]:
    """Write what is due, who owns it, and what is stuck."""
    yield "Next"
    for kind, at in sorted(dossier.timers.items(), key=lambda item: item[1]):
        yield f"  {look.time(at)}: {_TIMERS.get(kind, kind.value)}"
    if not dossier.timers:
        yield "  No timer is set: nothing happens until something is heard of the ticket."
    yield from _case(report.policy, dossier.case, look) if dossier.case else ("  No case is open.",)
    for operation in dossier.operations:
        yield f"  Unfinished: {_unfinished(operation, look)}"
    for letter in dossier.letters:
        yield f"  Dead letter {letter.name}, since {look.time(letter.at)}: {letter.reason}"
    if dossier.paused_until:
        yield f"  The whole connection is paused until {look.time(dossier.paused_until)}."


def _case(policy: Policy, case: Case, look: Look) -> Iterator[str]:
    owner = policy.people[case.owner].name if case.owner in policy.people else case.owner
    yield f"  Case {case.id}: {case.issue_type} {case.severity} by rule {case.rule}, owner {owner}"
    prompted = f"; the owner was prompted {case.prompts} times" if case.prompts else ""
    yield f"  Next update promised by {look.time(case.next_update_at)}{prompted}"


def _unfinished(one: Outgoing, look: Look) -> str:
    rule = f" of rule {one.rule}" if one.rule else ""
    why = f", {meaning(one.reason)}" if one.reason else ""
    return f"a write{rule}, tried {one.attempts} times, next at {look.time(one.next_at)}{why}"


#: Lines of the log that an explanation ends with.
_LAST = 8


def log_lines(entries: Iterable[LogEntry], look: Look) -> list[str]:
    """Write the last lines of the case log, the same one after the other as one; empty without any."""
    lines = []
    for _, same in groupby(entries, key=lambda entry: (entry.what, entry.reason, entry.evidence.get("rule"))):
        first, *others = same
        lines.append(f"  {log_head(first, look)}" + (f" ({len(others) + 1} times)" if others else ""))
    return ["", "Log", *lines[-_LAST:]] if lines else []


def log_head(entry: LogEntry, look: Look) -> str:
    """Write one line of the log: when, what, why."""
    rule = entry.evidence.get("rule")
    told = f" [{rule}]" if rule else ""
    return f"{look.time(entry.at)}  {entry.what}{told}: {entry.reason}. {meaning(entry.reason)}"
