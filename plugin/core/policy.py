"""The compiled policy: rules, matrix, people.

Rule 1: a compiled policy has been checked whole; nothing in it can fail later but a missing id for a connection.
Rule 2: of rules that hold, the higher priority wins, then the worse severity, then the order in the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from connectors.model import Mode
from plugin.core.conditions import Condition
from plugin.core.model import Severity

ANY = "*"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes:
    """What a rule or a matrix row wants changed; names are the policy's own."""

    tags: tuple[str, ...] = ()
    priority: str | None = None
    assignee: str | None = None  #: `owner`, `keep` or a person.
    group: str | None = None
    followers: tuple[str, ...] = ()
    custom_fields: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)
    sla_tag: str | None = None
    internal_note: str | None = None  #: A template.
    public_comment: str | None = None  #: A template; the only way anything becomes public.

    def over(self, row: Wishes) -> Wishes:
        """Return both: lists joined, single values ours before the row's."""
        return Wishes(
            tags=tuple(dict.fromkeys((*row.tags, *self.tags))),
            priority=self.priority or row.priority,
            assignee=self.assignee or row.assignee,
            group=self.group or row.group,
            followers=tuple(dict.fromkeys((*row.followers, *self.followers))),
            custom_fields={**row.custom_fields, **self.custom_fields},
            sla_tag=self.sla_tag or row.sla_tag,
            internal_note=self.internal_note or row.internal_note,
            public_comment=self.public_comment or row.public_comment,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """When to escalate, and as what."""

    name: str
    condition: Condition
    issue_type: str
    severity: Severity
    mode: Mode = Mode.ENFORCE
    priority: int = 0
    wishes: Wishes = field(default_factory=Wishes)


@dataclass(frozen=True, kw_only=True, slots=True)
class MatrixRow:
    """Who owns an issue type at a severity, and by when what is due."""

    issue_type: str  #: `*` for any.
    severity: Severity | None  #: None for any.
    owner: str
    acknowledge: timedelta | None = None
    update_every: timedelta | None = None
    resolve: timedelta | None = None
    wishes: Wishes = field(default_factory=Wishes)

    def fits(self, issue_type: str, severity: Severity) -> bool:
        """Return True if the row speaks of this issue type and severity."""
        return self.issue_type in (ANY, issue_type) and self.severity in (None, severity)


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """A person or group of the policy, with its id on each connection."""

    key: str
    name: str
    ids: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """One compiled policy file."""

    version: str  #: A hash of what the file says.
    name: str
    rules: tuple[Rule, ...]
    matrix: tuple[MatrixRow, ...]
    people: Mapping[str, Known]
    groups: Mapping[str, Known]
    templates: Mapping[str, str]
    zone: ZoneInfo

    def row(self, issue_type: str, severity: Severity) -> MatrixRow:
        """Return the first row that fits; the compulsory catch-all makes sure there is one."""
        return next(row for row in self.matrix if row.fits(issue_type, severity))

    def rule(self, name: str) -> Rule | None:
        """Return the rule of that name, if the policy still has it."""
        return next((rule for rule in self.rules if rule.name == name), None)
