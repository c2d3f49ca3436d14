"""Several messages for one destination, as one.

Rule 1: whatever waits goes out together; the newest are listed, the others counted.
Rule 2: a notice is never longer than MOST_LETTERS, however many messages it stands for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from plugin.core.audience import CaseMove
from plugin.core.model import Severity
from plugin.core.telling import Message

MOST_LISTED = 10
MOST_LETTERS = 2000


class Tone(StrEnum):
    """How a service may show it: on-call tools call people by it."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """What one destination is sent."""

    title: str
    body: str
    tone: Tone


def notice(messages: Sequence[Message]) -> Notice:
    """Return what stands for all of them, oldest first; there is at least one."""
    if len(messages) == 1:
        return Notice(title=messages[0].headline, body=_alone(messages[0]), tone=_tone(messages))
    cases = {message.case_id for message in messages}
    worst = min((message.severity for message in messages), key=lambda severity: severity.rank)
    what = "1 escalation" if len(cases) == 1 else f"{len(cases)} escalations"
    title = f"{what}, {len(messages)} messages, worst {worst.value}"
    return Notice(title=title, body=_list(messages), tone=_tone(messages))


def _alone(message: Message) -> str:
    lines = (message.happened, f"Owner: {message.owner}", f"Next: {message.next}", message.link)
    return "\n".join([_cut("\n".join(lines)), *message.answers])


def _list(messages: Sequence[Message]) -> str:
    """Return the newest with owner and link, as many as there is room for, and count the others."""
    lines: list[str] = []
    listed = 0
    for message in list(reversed(messages))[:MOST_LISTED]:
        entry = f"- {message.headline}; owner: {message.owner}\n  {message.link}"
        if listed and len("\n".join([*lines, entry])) > MOST_LETTERS - 40:
            break
        lines.append(_cut(entry, MOST_LETTERS - 40))
        listed += 1
    rest = len(messages) - listed
    return "\n".join([*lines, f"… and {rest} older ones."] if rest else lines)


def _tone(messages: Iterable[Message]) -> Tone:
    """Return the tone of the worst that is still open."""
    severities = [message.severity for message in messages if message.move is not CaseMove.ENDED]
    if not severities:
        return Tone.SUCCESS
    worst = min(severities, key=lambda severity: severity.rank)
    return {Severity.SEV1: Tone.FAILURE, Severity.SEV2: Tone.WARNING}.get(worst, Tone.INFO)


def _cut(text: str, most: int = MOST_LETTERS) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
