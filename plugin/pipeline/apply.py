"""From an operation in the outbox to a write in the helpdesk.

Rule 1: a send is written down before it is begun; one that may have been begun is looked for by its marker first.
Rule 2: every send is a safe one, on a ticket read before the marker was looked for: of a first send that lands late and
        its repeat, whichever comes second is refused as a conflict.
Rule 3: on the fresh ticket the rule is asked again, and what a person changed meanwhile stays theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeGuard

from connectors.errors import (
    AuthFailure,
    Conflict,
    ConnectorError,
    FewCallsLeft,
    NotFound,
    PermanentFailure,
    TemporaryFailure,
    UnknownOutcome,
)
from connectors.model import DONE, AddComment, Change, Operation, Party, Status, Ticket
from plugin.core.facts import COMMENT_FACTS, HISTORY_FACTS, of_ticket
from plugin.core.mirror import seen
from plugin.core.model import Case, CaseState, Mirror, Reason
from plugin.core.planning import human_wins, missing, snapshot
from plugin.core.policy import Policy
from plugin.core.refused import by_hand, rest
from plugin.pipeline import height
from plugin.pipeline.parts import Parts
from plugin.store.records import Outgoing, Progress

#: Reads and decides again this often in one go when people keep changing the ticket.
MOST_CONFLICTS = 5
#: A lost answer may still be on its way into the ticket: longer than any answer we would have waited for.
SETTLE = timedelta(seconds=12)
#: Why something is sent later, where it is not just that the platform cannot take it now.
_WHY_LATER: Mapping[type[ConnectorError], Reason] = {
    UnknownOutcome: Reason.UNKNOWN_OUTCOME,
    FewCallsLeft: Reason.FEW_CALLS_LEFT,
}
#: How long credentials that are refused are left alone.
AUTH_PAUSE = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """What became of one try."""

    outgoing: Outgoing
    reason: Reason
    ticket: Ticket | None = None  #: The ticket after the write, or as read.
    dropped: tuple[str, ...] = ()  #: Places left to the person who changed them.
    refused: tuple[str, ...] = ()  #: What the helpdesk does not take, a sentence for each; the rest is still open.


def outbox(
    parts: Parts, changes: Sequence[Change], ticket: Ticket, *, case_id: str | None, rule: str | None, now: datetime
) -> tuple[Outgoing, ...]:
    """Return the operations for what differs from the ticket; the first counts as begun.

    Only the first is bound to the rule: once it is written, what it wrote may itself make the rule untrue.
    """
    parcels = parts.platform(ticket.ref.connection).parcels(missing(changes, ticket))
    return tuple(
        Outgoing(
            operation=Operation(id=parts.new_id(), ticket=ticket.ref, changes=parcel),
            case_id=case_id,
            rule=None if number else rule,
            before=snapshot(parcel, ticket),
            attempts=0 if number else 1,
            next_at=now,
            created_at=now,
        )
        for number, parcel in enumerate(parcels)
    )


def send(parts: Parts, outgoing: Outgoing, base: Ticket, *, read: Ticket) -> Sent:
    """Send an operation already written down as begun."""
    operation, now = outgoing.operation, parts.clock()
    connection = operation.ticket.connection
    try:
        height.check(parts, operation)
        with parts.tally(connection).write():
            after = parts.connector(connection).apply(operation, base=base)
    except Conflict:
        return _again(parts, outgoing)
    except FewCallsLeft as problem:  # nothing was sent: there will be no marker to look for
        return failed(parts, replace(outgoing, attempts=outgoing.attempts - 1), problem)
    except ConnectorError as problem:
        sent = failed(parts, outgoing, problem)
        closed = sent.outgoing.state is Progress.DEAD and _is_closed(parts, operation)
        return withdraw(outgoing, Reason.TICKET_DONE) if closed else sent
    done = replace(outgoing, state=Progress.APPLIED, reason=Reason.APPLIED, next_at=now)
    return Sent(outgoing=done, reason=Reason.APPLIED, ticket=_whole(after, read))


def _is_closed(parts: Parts, operation: Operation) -> bool:
    """Tell if a write was refused because the ticket was closed meanwhile: nobody can do anything about that."""
    try:
        return parts.connector(operation.ticket.connection).read(operation.ticket).status is Status.CLOSED
    except ConnectorError:
        return False


def _whole(after: Ticket, read: Ticket) -> Ticket:
    """Return the ticket after a write with what was read beside it before: a write's answer brings none of that."""
    return replace(
        after,
        requester=after.requester or read.requester,
        organization=after.organization or read.organization,
        slas=read.slas if after.slas is None else after.slas,
    )


