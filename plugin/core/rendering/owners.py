"""Who owns an escalation: the matrix as a table, each ladder as a drawing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from plugin.core.audience import CaseMove
from plugin.core.policy import ANY, MatrixRow, Step
from plugin.core.rendering.conducting import step_items
from plugin.core.rendering.draft import Draft
from plugin.core.rendering.page import Block, Bullets, Flow, Heading, Paragraph, chapter, table_of
from plugin.core.rendering.wishes import wished
from plugin.core.rendering.words import every, length, listed, quoted, sentence, slug, times

_HEADER = ("Issue", "Severity", "Who owns it", "Promised", "What is written", "Who follows", "Who is told")
_LEAD = "The first row that fits an escalation is taken. Every case has one owner."
_HOURS = "counted in the hours of {}"


def owners(draft: Draft) -> tuple[Block, ...]:
    """Return the chapter about the matrix and its ladders."""
    rows = tuple(row_cells(draft, row) for row in draft.policy.matrix)
    table = table_of("Issue type and severity, to owner, targets and changes", _HEADER, rows)
    return chapter("Who owns it", "who", Paragraph(_LEAD), table, *_admin(draft), *_ladders(draft))


def row_cells(draft: Draft, row: MatrixRow) -> tuple[tuple[str, ...], ...]:
    """Return one row of the matrix, cell by cell, each as its lines."""
    owner = f"ladder {quoted(row.ladder)}, beginning with " if row.ladder else ""
    changes = wished(row.wishes, draft.words)
    changes = changes if row.wishes.assignee else ["assign the owner", *changes]
    return (
        ("any" if row.issue_type == ANY else row.issue_type,),
        (row.severity.value if row.severity else "any",),
        (owner + draft.words.choice(row.steps[0].owner),),
        tuple(promised(row)) or ("nothing",),
        tuple(changes),
        tuple(map(draft.words.person, row.watchers)) or ("",),
        tuple(told(draft, name) for name in row.tell) or ("",),
    )


def promised(row: MatrixRow) -> Iterator[str]:
    """Return what a row promises."""
    if row.acknowledge:
        yield f"acknowledged within {length(row.acknowledge)}"
    if row.update_every:
        yield f"an update {every(row.update_every)}"
    if row.resolve:
        yield f"resolved within {length(row.resolve)}"


def told(draft: Draft, name: str) -> str:
    """Return a destination and of what it is told, where that is not everything."""
    audience = draft.policy.audiences[name]
    moves = [move.value.replace("_", " ") for move in CaseMove if move in audience.moves]
    return quoted(audience.name) + (f" ({listed(moves)})" if len(moves) < len(CaseMove) else "")


def _admin(draft: Draft) -> Iterator[Block]:
    if draft.policy.admin:
        name = draft.words.person(draft.policy.admin)
        yield Paragraph(f"Where none of those who are asked is there, {name} owns the case.")


def _ladders(draft: Draft) -> Iterator[Block]:
    for name, steps in draft.policy.ladders.items():
        yield Heading(3, f"Ladder {quoted(name)}", f"ladder-{slug(name)}")
        if told := draft.section("ladders")[name].get("description"):
            yield Paragraph(sentence(told))
        yield ladder_drawing(draft, name, steps)
        if before := tuple(step_items(draft, name, steps)):
            yield Bullets(before)


def ladder_drawing(draft: Draft, name: str, steps: Sequence[Step]) -> Flow:
    """Return a ladder from its first step to its last."""
    boxes = tuple(_box(draft, step) for step in steps)
    return Flow(f"Ladder {quoted(name)}", boxes, tuple(handed_on(step) for step in steps))


def _box(draft: Draft, step: Step) -> tuple[str, ...]:
    tells = (f"tells {told(draft, name)}" for name in step.tell)
    return (step.tier.capitalize(), draft.words.choice(step.owner), *tells)


def handed_on(step: Step) -> str:
    """Return when a step is over; empty where the policy sets no time."""
    waits = [*_wait("acknowledged", step.acknowledge_within, step.repeat), *_wait("done", step.work_within)]
    hours = f", {_HOURS.format(quoted(step.calendar))}" if step.calendar and waits else ""
    return f"if not {listed(waits, 'or')}{hours}" if waits else ""


def _wait(word: str, within: timedelta | None, repeat: int = 1) -> list[str]:
    often = f" (asked {times(repeat)})" if repeat > 1 else ""
    return [f"{word} within {length(within)}{often}"] if within else []
