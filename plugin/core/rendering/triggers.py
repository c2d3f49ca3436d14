"""When the policy escalates: each rule in sentences, in the order in which they win."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from connectors.model import Mode
from plugin.core.firing import Repeat
from plugin.core.policy import Rule
from plugin.core.recurrence import Entity
from plugin.core.rendering.beforehand import standing
from plugin.core.rendering.conducting import approved
from plugin.core.rendering.draft import Draft
from plugin.core.rendering.page import Block, Bullets, Heading, Item, Paragraph, chapter
from plugin.core.rendering.sentences import said
from plugin.core.rendering.wishes import wished
from plugin.core.rendering.words import counted, every, length, listed, quoted, sentence, slug

_MODES = {
    Mode.ENFORCE: "In force.",
    Mode.SHADOW: "On trial: it only tells what it would do.",
    Mode.OFF: "Switched off: it is not asked.",
}
_ORDER = (
    "When several rules hold for a ticket, the first of them in this list decides; the others are noted. "
    "A rule of a worse severity raises a case that is open already."
)


def triggers(draft: Draft) -> tuple[Block, ...]:
    """Return the chapter about rules."""
    rules = sorted(
        zip(draft.policy.rules, draft.document["rules"], strict=True),
        key=lambda one: (-one[0].priority, one[0].severity),
    )
    parts = [block for rule, item in rules for block in _rule(draft, rule, item)]
    lead = Paragraph(_ORDER if rules else "No rule escalates anything yet.")
    return chapter("When we escalate", "when", lead, *_opted_out(draft), *parts, *_entities(draft))


def _opted_out(draft: Draft) -> Iterator[Block]:
    if tags := sorted(draft.policy.opt_out_tags):
        yield Paragraph(f"A ticket with the tag {listed(map(quoted, tags), 'or')} is left alone: agents may set it.")


def _rule(draft: Draft, rule: Rule, item: dict[str, object]) -> Iterator[Block]:
    yield Heading(3, rule.name, f"rule-{slug(rule.name)}")
    if rule.description:
        yield Paragraph(sentence(rule.description))
    yield Bullets(rule_items(draft, rule, item))


def rule_items(draft: Draft, rule: Rule, item: dict[str, object]) -> tuple[Item, ...]:
    """Return everything about one rule but its name."""
    when = item.get("when")
    condition = said(rule.condition, draft.words, when if isinstance(when, dict) else None)
    changes = wished(rule.wishes, draft.words)
    return (
        Item(sentence(condition.text), condition.inner, label="When"),
        Item(_escalated(draft, rule), label="Then"),
        *((Item(sentence(listed(changes)), label="Besides"),) if changes else ()),
        *((Item(approved(draft, rule.approval), label="Approval"),) if rule.approval else ()),
        *standing(rule),
        Item(sentence(_again(rule)), label="How often"),
        Item(_MODES[rule.mode] + (f" Priority {rule.priority}." if rule.priority else ""), label="Standing"),
    )


def _escalated(draft: Draft, rule: Rule) -> str:
    row = draft.policy.row(rule.issue_type, rule.severity)
    owner = draft.words.choice(row.steps[0].owner)
    by = f"by the ladder {quoted(row.ladder)}, beginning with {owner}" if row.ladder else f"by {owner}"
    return f"It is escalated as {quoted(rule.issue_type)}, {rule.severity.value}, and owned {by}."


def _again(rule: Rule) -> str:
    text = _repeats(rule)
    if rule.refire.cool_down:
        text += f", with {length(rule.refire.cool_down)} between two times at least"
    if rule.refire.repeat is not Repeat.ONCE:
        text += "; the customer is not written to again"
    if rule.max_per_hour:
        text += f"; on {counted(rule.max_per_hour, 'ticket')} in an hour at most, then it waits for a person"
    return text


def _repeats(rule: Rule) -> str:
    if rule.refire.repeat is Repeat.ON_EACH_ENTRY:
        return "each time it comes to hold anew"
    if rule.refire.repeat is Repeat.EVERY:
        again = every(rule.refire.every or timedelta())
        return f"{again} while it goes on holding, {counted(rule.refire.at_most or 1, 'time')} in all"
    return "once on a ticket"


def _entities(draft: Draft) -> Iterator[Block]:
    if draft.policy.entities:
        yield Heading(3, "What tickets can share", "shared")
        yield Bullets(tuple(Item(entity_text(draft, one), label=one.name) for one in draft.policy.entities))


def entity_text(draft: Draft, entity: Entity) -> str:
    """Return where an entity is read from."""
    sources = listed(map(draft.words.noun, entity.sources), "or")
    return f"read from {sources}" + (f", where it fits {quoted(entity.pattern)}" if entity.pattern else "")
