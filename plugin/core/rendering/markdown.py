r"""A page as Markdown, its drawings in Mermaid.

Rule 1: nothing of a policy's texts becomes mark-up: what could is written with a `\` before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from plugin.core.rendering.page import Block, Bullets, Flow, Heading, Item, Page, Paragraph, Quote, Table

#: A line below within a word is none that stresses.
_MARKUP = re.compile(r"([\\`*\[\]<>|~$&]|(?<!\w)_|_(?!\w))")
_BEGINNING = re.compile(r"^(\s*)([#+=-]|\d+(?=[.)]))")
#: What may stand in a label of Mermaid as it is.
_UNSAFE = re.compile(r"[^\w\s.,:/“”()'+-]")


def markdown(page: Page) -> str:
    """Return the page as Markdown."""
    head = [f"# {plain(page.title)}", plain(page.about)]
    return "\n\n".join([*head, *map(_block, page.blocks)]) + "\n"


def plain(text: str) -> str:
    """Return a text of one line that reads as itself."""
    escaped = _MARKUP.sub(r"\\\1", " ".join(text.split()))
    return _BEGINNING.sub(lambda m: f"{m[1]}\\{m[2]}" if not m[2].isdigit() else f"{m[1]}{m[2]}\\", escaped)


def _block(block: Block) -> str:
    return _WRITERS[type(block)](block)


def _heading(block: Heading) -> str:
    return f"{'#' * block.level} {plain(block.text)}"


def _paragraph(block: Paragraph) -> str:
    return plain(block.text)


def _bullets(block: Bullets) -> str:
    return "\n".join(_items(block.items, ""))


def _items(items: Iterable[Item], indent: str) -> Iterator[str]:
    for item in items:
        label = f"**{plain(item.label)}:** " if item.label else ""
        yield f"{indent}- {label}{plain(item.text)}"
        yield from _items(item.inner, f"{indent}  ")


def _table(block: Table) -> str:
    lines = [_row((cell,) for cell in block.header), "|---" * len(block.header) + "|", *map(_row, block.rows)]
    return "\n".join(lines)


def _row(cells: Iterable[Iterable[str]]) -> str:
    return f"| {' | '.join('<br>'.join(map(plain, lines)) for lines in cells)} |"


def _flow(block: Flow) -> str:
    boxes = [f'  s{i}["{"<br>".join(map(_label, lines))}"]' for i, lines in enumerate(block.boxes, 1)]
    return "\n".join(["```mermaid", "flowchart TD", *boxes, *_arrows(block.arrows), "```"])


def _arrows(arrows: tuple[str, ...]) -> Iterator[str]:
    for i, text in enumerate(arrows[:-1], 1):
        label = f'|"{_label(text)}"|' if text else ""
        yield f"  s{i} -->{label} s{i + 1}"


def _label(text: str) -> str:
    return _UNSAFE.sub(lambda match: f"#{ord(match[0])};", " ".join(text.split()))


def _quote(block: Quote) -> str:
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", block.text)), default=0))
    return f"{plain(block.language)}:\n\n{fence}text\n{block.text}\n{fence}"


_WRITERS: Mapping[type, Callable[[Any], str]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Bullets: _bullets,
    Table: _table,
    Flow: _flow,
    Quote: _quote,
}
