"""A case's state as tags and fields, so that admins build views and reports on it.

Rule 1: every tag begins with the policy's own word; what we put there, we take away again, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from connectors.model import AddTags, Change, RemoveTags, SetField
from plugin.core import climbing
from plugin.core.model import LIVE, Case, CaseState
from plugin.core.policy import Policy

#: The tiers of the schema: a team's own `esc_tier_gold` is not ours.
_TIERS = frozenset({"frontline", "specialist", "manager", "engineering", "operations", "vendor", "executive"})
_APART = re.compile(r"[^a-z0-9]+")
#: What may stand behind the word, besides a tier.
_ENDINGS = frozenset(
    {
        *("_sev1", "_sev2", "_sev3", "_sev4", "_in_progress", "_promise_overdue"),
        *("_awaiting_ack", "_awaiting_approval", "_awaiting_customer", "_awaiting_vendor", "_awaiting_confirmation"),
    }
)


def tags(policy: Policy, case: Case | None, now: datetime) -> frozenset[str]:
    """Return the tags that show a case; none where the policy wants none, or no case is open."""
    word = policy.conduct.publish
    if word is None or case is None or case.state not in LIVE:
        return frozenset()
    return frozenset(f"{word}{ending}" for ending in ("", *_endings(policy, case, now)))


def _endings(policy: Policy, case: Case, now: datetime) -> Iterable[str]:
    yield f"_{case.severity.value}"
    if case.state is CaseState.REQUESTED:
        yield "_awaiting_approval"
        return
    if step := climbing.step_of(policy, case):
        yield f"_tier_{_APART.sub('_', step.tier.lower()).strip('_')}"
    told = {CaseState.OPEN: "_awaiting_ack", CaseState.RESOLVED: "_awaiting_confirmation"}
    told[CaseState.WAITING] = f"_awaiting_{case.waiting_for}"
    yield told.get(case.state, "_in_progress")
    if (case.holdings or case.prompts) and case.state is not CaseState.RESOLVED:
        yield "_promise_overdue"


def changes(policy: Policy, case: Case | None, found: Iterable[str], now: datetime) -> tuple[Change, ...]:
    """Return what makes a ticket's tags show the case as it is."""
    word = policy.conduct.publish
    if word is None:
        return ()
    wanted, there = tags(policy, case, now), frozenset(tag for tag in found if ours(word, tag))
    add, remove = tuple(sorted(wanted - there)), tuple(sorted(there - wanted))
    return (*((AddTags(tags=add),) if add else ()), *((RemoveTags(tags=remove),) if remove else ()))


def fields(policy: Policy, case: Case | None, connection: str) -> tuple[SetField, ...]:
    """Return what makes the policy's fields show the case; a field without an id on this connection is left out."""
    shown = _shown(policy, case)
    ids = ((shown[what], policy.fields[key].ids.get(connection)) for what, key in policy.conduct.fields.items())
    return tuple(SetField(field_id=field_id, value=value) for value, field_id in ids if field_id)


def _shown(policy: Policy, case: Case | None) -> Mapping[str, str | None]:
    if case is None or case.state not in LIVE:
        return dict.fromkeys(policy.conduct.fields)
    step = climbing.step_of(policy, case)
    return {
        "state": case.state.value,
        "severity": case.severity.value,
        "owner": policy.name_of(case.owner),
        "tier": step.tier if step else None,
    }


def ours(word: str, tag: str) -> bool:
    """Tell if a tag is one of those that show a state."""
    rest = tag.removeprefix(word) if tag.startswith(word) else None
    return rest is not None and (not rest or rest in _ENDINGS or rest.removeprefix("_tier_") in _TIERS)
