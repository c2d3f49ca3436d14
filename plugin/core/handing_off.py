"""Hand-off criteria: what must be there before the next tier is asked.

Rule 1: what is missing is listed in a note, with the question to send to the customer; the climb waits for the grace.
Rule 2: after the grace the case goes up all the same, marked incomplete: nothing waits for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from connectors.model import AddComment
from plugin.core import climbing
from plugin.core.conditions import Facts
from plugin.core.model import Case, CaseState, Decision, Reason, Say
from plugin.core.notes import note
from plugin.core.policy import Need, Policy, Step

#: Tells which of a step's needs the ticket does not meet; it may have to read the ticket first.
Missing = Callable[[Step], tuple[Need, ...]]


def nothing(step: Step) -> tuple[Need, ...]:
    """Say that nothing is missing."""
    return ()


def unmet(step: Step, facts: Facts, tags: Iterable[str], prefix: str, now: datetime) -> tuple[Need, ...]:
    """Return the needs that a ticket does not meet; what cannot be told counts as missing."""
    there = frozenset(tags)
    return tuple(one for one in step.needs if not (one.tag(prefix) in there or _holds(one, facts, now)))


def _holds(need: Need, facts: Facts, now: datetime) -> bool:
    return need.condition is not None and need.condition.verdict(facts, now).holds is True


def asks(step: Step) -> frozenset[str]:
    """Return the facts that a step's needs ask for."""
    return frozenset().union(*(one.condition.fields() for one in step.needs if one.condition))


def held_back(policy: Policy, case: Case, missing: Missing, now: datetime) -> Decision | None:
    """Return the decision to wait for what the next step needs; None: it may be asked.

    A case that has waited goes up; what is missing then stands in `incomplete`.
    """
    step = climbing.next_step(policy, case, now)
    if step is None or not step.needs:
        return None
    lacking = missing(step)
    if not lacking or case.held_at == case.step or not step.grace:
        return None
    names = tuple(one.name for one in lacking)
    waiting = replace(case, incomplete=names, held_at=case.step, due_at=now + step.grace)
    if case.state is CaseState.WAITING:  # it waits for this now
        waiting = replace(waiting, state=CaseState.IN_PROGRESS, waiting_for=None, by_status=False, pending=None)
    said = AddComment(text=note(policy, waiting, *_listed(policy, step, lacking)), public=False)
    return Decision(reason=Reason.INCOMPLETE, case=waiting, changes=(said,), says=tuple(_questions(lacking)))


def marked(policy: Policy, case: Case, missing: Missing, now: datetime) -> tuple[Case, str | None]:
    """Return the case that goes up with what it lacks, and how that is told."""
    step = climbing.next_step(policy, case, now)
    lacking = missing(step) if step is not None and step.needs else ()
    case = replace(case, incomplete=tuple(one.name for one in lacking))
    return case, f"Incomplete: {', '.join(case.incomplete)} missing." if lacking else None


def _listed(policy: Policy, step: Step, lacking: Iterable[Need]) -> Iterable[str]:
    prefix = policy.conduct.commands.prefix
    yield f"Before {step.tier} is asked, this is missing:"
    for one in lacking:
        yield f"- {one.name} (set the tag {one.tag(prefix)} when it is there)"


def _questions(lacking: Iterable[Need]) -> Iterable[Say]:
    """Yield what to send to the customer for each need, in the customer's words, once the ticket is read."""
    for one in lacking:
        if one.ask:
            before = f"{one.name}, to ask the customer:"
            yield Say(template=one.ask, public=False, kind="need", proposed=before)
