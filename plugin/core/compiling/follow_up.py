"""What a policy wants after a case, read from its document.

Rule 1: the document has passed its schema; what is checked here is what a schema cannot say.
"""

from __future__ import annotations

from plugin.core.compiling.checker import Checker
from plugin.core.follow_ups import FollowUpTerms
from plugin.core.model import Severity

#: The owner that a policy means when it names none.
CASE_OWNER = "case owner"


def compile_follow_up(checker: Checker) -> FollowUpTerms | None:
    """Return what is wanted; None where the policy has no such section."""
    item = checker.section("follow_up")
    if not item:
        return None
    person, rota = _owner(checker, item.get("owner"))
    checker.known("follow_up.note", item.get("note"), checker.section("templates"), "template")
    lengths = {
        ours: checker.length(f"follow_up.{theirs}", item.get(theirs))
        for ours, theirs in (("within", "due"), ("remind_every", "remind_every"))
    }
    return FollowUpTerms(
        causes=dict(item["causes"]),
        required_for=frozenset(map(Severity, item.get("required_for", ["sev1"]))),
        most_reminders=item.get("at_most_reminders", 5),
        person=person,
        rota=rota,
        note=item.get("note"),
        **{name: length for name, length in lengths.items() if length is not None},
    )


def _owner(checker: Checker, told: object) -> tuple[str | None, str | None]:
    """Return a person or a rota; neither: the case's owner."""
    if isinstance(told, dict):
        checker.known("follow_up.owner.rota", told["rota"], checker.section("rotas"), "rota")
        return None, told["rota"]
    if not isinstance(told, str) or told == CASE_OWNER:
        return None, None
    checker.known("follow_up.owner", told, (*checker.section("people"), CASE_OWNER), "person")
    return told, None
