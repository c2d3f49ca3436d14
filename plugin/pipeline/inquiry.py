"""Asking a policy's rules about one ticket, and finding out what they ask for.

Rule 1: the API is asked only when some rule's verdict is not already False on what is known; the comments and the
        history only where a rule that is still open asks for them.
Rule 2: other tickets are looked up in the store, and only for a rule that may still act.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from connectors.model import Comment, EventKind, Party, Ticket, TicketEvent
from plugin.core.evaluation import Evaluation, evaluate
from plugin.core.facts import COMMENT_FACTS, FRESH_HISTORY_FACTS, HISTORY_FACTS, FactTable, case_values, of_ticket
from plugin.core.handing_off import asks, unmet
from plugin.core.mirror import history_of
from plugin.core.model import Mirror
from plugin.core.policy import Need, Step
from plugin.core.recurrence import OTHERS, Sighting, counted, entities_in
from plugin.core.remedies import Use, longest, newly_given, noted
from plugin.pipeline.standing import Standing
from plugin.store.records import Naming

#: Events whose actor is who added the tags.
_BY_TAG = frozenset({EventKind.CREATED, EventKind.UPDATED, EventKind.TAGS_CHANGED})


@dataclass(frozen=True, slots=True)
class Occasion:
    """What led to asking the rules: an event and what was known before it, or time alone."""

    event: TicketEvent | None = None
    before: Mirror | None = None

    def of_ticket(self, ticket: Ticket, at: Standing) -> FactTable:
        """Return everything about a ticket just read."""
        by_time = self.event is None
        return of_ticket(ticket, at.mirror, self.event, names=at.names, before=self.before, by_time=by_time)


@dataclass(frozen=True, kw_only=True, slots=True)
class Confirmed:
    """What the helpdesk itself says of an event."""

    ticket: Ticket
    comment: Comment | None


@dataclass
class Inquiry:
    """What the rules say of one ticket in hand."""

    at: Standing

    def read(self, evaluation: Evaluation, occasion: Occasion) -> tuple[Ticket, Evaluation, FactTable]:
        """Read what the open rules need: the comments and the history only if one of them asks for them."""
        self.at.asked = next((one.rule.name for one in evaluation.judged if one.open), None)
        shown = self.at.policy.texts.show_attachments
        comments, history = shown or evaluation.asks(COMMENT_FACTS), self._lacks_history(evaluation)
        while True:
            ticket = self.at.read(comments=comments, history=history)
            evaluation, facts = self.ask(occasion.of_ticket(ticket, self.at))
            more = (comments or evaluation.asks(COMMENT_FACTS), history or self._lacks_history(evaluation))
            if more == (comments, history):
                return ticket, self._without_used(evaluation, ticket), facts
            comments, history = more

    def _without_used(self, evaluation: Evaluation, ticket: Ticket) -> Evaluation:
        """Take out the remedies that this customer was given as often as may be."""
        if ticket.requester_id is None or not any(one.remedies for one in evaluation.judged):
            return evaluation
        now = self.at.parts.clock()
        since = now - longest(self.at.policy.remedies)
        uses = self.at.parts.store.remedies_used(ticket.ref.connection, ticket.requester_id, since=since)
        return evaluation.without_used(uses, now)

    def confirmed(self, event: TicketEvent) -> Confirmed | None:
        """Return the ticket as the helpdesk tells it, with the comment of an event; None where it knows no such one.

        What a webhook says of who did what may be forged, by whoever can put text into a trigger's template.
        """
        ticket = self.at.read(comments=event.comment is not None)
        if event.comment is None:
            return Confirmed(ticket=ticket, comment=None)
        said = next((one for one in ticket.comments or () if one.id == event.comment.id), None)
        if said is None or said.public or event.actor_id not in (None, said.author_id):
            return None
        return Confirmed(ticket=ticket, comment=said)

    def missing(self, step: Step) -> tuple[Need, ...]:
        """Return what a step of the ladder needs to know and the ticket does not tell."""
        asked = asks(step)
        ticket = self.at.read(comments=bool(asked & COMMENT_FACTS), history=bool(asked & HISTORY_FACTS))
        facts, now = Occasion().of_ticket(ticket, self.at), self.at.parts.clock()
        return unmet(step, facts, ticket.tags, self.at.policy.conduct.commands.prefix, now)

    def _lacks_history(self, evaluation: Evaluation) -> bool:
        """Return True if an open rule asks for what the ticket went through, and that is not known well enough."""
        if evaluation.asks(FRESH_HISTORY_FACTS):
            return True
        history = history_of(self.at.mirror)
        needed = {self.at.names.attribute(name) for name in evaluation.moves}
        return not all(map(history.knows, needed))

    def ask(self, facts: FactTable) -> tuple[Evaluation, FactTable]:
        """Ask the rules; where one still open counts other tickets, look them up and ask again."""
        self._forget_changed(facts)
        facts = facts.with_values(case_values(self.at.case))
        now, firings = self.at.parts.clock(), self.at.mirror.fired
        evaluation = evaluate(self.at.policy, facts, now, firings=firings)
        asked = evaluation.wants(OTHERS) if self.at.policy.entities else frozenset[str]()
        if not asked:
            return evaluation, facts
        wanted = [name.removeprefix(OTHERS) for name in asked]
        facts = facts.with_values(counted(self._named(facts), self._others, wanted))
        return evaluate(self.at.policy, facts, now, firings=firings), facts

    def _forget_changed(self, facts: FactTable) -> None:
        """Take for unknown what the ticket names, where the event changed what that was read from."""
        changed = {
            one.name for one in self.at.policy.entities if any(_changed(facts, source) for source in one.sources)
        }
        if changed & self.at.mirror.entities.keys():
            kept = {name: values for name, values in self.at.mirror.entities.items() if name not in changed}
            self.at.mirror = replace(self.at.mirror, entities=kept)

    def _named(self, facts: FactTable) -> dict[str, tuple[str, ...]]:
        """Return what the ticket names: as these facts tell, else as it was known before."""
        return {**self.at.mirror.entities, **entities_in(self.at.policy.entities, facts)}

    def _others(self, entity: str, values: tuple[str, ...]) -> tuple[Sighting, ...]:
        """Return the other tickets that name the same, as far back as any rule counts."""
        since = self.at.parts.clock() - self.at.policy.longest_window(entity)
        return self.at.parts.store.others(self.at.claimed.ticket, entity, values, since=since)

    def given(self, event: TicketEvent | None) -> tuple[Use, ...]:
        """Return the remedies that the ticket's tags say were given since; the mirror and the journal remember them."""
        by = event.actor_id if event and event.kind in _BY_TAG and event.actor is not Party.US else None
        uses = tuple(newly_given(self.at.policy.remedies, self.at.mirror, self.at.parts.clock(), by))
        self.at.mirror = replace(self.at.mirror, fired=noted(self.at.mirror.fired, uses)) if uses else self.at.mirror
        self.at.tell().given(uses)
        return uses

    def naming(self, facts: FactTable | None) -> Naming | None:
        """Return what the ticket names now, if that is not what was known; the mirror remembers it."""
        if facts is None or (named := self._named(facts)) == dict(self.at.mirror.entities):
            return None
        self.at.mirror = replace(self.at.mirror, entities=named)
        created, requester = (self.at.mirror.known.get(name) for name in ("created_at", "requester_id"))
        at = created if isinstance(created, datetime) else self.at.parts.clock()
        return Naming(at=at, requester=str(requester) if requester else None, entities=named)


def _changed(facts: FactTable, source: str) -> bool:
    """Return True if the event changed a fact, or may have."""
    said = source in COMMENT_FACTS and facts.get("event.kind") == EventKind.COMMENT_ADDED
    return said or facts.change(source) is not None
