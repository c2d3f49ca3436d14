"""`make` without a target tells what there is."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest

from tests.house.repository import ROOT

MAKEFILE = (ROOT / "Makefile").read_text("utf-8")


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here")
def test_make_lists_every_target_with_a_line() -> None:
    phony = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)
    assert phony is not None

    told = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, check=True, capture_output=True, text=True).stdout

    listed = {match[1] for match in re.finditer(r"^\s+make (\w+)\s+\S+", told, re.MULTILINE)}
    assert listed == set(phony[1].split())


def test_lint_checks_the_contracts() -> None:
    assert "lint-imports" in MAKEFILE


def test_ci_is_one_executable_that_lints_and_tests() -> None:
    script = ROOT / ".ci/run"

    assert os.access(script, os.X_OK)
    assert {"make lint", "make test"} <= set(script.read_text("utf-8").splitlines())
