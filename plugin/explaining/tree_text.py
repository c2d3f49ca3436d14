"""A condition's tree as lines, its columns aligned.

Rule 1: a line has the mark, the test, what was seen, and until when that stands.
"""

from __future__ import annotations

from collections.abc import Iterator

from plugin.core.why.explanation import Cause, Kind, Node, Standstill, words
from plugin.explaining.look import Look

_STEP = "  "
#: Longer ones do not push the others aside.
_WIDEST = 40


def tree_lines(root: Node, look: Look, *, indent: str = "") -> Iterator[str]:
    """Write the tree, each part under what it is a part of."""
    placed = list(_placed(root, 0))
    columns = [_columns(node) for _, node in placed if node.kind is Kind.TEST]
    deepest = max(depth for depth, _ in placed)
    widths = [max((len(c[i]) for c in columns if len(c[i]) <= _WIDEST), default=0) for i in range(3)]
    for depth, node in placed:
        lead = f"{indent}{_STEP * depth}{look.mark(node.holds)} "
        if node.kind is Kind.TEST:
            yield f"{lead}{_test(node, widths, deepest - depth, look)}".rstrip()
        else:
            yield f"{lead}{node.kind}"


def _placed(node: Node, depth: int) -> Iterator[tuple[int, Node]]:
    yield depth, node
    for part in node.parts:
        yield from _placed(part, depth + 1)


def _columns(node: Node) -> tuple[str, str, str]:
    line = node.line
    wanted = words(line.wanted) if line.wanted is not None else ""
    return line.field, line.operator, wanted


def _test(node: Node, widths: list[int], above: int, look: Look) -> str:
    """Write a leaf; one that stands further left gets more room."""
    field, operator, wanted = _columns(node)
    room = widths[0] + len(_STEP) * above
    told = f"{field:{room}}  {operator:{widths[1]}}  {wanted:{widths[2]}}"
    return f"{told}  seen: {words(node.line.seen)}{_times(node, look)}"


def _times(node: Node, look: Look) -> str:
    told = f", in calendar {node.line.calendar}" if node.line.calendar else ""
    told += f"; until {look.time(node.verdict.until)}" if node.verdict.until else ""
    return told + (f"; {still(node.still, look)}" if node.still else "")


def still(one: Standstill, look: Look) -> str:
    """Say why a clock does not move, and when it will."""
    if one.cause is Cause.PAUSED:
        since = f" since {look.time(one.since)}" if one.since else ""
        return f"paused{since} by {one.by}"
    again = f"counts again from {look.time(one.until)}" if one.until else "never counts again"
    return f"calendar {one.by} is closed, {again}"
