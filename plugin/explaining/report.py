"""An explanation as a value: from a file or from the store, for people or for programs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from connectors.model import Change, Mode, Ticket
from plugin.core import climbing
from plugin.core.evaluation import evaluate
from plugin.core.lifecycle import decide
from plugin.core.model import CaseState, Decision
from plugin.core.planning import missing
from plugin.core.policy import Policy
from plugin.core.staffing import why
from plugin.core.why.hindrances import Situation
from plugin.core.why.reasoning import Explained, explain
from plugin.store.lookups import Dossier


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What every rule says of a ticket at an instant, and what comes of it."""

    policy: Policy
    ticket: str  #: The platform's id.
    connection: str | None
    at: datetime
    rules: tuple[Explained, ...]
    notes: tuple[str, ...] = ()  #: What it takes for granted.
    decision: Decision | None = None  #: What would be decided now; None: the ticket was not read.
    plan: tuple[Change, ...] = ()
    dossier: Dossier | None = None  #: None: the ticket came from a file.

    @property
    def owner(self) -> str | None:
        """Return the name of whom the case would have."""
        key = self.decision.case.owner if self.decision and self.decision.case else None
        person = self.policy.people.get(key) if key else None
        return person.name if person else key

    @property
    def chosen(self) -> str | None:
        """Return how the policy comes to that owner; None: it names the person, or the case had it before."""
        case, before = self.decision.case if self.decision else None, self.dossier.case if self.dossier else None
        if case is None or case == before or case.state is CaseState.REQUESTED:
            return None
        step = climbing.step_of(self.policy, case)
        by_rule = step is not None and (step.owner.roster or step.owner.manager_of)
        return why(self.policy, step.owner, self.at) if step and by_rule else None

    def only(self, names: frozenset[str]) -> Report:
        """Return it with some of the rules; the others have still been counted in."""
        return replace(self, rules=tuple(one for one in self.rules if one.rule.name in names))


def report(
    situation: Situation,
    *,
    ticket: str,
    connection: str | None,
    read: Ticket | None,
    notes: tuple[str, ...] = (),
    dossier: Dossier | None = None,
) -> Report:
    """Explain a situation; where the ticket was read, tell also what would be decided and written."""
    decision = _decision(situation, read) if read else None
    return Report(
        policy=situation.policy,
        ticket=ticket,
        connection=connection,
        at=situation.now,
        rules=explain(situation),
        notes=notes,
        decision=decision,
        plan=missing(decision.changes, read) if decision and read else (),
        dossier=dossier,
    )


def _decision(situation: Situation, ticket: Ticket) -> Decision:
    policy, now = situation.policy, situation.now
    evaluation = evaluate(policy, situation.facts, now, firings=situation.firings, whole=True)
    shadow = situation.mode is not Mode.ENFORCE
    held = frozenset(situation.held)
    return decide(policy, situation.case, ticket, evaluation, now=now, new_id="explained", shadow=shadow, held=held)


def in_time(at: datetime, now: datetime) -> tuple[str, ...]:
    """Return what a later instant takes for granted."""
    return ("It lies ahead: this assumes that nothing happens to the ticket until then.",) if at > now else ()
