"""What a template may contain.

Rule 1: what stands in no list here does not run; there is no list of what is forbidden.
Rule 2: nothing makes much of little: no sums, no calls, no loop in a loop; MOST_STEPS bounds what a rendering costs.
Rule 3: a template is looked at before it is compiled, for compiling already computes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from jinja2 import Environment, TemplateSyntaxError, nodes

from plugin.core.problems import unknown_word
from plugin.core.texts.template_filters import FILTERS

#: Characters of a template's own text.
LONGEST_SOURCE = 20_000
#: Lines of a list that a loop goes through; the rest is left out.
MOST_LINES = 100
#: What one rendering may do; what stands in a loop counts MOST_LINES times, a filter as much as COSTLY steps.
MOST_STEPS = 5_000
COSTLY = 5
#: Parts within parts.
DEEPEST = 30
#: Mistakes told of one template; the rest follows from them, or waits for the next check.
MOST_TOLD = 10
LARGEST_NUMBER = 1_000_000

TESTS = ("defined", "none")
#: What `loop` knows within a loop.
LOOP: Mapping[str, object] = {"index": 1, "first": True, "last": True, "length": 1}

_HARMLESS = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.If,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
)
#: What admins try, and what they would write instead.
_INSTEAD: Mapping[type[nodes.Node], str] = {
    nodes.Call: "a call is not for a template; use a filter, as in {{ ticket.subject|upper }}",
    nodes.Getitem: "brackets are not for a template; write owner.name",
    nodes.Concat: "~ is not for a template; write the values beside each other",
    nodes.Keyword: "a name in a filter's brackets is not for a template; write the value alone",
}
#: What else there is in Jinja, as an admin wrote it.
_WRITTEN: Mapping[type[nodes.Node], str] = {
    nodes.Assign: "{% set %}",
    nodes.AssignBlock: "{% set %}",
    nodes.Macro: "{% macro %}",
    nodes.CallBlock: "{% call %}",
    nodes.FilterBlock: "{% filter %}",
    nodes.Include: "{% include %}",
    nodes.Import: "{% import %}",
    nodes.FromImport: "{% from %}",
    nodes.Extends: "{% extends %}",
    nodes.Block: "{% block %}",
    nodes.With: "{% with %}",
    nodes.Scope: "{% autoescape %}",
    nodes.Dict: "{ … : … }",
}
_MAY_USE = "a template may use {{ values }}, {% if %}, {% for line in because %} and filters"


@dataclass(frozen=True, order=True, slots=True)
class Mistake:
    """What is wrong, in which line of the template."""

    line: int
    message: str

    def __str__(self) -> str:
        """Read as `line 3: message`."""
        return f"line {self.line}: {self.message}"


class UnsafeTemplate(ValueError):
    """The template contains what no template may."""

    def __init__(self, *found: Mistake) -> None:
        super().__init__("; ".join(map(str, found)))
        self.found = found


def parsed(environment: Environment, text: str) -> nodes.Template:
    """Return the template as a tree in which everything is allowed, or raise UnsafeTemplate."""
    if len(text) > LONGEST_SOURCE:
        raise UnsafeTemplate(Mistake(1, f"{len(text)} characters; a template has at most {LONGEST_SOURCE}"))
    tree = _tree(environment, text)
    if too_much := _too_much(tree):
        raise UnsafeTemplate(too_much)
    if found := tuple(dict.fromkeys(islice(_mistakes(tree, in_loop=False), MOST_TOLD))):
        raise UnsafeTemplate(*found)
    return tree


def _tree(environment: Environment, text: str) -> nodes.Template:
    try:
        return environment.parse(text)
    except TemplateSyntaxError as problem:
        raise UnsafeTemplate(Mistake(problem.lineno, problem.message or "cannot be read")) from problem
    except RecursionError as problem:
        raise UnsafeTemplate(Mistake(1, _TOO_DEEP)) from problem
    except ValueError as problem:  # more digits than Python reads
        raise UnsafeTemplate(Mistake(1, f"a number is larger than {LARGEST_NUMBER}")) from problem


_TOO_DEEP = f"nested too deeply; a template goes at most {DEEPEST} deep"


def _too_much(tree: nodes.Template) -> Mistake | None:
    """Measure without recursion: a tree can be deeper than the stack."""
    steps = 0
    pending: list[tuple[nodes.Node, int, int]] = [(tree, 0, 1)]
    while pending:
        node, depth, times = pending.pop()
        steps += times * (COSTLY if isinstance(node, nodes.Filter) else 1)
        if depth > DEEPEST:
            return Mistake(node.lineno or 1, _TOO_DEEP)
        if steps > MOST_STEPS:
            return Mistake(node.lineno or 1, "too much for one template; make it, or what stands in its loop, shorter")
        inner = MOST_LINES if isinstance(node, nodes.For) else times  # no loop in a loop gets further than here
        pending += [(child, depth + 1, inner) for child in node.iter_child_nodes()]
    return None


def _mistakes(node: nodes.Node, *, in_loop: bool) -> Iterator[Mistake]:
    """Return what is wrong with a part, then with the parts of it."""
    told = _told(node, in_loop=in_loop)
    if told:
        yield Mistake(node.lineno or 1, told)
        return
    inner = in_loop or isinstance(node, nodes.For)
    for child in node.iter_child_nodes():
        yield from _mistakes(child, in_loop=inner)


def _told(node: nodes.Node, *, in_loop: bool) -> str | None:
    """Say what is wrong with this part alone."""
    if isinstance(node, nodes.For):
        return _of_loop(node, in_loop=in_loop)
    if isinstance(node, (nodes.Name, nodes.Getattr)):
        return _of_path(node)
    if isinstance(node, nodes.Filter):
        return _of_filter(node)
    if isinstance(node, nodes.Test):
        return None if node.name in TESTS and not node.args else unknown_word(node.name[:60], TESTS, what="test")
    if isinstance(node, (nodes.Const, nodes.List, nodes.Tuple)):
        return _of_constant(node)
    return None if isinstance(node, _HARMLESS) else _INSTEAD.get(type(node), f"{_called(node)}; {_MAY_USE}")


def _called(node: nodes.Node) -> str:
    word = getattr(node, "operator", None) or _WRITTEN.get(type(node)) or type(node).__name__.lower()
    return f"{word} is not for a template"


def _of_loop(node: nodes.For, *, in_loop: bool) -> str | None:
    if in_loop:
        return "a loop in a loop is not for a template"
    if node.recursive or node.test is not None:
        return "a loop takes neither if nor recursive; put an {% if %} into it"
    if not isinstance(node.target, nodes.Name):
        return "a loop has one name, as in {% for line in because %}"
    return None if path(node.iter) else "a loop goes through a list by its name, as in {% for line in because %}"


def path(node: nodes.Node) -> tuple[str, ...]:
    """Return the names of a dotted value; none if it is something else."""
    if isinstance(node, nodes.Name):
        return (node.name,)
    start = path(node.node) if isinstance(node, nodes.Getattr) else ()
    return (*start, node.attr) if start and isinstance(node, nodes.Getattr) else ()


def _of_path(node: nodes.Name | nodes.Getattr) -> str | None:
    names = path(node)
    if not names:
        return "a dot follows a value's name only, as in owner.name"
    hidden = any(name.startswith("_") for name in names) or names[0] in ("self", "super", "caller")
    return f"{'.'.join(names)[:60]} is not for a template" if hidden else None


def _of_filter(node: nodes.Filter) -> str | None:
    if node.name not in FILTERS:
        return unknown_word(node.name[:60], FILTERS, what="filter")
    if node.node is None or node.dyn_args or node.dyn_kwargs:
        return f"a filter stands behind one value, as in {{{{ owner.name|{node.name} }}}}"
    known = FILTERS[node.name]
    takes = str(known.most) if known.fewest == known.most else f"{known.fewest} or {known.most}"
    fits = known.fewest <= len(node.args) <= known.most
    return None if fits else f'filter "{node.name}" takes {takes} values in brackets, found {len(node.args)}'


def _of_constant(node: nodes.Const | nodes.List | nodes.Tuple) -> str | None:
    if isinstance(node, nodes.Const):
        large = isinstance(node.value, (int, float)) and not abs(node.value) <= LARGEST_NUMBER
        return f"a number is larger than {LARGEST_NUMBER}" if large else None
    constants = all(isinstance(item, nodes.Const) for item in node.items)
    return None if constants else "a list in a template holds texts and numbers only, as in ['new', 'open']"
