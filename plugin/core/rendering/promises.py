"""What customers may count on, by severity, and what they will read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from connectors.model import Mode
from plugin.core.model import Severity
from plugin.core.opening_hours.opening import DAY
from plugin.core.policy import Rule
from plugin.core.rendering.draft import Draft
from plugin.core.rendering.page import Block, Heading, Paragraph, Quote, Table, chapter
from plugin.core.rendering.words import length, listed, quoted, slug

_HEADER = ("Severity", "Issue", "Acknowledged within", "Told something new every", "Resolved within")
_LEAD = "sev1 is worst. An update is owed at its time even if it only says that we are still looking into it."


def promises(draft: Draft) -> tuple[Block, ...]:
    """Return the chapter about targets and the texts that customers read."""
    rows = tuple(_row(draft, severity, issue) for severity, issue in _met(draft))
    if not rows:
        return ()
    table = Table("Targets by severity", _HEADER, rows)
    return chapter("What customers may count on", "promises", Paragraph(_LEAD), table, *_texts(draft))


def _met(draft: Draft) -> list[tuple[Severity, str]]:
    """Return what the rules can make of a ticket, the worst first."""
    return sorted({(rule.severity, rule.issue_type) for rule in _standing(draft)})


def _standing(draft: Draft) -> list[Rule]:
    """Return the rules in force; where there are none, those on trial."""
    rules = draft.policy.rules
    return [rule for rule in rules if rule.mode is Mode.ENFORCE] or [r for r in rules if r.mode is Mode.SHADOW]


def _row(draft: Draft, severity: Severity, issue: str) -> tuple[tuple[str, ...], ...]:
    row = draft.policy.row(issue, severity)
    every = row.update_every or DAY
    return (
        (severity.value,),
        (issue,),
        (_or_nothing(row.acknowledge),),
        (length(every),),
        (_or_nothing(row.resolve),),
    )


def _or_nothing(value: timedelta | None) -> str:
    return length(value) if value else "not promised"


def _texts(draft: Draft) -> Iterator[Block]:
    for name, told in _uses(draft).items():
        yield Heading(3, f"Text {quoted(name)}", f"text-{slug(name)}")
        yield Paragraph(f"{' '.join(told)} What stands in braces is filled in.")
        for language, text in draft.policy.texts.by_name[name].items():
            yield Quote(text, language)


def _uses(draft: Draft) -> dict[str, list[str]]:
    """Return the texts that customers read, or are meant for them, each with when that is."""
    found: dict[str, list[str]] = {}
    for name, users in _public(draft).items():
        found.setdefault(name, []).append(f"Customers read it when {listed(map(quoted, users))} writes to them.")
    for name, when in _conducted(draft):
        found.setdefault(name, []).append(f"Customers read it when {when}.")
    for name, what in _passed_on(draft):
        found.setdefault(name, []).append(f"Agents find it in the note on {what}, for the customer.")
    return found


def _conducted(draft: Draft) -> Iterator[tuple[str, str]]:
    """Yield the texts by which a case itself speaks to customers."""
    conduct = draft.policy.conduct
    if conduct.customer.holding:
        yield conduct.customer.holding, "nobody wrote to them in time"
    if conduct.resolution:
        yield conduct.resolution.ask, "they are asked whether the remedy holds"
        if conduct.resolution.chase:
            yield conduct.resolution.chase, "they are asked that once more"


def _passed_on(draft: Draft) -> Iterator[tuple[str, str]]:
    """Yield the texts that notes offer to agents, each once for one thing."""
    for issue in draft.policy.known_issues:
        yield issue.answer, f"the known issue {quoted(issue.name)}"
    needs = [need for steps in draft.policy.ladders.values() for step in steps for need in step.needs if need.ask]
    for need in dict.fromkeys((need.ask or "", need.name) for need in needs):
        yield need[0], f"what is missing: {quoted(need[1])}"


def _public(draft: Draft) -> dict[str, list[str]]:
    """Return the texts that become public, and what each is written for."""
    found: dict[str, list[str]] = {}
    for rule in _standing(draft):
        row = draft.policy.row(rule.issue_type, rule.severity)
        name = rule.wishes.over(row.wishes).public_comment
        if name:
            found.setdefault(name, []).append(rule.name)
    for issue in draft.policy.known_issues:
        if issue.tell_customer:
            found.setdefault(issue.tell_customer, []).append(issue.name)
    told = {"problem escalated": draft.policy.problem_escalated, "problem solved": draft.policy.problem_solved}
    for what, one in told.items():
        if one and one.public_comment:
            found.setdefault(one.public_comment, []).append(what)
    return found
