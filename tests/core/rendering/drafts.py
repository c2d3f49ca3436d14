"""Policies to be put in writing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from plugin.core.compiling.checker import Checker
from plugin.core.compiling.reading import Reader
from plugin.core.conditions import Condition
from plugin.core.rendering.draft import Draft
from plugin.core.rules import compile_policy

DAY = date(2026, 11, 25)


def full() -> dict[str, Any]:
    """Return a policy in which everything there is stands once."""
    document: dict[str, Any] = json.loads((Path(__file__).parent / "full.json").read_text("utf-8"))
    return document


def draft_of(document: Mapping[str, Any], day: date = DAY) -> Draft:
    return Draft(policy=compile_policy(document), document=document, day=day)


FULL = draft_of(full())


def condition_of(item: Mapping[str, Any]) -> Condition | None:
    """Return the compiled condition; None where it is none."""
    checker = Checker({})
    row = FULL.policy.matrix[0]
    condition = Reader(checker, FULL.policy, row).condition("when", item)
    return None if checker.found else condition
