"""What an admin can meet is in the docs, and what the docs show works."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
import pytest

from plugin.cli import main
from plugin.core.conditions import OPERATORS
from plugin.core.facts import FIELDS, OPEN_PREFIXES
from plugin.core.model import Reason
from plugin.core.rules import compile_policy
from plugin.documents import check, load_policy
from plugin.settings import DEFAULTS

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *ROOT.glob("docs/**/*.md")])
_BLOCK = re.compile(r"^\s*```json (policy|connections)\n(.*?)^\s*```", re.DOTALL | re.MULTILINE)


def page(name: str) -> str:
    return (ROOT / "docs/reference" / name).read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("settings.md", list(DEFAULTS)),
        ("reasons.md", [reason.value for reason in Reason]),
        ("policy.md", [*OPERATORS, *FIELDS, *(f"{prefix}<id>" for prefix in OPEN_PREFIXES)]),
    ],
)
def test_nothing_an_admin_meets_is_missing(name: str, words: list[str]) -> None:
    assert [word for word in words if f"`{word}`" not in page(name)] == []


def test_every_command_is_told_and_shows_an_example() -> None:
    told = page("cli.md")

    for name, command in main.commands.items():
        assert f"escalation {name}" in told
        inner = command.commands.values() if isinstance(command, click.Group) else [command]
        assert [c.name for c in inner if "Example: " not in (c.help or "")] == []


def test_every_reason_has_a_meaning() -> None:
    assert [line for line in page("reasons.md").splitlines() if line.endswith("|  |")] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text("utf-8"))

    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_shown_files_are_in_order(path: Path) -> None:
    for kind, text in _BLOCK.findall(path.read_text("utf-8")):
        document = json.loads(text)
        check(document, kind, title=str(path))
        if kind == "policy":
            compile_policy(document)


def test_the_example_policy_is_in_order() -> None:
    policy, _ = load_policy(ROOT / "examples/support-team/policy.json")

    assert len(policy.rules) == 5
