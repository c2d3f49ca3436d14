"""Test cases that a page shows pass, on the policy shown before them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from plugin.rehearsal.rehearsing import Running, find, read
from tests.house.repository import name_of
from tests.house.test_docs import PAGES

_FENCE = re.compile(r"^[ ]*```json (policy|policy-test)\n(.*?)^[ ]*```", re.DOTALL | re.MULTILINE)
SHOWING = [path for path in PAGES if "```json policy-test" in path.read_text("utf-8")]


def test_some_page_shows_one() -> None:
    assert SHOWING


@pytest.mark.parametrize("path", SHOWING, ids=name_of)
def test_shown_cases_pass(path: Path, tmp_path: Path) -> None:
    for kind, text in _FENCE.findall(path.read_text("utf-8")):
        (tmp_path / {"policy": "policy.json", "policy-test": "policy.test.json"}[kind]).write_text(text, "utf-8")

    rehearsed = Running(read(find(tmp_path), None)).run()

    assert [result.name for result in rehearsed.results if result.failures] == []
