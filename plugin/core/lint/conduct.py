"""How cases are conducted: tags that get in each other's way, people told apart by nothing, and times that do nothing.

Rule 1: a tag that shows a state is taken away again; one that anybody else sets must be none of them.
Rule 2: a tag that keeps the policy off a ticket is agents' alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from plugin.core.commands import Word
from plugin.core.conduct import Approval
from plugin.core.lint.findings import Code, Finding, Level, finding
from plugin.core.lint.outlook import Outlook
from plugin.core.operators import many
from plugin.core.policy import Policy, Wishes
from plugin.core.promising import DAY
from plugin.core.published import ours

#: The rule of a case that an agent asked for.
REQUEST = "request"
#: Operators by which a rule wants a ticket to have a tag.
_HAVING = frozenset({"contains", "contains_any", "contains_all"})
_DECIDING = (Word.APPROVE, Word.DECLINE)


def same_ids(outlook: Outlook) -> Iterator[Finding]:
    """Return people whom a connection cannot tell apart."""
    first: dict[tuple[str, str], str] = {}
    for key, person in outlook.policy.people.items():
        for connection, id_ in person.ids.items():
            if (other := first.setdefault((connection, id_), key)) != key:
                names = f"{outlook.policy.name_of(other)} ({other}) and {person.name} ({key})"
                message = f'{names} have the same id {id_} on "{connection}"; each person has one of their own'
                yield finding(Code.SAME_ID, f"people.{key}.ids.{connection}", message)


def request_rule(outlook: Outlook) -> Iterator[Finding]:
    """Return a rule that bears the name of agents' own requests."""
    for view in outlook.rules:
        if view.rule.name == REQUEST:
            message = '"request" is the rule of what agents ask for; give this one another name'
            yield finding(Code.NAME_RESERVED, f"{view.place}.name", message)


def tags(outlook: Outlook) -> Iterator[Finding]:
    """Return tags of which two things are said."""
    policy, added = outlook.policy, dict(_added(outlook.policy))
    prefix = f"{policy.conduct.commands.prefix}_"
    for i, told in enumerate(outlook.document.get("opt_out_tags", ())):
        tag, place = told.lower(), f"opt_out_tags[{i}]"
        if tag.startswith(prefix) and tag.removeprefix(prefix).partition("_")[0] in set(Word):
            message = f'"{tag}" is a command, whose tag is taken away at once; choose another one'
            yield finding(Code.OPT_OUT_TAKEN, place, message)
        elif tag in added:
            message = f'the policy itself adds "{tag}" ({added[tag]}), and would keep itself off; choose another one'
            yield finding(Code.OPT_OUT_TAKEN, place, message)
    yield from _states(policy, {**_heeded(outlook), **added})
    yield from _asked_for(outlook, policy.conduct.publish)


def _states(policy: Policy, others: dict[str, str]) -> Iterator[Finding]:
    word = policy.conduct.publish
    for tag, place in others.items():
        if word is not None and ours(word, tag):
            message = (
                f'"{tag}" ({place}) would show a state, and be taken away with it; begin state tags with another word'
            )
            yield finding(Code.STATE_TAG_TAKEN, "state_tags", message)


def _asked_for(outlook: Outlook, word: str | None) -> Iterator[Finding]:
    """Find rules that wait for the very word that every state begins with: agents may set it for them."""
    for view in outlook.rules if word else ():
        for literal in view.literals:
            values = many(literal.test.value) if getattr(literal.test, "field", "") == "ticket.tags" else ()
            if literal.wanted and literal.test.operator in _HAVING and word in values:
                message = f'{view} asks for "{word}", which is taken away when a case ends; begin state tags otherwise'
                yield finding(Code.STATE_TAG_TAKEN, "state_tags", message, level=Level.WARNING)


def _added(policy: Policy) -> Iterator[tuple[str, str]]:
    """Return every tag that the policy adds for another reason than to show a state, with its place."""
    for i, row in enumerate(policy.matrix):
        yield from _wished(row.wishes, f"matrix[{i}].changes")
    for i, rule in enumerate(policy.rules):
        yield from _wished(rule.wishes, f"rules[{i}].changes")
    for i, issue in enumerate(policy.known_issues):
        yield from ((tag, f"known_issues[{i}].tags") for tag in issue.tags)


def _wished(wishes: Wishes, place: str) -> Iterator[tuple[str, str]]:
    yield from ((tag.lower(), f"{place}.tags") for tag in wishes.tags)
    if wishes.sla_tag:
        yield wishes.sla_tag.lower(), f"{place}.sla_tag"


def _heeded(outlook: Outlook) -> dict[str, str]:
    """Return the tags of others that the policy heeds: those of remedies, and those by which it keeps off."""
    policy = outlook.policy
    quiet = {remedy.tag: f"remedies[{i}].tag" for i, remedy in enumerate(policy.remedies)}
    quiet |= dict.fromkeys(sorted(policy.conduct.customer.not_to), "updates.not_to_tags")
    return quiet | dict.fromkeys(sorted(policy.opt_out_tags), "opt_out_tags")


def prompts(outlook: Outlook) -> Iterator[Finding]:
    """Return a lead that is longer than what it leads to."""
    before = outlook.policy.conduct.customer.prompt_before
    every, i = min((row.update_every or DAY, i) for i, row in enumerate(outlook.policy.matrix))
    if before and before >= every:
        told = outlook.document["updates"]["prompt_before"]
        often = outlook.document["matrix"][i].get("targets", {}).get("update_every", "1d")
        message = f"{told} before is at once where an update is due every {often} (matrix[{i}]); make it shorter"
        yield finding(Code.PROMPTED_AT_ONCE, "updates.prompt_before", message)


def steps(outlook: Outlook) -> Iterator[Finding]:
    """Return steps that time alone does not lead beyond."""
    for name, ladder in outlook.policy.ladders.items():
        for i, step in enumerate(ladder[:-1]):
            place = f"ladders.{name}.steps[{i}]"
            if step.acknowledge_within is None:
                message = 'without "acknowledge_within" time never leads beyond it: the steps after it are not asked'
                yield finding(Code.NEVER_CLIMBED, place, message)
            elif step.work_within is None:
                message = 'without "work_within" a case that is acknowledged and then forgotten never climbs; add it'
                yield finding(Code.FORGOTTEN, place, message)


def deciders(outlook: Outlook) -> Iterator[Finding]:
    """Return people who are asked to decide, and may not."""
    policy, who = outlook.policy, outlook.policy.conduct.commands.who
    for word in (word for word in _DECIDING if word in who):
        for place, approval in _approvals(policy):
            lacking = [policy.name_of(key) for key in approval.by if key not in who[word]]
            if lacking:
                message = f"{', '.join(lacking)} would be asked by {place}, but may not {word}; add them"
                yield finding(Code.MAY_NOT_DECIDE, f"commands.who.{word}", message)


def _approvals(policy: Policy) -> Iterator[tuple[str, Approval]]:
    """Return who decides on what, with its place."""
    told = [(f"rules[{i}].approval", rule.approval) for i, rule in enumerate(policy.rules)]
    told.append(("requests.approval", policy.conduct.requests.approval))
    for name, ladder in policy.ladders.items():
        told += [(f"ladders.{name}.steps[{i}].approval", step.approval) for i, step in enumerate(ladder)]
    yield from ((place, one) for place, one in told if one)
    yield from ((f"exceptions.{name}", one) for name, one in policy.conduct.exceptions.items())
