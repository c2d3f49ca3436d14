"""Whom each step of a ladder would ask at an instant, and why, for programs and for people.

Rule: each step is asked as if the one before had given the case to whoever was there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from plugin.core.policy import Policy, Step
from plugin.core.staff import Staff
from plugin.core.staffing import why


def ladder_account(policy: Policy, ladder: str, staff: Staff, at: datetime) -> dict[str, Any]:
    """Return whom the ladder's steps would ask, as JSON; times are the policy's own clocks'."""
    return {
        "ladder": ladder,
        "time_zone": policy.zone.key,
        "at": at.astimezone(policy.zone).isoformat(),
        "steps": list(_steps(policy, policy.ladders[ladder], staff, at)),
    }


def _steps(policy: Policy, steps: tuple[Step, ...], staff: Staff, at: datetime) -> Iterator[dict[str, Any]]:
    for step in steps:
        asked = policy.staffed(staff)
        person = asked.there(step.owner, at)
        yield {
            "tier": step.tier,
            "person": person,
            "name": policy.name_of(person) if person else None,
            "why": why(asked, step.owner, at),
        }
        staff = replace(staff, owner=person or staff.owner)


def as_text(found: Mapping[str, Any]) -> str:
    """Write the account as lines."""
    at = datetime.fromisoformat(found["at"])
    lines = [f"{found['ladder']}, {found['time_zone']}, {at:%a %Y-%m-%d %H:%M}", ""]
    for i, step in enumerate(found["steps"], start=1):
        who = f"{step['name']} ({step['person']})" if step["person"] else "nobody"
        lines += [f"{i}  {step['tier']}: {who}", f"   as {step['why']}"]
    return "\n".join(lines)
