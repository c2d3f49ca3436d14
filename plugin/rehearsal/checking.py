"""What was expected of a step against what was seen.

Rule 1: what is expected of nothing is not looked at.
Rule 2: a difference says what was wanted, what was seen, and why: the trace of the rules concerned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any as Json

from plugin.core.model import Because
from plugin.core.texts.texts import Texts
from plugin.rehearsal.language import language_of
from plugin.rehearsal.observing import Seen

NONE = "none"
_SETS = ("acted", "outranked", "shadow", "held")


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One thing that is not as expected."""

    what: str  #: As `acted` or `changes.priority`.
    wanted: Json
    seen: Json
    why: tuple[str, ...] = ()


def differences(expect: Mapping[str, Json], seen: Seen, texts: Texts) -> tuple[Difference, ...]:
    """Return everything that is not as expected."""
    return tuple(_explained(one, seen) for one in _all(expect, seen.facts, texts))


def _all(expect: Mapping[str, Json], facts: Mapping[str, Json], texts: Texts) -> Iterator[Difference]:
    for key, wanted in expect.items():
        match key:
            case "did_not_act":
                yield from _differ(key, wanted, [name for name in wanted if name in facts["acted"]], _nothing)
            case "reason":
                yield from _differ(key, wanted, facts["reasons"], lambda one, all_of_them: one in all_of_them)
            case "changes":
                yield from _changes(wanted, facts["changes"], texts)
            case "ticket":
                yield from _ticket(wanted, facts["ticket"])
            case _:
                yield from _differ(key, wanted, facts[key], _same_names if key in _SETS else _equal)


def _differ(what: str, wanted: Json, seen: Json, fits: Callable[[Json, Json], bool]) -> Iterator[Difference]:
    if not fits(wanted, seen):
        yield Difference(what=what, wanted=wanted, seen=seen)


def _equal(wanted: Json, seen: Json) -> bool:
    return bool(wanted == seen)


def _same_names(wanted: Json, seen: Json) -> bool:
    return set(wanted) == set(seen)


def _nothing(_: Json, seen: Json) -> bool:
    return not seen


def _changes(wanted: Json, seen: Mapping[str, Json], texts: Texts) -> Iterator[Difference]:
    if wanted == NONE:
        written = {key: value for key, value in seen.items() if value}
        yield from _differ("changes", NONE, written, _nothing)
        return
    for key, value in wanted.items():
        what = f"changes.{key}"
        if key in ("internal_note", "public_comment"):
            yield from _text(what, value, seen[key], texts)
        else:
            yield from _differ(what, value, seen[key], _same_names if key in ("tags", "followers") else _equal)


def _text(what: str, wanted: Json, seen: list[str], texts: Texts) -> Iterator[Difference]:
    if wanted == NONE:
        yield from _differ(what, NONE, seen, _nothing)
    elif not any(_reads(wanted, text, texts) for text in seen):
        language = {"languages": [language_of(texts, text) for text in seen]} if "language" in wanted else {}
        yield Difference(what=what, wanted=wanted, seen={"texts": seen, **language} if seen else NONE)


def _reads(wanted: Mapping[str, Json], text: str, texts: Texts) -> bool:
    has = all(piece in text for piece in wanted.get("contains", ()))
    lacks = not any(piece in text for piece in wanted.get("lacks", ()))
    return has and lacks and ("language" not in wanted or language_of(texts, text) == wanted["language"])


def _ticket(wanted: Mapping[str, Json], seen: Mapping[str, Json]) -> Iterator[Difference]:
    if not seen:
        yield Difference(what="ticket", wanted=dict(wanted), seen="gone")
        return
    for key, value in wanted.items():
        what = f"ticket.{key}"
        if key == "tags":
            yield from _differ(what, value, seen["tags"], lambda some, every: set(some) <= set(every))
        elif key == "without_tags":
            yield from _differ(what, value, seen["tags"], lambda some, every: not set(some) & set(every))
        elif key == "fields":
            told = {name: seen["fields"].get(name) for name in value}
            yield from _differ(what, value, told, _equal)
        else:
            yield from _differ(what, value, seen[key], _same_names if key == "followers" else _equal)


def _explained(difference: Difference, seen: Seen) -> Difference:
    """Add why: of a rule's difference that rule's trace, else what was decided."""
    if difference.what in (*_SETS, "did_not_act"):
        concerned = set(difference.wanted) ^ set(difference.seen) or set(difference.seen)
        why = [line for name in sorted(concerned) for line in rule_trace(name, seen)]
    else:
        why = [f"decided: {', '.join(seen.facts['reasons']) or 'nothing'}"]
        why += [line for name in seen.acted() for line in rule_trace(name, seen)]
    return Difference(what=difference.what, wanted=difference.wanted, seen=difference.seen, why=tuple(why))


def rule_trace(name: str, seen: Seen) -> list[str]:
    """Say why a rule acted in the step, or what it says now."""
    logged = next((line for line in seen.lines if line.evidence.get("rule") == name), None)
    if logged is not None:
        because = logged.evidence.get("because") or ()
        assert isinstance(because, list | tuple)
        return [f"{name}: {logged.reason.value}", *(f"  {_line(**one)}" for one in because)]
    judged = seen.judged.get(name)
    if judged is None:
        return [f"{name} was not asked"]
    holds = {True: "holds", False: "does not hold", None: "cannot be told"}[judged.verdict.holds]
    waits = f", but {judged.suppressed.value}" if judged.suppressed else ""
    return [f"{name} {holds}{waits}", *_lines(judged.verdict.because)]


def _lines(because: Iterable[Because]) -> list[str]:
    return [f"  {_line(one.field, one.operator, one.wanted, one.seen, holds=one.holds)}" for one in because]


def _line(
    field: str, operator: str, wanted: object, seen: object, holds: bool | None = None, calendar: str | None = None
) -> str:
    mark = {True: "+", False: "-", None: "?"}[holds]
    value = "" if wanted is None else f" {_short(wanted)}"
    return f"{mark} {field} {operator}{value}; seen: {_short(seen)}" + (f" in {calendar} hours" if calendar else "")


def _short(value: object) -> str:
    if value is None or value in ([], ()):
        return "nothing"
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return text if len(text) <= 120 else f"{text[:119]}…"
