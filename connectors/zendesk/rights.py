"""What our own user must be allowed to do.

Rule 1: no I/O; facts of `users/me` become remedies in plain words.

https://developer.zendesk.com/api-reference/ticketing/users/users/#json-format
"""

from __future__ import annotations

from collections.abc import Mapping

ROLES = frozenset({"agent", "admin"})

HOW = (
    "Give the connection an integration user of its own, an agent or admin, and credentials made by it:"
    " Admin Center > Apps and integrations > APIs > OAuth clients"
)

#: `role_type` of a light agent, who is assigned no ticket, and whose comments are internal whatever it asks for.
LIGHT = 1


def remedies(user: Mapping[str, object]) -> list[str]:
    """Return what an admin must change about our user; empty when all is well."""
    found = []
    if user.get("suspended") is True:
        found.append("our user is suspended: lift the suspension")
    if user.get("ticket_restriction") not in (None, "", "none"):
        found.append("our user sees only some of the tickets: give its role access to all tickets")
    if user.get("only_private_comments") is True or user.get("role_type") == LIGHT:
        found.append("our user may write internal notes only: give its role public comments, or write none")
    return found
