"""How a case climbs its ladder: who is asked next, and until when.

Rule 1: a step's clock runs from the due time of the step before, however late a worker came to it; but whoever is asked
        has the step's whole time if the worker was later than that.
Rule 2: a step whose owner is not there is passed over at once and told; at the end of the ladder the admin is told.
Rule 3: an acknowledgement stops the climb; one that is forgotten lets it go on when the time for the work is up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from plugin.core import passing
from plugin.core.model import Case, CaseState
from plugin.core.policy import Policy, Step


@dataclass(frozen=True, kw_only=True, slots=True)
class Climb:
    """A case after a step, and what was passed over on the way."""

    case: Case
    step: Step | None  #: Where it stands now; None: the ladder has ended.
    passed_over: tuple[str, ...] = ()  #: Steps of which nobody is there, as the policy names them.


def steps_of(policy: Policy, case: Case) -> tuple[Step, ...]:
    """Return the steps of the ladder a case is on."""
    return policy.row(case.issue_type, case.severity).steps


def step_of(policy: Policy, case: Case) -> Step | None:
    """Return the step a case stands on; None: its ladder has ended."""
    steps = steps_of(policy, case)
    return steps[case.step] if case.step < len(steps) else None


def begun(policy: Policy, case: Case, now: datetime) -> Case:
    """Return a new case with the clock of its first step that has somebody; its owner is known already."""
    steps = steps_of(policy, case)
    kept = stays(policy, case, steps[0], now)
    asks = (i for i, step in enumerate(steps) if policy.there(step.owner, now) == case.owner)
    place = 0 if kept else next(asks, len(steps))
    step = steps[place] if place < len(steps) else None
    turn = case.turn if kept else policy.turn(step.owner, now) if step else None
    due = _due(policy, step, step.acknowledge_within if step else None, now)
    return replace(case, step=place, turn=turn, due_at=due)


def stays(policy: Policy, case: Case, first: Step, now: datetime) -> bool:
    """Tell if a case that begins anew stays with its owner, who has it by a turn of the very people now asked."""
    turn, roster = case.turn, first.owner.roster
    if turn is None or roster is None or (turn.roster, turn.person) != (roster.key, case.owner):
        return False
    return case.owner in policy.people and policy.people[case.owner].away_until(now) is None


def asked_again(policy: Policy, case: Case, now: datetime) -> Case | None:
    """Return the case with its step's owner asked once more; None: often enough."""
    step = step_of(policy, case)
    if step is None or case.acknowledged_at is not None or case.times >= step.repeat:
        return None
    due = _due(policy, step, step.acknowledge_within, _since(policy, step, case, now))
    return replace(case, times=case.times + 1, due_at=due)


def next_step(policy: Policy, case: Case, now: datetime) -> Step | None:
    """Return the step that is asked next; None at the end of the ladder."""
    steps = steps_of(policy, case)
    others = (step for step in steps[case.step + 1 :] if policy.there(step.owner, now) not in (None, case.owner))
    return next(others, None)


def climbed(policy: Policy, case: Case, now: datetime) -> Climb:
    """Return the case one step further up, or at the end of its ladder."""
    passed: list[str] = []
    steps = steps_of(policy, case)
    for place in range(case.step + 1, len(steps)):
        step = steps[place]
        owner = policy.there(step.owner, now)
        if owner == case.owner:  # who has it already is not asked in place of themselves
            continue
        if owner is not None:
            due = _due(policy, step, step.acknowledge_within, _since(policy, step, case, now))
            after = replace(case, state=CaseState.OPEN, step=place, owner=owner, due_at=due, acknowledged_at=None)
            after = replace(after, times=1, turn=policy.turn(step.owner, now))
            return Climb(case=after, step=step, passed_over=tuple(passed))
        passed.append(str(step.owner))
    ended = replace(case, state=CaseState.OPEN, step=len(steps), due_at=None)
    return Climb(case=ended, step=None, passed_over=tuple(passed))


def acknowledged(policy: Policy, case: Case, at: datetime) -> Case:
    """Return the case taken up by its owner: the climb stops for as long as the step allows for the work."""
    step = step_of(policy, case)
    due = _due(policy, step, step.work_within if step else None, at)
    return replace(case, state=CaseState.ACKNOWLEDGED, acknowledged_at=case.acknowledged_at or at, due_at=due)


def given_to(policy: Policy, case: Case, person: str, at: datetime) -> Case:
    """Return the case with the owner a person chose, who has the step's time from then."""
    step = step_of(policy, case)
    due = _due(policy, step, step.acknowledge_within if step else None, at)
    return replace(case, state=CaseState.OPEN, owner=person, due_at=due, acknowledged_at=None, times=1)


def told(policy: Policy, before: Case, climb: Climb, what: str | None = None) -> list[str]:
    """Tell agents why the case climbs, and who owns it now."""
    was = policy.name_of(before.owner)
    idle = (
        "has done nothing more in the time for the work" if before.acknowledged_at else "did not acknowledge it in time"
    )
    lines = [what or f"{was} {idle}."]
    lines += passing.lines(policy, climb.case, climb.passed_over)
    if climb.step is None:
        admin = policy.name_of(policy.admin) if policy.admin else "an admin"
        return [*lines, f"Nobody comes after on the ladder: {was} stays the owner, and {admin} must look at it."]
    return [*lines, f"{policy.name_of(climb.case.owner)} ({climb.step.tier}) owns this case now."]


def _since(policy: Policy, step: Step, case: Case, now: datetime) -> datetime:
    """Return when the clock of the next step begins."""
    if case.due_at is None or case.due_at > now:  # an agent sends it up early
        return now
    due = _due(policy, step, step.acknowledge_within, case.due_at)
    return case.due_at if due is None or due > now else now


def _due(policy: Policy, step: Step | None, within: timedelta | None, since: datetime) -> datetime | None:
    if step is None or within is None:
        return None
    calendar = policy.calendars.get(step.calendar or "")
    return calendar.add(since, within) if calendar else since + within
