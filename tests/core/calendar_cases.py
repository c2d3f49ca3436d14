"""Run files of business-time cases: `python -m tests.core.calendar_cases FILE…`.

A file is a JSON array; a case has a `kind` (`add`, `sub`, `between`, `localise`), a `timezone`, its `hours`,
`holidays`, `exceptions` and `pauses`, and what is expected: null for never, also of a calendar that is refused. Each
disagreement is printed, then the counts; the exit code is 1 when any disagree.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from plugin.core.opening_hours.calendars import compile_calendars
from plugin.core.opening_hours.opening import ALL_DAY, Schedule
from plugin.core.working_hours import Calendar, Pause

Case = Mapping[str, Any]
Answer = datetime | timedelta | None
#: Budgets may be fractions of a minute, which have no exact number.
TOLERANCE_SECONDS = 0.001


class Refused(ValueError):
    """The case's calendar has mistakes."""


def calendar_of(case: Case) -> Calendar:
    """Compile a case's calendar; one that only localises needs no hours."""
    if "hours" not in case and "exceptions" not in case:
        return Calendar("case", Schedule(zone=ZoneInfo(case["timezone"]), week=(ALL_DAY,) * 7))
    document = {
        "time_zone": case["timezone"],
        "hours": case.get("hours", {}),
        "holidays": {"dates": list(case.get("holidays", ()))},
        "exceptions": case.get("exceptions", {}),
    }
    mistakes: list[str] = []
    compiled = compile_calendars({"case": document}, lambda where, told: mistakes.append(f"{where}: {told}"))
    if mistakes:
        raise Refused("; ".join(mistakes))
    return compiled["case"]


def answer(case: Case) -> Answer:
    """Return what the engine says."""
    return _KINDS[case["kind"]](calendar_of(case), case, _pauses(case))


def _add(calendar: Calendar, case: Case, pauses: Sequence[Pause]) -> Answer:
    return calendar.add(_instant(case["start"]), _length(case["minutes"]), pauses)


def _sub(calendar: Calendar, case: Case, pauses: Sequence[Pause]) -> Answer:
    return calendar.subtract(_instant(case["start"]), _length(case["minutes"]), pauses)


def _between(calendar: Calendar, case: Case, pauses: Sequence[Pause]) -> Answer:
    return calendar.between(_instant(case["start"]), _instant(case["end"]), pauses)


def _localise(calendar: Calendar, case: Case, _: Sequence[Pause]) -> Answer:
    return calendar.localise(case["local"])


_KINDS: Mapping[str, Callable[[Calendar, Case, Sequence[Pause]], Answer]] = {
    "add": _add,
    "sub": _sub,
    "between": _between,
    "localise": _localise,
}


def expected(case: Case) -> Answer:
    """Return what the case says."""
    if case["kind"] == "between":
        return _length(case["expected_minutes"])
    found = case["expected" if case["kind"] == "localise" else "expected_end"]
    return None if found is None else _instant(found)


def disagreement(case: Case) -> str:
    """Say how the engine disagrees; empty when it does not."""
    try:
        wanted = expected(case)
        got = answer(case)
    except Refused as refusal:
        return f"refused: {refusal}" if wanted is not None else ""
    except (ValueError, KeyError, TypeError) as problem:
        return f"{type(problem).__name__}: {problem}"
    return (
        "" if _same(got, wanted, case.get("tolerance_seconds", TOLERANCE_SECONDS)) else f"expected {wanted}, got {got}"
    )


def _same(got: Answer, wanted: Answer, tolerance: float) -> bool:
    if isinstance(got, datetime) and isinstance(wanted, datetime):
        return abs(got - wanted) <= timedelta(seconds=tolerance)
    if isinstance(got, timedelta) and isinstance(wanted, timedelta):
        return abs(got - wanted) <= timedelta(seconds=tolerance)
    return got is None and wanted is None


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f'"{text}" has no offset')
    return at


def _length(minutes: float) -> timedelta:
    return timedelta(minutes=minutes)


def _pauses(case: Case) -> list[Pause]:
    return [
        Pause(since=_instant(since), until=_instant(until) if until else None)
        for since, until in case.get("pauses", ())
    ]


def main(names: Sequence[str]) -> int:
    """Run the files; return 0 when all agree."""
    disagreed = 0
    for name in names:
        cases = json.loads(Path(name).read_text("utf-8"))
        found = [(case, told) for case in cases if (told := disagreement(case))]
        for case, told in found:
            print(f"{name}: {case.get('id', '?')}: {told}")
        print(f"{name}: {len(cases) - len(found)} of {len(cases)} agree, {len(found)} disagree")
        disagreed += len(found)
    return 1 if disagreed or not names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
