"""How a case is conducted: what the policy says beside its rules and its matrix, section by section.

Rule 1: a section that the document does not have is not told of, though its defaults hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from plugin.core.conduct import Approval
from plugin.core.linked import Opening, WhenSolved
from plugin.core.policy import Step
from plugin.core.rendering.draft import Draft
from plugin.core.rendering.page import Block, Bullets, Heading, Item, chapter
from plugin.core.rendering.sentences import said
from plugin.core.rendering.words import counted, every, length, listed, quoted, sentence, shown

#: Titles of the sections, by their keys in the document.
TITLES: Mapping[str, str] = {
    "updates": "Updates when nobody writes",
    "resolution": "When the remedy is in",
    "waiting": "Waiting for somebody",
    "requests": "What agents ask for",
    "exceptions": "Exceptions",
    "commands": "Commands",
    "follow_up": "After a case",
    "state_tags": "Tags that show the state",
    "state_fields": "Fields that show the state",
}


def conducting(draft: Draft) -> tuple[Block, ...]:
    """Return the chapter; nothing where the policy has none of its sections."""
    found = sections(draft)
    blocks = [
        block for key, items in found.items() for block in (Heading(3, TITLES[key], f"conduct-{key}"), Bullets(items))
    ]
    return chapter("How a case is conducted", "conduct", *blocks)


def sections(draft: Draft) -> Mapping[str, tuple[Item, ...]]:
    """Return what each section of the document says, by its key."""
    found = {key: tuple(_SECTIONS[key](draft)) for key in TITLES if draft.document.get(key)}
    return {key: items for key, items in found.items() if items}


def approved(draft: Draft, approval: Approval) -> str:
    """Return who decides, how far each may go, and what happens when nobody does."""
    who = listed((_with_limit(draft, approval, person) for person in approval.by), "or")
    outcome = "approved" if approval.otherwise_approved else "declined"
    return f"{who} decides; if nobody does within {length(approval.within)}, it is {outcome}."


def _with_limit(draft: Draft, approval: Approval, person: str) -> str:
    limit = approval.limits.get(person)
    return draft.words.person(person) + ("" if limit is None else f" (up to {limit:,g})")


def step_items(draft: Draft, name: str, steps: tuple[Step, ...]) -> Iterator[Item]:
    """Yield what stands before each step of a ladder, an approval and what must be known, and what it opens."""
    for step, item in zip(steps, draft.section("ladders")[name]["steps"], strict=True):
        if step.approval:
            yield Item(approved(draft, step.approval), label=f"Before {step.tier} is asked")
        if step.needs:
            grace = f" The climb waits {length(step.grace)} for it" if step.grace else " The climb does not wait for it"
            lead = f"This must be known.{grace}, and goes on marked incomplete:"
            needs = tuple(_need(draft, step, i, item["needs"][i].get("when")) for i in range(len(step.needs)))
            yield Item(lead, needs, label=f"Before {step.tier} is asked")
        if step.opens:
            yield Item(" ".join(_opened(draft, step.opens)), label=f"When {step.tier} is asked")


def _opened(draft: Draft, opening: Opening) -> Iterator[str]:
    """Yield what a step opens on another connection, sentence by sentence."""
    told = {
        "project": opening.project,
        "type": opening.type,
        "form": opening.form,
        "group": draft.words.group(opening.group) if opening.group else None,
        "priority": opening.priority,
    }
    where = [f"{name} {value}" for name, value in told.items() if value]
    where += [f"{draft.words.custom_field(key)} set to {shown(value)}" for key, value in opening.custom_fields.items()]
    where += [f"tagged {listed(opening.tags)}"] if opening.tags else []
    yield f"A ticket is opened on {quoted(opening.connection)}{': ' if where else ''}{', '.join(where)}."
    if texts := [quoted(name) for name in (opening.subject, opening.text) if name]:
        yield f"It is made of the {'texts' if len(texts) > 1 else 'text'} {listed(texts)}."
    if opening.link_type:
        yield f"The two are linked as {quoted(opening.link_type)}."
    if opening.show_in:
        yield f"Its address is shown in {draft.words.custom_field(opening.show_in)}."
    asks = opening.when_solved is WhenSolved.ASK_CUSTOMER
    then = "the customer is asked whether the remedy holds" if asks else "the owner tells the customer"
    yield f"When it is solved, {then}."


def _need(draft: Draft, step: Step, i: int, when: dict[str, object] | None) -> Item:
    need, prefix = step.needs[i], draft.policy.conduct.commands.prefix
    tag = f"the tag {quoted(need.tag(prefix))} says so"
    condition = said(need.condition, draft.words, when) if need.condition else None
    asked = f"; the customer is asked with the text {quoted(need.ask)}" if need.ask else ""
    if condition is None or condition.inner:
        more = f", or {condition.text}" if condition else "."
        return Item(f"{tag}{asked}{more}", condition.inner if condition else (), label=need.name)
    return Item(f"{condition.text}, or {tag}{asked}.", label=need.name)


def _updates(draft: Draft) -> Iterator[Item]:
    customer, item = draft.policy.conduct.customer, draft.section("updates")
    if window := item.get("send_window"):
        yield Item(f"Updates are promised for, and texts go out in, the hours of {quoted(window)}.", label="When")
    before = f"{length(customer.prompt_before)} before" if customer.prompt_before else "when"
    yield Item(f"By a note {before} a promised update is due.", label="The owner is prompted")
    if customer.holding:
        most = counted(customer.most_in_a_row, "text")
        told = f"The customer gets the text {quoted(customer.holding)}; {most} in a row at most."
        yield Item(told, label="Nobody wrote in time")
    if customer.not_to:
        tags = listed(map(quoted, sorted(customer.not_to)), "or")
        yield Item(f"Tickets and customers with the tag {tags}.", label="No such texts go to")


def _resolution(draft: Draft) -> Iterator[Item]:
    terms = draft.policy.conduct.resolution
    assert terms is not None, "the document has the section"
    yield Item(f"With the text {quoted(terms.ask)} whether it holds.", label="The customer is asked")
    if terms.chase:
        yield Item(f"After {length(terms.chase_after)}, with the text {quoted(terms.chase)}.", label="And once more")
    yield Item(f"Without an answer, {length(terms.close_after)} after the question.", label="The case is closed")
    yield Item(f"By a reply within {length(terms.grace)}.", label="It is opened again")


def _waiting(draft: Draft) -> Iterator[Item]:
    conduct = draft.policy.conduct
    for whom, wait in conduct.waits.items():
        yield Item(f"{length(wait)}, where no other time is told.", label=f"For the {whom}")
    yield Item(f"By {length(conduct.longest_snooze)} at most.", label="Put off by its owner")


def _requests(draft: Draft) -> Iterator[Item]:
    terms = draft.policy.conduct.requests
    told = f"As {quoted(terms.issue_type)}, {terms.severity.value} where the request names no severity."
    yield Item(told, label="It is escalated")
    if terms.approval:
        yield Item(approved(draft, terms.approval), label="Approval")


def _exceptions(draft: Draft) -> Iterator[Item]:
    for name, approval in draft.policy.conduct.exceptions.items():
        yield Item(approved(draft, approval), label=name)


def _commands(draft: Draft) -> Iterator[Item]:
    terms = draft.policy.conduct.commands
    line, tag = quoted(f"/{terms.prefix} ack"), quoted(f"{terms.prefix}_ack")
    told = f"By a line such as {line} of an internal note, or by a tag such as {tag}"
    field = f", or by the field {draft.words.custom_field(terms.told_by)}" if terms.told_by else ""
    yield Item(f"{told}{field}.", label="They are told")
    for word, people in terms.who.items():
        yield Item(f"{listed(map(draft.words.person, sorted(people)))} only.", label=word)
    if "note_links" in draft.section("commands"):
        yield Item(sentence(listed(map(quoted, sorted(terms.note_links)))), label="Notes offer as links")


def _follow_up(draft: Draft) -> Iterator[Item]:
    terms = draft.policy.conduct.follow_up
    assert terms is not None, "the document has the section"
    causes = tuple(Item(sentence(words), label=code) for code, words in terms.causes.items())
    yield Item("One of these is told:", causes, label="Cause")
    if terms.required_for:
        severities = listed(sorted(one.value for one in terms.required_for))
        yield Item(f"Cases of {severities} are finished only with cause and prevention.", label="Wanted of")
    yield Item(f"{length(terms.within)} after the end of the case.", label="Due")
    reminders = counted(terms.most_reminders, "time")
    yield Item(sentence(f"{every(terms.remind_every)}, {reminders} at most"), label="Reminded")
    rota = f"Whoever is on duty in the rota {quoted(terms.rota)}." if terms.rota else "The owner of the case."
    yield Item(f"{draft.words.person(terms.person)}." if terms.person else rota, label="Owner")
    if terms.note:
        yield Item(f"It begins with the text {quoted(terms.note)}.", label="Note")


def _state_tags(draft: Draft) -> Iterator[Item]:
    word = draft.policy.conduct.publish
    such = listed(map(quoted, (word, f"{word}_sev1", f"{word}_awaiting_ack")))
    yield Item(f"Such as {such}; they are taken away when the case ends.", label=f"Beginning with {quoted(word)}")


def _state_fields(draft: Draft) -> Iterator[Item]:
    for what, key in draft.policy.conduct.fields.items():
        yield Item(f"In the field {draft.words.custom_field(key)}.", label=what.capitalize())


_SECTIONS: Mapping[str, Callable[[Draft], Iterator[Item]]] = {
    "updates": _updates,
    "resolution": _resolution,
    "waiting": _waiting,
    "requests": _requests,
    "exceptions": _exceptions,
    "commands": _commands,
    "follow_up": _follow_up,
    "state_tags": _state_tags,
    "state_fields": _state_fields,
}
