"""What became of the cases, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any as Json
from zoneinfo import ZoneInfo

from plugin.rehearsal.checking import Difference
from plugin.rehearsal.coverage import Coverage, covered
from plugin.rehearsal.rehearsing import Failure, Rehearsed, Result


def line(result: Result) -> str:
    """Return one case's line."""
    return f"{'FAIL' if result.failures else 'ok  '}  {result.file}: {result.name}"


def text(rehearsed: Rehearsed) -> str:
    """Return what failed, which rules were not put to the test, and the summary."""
    failed = [block for result in rehearsed.results if result.failures for block in ("", *_failed(result))]
    lacking = list(_lacking(rehearsed))
    return "\n".join([*failed, *(["", *lacking] if lacking else []), "", summary(rehearsed)]).lstrip("\n")


def summary(rehearsed: Rehearsed) -> str:
    """Return the last line."""
    cases, failed = len(rehearsed.results), rehearsed.failed
    rules, every = covered(rehearsed.coverages.values())
    plural = "" if cases == 1 else "s"
    return f"{cases} case{plural}, {cases - failed} passed, {failed} failed; {rules} of {every} rules covered"


def _failed(result: Result) -> Iterator[str]:
    yield f"{result.file}: {result.name}"
    for failure in result.failures:
        step = failure.step
        told = f": {step.told}" if step.told else ""
        yield f"  step {step.number}, {_instant(step.at, result.zone)}{told}"
        if failure.stopped:
            yield f"    could not be done: {failure.stopped}"
        before: tuple[str, ...] = ()
        for difference in failure.differences:
            yield from _different(difference, result.zone, before)
            before = difference.why


def _different(difference: Difference, zone: ZoneInfo, before: tuple[str, ...]) -> Iterator[str]:
    yield f"    {difference.what}"
    yield f"      wanted: {_said(difference.wanted, zone)}"
    yield f"      seen:   {_said(difference.seen, zone)}"
    told = ("as before",) if difference.why == before else difference.why
    for i, why in enumerate(told):
        yield f"      {'why:   ' if i == 0 else '       '} {why}"


def _said(value: Json, zone: ZoneInfo) -> str:
    if isinstance(value, datetime):
        return _instant(value, zone)
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or "none"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return "none" if value is None else str(value)


def _instant(at: datetime, zone: ZoneInfo) -> str:
    """Write an instant on the policy's clocks; parts of a second only where there are some."""
    local = at.astimezone(zone)
    parts = f".{local.microsecond // 1000:03}" if local.microsecond else ""
    return f"{local:%a %Y-%m-%d %H:%M:%S}{parts}"


def _lacking(rehearsed: Rehearsed) -> Iterator[str]:
    for path, coverage in rehearsed.coverages.items():
        names = [*coverage.not_acted(), *(name for name in coverage.never_false() if name in coverage.acted)]
        if names:
            yield f"{_near(path)}:"
            yield from (f"  {name}: {coverage.told(name)}" for name in names)


def _near(path: Path) -> Path:
    """Return a path as seen from here, where it lies below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def as_json(rehearsed: Rehearsed) -> dict[str, Json]:
    """Return the same for programs."""
    rules, every = covered(rehearsed.coverages.values())
    return {
        "cases": [
            {
                "file": str(result.file),
                "name": result.name,
                "passed": not result.failures,
                "failures": [_failure(failure) for failure in result.failures],
            }
            for result in rehearsed.results
        ],
        "rules": [
            {"policy": str(_near(path)), "rule": name, **_coverage(coverage, name)}
            for path, coverage in rehearsed.coverages.items()
            for name in coverage.rules
        ],
        "summary": {
            "cases": len(rehearsed.results),
            "passed": len(rehearsed.results) - rehearsed.failed,
            "failed": rehearsed.failed,
            "rules": every,
            "covered": rules,
        },
    }


def _coverage(coverage: Coverage, name: str) -> dict[str, bool]:
    return {"acted": name in coverage.acted, "seen_false": name in coverage.false}


def _failure(failure: Failure) -> dict[str, Json]:
    found: dict[str, Json] = {"step": failure.step.number, "at": failure.step.at.isoformat()}
    if failure.stopped:
        return found | {"stopped": failure.stopped}
    return found | {
        "differences": [
            {"what": one.what, "wanted": _plain(one.wanted), "seen": _plain(one.seen), "why": list(one.why)}
            for one in failure.differences
        ]
    }


def _plain(value: Json) -> Json:
    return value.isoformat() if isinstance(value, datetime) else value
