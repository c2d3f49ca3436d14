"""What incidents are told of their problem: the policy's `problem_tickets`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any as Json

from plugin.core.compiling.checker import Checker
from plugin.core.policy import Policy, Tidings
from plugin.core.texts.template_values import SAMPLE
from plugin.core.texts.texts import Use

SECTION = "problem_tickets"
#: Incidents told in a minute, where the policy does not say.
PER_MINUTE = 30


def tidings(checker: Checker, what: str) -> Tidings | None:
    """Return what incidents are told when their problem is `escalated`, or `solved`; mistakes are noted."""
    item: Json = checker.section(SECTION).get(what)
    if not item:
        return None
    for key in ("internal_note", "public_comment"):
        checker.known(f"{SECTION}.{what}.{key}", item.get(key), checker.section("templates"), "template")
    return Tidings(internal_note=item.get("internal_note"), public_comment=item.get("public_comment"))


def uses_of_tidings(policy: Policy) -> Iterator[Use]:
    """Return every template with each place that uses it, and values as they would be there."""
    values = {name: SAMPLE[name] for name in ("ticket", "requester", "problem")}
    for what, told in (("escalated", policy.problem_escalated), ("solved", policy.problem_solved)):
        for key in ("internal_note", "public_comment"):
            name: str | None = getattr(told, key, None)
            if name is not None and name in policy.texts.by_name:
                yield Use(template=name, place=f"{SECTION}.{what}.{key}", values=values)
