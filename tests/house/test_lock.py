"""The lock pins everything by content, and names no place it came from."""

from __future__ import annotations

import re

from tests.house.repository import ROOT, pyproject

LOCK = (ROOT / "requirements.lock").read_text("utf-8")
REQUIREMENTS = [block for block in re.split(r"\n(?=[A-Za-z0-9])", LOCK) if re.match(r"[A-Za-z0-9]", block)]


def test_every_requirement_is_pinned_and_hashed() -> None:
    loose = [b.splitlines()[0] for b in REQUIREMENTS if "==" not in b.splitlines()[0] or "--hash=sha256:" not in b]

    assert REQUIREMENTS
    assert loose == []


def test_the_lock_names_no_address() -> None:
    assert "://" not in LOCK
    assert not re.search(r"^\s*--(?:index|extra-index|find-links|trusted-host)", LOCK, re.MULTILINE)


def test_every_dependency_is_in_the_lock() -> None:
    project = pyproject()["project"]
    wanted = {_name(d) for d in (*project["dependencies"], *project["optional-dependencies"]["dev"])}

    assert wanted - {_name(block) for block in REQUIREMENTS} == set()


def _name(requirement: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match is not None
    return re.sub(r"[-_.]+", "-", match[0]).lower()
