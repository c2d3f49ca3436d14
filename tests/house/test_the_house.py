"""The house checks itself."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*ROOT.glob("plugin/**/*.py"), *ROOT.glob("connectors/**/*.py")])


def committed() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def test_every_pinned_package_has_hashes_and_no_address_is_in_the_lock() -> None:
    text = (ROOT / "requirements.lock").read_text("utf-8")

    pins = re.split(r"\n(?=\S)", text.strip())

    assert len(pins) > 30
    assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []
    assert "://" not in text
    assert "index-url" not in text


def test_no_committed_file_names_a_machine_or_a_registry() -> None:
    machine = re.compile(
        r"(?<![\w./-])/(?:home|root|work|Users|farm)/\w|py" + r"pi\.org|python" + r"hosted\.org|npm" + r"js\.org"
    )

    found = [
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for path in committed()
        if path.name != "LICENSE" and (match := machine.search(path.read_text("utf-8", "replace")))
    ]

    assert found == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_rooms_and_functions_are_small(path: Path) -> None:
    text = path.read_text("utf-8")

    long = [
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 50
    ]

    assert text.count("\n") <= 350
    assert long == []


def test_every_switched_off_lint_rule_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    block = text[text.index("ignore = [") : text.index("[tool.mypy]")]

    assert [line for line in block.splitlines() if re.match(r'\s+"[A-Z]+\d*",\s*$', line)] == []


def test_importing_the_house_does_nothing() -> None:
    names = [".".join(p.relative_to(ROOT).with_suffix("").parts) for p in SOURCES]
    quiet = [n.removesuffix(".__init__") for n in names if not n.endswith((".__main__", ".env"))]
    program = (
        "import sys, threading\n"
        "seen = []\n"
        "def hook(event, args):\n"
        "    if event.startswith(('socket.connect', 'subprocess', 'os.system')):\n"
        "        seen.append(event)\n"
        "sys.addaudithook(hook)\n"
        f"for name in {quiet!r}: __import__(name)\n"
        "assert not seen and threading.active_count() == 1, (seen, threading.enumerate())\n"
    )

    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stderr


def test_make_alone_lists_every_target() -> None:
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    for target in ("demo", "run", "test", "lint", "bench", "lock"):
        assert f"make {target}" in listed


def test_every_dependency_has_its_reason_in_the_docs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    told = (ROOT / "docs/reference/dependencies.md").read_text("utf-8")

    names = [re.split(r"[<>=\[]", d)[0] for d in [*project["dependencies"], *project["optional-dependencies"]["dev"]]]

    assert [name for name in names if f"| {name} |" not in told] == []
