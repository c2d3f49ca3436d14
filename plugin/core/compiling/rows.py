"""Rules, matrix rows and ladders of a policy document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any as Json

from connectors.model import Mode
from plugin.core.compiling.audiences import compile_tell
from plugin.core.compiling.checker import Checker
from plugin.core.compiling.conducting import maybe_approval
from plugin.core.compiling.openings import compile_opening
from plugin.core.compiling.owners import check_first, compile_owner
from plugin.core.compiling.reading import Reader
from plugin.core.conditions import Condition, Test, leaves
from plugin.core.durations import duration
from plugin.core.facts import MOVES_OF
from plugin.core.firing import ONCE, Refire, Repeat
from plugin.core.model import Severity
from plugin.core.policy import ANY, MatrixRow, Need, Policy, Rule, Step, Wishes
from plugin.core.recurrence import OTHERS, OWN

_TARGETS = ("acknowledge", "update_every", "resolve")


def compile_rule(checker: Checker, where: str, item: Mapping[str, Json], policy: Policy) -> Rule:
    """Return one rule; its mistakes are noted."""
    severity = Severity(item["escalate"]["severity"])
    number = policy.row_number(item["escalate"]["issue_type"], severity)
    row = None if number is None else policy.matrix[number]
    condition = Reader(checker, policy, row).condition(f"{where}.when", item["when"])
    return Rule(
        name=item["name"],
        condition=condition,
        issue_type=item["escalate"]["issue_type"],
        severity=severity,
        mode=Mode(item.get("mode", "enforce")),
        priority=item.get("priority", 0),
        refire=_refire(checker, where, item),
        max_per_hour=item.get("max_per_hour"),
        approval=maybe_approval(checker, f"{where}.approval", item.get("approval")),
        wishes=_wishes(checker, f"{where}.changes", item.get("changes", {})),
        description=item.get("description", ""),
        asks=asks_of(condition, policy),
        moves=moves_of(condition),
        despite_known_issues=item.get("despite_known_issues", False),
        remedy_first=checker.length(f"{where}.remedy_first", item.get("remedy_first"))
        or (row.remedy_first if row else None),
    )


def asks_of(condition: Condition, policy: Policy) -> frozenset[str]:
    """Return the facts a condition may ask for, and where what it counts is read from."""
    asked = condition.fields()
    counted = [entity for entity in policy.entities if {OTHERS + entity.name, OWN + entity.name} & asked]
    return asked.union(*(entity.sources for entity in counted))


def moves_of(condition: Condition) -> frozenset[str]:
    """Return the fields of which a condition must know every move: for what it asks, and for its clocks' pauses."""
    asked = {MOVES_OF[name] for name in condition.fields() if name in MOVES_OF}
    return frozenset(asked).union(*(t.timing.pause_when for t in leaves(condition) if isinstance(t, Test)))


def _refire(checker: Checker, where: str, item: Mapping[str, Json]) -> Refire:
    told, cool_down = item.get("refire", "once"), checker.length(f"{where}.cool_down", item.get("cool_down"))
    if isinstance(told, Mapping):
        every = checker.length(f"{where}.refire.every", told["every"])
        return Refire(repeat=Repeat.EVERY, every=every, at_most=told["at_most"], cool_down=cool_down)
    if told == "once" and cool_down:
        checker.says(f"{where}.cool_down", 'a rule that acts once never cools down; set "refire" or leave this out')
    return ONCE if told == "once" else Refire(repeat=Repeat(told), cool_down=cool_down)


def compile_steps(checker: Checker, where: str, item: Mapping[str, Json]) -> tuple[Step, ...]:
    """Return the steps of a ladder."""
    steps = tuple(_step(checker, f"{where}.steps[{i}]", step) for i, step in enumerate(item["steps"]))
    check_first(checker, f"{where}.steps[0].owner", steps[0].owner)
    return steps


def with_needs(checker: Checker, policy: Policy) -> Policy:
    """Return the policy with the hand-off criteria of its steps, which are read once all else is."""
    ladders = {
        key: tuple(
            _with_needs(checker, f"ladders.{key}.steps[{i}]", step, checker.section("ladders")[key]["steps"][i], policy)
            for i, step in enumerate(steps)
        )
        for key, steps in policy.ladders.items()
    }
    matrix = tuple(
        replace(row, steps=ladders.get(row.ladder, row.steps) if row.ladder else row.steps) for row in policy.matrix
    )
    _check_need_tags(checker, ladders, policy.conduct.commands.prefix)
    return replace(policy, ladders=ladders, matrix=matrix)


def needs_of(ladders: Mapping[str, tuple[Step, ...]]) -> Iterator[tuple[str, Need]]:
    """Yield every hand-off criterion with its place."""
    for key, steps in ladders.items():
        for i, step in enumerate(steps):
            yield from ((f"ladders.{key}.steps[{i}].needs[{j}]", need) for j, need in enumerate(step.needs))


