"""The values a template may name.

Rule 1: VALUES is the only list; the check, the samples and the page of the reference are made of it.
Rule 2: a template that names anything else is a mistake, also in a branch that is never taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from jinja2 import nodes

from plugin.core.problems import unknown_word
from plugin.core.texts.template_safety import LOOP, MOST_TOLD, Mistake, path


@dataclass(frozen=True, slots=True)
class Value:
    """One value: what it is, and an example of it."""

    description: str
    sample: object


VALUES: Mapping[str, Value] = {
    "ticket.id": Value("the ticket's id", "1"),
    "ticket.subject": Value("one line, at most 200 characters", "Subject"),
    "ticket.url": Value("where an agent opens the ticket", ""),
    "ticket.status": Value("the status at the decision", "open"),
    "ticket.priority": Value("the priority at the decision, or empty", "high"),
    "ticket.attachments": Value(
        "the files the customer can see, a list of lines with name, size and address; costs a call for each escalation",
        ["log.txt (12 kB): https://…"],
    ),
    "requester.name": Value("the customer's name, one line", "Customer"),
    "owner.name": Value("the owner's name in the policy", "Owner"),
    "case.issue_type": Value("the rule's issue type", "issue"),
    "case.severity": Value("`sev1` to `sev4`", "sev1"),
    "case.opened_at": Value("when the case was opened, in the policy's `time_zone`", "now"),
    "case.next_update": Value("when the customer hears next, in the policy's `time_zone`", "soon"),
    "rule.name": Value("the rule that decided", "rule"),
    "because": Value("the conditions that hold, a list of lines for people", ["ticket.tags contains vip"]),
    "remedies": Value("what the frontline may still give this customer, a list of lines; empty: nothing", ["refund"]),
    "problem.id": Value("the problem's ticket, in what its incidents are told", "7"),
    "known_issue.name": Value("the known issue, in the texts of one only", "issue"),
}


def _nested(values: Mapping[str, Value]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for name, value in values.items():
        *parents, last = name.split(".")
        here = tree
        for parent in parents:
            here = here.setdefault(parent, {})
        here[last] = value.sample
    return tree


#: An example of every value, as a template sees them.
SAMPLE: Mapping[str, Any] = _nested(VALUES)


#: The parts of a value's name.
Path = tuple[str, ...]


def named(tree: nodes.Node) -> Iterator[Path]:
    """Yield the names that stand in a template, in every branch; those of a loop's lines too."""
    if names := path(tree):
        yield names
        return
    for child in tree.iter_child_nodes():
        yield from named(child)


def unknown(tree: nodes.Template) -> tuple[Mistake, ...]:
    """Return the names that no value will ever have, in every branch."""
    return tuple(dict.fromkeys(islice(_unknown(tree, SAMPLE), MOST_TOLD)))


def _unknown(node: nodes.Node, scope: Mapping[str, Any]) -> Iterator[Mistake]:
    if isinstance(node, nodes.For):
        yield from _loop(node, scope)
    elif names := path(node):
        found = _found(names, scope)
        if told := found if isinstance(found, str) else _whole(names, found[0]):
            yield Mistake(node.lineno, told)
    else:
        for child in node.iter_child_nodes():
            yield from _unknown(child, scope)


def _loop(node: nodes.For, scope: Mapping[str, Any]) -> Iterator[Mistake]:
    """Check the list, then the body with one of its lines by name."""
    names = path(node.iter)
    found = _found(names, scope)
    items = None if isinstance(found, str) else found[0]
    if not isinstance(items, (list, tuple)):
        lists = ", ".join(name for name, value in VALUES.items() if isinstance(value.sample, (list, tuple)))
        told = found if isinstance(found, str) else f"{'.'.join(names)} is no list; a loop goes through: {lists}"
        yield Mistake(node.lineno, told)
        return
    line = {path(node.target)[0]: items[0] if items else "", "loop": LOOP}
    for child in node.body:
        yield from _unknown(child, {**scope, **line})
    for child in node.else_:
        yield from _unknown(child, scope)


def _found(names: tuple[str, ...], scope: Mapping[str, Any]) -> tuple[object] | str:
    """Return the sample of a value in a tuple of its own, or say why there is none."""
    here: object = scope
    for i, name in enumerate(names):
        if not isinstance(here, Mapping):
            return f"{'.'.join(names[:i])} has no parts; write it alone"
        if name not in here:
            added = [word for word in scope if word not in SAMPLE]
            return unknown_word(".".join(names)[:60], [*VALUES, *added], what="value")
        here = here[name]
    return (here,)


def _whole(names: tuple[str, ...], sample: object) -> str | None:
    if not isinstance(sample, Mapping):
        return None
    name = ".".join(names)
    return f"{name} has parts; write one of: {', '.join(f'{name}.{part}' for part in sample)}"
