"""How many calls Jira still allows, as the headers of its answers tell.

Rule: a site tells of its limits near their end, and of the endpoint that was called; what cannot be read says nothing.

https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from connectors.calls import Allowance, Ceiling
from connectors.values import attempt, instant

#: An issue takes 20 writes in two seconds and 100 in thirty, of all users together.
CEILINGS = (Ceiling(writes=10, within=timedelta(seconds=2)), Ceiling(writes=50, within=timedelta(seconds=30)))
_BURST = timedelta(seconds=1)
_LONGEST = timedelta(hours=1)
_NUMBER = re.compile(r"\d{1,9}")


def allowances(headers: Mapping[str, str], endpoint: str, now: datetime) -> tuple[Allowance, ...]:
    """Return what an answer says is left of the endpoint that was called."""
    found = {name.lower(): value.strip() for name, value in headers.items()}
    total, left = (found.get(f"x-ratelimit-{name}", "") for name in ("limit", "remaining"))
    if not (_NUMBER.fullmatch(total) and _NUMBER.fullmatch(left) and int(total)):
        return ()
    resets = attempt(instant, found.get("x-ratelimit-reset")) or now + _BURST
    until = min(max(resets, now), now + _LONGEST)
    return (Allowance(endpoint=endpoint, total=int(total), left=int(left), until=until),)
