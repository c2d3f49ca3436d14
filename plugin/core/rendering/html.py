"""A page as one HTML file that loads nothing from anywhere.

Rule 1: every text of the policy is escaped; the page has no script, and its content policy allows none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from itertools import count
from typing import Any

from plugin.core.rendering.drawing import drawing
from plugin.core.rendering.page import Bullets, Flow, Heading, Item, Page, Paragraph, Quote, Table
from plugin.core.rendering.style import CSS

_CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def html(page: Page) -> str:
    """Return the page as HTML."""
    return "\n".join([*_head(page), *_body(page), "</html>"]) + "\n"


def _head(page: Page) -> Iterator[str]:
    yield "<!doctype html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_CONTENT_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(page.title)}</title>"
    yield f"<style>\n{CSS}\n</style>"
    yield "</head>"


def _body(page: Page) -> Iterator[str]:
    yield "<body>"
    yield '<a class="skip" href="#content">To the content</a>'
    yield f'<header>\n<h1>{escape(page.title)}</h1>\n<p class="about">{escape(page.about)}</p>\n</header>'
    yield from _contents(page)
    yield '<main id="content">'
    numbers = count(1)
    for block in page.blocks:
        yield _drawn(block, next(numbers)) if isinstance(block, Flow) else _WRITERS[type(block)](block)
    yield "</main>"
    yield "</body>"


def _contents(page: Page) -> Iterator[str]:
    yield '<nav aria-label="Contents">\n<ul>'
    for block in page.blocks:
        if isinstance(block, Heading) and block.level == 2:
            yield f'<li><a href="#{escape(block.anchor)}">{escape(block.text)}</a></li>'
    yield "</ul>\n</nav>"


def _heading(block: Heading) -> str:
    return f'<h{block.level} id="{escape(block.anchor)}">{escape(block.text)}</h{block.level}>'


def _paragraph(block: Paragraph) -> str:
    return f"<p>{escape(block.text)}</p>"


def _bullets(block: Bullets) -> str:
    return _list(block.items)


def _list(items: Iterable[Item]) -> str:
    return "\n".join(["<ul>", *map(_item, items), "</ul>"])


def _item(item: Item) -> str:
    label = f"<strong>{escape(item.label)}:</strong> " if item.label else ""
    inner = f"\n{_list(item.inner)}\n" if item.inner else ""
    return f"<li>{label}{escape(item.text)}{inner}</li>"


def _table(block: Table) -> str:
    heads = "".join(f'<th scope="col">{escape(text)}</th>' for text in block.header)
    rows = [f"<tr>{''.join(_cell(cell, i == 0) for i, cell in enumerate(row))}</tr>" for row in block.rows]
    caption = escape(block.caption)
    opening = f'<div class="wide" role="region" aria-label="{caption}" tabindex="0">\n<table>'
    head = f"<caption>{caption}</caption>\n<thead><tr>{heads}</tr></thead>"
    return "\n".join([opening, head, "<tbody>", *rows, "</tbody>\n</table>\n</div>"])


def _cell(lines: tuple[str, ...], first: bool) -> str:
    text = escape(lines[0]) if len(lines) == 1 else "".join(f"<span>{escape(line)}</span>" for line in lines)
    return f'<th scope="row">{text}</th>' if first else f"<td>{text}</td>"


def _drawn(block: Flow, number: int) -> str:
    return f"<figure>\n{drawing(block, number)}\n</figure>"


def _quote(block: Quote) -> str:
    language = escape(block.language)
    return (
        f'<figure>\n<figcaption>{language}</figcaption>\n<pre lang="{language}">{escape(block.text)}</pre>\n</figure>'
    )


_WRITERS: Mapping[type, Callable[[Any], str]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Bullets: _bullets,
    Table: _table,
    Quote: _quote,
}
