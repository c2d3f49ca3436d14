"""Every code of `escalation check` stands in the docs with its level, its meaning and a remedy."""

from __future__ import annotations

import re

from plugin.core.lint.findings import ERRORS, Code
from tests.house.repository import ROOT

PAGE = (ROOT / "docs/reference/checks.md").read_text("utf-8")
ROWS = re.findall(r"^\| `(\w+)` \| (error|warning) \| (.+\.) \| (.+) \|$", PAGE, re.MULTILINE)


def test_every_code_stands_once_with_its_level() -> None:
    levels = {code.value: "error" if code in ERRORS else "warning" for code in Code}

    assert sorted(code for code, *_ in ROWS) == sorted(levels)
    assert {code: level for code, level, *_ in ROWS} == levels


def test_every_code_is_raised_somewhere() -> None:
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "plugin").rglob("*.py"))

    assert [code for code in Code if source.count(f"Code.{code.name}") < 1 + (code in ERRORS)] == []
