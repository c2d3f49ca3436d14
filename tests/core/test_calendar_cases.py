"""Business time in cases: our own, and those shared between teams where they are at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.core.calendar_cases import disagreement, main

OWN = Path(__file__).parent / "data/calendar_cases.json"
SHARED = Path(__file__).parents[3] / "shared/data/calendar_cases.json"
OFFICE = {"timezone": "Europe/Berlin", "hours": {"tue": [["09:00", "17:00"]]}}
CASE = {
    **OFFICE,
    "id": "one",
    "kind": "add",
    "start": "2026-11-24T09:00+01:00",
    "minutes": 60,
    "expected_end": "2026-11-24T10:00+01:00",
}


def read(path: Path) -> list[Any]:
    return list(json.loads(path.read_text("utf-8"))) if path.exists() else []


@pytest.mark.parametrize("case", read(OWN), ids=lambda case: case["id"])
def test_our_own_case(case: dict[str, Any]) -> None:
    assert disagreement(case) == ""


@pytest.mark.skipif(not SHARED.exists(), reason="the shared cases are not at hand")
def test_the_shared_cases(capsys: pytest.CaptureFixture[str]) -> None:
    code = main([str(SHARED)])

    assert (code, capsys.readouterr().out.splitlines()[:-1]) == (0, [])


def test_every_kind_of_trap_has_a_case() -> None:
    zones = {case["timezone"] for case in read(OWN)}

    assert zones >= {"Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Cairo", "Europe/Moscow", "Asia/Tehran"}
    assert {case["kind"] for case in read(OWN)} == {"add", "sub", "between", "localise"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"expected_end": "2026-11-24T10:01+01:00"},
            "expected 2026-11-24 10:01:00+01:00, got 2026-11-24 09:00:00+00:00",
        ),
        ({"expected_end": "2026-11-24T10:01+01:00", "tolerance_seconds": 60}, ""),
        ({"expected_end": None}, "expected None, got 2026-11-24 09:00:00+00:00"),
        ({"expected_end": None, "pauses": [["2026-11-24T09:30+01:00", None]]}, ""),
        ({"expected_end": None, "hours": {}}, ""),
        ({"hours": {}}, "refused: calendars.case: is never open"),
        ({"start": "2026-11-24T09:00"}, 'ValueError: "2026-11-24T09:00" has no offset'),
        ({"kind": "divide"}, "KeyError: 'divide'"),
        ({"kind": "between", "end": "2026-11-24T09:59+01:00", "expected_minutes": 60}, "expected 1:00:00, got 0:59:00"),
    ],
)
def test_a_disagreement_is_told(change: dict[str, Any], told: str) -> None:
    assert disagreement({**CASE, **change}).startswith(told)
    assert bool(disagreement({**CASE, **change})) == bool(told)


def test_files_are_run_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps([CASE]), "utf-8")
    bad.write_text(json.dumps([CASE, {**CASE, "id": "two", "minutes": 61}]), "utf-8")

    assert main([str(good)]) == 0
    assert main([str(good), str(bad)]) == 1
    out = capsys.readouterr().out
    assert f"{good}: 1 of 1 agree, 0 disagree" in out
    assert f"{bad}: two: expected" in out
    assert f"{bad}: 1 of 2 agree, 1 disagree" in out
