"""What is done before a ticket is escalated: known answers, and what the frontline may give."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any as Json

from plugin.core.known_issues import KnownIssue
from plugin.core.policy import Rule, Tidings
from plugin.core.remedies import Remedy
from plugin.core.rendering.draft import Draft
from plugin.core.rendering.page import Block, Bullets, Heading, Item, Paragraph, chapter
from plugin.core.rendering.sentences import said
from plugin.core.rendering.words import counted, day_and_time, length, listed, quoted, sentence, slug

_KNOWN = (
    "A ticket about one of these is told the known answer once and is not escalated, as long as the problem is known. "
    "Rules that are worse than the severity said, and rules that go before known issues, escalate it all the same."
)
_PROBLEMS = "Tickets that are linked to a problem's ticket are told of it, each thing once."
_REMEDIES = (
    "The frontline may give these without asking. Whoever gives one adds its tag: it is recorded, and counts for the "
    "customer."
)


def before_a_case(draft: Draft) -> tuple[Block, ...]:
    """Return the chapters about known issues, problems' tickets and remedies; nothing where there are none."""
    return (
        *chapter("Known issues", "known-issues", *_known_issues(draft)),
        *chapter("Problem tickets", "problem-tickets", *_problem_tickets(draft)),
        *chapter("Remedies", "remedies", *_remedies(draft)),
    )


def _known_issues(draft: Draft) -> Iterator[Block]:
    issues = draft.policy.known_issues
    if issues:
        yield Paragraph(_KNOWN)
    for one, item in zip(issues, draft.section("known_issues"), strict=True):
        yield Heading(3, one.name, f"issue-{slug(one.name)}")
        yield Bullets(issue_items(draft, one, item))


def issue_items(draft: Draft, issue: KnownIssue, item: Json) -> tuple[Item, ...]:
    """Return everything about one known issue but its name."""
    condition = said(issue.condition, draft.words, item.get("when"))
    return (
        Item(sentence(condition.text), condition.inner, label="When"),
        Item(sentence(listed(_done(issue))), label="Then"),
        Item(f"Rules of {issue.up_to.value} or milder.", label="Held back"),
        *((Item(f"{day_and_time(issue.until, draft.policy.zone)}.", label="Until"),) if issue.until else ()),
    )


def _done(issue: KnownIssue) -> Iterator[str]:
    if issue.tags:
        yield f"add the tag{'s' if len(issue.tags) > 1 else ''} {listed(map(quoted, issue.tags))}"
    for connection, problem in issue.problem.items():
        yield f"link the ticket to {problem} on {connection}"
    yield f"write the internal note {quoted(issue.answer)}"
    if issue.tell_customer:
        yield f"write the text {quoted(issue.tell_customer)} to the customer"


def _problem_tickets(draft: Draft) -> Iterator[Block]:
    policy = draft.policy
    told = (("escalated", policy.problem_escalated), ("solved", policy.problem_solved))
    items = tuple(Item(sentence(listed(_written(one))), label=f"When it is {what}") for what, one in told if one)
    if items:
        yield Paragraph(f"{_PROBLEMS} At most {counted(policy.told_per_minute, 'ticket')} in a minute.")
        yield Bullets(items)


def _written(told: Tidings) -> Iterator[str]:
    if told.internal_note:
        yield f"write the internal note {quoted(told.internal_note)}"
    if told.public_comment:
        yield f"write the text {quoted(told.public_comment)} to the customer"


def _remedies(draft: Draft) -> Iterator[Block]:
    remedies = draft.policy.remedies
    if remedies:
        yield Paragraph(_REMEDIES)
    for one, item in zip(remedies, draft.section("remedies"), strict=True):
        yield Heading(3, one.name, f"remedy-{slug(one.name)}")
        yield Bullets(remedy_items(draft, one, item))


def remedy_items(draft: Draft, remedy: Remedy, item: Json) -> tuple[Item, ...]:
    """Return everything about one remedy but its name."""
    condition = said(remedy.condition, draft.words, item.get("when")) if remedy.condition else None
    types = listed(map(quoted, sorted(remedy.issue_types)), "or")
    bound = remedy.at_most
    often = f"{counted(bound.times, 'time')} in {length(bound.within)} for one customer, at most." if bound else ""
    return (
        Item(sentence(f"{remedy.kind} {remedy.amount}".strip()), label="What"),
        *((Item(f"What is escalated as {types}.", label="For"),) if types else ()),
        *((Item(sentence(condition.text), condition.inner, label="When"),) if condition else ()),
        *((Item(often, label="How often"),) if often else ()),
        Item(f"{quoted(remedy.tag)}.", label="Tag"),
    )


def standing(rule: Rule) -> Iterator[Item]:
    """Yield what known issues and remedies are to a rule."""
    if rule.despite_known_issues:
        yield Item("No known issue holds it back.", label="Known issues")
    if rule.remedy_first:
        yield Item(f"They come first, for {length(rule.remedy_first)}.", label="Remedies")
