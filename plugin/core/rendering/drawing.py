"""A ladder as a drawing of our own, in SVG: nothing is loaded from anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from textwrap import wrap

from plugin.core.rendering.page import Flow

_WIDTH, _BOX, _LEFT = 560, 360, 8
_LINE, _PAD, _GAP = 20, 12, 30
_ACROSS, _BESIDE = 42, 66


def drawing(flow: Flow, number: int) -> str:
    """Return the flow as an SVG element; the number makes its ids different from other drawings'."""
    y = _LEFT
    parts: list[str] = []
    for i, lines in enumerate(flow.boxes):
        wrapped = [part for line in lines for part in wrap(line, _ACROSS) or [""]]
        height = 2 * _PAD + _LINE * len(wrapped)
        parts += _box(wrapped, y, height)
        y += height
        if i + 1 < len(flow.boxes):
            beside = wrap(flow.arrows[i], _BESIDE)
            gap = max(_GAP, _LINE * len(beside) + _PAD)
            parts += _arrow(beside, y, gap, number)
            y += gap
    return "\n".join([*_head(flow, number, y + _LEFT), *parts, "</svg>"])


def _head(flow: Flow, number: int, height: int) -> Iterator[str]:
    ids = f'role="img" aria-labelledby="flow-{number}-title flow-{number}-desc"'
    yield f'<svg class="flow" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" {ids}>'
    yield f'<title id="flow-{number}-title">{escape(flow.title)}</title>'
    yield f'<desc id="flow-{number}-desc">{escape(_spoken(flow))}</desc>'
    yield f'<defs><marker id="flow-{number}-tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7"'
    yield 'orient="auto"><path class="tip" d="M0 0 L10 5 L0 10 z"/></marker></defs>'


def _spoken(flow: Flow) -> str:
    """Return the drawing as a sentence, for those who do not see it."""
    words = [": ".join(lines) for lines in flow.boxes]
    arrows = [f"; {text}" if text else "" for text in flow.arrows]
    return ". Then ".join(f"{box}{arrow}" for box, arrow in zip(words, (*arrows[:-1], ""), strict=True))


def _box(lines: list[str], y: int, height: int) -> Iterator[str]:
    yield f'<rect class="box" x="{_LEFT}" y="{y}" width="{_BOX}" height="{height}" rx="6"/>'
    for i, line in enumerate(lines):
        weight = ' class="first"' if i == 0 else ""
        yield f'<text{weight} x="{_LEFT + 14}" y="{y + _PAD + _LINE * i + 15}">{escape(line)}</text>'


def _arrow(beside: list[str], y: int, gap: int, number: int) -> Iterator[str]:
    x = _LEFT + 40
    yield f'<path class="arrow" d="M{x} {y + 2} V{y + gap - 2}" marker-end="url(#flow-{number}-tip)"/>'
    top = y + (gap - _LINE * len(beside)) // 2
    for i, line in enumerate(beside):
        yield f'<text class="beside" x="{x + 14}" y="{top + _LINE * i + 15}">{escape(line)}</text>'
