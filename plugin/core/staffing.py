"""The policy with its people as they are for one decision, and why it would choose whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from connectors.model import Ticket
from plugin.core.choosing import Choice, Roster, Way, ranking
from plugin.core.model import Case, CaseState
from plugin.core.policy import Policy
from plugin.core.staff import Staff
from plugin.core.templates import instant

#: People of a roster who are named when it is told why one was chosen.
MOST_NAMED = 8


def staffed(policy: Policy, staff: Staff, case: Case | None, ticket: Ticket | None) -> Policy:
    """Return the policy that decides on a case; whoever is to approve it does not own it yet."""
    owner = case.owner if case and case.state is not CaseState.REQUESTED else None
    language = ticket.requester.locale if ticket and ticket.requester else None
    return policy.staffed(replace(staff, owner=owner, language=language))


def why(policy: Policy, choice: Choice, at: datetime) -> str:
    """Tell how a choice comes to its person: `round robin of ana, ben: ana (no turn yet), ben (turn 3)`."""
    if choice.roster is None:
        found = policy.picked(choice, at)
        stands_in = found and found.person != found.asked
        return f"{choice}, for {policy.name_of(found.asked)}" if found and stands_in else str(choice)
    ranked = ranking(choice.roster, policy.people, policy.staff)
    told = [f"{key} ({'; '.join(_facts(policy, choice.roster, key, at))})" for key in ranked[:MOST_NAMED]]
    more = [f"{len(ranked) - MOST_NAMED} more"] if len(ranked) > MOST_NAMED else []
    return f"{choice}: {', '.join([*told, *more]) or 'nobody fits'}"


def _facts(policy: Policy, roster: Roster, key: str, at: datetime) -> Iterator[str]:
    taken = policy.staff.taken(roster.key, key)
    if roster.way is Way.LEAST_LOADED:
        cases, tickets = policy.staff.open_cases.get(key, 0), policy.staff.open_tickets(policy.people[key].ids)
        counted = ((cases, "open case"), (tickets, "open ticket"), (taken.count, "turn"))
        yield ", ".join(_counted(number, word) for number, word in counted)
    else:
        yield f"turn {taken.last}" if taken.last else "no turn yet"
    if key == policy.staff.owner:
        yield "owns it already"
    if until := policy.people[key].away_until(at):
        yield f"out of office until {instant(until, policy.zone)}"


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
