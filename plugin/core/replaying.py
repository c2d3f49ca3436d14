"""What the case log tells of a case: its lines, folded, are the case.

Rule 1: whatever changes of these is told by a line of the same transaction; the log alone shows where a case stands.
"""

from __future__ import annotations

from collections.abc import Mapping

from plugin.core.model import Case

#: Where a line's evidence tells them.
TOLD = "case"


def snapshot(case: Case) -> dict[str, object]:
    """Return what the log tells of a case."""
    return {"state": case.state.value, "owner": case.owner, "severity": case.severity.value, "step": case.step}


def replayed(told: Mapping[str, object], evidence: Mapping[str, object]) -> Mapping[str, object]:
    """Return what is known of a case after one more line."""
    news = evidence.get(TOLD)
    return {**told, **news} if isinstance(news, Mapping) else told
