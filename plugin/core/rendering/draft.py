"""What a page is written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any as Json

from plugin.core.policy import Policy
from plugin.core.rendering.lexicon import Lexicon


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A compiled policy, the document it was compiled from, and the day from which the page looks ahead."""

    policy: Policy
    document: Mapping[str, Json]
    day: date

    @property
    def words(self) -> Lexicon:
        """Return the policy's own names."""
        return Lexicon(self.policy)

    def section(self, name: str) -> Mapping[str, Json]:
        """Return one of the document's tables, empty where it has none."""
        return self.document.get(name) or {}
