"""The states of a case as a diagram: `python -m tests.house.diagram` prints what the docs must hold."""

from __future__ import annotations

from plugin.core.lifecycle import TRANSITIONS
from plugin.core.model import CaseState, Trigger

#: A case begins with its owner, or with the question for an approval.
BEGINNINGS = (CaseState.REQUESTED, CaseState.OPEN)


def diagram() -> str:
    """Return the Mermaid text of TRANSITIONS."""
    lines = ["stateDiagram-v2", *(f"    [*] --> {first}: {Trigger.RULE_FIRED}" for first in BEGINNINGS)]
    lines += [f"    {state} --> {after}: {by}" for state, moves in TRANSITIONS.items() for by, after in moves.items()]
    lines += [f"    {state} --> [*]" for state, moves in TRANSITIONS.items() if not moves]
    return "\n".join(lines)


if __name__ == "__main__":
    print(diagram())