def _again(parts: Parts, outgoing: Outgoing) -> Sent:
    """A person was faster: look again at once, later after too many times."""
    conflicts = outgoing.conflicts + 1
    wait = parts.back_off(conflicts) if conflicts % MOST_CONFLICTS == 0 else timedelta()
    waiting = replace(outgoing, conflicts=conflicts, next_at=parts.clock() + wait, reason=Reason.CONFLICT)
    return Sent(outgoing=waiting, reason=Reason.CONFLICT)


def failed(parts: Parts, outgoing: Outgoing, problem: ConnectorError) -> Sent:
    """Say what a failure means for the operation: wait, withdraw, or leave it to a person."""
    if isinstance(problem, NotFound):
        return _end(outgoing, Progress.WITHDRAWN, Reason.TICKET_GONE)
    if is_final(problem):
        return _in_part(parts, outgoing, problem) or _end(outgoing, Progress.DEAD, Reason.REFUSED, str(problem))
    reason = next((reason for kind, reason in _WHY_LATER.items() if isinstance(problem, kind)), Reason.TEMPORARY)
    wait = SETTLE if reason is Reason.UNKNOWN_OUTCOME else wait_for(parts, problem, outgoing.attempts)
    pause_connection(parts, outgoing.operation.ticket.connection, problem, wait)
    waiting = replace(outgoing, next_at=parts.clock() + wait, reason=reason, detail=str(problem))
    return Sent(outgoing=waiting, reason=reason)


def _in_part(parts: Parts, outgoing: Outgoing, problem: PermanentFailure) -> Sent | None:
    """Return the operation without what the helpdesk refuses, to be sent at once, or dead where nothing is left."""
    operation = outgoing.operation
    policy, connection = parts.policy, operation.ticket.connection
    left = rest(operation.changes, problem.refused, policy, connection)
    if not left.told:
        words = problem.details.get("words")
        told = map(str, words) if isinstance(words, tuple) else ()
        left = by_hand(operation.changes, told, problem.refused, policy, connection)
        if left.told and _is_closed(parts, operation):
            return None
    if not left.told:
        return None
    if not left.changes:
        dead = _end(outgoing, Progress.DEAD, Reason.REFUSED, str(problem))
        return replace(dead, refused=left.told)
    smaller = replace(operation, changes=left.changes)
    waiting = replace(outgoing, operation=smaller, next_at=parts.clock(), reason=Reason.REFUSED, detail=str(problem))
    return Sent(outgoing=waiting, reason=Reason.REFUSED_IN_PART, refused=left.told)


def stops_connection(problem: ConnectorError) -> bool:
    """Return True if no other call of this connection would fare better."""
    if isinstance(problem, AuthFailure):
        return problem.status != 403  # a missing right concerns one action; refused credentials concern all
    return isinstance(problem, TemporaryFailure) and problem.whole_connection


def is_final(problem: ConnectorError) -> TypeGuard[PermanentFailure]:
    """Return True if the same call never fares better, and only that call is concerned."""
    return isinstance(problem, PermanentFailure) and not stops_connection(problem)


def wait_for(parts: Parts, problem: ConnectorError, tries: int) -> timedelta:
    """Return how long to wait before the next try."""
    if isinstance(problem, AuthFailure):
        return AUTH_PAUSE
    return parts.back_off(tries, retry_after=getattr(problem, "retry_after", None))


def pause_connection(parts: Parts, account: str, problem: ConnectorError, wait: timedelta) -> None:
    """Leave the whole account alone where the failure is the account's."""
    if stops_connection(problem):
        parts.store.pause(account, parts.clock() + wait)


def _end(outgoing: Outgoing, state: Progress, reason: Reason, detail: str | None = None) -> Sent:
    return Sent(outgoing=replace(outgoing, state=state, reason=reason, detail=detail), reason=reason)


