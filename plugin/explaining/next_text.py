"""What happens to a ticket next, and what its log says: as lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from plugin.core.excepting import described
from plugin.core.linked import LinkedState, LinkedTicket
from plugin.core.model import Case, CaseState, LogEntry
from plugin.core.policy import Policy
from plugin.core.why.meanings import meaning
from plugin.explaining.due_text import due
from plugin.explaining.look import Look
from plugin.explaining.report import Report
from plugin.store.lookups import Dossier
from plugin.store.records import Outgoing


def next_lines(report: Report, dossier: Dossier, look: Look) -> Iterator[str]:
    """Write what is due, who owns it, and what is stuck."""
    yield "Next"
    for kind, at in sorted(dossier.timers.items(), key=lambda item: item[1]):
        yield f"  {look.time(at)}: {due(report.policy, dossier.case, kind, at)}"
    if not dossier.timers:
        yield "  No timer is set: nothing happens until something is heard of the ticket."
    yield from _case(report.policy, dossier.case, look) if dossier.case else ("  No case is open.",)
    for one in dossier.opened:
        yield f"  Linked: {_linked(one, look)}"
    for operation in dossier.operations:
        yield f"  Unfinished: {_unfinished(operation, look)}"
    for letter in dossier.letters:
        yield f"  Dead letter {letter.name}, since {look.time(letter.at)}: {letter.reason}"
    if dossier.paused_until:
        yield f"  The whole connection is paused until {look.time(dossier.paused_until)}."


def _case(policy: Policy, case: Case, look: Look) -> Iterator[str]:
    yield f"  Case {case.id}: {case.issue_type} {case.severity} by rule {case.rule}, owner {policy.name_of(case.owner)}"
    yield from (f"  {told}" for told in _standing(policy, case))
    if case.state not in _UNPROMISED:
        prompted = f"; the owner was prompted {case.prompts} times" if case.prompts else ""
        yield f"  Next update promised by {look.time(case.next_update_at)}{prompted}"


#: States in which the customer waits for no update.
_UNPROMISED = frozenset({CaseState.REQUESTED, CaseState.RESOLVED})


def _standing(policy: Policy, case: Case) -> Iterator[str]:
    """Write where a case stands, and what became of it that a reader must know."""
    if case.state is not CaseState.OPEN:
        waits = f" for the {case.waiting_for}" if case.waiting_for else ""
        yield f"It is {case.state.value.replace('_', ' ')}{waits}"
    if case.pending:
        by = policy.name_of(case.pending.by) if case.pending.by else "the ladder"
        yield f"Asked for by {by}: {described(policy, case, case.pending)}"
    if case.granted:
        yield f"Granted: {', '.join(case.granted)}"
    if case.incomplete:
        yield f"Missing for the next step: {', '.join(case.incomplete)}"
    if case.missed:
        yield f"Promised updates that nobody wrote in time: {case.missed}"
    if case.follows:
        yield f"It follows case {case.follows}"


_LINKED: Mapping[LinkedState, str] = {
    LinkedState.OPEN: "open",
    LinkedState.SOLVED: "solved",
    LinkedState.GONE: "there no more",
    LinkedState.REFUSED: "could not be opened",
    LinkedState.WITHDRAWN: "not opened: the case ended before",
}


def _linked(one: LinkedTicket, look: Look) -> str:
    where = one.url or (str(one.ticket) if one.ticket else f"a ticket on {one.place}")
    if one.state is LinkedState.WANTED:
        tried = f", tried {one.attempts} times" if one.attempts else ""
        return f"{where} is to be opened{tried}" + (f", next at {look.time(one.next_at)}" if one.next_at else "")
    working = ", taken up" if one.state is LinkedState.OPEN and one.taken_up else ""
    why = f": {one.problem}" if one.problem else ""
    return f"{where}, {_LINKED[one.state]}{working}{why}"


def _unfinished(one: Outgoing, look: Look) -> str:
    rule = f" of rule {one.rule}" if one.rule else ""
    why = f", {meaning(one.reason)}" if one.reason else ""
    return f"a write{rule}, tried {one.attempts} times, next at {look.time(one.next_at)}{why}"


#: Lines of the log that an explanation ends with.
_LAST = 8


def log_lines(entries: Iterable[LogEntry], look: Look) -> list[str]:
    """Write the last lines of the case log, the same one after the other as one; empty without any."""
    lines = []
    for _, same in groupby(entries, key=_same):
        first, *others = same
        lines.append(f"  {log_head(first, look)}" + (f" ({len(others) + 1} times)" if others else ""))
    return ["", "Log", *lines[-_LAST:]] if lines else []


def _same(entry: LogEntry) -> tuple[object, ...]:
    """Return what two lines have in common that are told as one."""
    return entry.what, entry.reason, entry.evidence.get("rule"), _told_by(entry)


def log_head(entry: LogEntry, look: Look) -> str:
    """Write one line of the log: when, what, who told it, why."""
    rule = entry.evidence.get("rule")
    told = f" [{rule}]" if rule else ""
    return f"{look.time(entry.at)}  {entry.what}{told}: {entry.reason}{_told_by(entry)}. {meaning(entry.reason)}"


def _told_by(entry: LogEntry) -> str:
    """Write whose command it was, and in which words: ` by ana (exception refund 120: late)`."""
    evidence = entry.evidence
    command = evidence.get("command")
    if not command:
        return ""
    parts = [str(evidence[key]) for key in ("exception", "amount") if evidence.get(key) is not None]
    reason = f": {evidence['reason']}" if evidence.get("reason") else ""
    via = f", by a {evidence['via']}" if evidence.get("via") else ""
    return f" by {evidence.get('by') or entry.actor} ({' '.join([str(command), *parts])}{reason}{via})"
