"""The policy's people as they are now, for a decision that may choose one of them.

Rule 1: read just before it is decided, so that few decisions have to be made anew; only where the policy chooses.
Rule 2: a ticket is read for its requester's language only where that counts and nobody has read it.
"""

from __future__ import annotations

from connectors.model import Ticket
from plugin.core import staffing
from plugin.core.policy import Policy
from plugin.pipeline.standing import Standing


def staffed(at: Standing, policy: Policy, ticket: Ticket | None = None) -> Policy:
    """Return the policy with its people as they are now."""
    if not policy.selects:
        return policy
    if policy.hears and ticket is None:
        ticket = at.connector.read(at.claimed.ticket)
    found = at.parts.store.staff(policy.rosters, weighed=policy.weighs)
    return staffing.staffed(policy, found, at.case, ticket)