def withdraw(outgoing: Outgoing, reason: Reason = Reason.WITHDRAWN) -> Sent:
    """Take an operation back before it is sent."""
    return _end(outgoing, Progress.WITHDRAWN, reason)


def review(
    parts: Parts,
    policy: Policy,
    outgoing: Outgoing,
    mirror: Mirror,
    case: Case | None = None,
    followed: frozenset[str] = frozenset(),
) -> Sent:
    """Look at the ticket before an operation is sent again, and trim or end it; `open` in the answer means: send it.

    1. Read the ticket: its version guards the send that may follow.
    2. Look for the marker of an earlier send.
    3. Ask the rule again, and leave to people what people changed.
    """
    operation = outgoing.operation
    connector = parts.connector(operation.ticket.connection)
    rule = policy.rule(outgoing.rule) if outgoing.rule else None
    asked = rule.asks if rule else frozenset[str]()
    try:
        ticket = connector.read(
            operation.ticket, comments=bool(asked & COMMENT_FACTS), history=bool(asked & HISTORY_FACTS)
        )
        landed = outgoing.attempts > 0 and operation.id in connector.landed(operation.ticket, [operation.id])
    except ConnectorError as problem:
        return failed(parts, outgoing, problem)
    if landed:
        done = replace(outgoing, state=Progress.APPLIED, reason=Reason.ALREADY_LANDED)
        return Sent(outgoing=done, reason=Reason.ALREADY_LANDED, ticket=ticket)
    if ticket.status in DONE and not (_asks(outgoing, case, ticket) or _follows_up(outgoing, followed, ticket)):
        return replace(withdraw(outgoing, Reason.TICKET_DONE), ticket=ticket)
    if _is_overtaken(outgoing, mirror, case):
        return replace(withdraw(outgoing), ticket=ticket)
    connection = operation.ticket.connection
    fresh = seen(mirror, ticket, watched=policy.watched_fields(connection))
    facts = of_ticket(ticket, fresh, names=policy.names(connection))
    if rule and rule.condition.verdict(facts, parts.clock()).holds is False:
        return replace(withdraw(outgoing, Reason.RULE_NO_LONGER_HOLDS), ticket=ticket)
    kept, dropped = human_wins(operation.changes, outgoing.before, ticket)
    left = missing(kept, ticket)
    if not left:
        return replace(_end(outgoing, Progress.UNCHANGED, Reason.NOTHING_DIFFERS), ticket=ticket, dropped=dropped)
    trimmed = replace(outgoing, operation=replace(operation, changes=left), attempts=outgoing.attempts + 1)
    return Sent(outgoing=trimmed, reason=Reason.HUMAN_CHANGED_IT, ticket=ticket, dropped=dropped)


def _is_overtaken(outgoing: Outgoing, mirror: Mirror, case: Case | None) -> bool:
    """Tell if somebody wrote since one of the policy's own texts was decided on: it would contradict them."""
    said = outgoing.operation.comment
    if said is None or not said.public or outgoing.rule is not None:
        return False
    since = [one for one in mirror.comments if one.public and one.at > outgoing.created_at]
    told = case is not None and case.state is not CaseState.OPEN  # the first word of a case is never too late
    return any(one.by is Party.AGENT or (told and one.by is Party.CUSTOMER) for one in since)


def _asks(outgoing: Outgoing, case: Case | None, ticket: Ticket) -> bool:
    """Tell if it belongs to a case whose customer is asked about the remedy: that is written to a solved ticket."""
    resolved = case is not None and case.state is CaseState.RESOLVED and case.id == outgoing.case_id
    return resolved and ticket.status is Status.SOLVED


def _follows_up(outgoing: Outgoing, followed: frozenset[str], ticket: Ticket) -> bool:
    """Tell if it is a note on what follows an ended case: agents read that on a solved ticket, too."""
    notes = all(isinstance(change, AddComment) and not change.public for change in outgoing.operation.changes)
    mine = outgoing.case_id in followed or (outgoing.case_id is None and bool(followed))
    return notes and mine and ticket.status is Status.SOLVED
