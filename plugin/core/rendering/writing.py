"""A policy as a written document.

Rule 1: the same policy on the same day gives the same page, to the byte.
Rule 2: what is over is left out; what is to come is told from the day on.
"""

from __future__ import annotations

from plugin.core.rendering.beforehand import before_a_case
from plugin.core.rendering.conducting import conducting
from plugin.core.rendering.draft import Draft
from plugin.core.rendering.duty import duty
from plugin.core.rendering.hours import hours
from plugin.core.rendering.owners import owners
from plugin.core.rendering.page import Block, Page, Paragraph, chapter
from plugin.core.rendering.people import people
from plugin.core.rendering.promises import promises
from plugin.core.rendering.triggers import triggers
from plugin.core.rendering.words import sentence

_WORDS = (
    "A rule says when a ticket is escalated. The matrix says who owns what was escalated. "
    "A case is one escalation of one ticket; its owner is the one person who answers for it until it ends. "
    "A ladder is the order in which people are asked. A rota says who is on duty. "
    "Acknowledged means that somebody has taken it up. "
    "Severity is how bad it is: sev1 is worst, sev4 the least."
)


def page(draft: Draft) -> Page:
    """Return the whole document."""
    return Page(
        title=draft.document.get("name", "Escalation policy"),
        about=f"Escalation policy, version {draft.policy.version}, as of {draft.day}, {draft.policy.zone}.",
        blocks=(
            *_description(draft),
            *triggers(draft),
            *before_a_case(draft),
            *owners(draft),
            *conducting(draft),
            *duty(draft),
            *hours(draft),
            *promises(draft),
            *people(draft),
            *chapter("Words", "words", Paragraph(_WORDS)),
        ),
    )


def _description(draft: Draft) -> tuple[Block, ...]:
    told = draft.document.get("description")
    return (Paragraph(sentence(told)),) if told else ()
