"""A written document before it has a format: headings, paragraphs, lists, tables, drawings.

Rule 1: texts are plain; whoever writes a format makes them harmless in it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """The beginning of a part."""

    level: int  #: 2 for a chapter, 3 within it.
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some sentences."""

    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list, and the lines it is about."""

    text: str
    inner: tuple[Item, ...] = ()
    label: str = ""  #: What it tells, before it.


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; a cell is its lines, the first of a row names it."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """Boxes one below the other, each with its lines, and what is written at the arrows between them."""

    title: str
    boxes: tuple[tuple[str, ...], ...]
    arrows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A text as it will be written, line by line."""

    text: str
    language: str


Block = Heading | Paragraph | Bullets | Table | Flow | Quote


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """The whole document."""

    title: str
    about: str  #: One line: the version, the day.
    blocks: tuple[Block, ...]


def table_of(caption: str, header: tuple[str, ...], rows: tuple[tuple[tuple[str, ...], ...], ...]) -> Table:
    """Return a table without the columns in which nothing stands."""
    filled = [i for i in range(len(header)) if any(any(row[i]) for row in rows)]
    return Table(caption, tuple(header[i] for i in filled), tuple(tuple(row[i] for i in filled) for row in rows))


def chapter(title: str, anchor: str, *blocks: Block) -> tuple[Block, ...]:
    """Return a chapter, or nothing where it has nothing to tell."""
    return (Heading(2, title, anchor), *blocks) if blocks else ()
