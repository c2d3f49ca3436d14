"""The policy's people as they are now, for a decision that may choose one of them.

Rule 1: read just before it is decided, so that few decisions have to be made anew; only where the policy chooses.
Rule 2: a ticket is read for its requester's language only where that counts and nobody has read it.
"""

from __future__ import annotations

from dataclasses import replace

from connectors.model import Ticket
from plugin.core.model import CaseState
from plugin.core.policy import Policy
from plugin.pipeline.standing import Standing


def staffed(at: Standing, policy: Policy, ticket: Ticket | None = None) -> Policy:
    """Return the policy with its people as they are now."""
    if not policy.selects:
        return policy
    case = at.case
    owner = case.owner if case and case.state is not CaseState.REQUESTED else None
    found = at.parts.store.staff(policy.rosters, weighed=policy.weighs)
    return policy.staffed(replace(found, owner=owner, language=_language(at, policy, ticket)))


def _language(at: Standing, policy: Policy, ticket: Ticket | None) -> str | None:
    if not policy.hears:
        return None
    account = at.claimed.ticket.connection
    ticket = ticket or at.parts.connector(account).read(at.claimed.ticket)
    return ticket.requester.locale if ticket.requester else None
