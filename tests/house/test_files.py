"""What every committed file owes the house."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.house.repository import ROOT, committed, name_of, sources

MOST_LINES_OF_A_FILE = 350
MOST_LINES_OF_A_FUNCTION = 50
# Written in pieces, so that this file does not find itself.
MACHINE_PATH = re.compile(
    r"(?<![\w.~-])/(?:" + "|".join(("home", "root", "work", "farm", "Users", "workspaces?")) + r")/\w"
)
REGISTRY = re.compile(
    "|".join(("py" + r"pi\.org", "pythonhosted" + r"\.org", "npm" + r"js\.org", "index" + "-url *= *http")),
    re.IGNORECASE,
)


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY], ids=["machine path", "package registry"])
def test_no_file_names_a_machine_or_a_registry(pattern: re.Pattern[str]) -> None:
    found = [f"{name_of(path)}: {match[0]}" for path in committed() for match in pattern.finditer(_text(path))]

    assert found == []


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_a_file_fits_into_a_head(path: Path) -> None:
    assert len(_text(path).splitlines()) <= MOST_LINES_OF_A_FILE


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    functions = [node for node in ast.walk(ast.parse(_text(path))) if isinstance(node, ast.FunctionDef)]

    long = {f.name: n for f in functions if (n := (f.end_lineno or 0) - f.lineno + 1) > MOST_LINES_OF_A_FUNCTION}

    assert long == {}


def test_every_switched_off_rule_has_its_reason_beside_it() -> None:
    ruff = _text(ROOT / "pyproject.toml").partition("[tool.ruff.lint]")[2].partition("[tool.mypy]")[0]
    rules = [line for line in ruff.splitlines() if re.match(r'\s+"[A-Z]+\d+",', line) or re.match(r'\s+"S",', line)]

    assert rules
    assert [line for line in rules if not re.search(r"#.*\w", line)] == []


def test_every_exception_in_the_code_has_its_reason_beside_it() -> None:
    found = [
        f"{name_of(path)}:{number}"
        for path in sources()
        for number, line in enumerate(_text(path).splitlines(), 1)
        if re.search(r"# noqa(?:: [A-Z0-9, ]+)?\s*$", line)
    ]

    assert found == []
