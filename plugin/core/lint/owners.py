"""Owners that are chosen among nobody, or among one.

Rule: what depends on a ticket, as the requester's language does, is taken for what somebody has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from plugin.core.choosing import OWNER, Choice, Roster
from plugin.core.lint.findings import Code, Finding, finding
from plugin.core.lint.outlook import Outlook
from plugin.core.policy import Policy, Step


def owners(outlook: Outlook) -> Iterator[Finding]:
    """Return what is wrong with how owners are chosen."""
    policy = outlook.policy
    for place, steps, i in _steps(policy):
        choice = steps[i].owner
        if choice.roster:
            yield from _roster(policy, f"{place}.{choice.roster.way.value}", choice.roster)
        elif choice.manager_of:
            yield from _manager(policy, f"{place}.manager_of", choice, steps[i - 1].owner)


def _steps(policy: Policy) -> Iterator[tuple[str, Sequence[Step], int]]:
    """Yield every place of an owner with the steps it stands among."""
    for key, steps in policy.ladders.items():
        yield from ((f"ladders.{key}.steps[{i}].owner", steps, i) for i in range(len(steps)))
    for i, row in enumerate(policy.matrix):
        if row.ladder is None:
            yield f"matrix[{i}].owner", row.steps, 0


def _roster(policy: Policy, place: str, roster: Roster) -> Iterator[Finding]:
    fitting = roster.fitting(policy.people, None)
    if not fitting:
        message = f"nobody fits: {roster}; give somebody the skill or the language, or ask for less"
        yield finding(Code.NOBODY_FITS, place, message)
    elif len(fitting) == 1:
        name = policy.name_of(fitting[0])
        message = f'only {name} fits, so nothing is shared; add people, or write "{fitting[0]}"'
        yield finding(Code.LIST_OF_ONE, place, message)


def _manager(policy: Policy, place: str, choice: Choice, before: Choice) -> Iterator[Finding]:
    """Find people whose manager would be asked, and who have none."""
    asked = _may_own(policy, before) if choice.manager_of == OWNER else (choice.manager_of or "",)
    lacking = [policy.name_of(key) for key in asked if policy.people[key].manager is None]
    if lacking:
        message = f"{', '.join(lacking)} has no manager, so nobody is asked; name one, or ask somebody else"
        yield finding(Code.NO_MANAGER, place, message)


def _may_own(policy: Policy, choice: Choice) -> Sequence[str]:
    """Return who owns a case by the step before, where no deputy stands in and nobody is given it."""
    if choice.roster:
        return choice.roster.fitting(policy.people, None)
    rota = policy.rotas[choice.rota] if choice.rota else None
    if rota:
        return tuple(dict.fromkeys(key for layer in rota.layers for key in layer.people))
    return (choice.person,) if choice.person else ()
