"""What a reason means is said in one way: on the page, and by the commands."""

from __future__ import annotations

import re

from plugin.core.model import Reason
from plugin.core.why.meanings import MEANINGS, meaning
from tests.house.repository import ROOT

PAGE = (ROOT / "docs/reference/reasons.md").read_text("utf-8")


def _plain(text: str) -> str:
    """Return a cell's text without links and marks."""
    return re.sub(r"\[([^]]+)\]\([^)]*\)", r"\1", text).replace("`", "").replace("**", "")


def test_the_page_and_the_table_agree() -> None:
    told = {name: _plain(text) for name, text in re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE, re.MULTILINE)}

    assert {reason.value: text for reason, text in MEANINGS.items()} == told


def test_every_reason_has_a_meaning() -> None:
    assert [reason for reason in Reason if meaning(reason) == reason.value] == []