def _check_need_tags(checker: Checker, ladders: Mapping[str, tuple[Step, ...]], prefix: str) -> None:
    """Say where a tag cannot tell a need from another; several steps may have one of the same name."""
    first: dict[str, tuple[str, Need]] = {}
    for where, need in needs_of(ladders):
        there, other = first.setdefault(need.key, (where, need))
        same_step = there.rpartition("[")[0] == where.rpartition("[")[0]
        if not need.key:
            checker.says(f"{where}.name", f'"{need.name}" has no letter from a to z and no digit for its tag')
        elif there != where and (same_step or other.name != need.name):
            said = f"the tag {need.tag(prefix)} says it for two needs, this one and {there}; name one otherwise"
            checker.says(f"{where}.name", said)


def _with_needs(checker: Checker, where: str, step: Step, item: Mapping[str, Json], policy: Policy) -> Step:
    reader = Reader(checker, policy, None)
    needs = []
    for i, told in enumerate(item.get("needs", [])):
        place = f"{where}.needs[{i}]"
        checker.known(f"{place}.ask", told.get("ask"), checker.section("templates"), "template")
        condition = reader.condition(f"{place}.when", told["when"]) if "when" in told else None
        needs.append(Need(name=told["name"], condition=condition, ask=told.get("ask")))
    if "wait_for_needs" in item and not needs:
        checker.says(f"{where}.wait_for_needs", 'nothing to wait for; give the step "needs", or leave this out')
    grace = checker.length(f"{where}.wait_for_needs", item.get("wait_for_needs"))
    return replace(step, needs=tuple(needs), grace=grace or timedelta())


def _step(checker: Checker, where: str, item: Mapping[str, Json]) -> Step:
    checker.known(f"{where}.calendar", item.get("calendar"), checker.section("calendars"), "calendar")
    return Step(
        tier=item["tier"],
        owner=compile_owner(checker, f"{where}.owner", item["owner"]),
        acknowledge_within=checker.length(f"{where}.acknowledge_within", item.get("acknowledge_within")),
        work_within=checker.length(f"{where}.work_within", item.get("work_within")),
        calendar=item.get("calendar"),
        repeat=item.get("repeat", 1),
        approval=maybe_approval(checker, f"{where}.approval", item.get("approval")),
        tell=compile_tell(checker, where, item),
        opens=compile_opening(checker, f"{where}.open_ticket", item["open_ticket"]) if "open_ticket" in item else None,
    )


def compile_row(
    checker: Checker, where: str, item: Mapping[str, Json], ladders: Mapping[str, tuple[Step, ...]]
) -> MatrixRow:
    """Return one row of the matrix; its mistakes are noted."""
    told = item.get("targets", {})
    lengths = {name: checker.length(f"{where}.targets.{name}", told.get(name)) for name in _TARGETS}
    checker.known(f"{where}.ladder", item.get("ladder"), ladders, "ladder")
    for i, person in enumerate(item.get("watchers", [])):
        checker.known(f"{where}.watchers[{i}]", person, checker.section("people"), "person")
    return MatrixRow(
        issue_type=item["issue_type"],
        severity=None if item["severity"] == ANY else Severity(item["severity"]),
        steps=_steps_of(checker, where, item, ladders),
        ladder=item.get("ladder"),
        watchers=tuple(item.get("watchers", ())),
        tell=compile_tell(checker, where, item),
        wishes=_wishes(checker, f"{where}.changes", item.get("changes", {})),
        remedy_first=checker.length(f"{where}.remedy_first", item.get("remedy_first")),
        **lengths,
    )


def _steps_of(
    checker: Checker, where: str, item: Mapping[str, Json], ladders: Mapping[str, tuple[Step, ...]]
) -> tuple[Step, ...]:
    if "ladder" in item:
        return ladders.get(item["ladder"], ())
    targets = item.get("targets", {})
    told = {name: _length(targets.get(name)) for name in ("acknowledge", "resolve")}  # mistakes are told by the row
    owner = compile_owner(checker, f"{where}.owner", item["owner"])
    check_first(checker, f"{where}.owner", owner)
    return (Step(tier="frontline", owner=owner, acknowledge_within=told["acknowledge"], work_within=told["resolve"]),)


def _length(text: str | None) -> timedelta | None:
    try:
        return None if text is None else duration(text)
    except ValueError:
        return None


def _wishes(checker: Checker, where: str, item: Mapping[str, Json]) -> Wishes:
    people, groups, texts = (checker.section(name) for name in ("people", "groups", "templates"))
    checker.known(f"{where}.assignee", item.get("assignee"), {**people, "owner": 0, "keep": 0}, "person")
    checker.known(f"{where}.group", item.get("group"), groups, "group")
    for i, person in enumerate(item.get("followers", [])):
        checker.known(f"{where}.followers[{i}]", person, people, "person")
    for name in ("internal_note", "public_comment"):
        checker.known(f"{where}.{name}", item.get(name), texts, "template")
    return Wishes(
        tags=tuple(item.get("tags", ())),
        followers=tuple(item.get("followers", ())),
        **{k: v for k, v in item.items() if k not in ("tags", "followers")},
    )
