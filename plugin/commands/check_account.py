"""What `escalation check` found, for people and for programs: the same findings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import groupby
from typing import Any

import click

from connectors.catalogue import Catalogue
from plugin.core.lint import Finding, Level
from plugin.core.policy import Policy

_COLOURS = {Level.ERROR: "red", Level.WARNING: "yellow"}
#: Parts of a catalogue as people call them.
_PARTS = {"sla_policies": "SLA policies", "statuses": "custom statuses"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A connection that was asked what it has."""

    name: str
    catalogue: Catalogue | None = None  #: None: it could not be asked.
    problem: str | None = None  #: Why not.

    @property
    def untold(self) -> tuple[str, ...]:
        """Return the parts it would not tell of."""
        names = [field.name for field in fields(Catalogue)]
        return tuple(name for name in names if self.catalogue and getattr(self.catalogue, name) is None)


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that one look found."""

    path: str
    policy: Policy | None  #: None: the file could not be read as a policy.
    findings: Sequence[Finding]
    asked: Asked | None = None

    def of(self, level: Level) -> list[Finding]:
        """Return the findings of a level."""
        return [one for one in self.findings if one.level is level]

    def exit_code(self, *, strict: bool) -> int:
        """Return 1 for what must be changed, 2 where only the connection could not be asked, else 0."""
        if self.of(Level.ERROR) or (strict and self.findings):
            return 1
        return 2 if self.asked and self.asked.problem else 0


def as_json(report: Report) -> dict[str, Any]:
    """Return the report for programs."""
    told: dict[str, Any] = {
        "policy": report.path,
        "version": report.policy.version if report.policy else None,
        "ok": not report.of(Level.ERROR),
        "errors": [_finding(one) for one in report.of(Level.ERROR)],
        "warnings": [_finding(one) for one in report.of(Level.WARNING)],
    }
    if report.asked is None:
        return told
    asked = report.asked
    return {**told, "connection": {"name": asked.name, "problem": asked.problem, "not_known": list(asked.untold)}}


def _finding(one: Finding) -> Mapping[str, str]:
    return {"where": one.where, "message": one.message, "code": one.code.value}


def as_text(report: Report, *, strict: bool) -> str:
    """Return the report for people, by the sections of the file."""
    return "\n".join([*_groups(report), *_connection(report), _end(report, strict=strict)])


def _groups(report: Report) -> Iterator[str]:
    ordered = sorted(report.findings, key=_order)
    for section, found in groupby(ordered, _section):
        yield click.style(section.replace("_", " ").capitalize() or "File", bold=True)
        for one in found:
            level = click.style(f"{one.level.value:7}", fg=_COLOURS[one.level])
            place = f"{one.where}: " if one.where else ""
            yield f"  {level}  {place}{one.message}  {click.style(f'[{one.code.value}]', dim=True)}"
        yield ""


def _order(one: Finding) -> tuple[object, ...]:
    """Return where a finding stands: by section, errors first, then as the file goes on."""
    section = _section(one)
    place = [int(part) if part.isdigit() else 0 for part in re.split(r"\D+", one.where)]
    return _SECTIONS.get(section, len(_SECTIONS)), section, one.level is Level.WARNING, place


def _section(one: Finding) -> str:
    return one.where.partition(".")[0].partition("[")[0].split(" ")[0]


#: In the order in which one reads them.
_SECTIONS = {
    name: place
    for place, name in enumerate(("", "rules", "matrix", "ladders", "people", "rotas", "groups", "fields", "templates"))
}


def _connection(report: Report) -> Iterator[str]:
    asked = report.asked
    if asked is None:
        return
    if asked.problem:
        yield f"{click.style('Not asked', fg='red')}: connection {asked.name}: {asked.problem}"
    elif asked.untold:
        parts = ", ".join(_PARTS.get(name, name) for name in asked.untold)
        yield f'"{asked.name}" does not tell its {parts}; nothing was compared with them.'
    yield ""


def _end(report: Report, *, strict: bool) -> str:
    numbers = " and ".join(filter(None, (_number(len(report.of(level)), level.value) for level in Level)))
    bad = report.exit_code(strict=strict) == 1
    state = f"{report.path} is {'not ' if bad else ''}in order"
    policy = report.policy
    told = f": {_contents(policy)}; version {policy.version}" if policy else ""
    meaning = " What a [code] means: docs/reference/checks.md." if report.findings else ""
    return f"{state}{f', with {numbers}' if numbers else ''}{told}.{meaning}"


def _contents(policy: Policy) -> str:
    people = _number(len(policy.people), "person").replace("persons", "people")
    return ", ".join((_number(len(policy.rules), "rule"), _number(len(policy.matrix), "matrix row"), people))


def _number(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}" if count else ""
