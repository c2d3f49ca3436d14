"""Where a ticket stands while it is worked on: mirror, case, timers; and the one way to write them down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from connectors.accounts import Account
from connectors.contract import Connector
from connectors.model import DONE, AddComment, Change, Mode, SetStatus, Status, Ticket
from plugin.core import linking, published, slas
from plugin.core.follow_ups import FollowUp, FollowUpState, look_at
from plugin.core.following_up import kept, lines
from plugin.core.lifecycle import end
from plugin.core.linked import LinkedState, LinkedTicket
from plugin.core.mirror import seen
from plugin.core.model import LIVE, Case, Decision, LogEntry, Mirror, Reason, Say, TimerKind, Trigger
from plugin.core.names import Names
from plugin.core.offers import noted
from plugin.core.planning import joined, spoken, wanted
from plugin.core.policy import Policy
from plugin.core.promising import may_be_written_to
from plugin.core.remedies import Use
from plugin.core.replaying import snapshot
from plugin.core.staff import Turn
from plugin.core.telling import Message, messages
from plugin.pipeline.journal import Journal
from plugin.pipeline.onward import hints, is_linked, news, shown
from plugin.pipeline.parts import Parts
from plugin.pipeline.tally import Tally
from plugin.pipeline.together import Together
from plugin.store.records import Claim, Gone, Naming, NewDelivery, Outgoing, Spent, Step

#: Case, mirror and waiting lines.
Before = tuple[Case | None, Mirror, tuple[LogEntry, ...]]


class Blocked(Exception):
    """Nothing more can be done for this ticket now."""

    def __init__(self, until: datetime | None = None) -> None:
        super().__init__()
        self.until = until


@dataclass(kw_only=True)
class Standing:
    """One claimed ticket; the mirror and the case move along."""

    parts: Parts
    policy: Policy  #: One for the whole visit, whatever is loaded meanwhile.
    claimed: Claim
    mirror: Mirror
    case: Case | None
    timers: dict[TimerKind, datetime]
    journal: Journal
    last: Case | None = None  #: The newest one that has ended.
    follow_ups: Mapping[str, FollowUp] = field(default_factory=dict)  #: Of the ticket's cases, by case.
    stored: Mapping[str, FollowUp] = field(default_factory=dict)  #: As they were written last.
    wishes: tuple[Change, ...] = ()  #: What moves of the case want written with the next decision.
    says: tuple[Say, ...] = ()  #: And said.
    opens: bool = False  #: Everything a new case's row wants is written with the next decision.
    opened: Mapping[str, LinkedTicket] = field(default_factory=dict)  #: Tickets of other accounts, for it.
    opened_before: Mapping[str, LinkedTicket] = field(default_factory=dict)  #: As they were written last.
    aside: tuple[NewDelivery, ...] = ()  #: What other tickets hear with the next decision.
    into: tuple[LinkedTicket, ...] = ()  #: For which it was opened itself.
    turns: frozenset[Turn | None] = frozenset()  #: Those that the ticket's cases took already.
    together: Together | None = None  #: With whom the ticket may be read, unless something was asked already.
    asked: str | None = None  #: For which rule calls are made, where there is no case.
    unpublished: bool = False  #: The ticket's tags show another state than the case has.
    _written: Case | None = field(init=False)  #: The case as the store has it.
    _shown: Mirror = field(init=False)  #: The mirror as the store has it.

    def __post_init__(self) -> None:
        """Begin with what the store has."""
        self._written, self._shown = self.case, self.mirror

    @property
    def account(self) -> Account:
        """Return the ticket's account."""
        return self.parts.accounts[self.claimed.ticket.connection]

    @property
    def names(self) -> Names:
        """Return the policy's words on this connection."""
        return self.policy.names(self.claimed.ticket.connection)

    def policy_of_case(self) -> Policy:
        """Return the policy that the case started with, as long as it can be read."""
        return self.policy if self.case is None else self.parts.policy_of(self.case.policy_version, self.policy)

    @property
    def connector(self) -> Connector:
        """Return this thread's connector to the ticket's account; what others read along is not the newest any more."""
        self.together = None
        return self.parts.connector(self.claimed.ticket.connection)

    @property
    def tally(self) -> Tally:
        """Return what this thread's calls of the ticket's account come to."""
        return self.parts.tally(self.claimed.ticket.connection)

    @property
    def spent(self) -> Spent | None:
        """Return the calls that were made since the last decision, and for what."""
        case = self.case or self.last if self.asked is None else self.case
        return self.tally.taken(case_id=case.id if case else None, rule=case.rule if case else self.asked)

    def read(self, *, comments: bool = False, history: bool = False) -> Ticket:
        """Read the ticket as it is now, beside it only what is asked for; the mirror remembers it.

        Where others wait to be read, too, one call may read them all.
        """
        ref, together, connector = self.claimed.ticket, self.together, self.connector
        found = together.read(connector, ref) if together and not (comments or history) else None
        ticket = found or connector.read(ref, comments=comments, history=history)
        self.mirror = seen(self.mirror, ticket, watched=self.watched)
        return ticket

    @property
    def watched(self) -> frozenset[str]:
        """Return the custom fields whose moves matter."""
        return self.policy.watched_fields(self.claimed.ticket.connection)

    def tell(self) -> Journal:
        """Return the journal, which notes the case as it is now."""
        self.journal.case_id = self.case.id if self.case else None
        return self.journal

    def write(
        self,
        *,
        done: tuple[int, ...] = (),
        dead: tuple[tuple[int, str], ...] = (),
        timers: dict[TimerKind, datetime | None] | None = None,
        operations: tuple[Outgoing, ...] = (),
        limited: tuple[tuple[str, int], ...] = (),
        held: tuple[str, ...] = (),
        naming: Naming | Gone | None = None,
        remedies: tuple[Use, ...] = (),
        children: int = 0,
    ) -> None:
        """Commit everything that has gathered, and the timers where they moved."""
        if self.case and (self._written is None or snapshot(self.case) != snapshot(self._written)):
            self.tell().stands(self.case)
        follow_ups = self._beside()
        links, now = self._linked(), self.parts.clock()
        due_at = {**self._timers_beside(follow_ups, links), **(timers or {})}
        changed = {kind: due for kind, due in due_at.items() if due != self.timers.get(kind)}
        turn = self.new_turn
        step = Step(
            done=done,
            dead=dead,
            mirror=self.mirror,
            case=self.case if self.case != self._written else None,
            timers=changed,
            operations=operations,
            limited=limited,
            held=held,
            naming=naming,
            remedies=remedies,
            children=children,
            follow_ups=tuple(one for key, one in follow_ups.items() if one != self.stored.get(key)),
            opened=tuple(one for key, one in links.items() if one != self.opened_before.get(key)),
            onward=self._onward(naming if isinstance(naming, Gone) else None, now),
            turn=turn,
            log=self.journal.waiting,
            messages=self._messages(),
            spent=self.spent,
        )
        self.parts.store.write(self.claimed, step, now=now)
        self.tally.written()
        self.asked = None
        self.journal.keep()
        self._written, self._shown = self.case, self.mirror
        self.opened, self.opened_before, self.aside = links, links, ()
        self.turns |= {turn}
        self.follow_ups = self.stored = follow_ups
        self.timers = {k: v for k, v in {**self.timers, **changed}.items() if v is not None}

    def _messages(self) -> tuple[Message, ...]:
        """Return what destinations are told of the case's move; a connection that does not write tells nobody."""
        ref = self.claimed.ticket
        account = self.parts.accounts[ref.connection]
        if self.case is self._written or account.mode is not Mode.ENFORCE:
            return ()
        link = self.parts.platform(ref.connection).link(account, ref)
        policy, now = self.policy_of_case(), self.parts.clock()
        answers = self.parts.links.links_for(policy, self.case)
        return messages(policy, self._written, self.case, link=link, now=now, answers=answers)

    def _linked(self) -> Mapping[str, LinkedTicket]:
        """Return the links as they are beside the case now, and have the log told of what changed."""
        if self.account.mode is not Mode.ENFORCE or self.into or is_linked(self.mirror):
            return self.opened
        after = linking.kept(self.policy_of_case(), self.case, self.opened, self.parts.clock(), self.parts.new_id)
        for key, one in after.items():
            if one.state is not (self.opened[key].state if key in self.opened else None):
                wanted = one.state is LinkedState.WANTED
                reason = Reason.LINKED_WANTED if wanted else Reason.LINKED_WITHDRAWN
                self.tell().line("linked", reason, {"place": one.place})
        return after

    def _onward(self, gone: Gone | None, now: datetime) -> tuple[NewDelivery, ...]:
        """Return what tickets of other accounts hear: those it was opened for, and those that were opened for it."""
        moved = gone is not None or shown(self.mirror) != shown(self._shown)
        told = hints(self.parts, self.into, self.mirror, now, gone) if moved else ()
        goes_on = gone is not None and gone.inherits is not None  # the case goes on, on another ticket
        heard = () if goes_on else news(self.parts, self._written or self.last, self.case, self.opened.values(), now)
        return (*told, *heard, *self.aside)

    def _timers_beside(
        self, follow_ups: Mapping[str, FollowUp], links: Mapping[str, LinkedTicket]
    ) -> dict[TimerKind, datetime | None]:
        """Return the timers of what is beside the case."""
        return {
            TimerKind.FOLLOW_UP: look_at(follow_ups.values()),
            TimerKind.SLA: self.mirror.sla.due_at if self.mirror.sla else None,
            TimerKind.LINKED: linking.look_at(links.values()),
        }

    def _beside(self) -> Mapping[str, FollowUp]:
        """Return the follow-ups as they are beside the case now, and have the log told of what changed."""
        after = kept(self.policy_of_case(), self.case, self.follow_ups, self.parts.clock())
        for line in lines(self.follow_ups, after):
            self.tell().line("follow-up", line.reason, line.evidence)
        return after

    @property
    def followed(self) -> frozenset[str]:
        """Return the cases that have ended and are followed up: their notes go out on a solved ticket, too."""
        ended = (one for one in self.follow_ups.values() if one.state is not FollowUpState.GATHERING)
        return frozenset(one.case_id for one in ended)

    @property
    def new_turn(self) -> Turn | None:
        """Return the turn that the case takes with the next decision."""
        return self.case.turn if self.case and self.case.turn not in self.turns else None

    def case_timers(self) -> dict[TimerKind, datetime | None]:
        """Return the timers of the case: one that lives always has a promise."""
        case = self.case if self.case and self.case.state in LIVE else None
        return {
            TimerKind.PROMISE: (case.look_at or case.next_update_at) if case else None,
            TimerKind.STEP: case.due_at if case else None,
        }

    def end_case(self, trigger: Trigger, reason: Reason) -> None:
        """End the case if it is open."""
        if self.case and self.case.state in LIVE:
            self.case = end(self.case, trigger, self.parts.clock())
            self.tell().line("case ended", reason)

    def drop_ended_case(self) -> None:
        """Forget a case that has ended; the next one is a new one."""
        if self.case and self.case.state not in LIVE:
            self.case, self.last = None, self.case

    def whole(self, decision: Decision, ticket: Ticket, now: datetime) -> Decision:
        """Return the decision with all that is to be written: what moves want, texts, and the tags of the case."""
        if self.parts.accounts[ticket.ref.connection].mode is not Mode.ENFORCE or ticket.status is Status.CLOSED:
            return replace(decision, changes=(), says=(), opens=False)
        policy, case = self.policy_of_case(), self.case
        changes, problems = [*self.wishes], [*decision.problems]
        if case and (self.opens or decision.opens):
            rule = None if case.requested_by else policy.rule(case.rule)
            wish = wanted(policy, rule, policy.row(case.issue_type, case.severity), case, ticket, ())
            changes, problems = [*changes, *wish.changes], [*problems, *wish.problems]
        changes += decision.changes
        for say in (*self.says, *decision.says):
            assert case is not None, "only of a case something is said"
            comment, problem = spoken(policy, say, case, ticket)
            changes, problems = [*changes, comment], [*problems, *([problem] if problem else [])]
        if not may_be_written_to(policy, ticket):
            changes = [one for one in changes if not (isinstance(one, AddComment) and one.public)]
        changes += published.changes(policy, case, ticket.tags, now)
        changes += slas.taken_away(self.mirror.sla, policy, case or self.last, ticket.tags)
        if case or self.last:  # a ticket that was never escalated keeps what its fields say
            changes += published.fields(policy, case, ticket.ref.connection)
        if case:
            self.mirror = replace(self.mirror, sla=slas.begun(self.mirror.sla, policy, case, changes, ticket))
        links = self.parts.links.links_in_notes(policy, case)
        return replace(decision, changes=noted(joined(changes), links), problems=tuple(problems))

    @property
    def before(self) -> Before:
        """Return what to come back to where a decision cannot be written."""
        return self.case, self.mirror, self.journal.waiting

    def back_to(self, before: Before) -> None:
        """Be where we were: nothing of the decision was written."""
        self.case, self.mirror, lines = before
        self.journal.keep(lines)

    @property
    def reopens(self) -> bool:
        """Tell if the ticket is to be opened again: that it is solved still says nothing of the case."""
        return any(isinstance(one, SetStatus) and one.status not in DONE for one in self.wishes)

    @property
    def wanting(self) -> bool:
        """Tell if something waits to be written to the ticket."""
        return bool(self.wishes or self.says or self.opens or self.unpublished)

    def written(self) -> None:
        """Note that nothing waits any more."""
        self.wishes, self.says, self.opens, self.unpublished = (), (), False, False
