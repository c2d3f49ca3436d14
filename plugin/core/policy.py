"""The compiled policy: rules, matrix, ladders, people.

Rule 1: a compiled policy has been checked whole; nothing in it can fail later but a missing id for a connection.
Rule 2: of rules that hold, the higher priority wins, then the worse severity, then the order in the file.
Rule 3: a case has one owner at every instant: where a step has nobody, the next one is asked, at last the admin.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import product
from zoneinfo import ZoneInfo

from connectors.model import Mode
from plugin.core.audience import Audience
from plugin.core.candidates import Index, index
from plugin.core.choosing import REQUESTER, Choice, Pick, Way, pick
from plugin.core.conditions import Condition, Facts
from plugin.core.conduct import Approval, Conduct
from plugin.core.duty.contacts import Person
from plugin.core.firing import ONCE, Refire
from plugin.core.known_issues import KnownIssue
from plugin.core.linked import Opening
from plugin.core.model import Severity
from plugin.core.names import Names
from plugin.core.recurrence import Entity
from plugin.core.remedies import Remedy
from plugin.core.rota import Rota
from plugin.core.staff import Staff, Turn
from plugin.core.texts.mentions import folded
from plugin.core.texts.texts import Texts
from plugin.core.working_hours import Calendar

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
    sla_policy: str | None = None  #: The one that the tag is to bring, by its name in the helpdesk.
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
            sla_policy=self.sla_policy if self.sla_tag else row.sla_policy,
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
    refire: Refire = ONCE
    max_per_hour: int | None = None  #: Beyond it the rule is held for a person.
    wishes: Wishes = field(default_factory=Wishes)
    description: str = ""
    approval: Approval | None = None  #: Who decides before a case it opens has an owner.
    asks: frozenset[str] = frozenset()  #: The facts its condition may ask for.
    moves: frozenset[str] = frozenset()  #: The fields of which it must know every move.
    despite_known_issues: bool = False  #: No known issue holds it back.
    remedy_first: timedelta | None = None  #: How long remedies come first; its own, or its row's.


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """One hand-off criterion: what a tier wants to know before it is asked."""

    name: str  #: In words, as `order id`.
    condition: Condition | None = None  #: None: an agent ticks it off by a tag.
    ask: str | None = None  #: A template: the question to send to the customer.

    def tag(self, prefix: str) -> str:
        """Return the tag by which an agent says that it is there."""
        return f"{prefix}_has_{self.key}"

    @property
    def key(self) -> str:
        """Return the name as a tag spells it; empty where it has no letter or digit that a tag can have."""
        return re.sub("[^a-z0-9]+", "_", folded(self.name)).strip("_")


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One rung of a ladder."""

    tier: str
    owner: Choice
    acknowledge_within: timedelta | None = None
    work_within: timedelta | None = None
    calendar: str | None = None
    needs: tuple[Need, ...] = ()  #: What must be there before the case comes to this step.
    grace: timedelta = timedelta()  #: How long the climb waits for it.
    repeat: int = 1  #: How often it is asked before the next one.
    approval: Approval | None = None  #: Who decides before it is asked.
    tell: tuple[str, ...] = ()  #: Destinations told from when a case comes to it.
    opens: Opening | None = None  #: A ticket of another connection.


@dataclass(frozen=True, kw_only=True, slots=True)
class MatrixRow:
    """Who owns an issue type at a severity, and by when what is due."""

    issue_type: str  #: `*` for any.
    severity: Severity | None  #: None for any.
    steps: tuple[Step, ...]  #: Of its ladder, or the one that an `owner` makes.
    ladder: str | None = None  #: The ladder's name.
    acknowledge: timedelta | None = None
    update_every: timedelta | None = None
    resolve: timedelta | None = None
    watchers: tuple[str, ...] = ()
    tell: tuple[str, ...] = ()  #: Destinations told of all its cases.
    wishes: Wishes = field(default_factory=Wishes)
    remedy_first: timedelta | None = None  #: Of its rules that say nothing themselves.

    def fits(self, issue_type: str, severity: Severity) -> bool:
        """Return True if the row speaks of this issue type and severity."""
        return self.issue_type in (ANY, issue_type) and self.severity in (None, severity)

    def target(self, name: str) -> timedelta | None:
        """Return one of the targets by its name in the policy."""
        return {"acknowledge": self.acknowledge, "update_every": self.update_every, "resolve": self.resolve}.get(name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """A group or field of the policy, with its id on each connection."""

    key: str
    name: str
    ids: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tidings:
    """What incidents are told of their problem; names of templates."""

    internal_note: str | None = None
    public_comment: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """What known issues and remedies ask for, wherever a rule may act."""

    asks: frozenset[str] = frozenset()
    moves: frozenset[str] = frozenset()  #: The fields of which they must know every move.


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One compiled policy file."""

    version: str  #: A hash of what the file says.
    name: str
    rules: tuple[Rule, ...]
    matrix: tuple[MatrixRow, ...]
    people: Mapping[str, Person]
    zone: ZoneInfo
    groups: Mapping[str, Known] = field(default_factory=dict)
    fields: Mapping[str, Known] = field(default_factory=dict)
    entities: tuple[Entity, ...] = ()
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    rotas: Mapping[str, Rota] = field(default_factory=dict)
    ladders: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    audiences: Mapping[str, Audience] = field(default_factory=dict)  #: By the name of the destination.
    texts: Texts = field(default_factory=Texts)
    admin: str | None = None
    conduct: Conduct = field(default_factory=Conduct)
    opt_out_tags: frozenset[str] = frozenset()
    watched: frozenset[str] = frozenset()  #: Custom fields by whose values some clock pauses, by the policy's words.
    windows: Mapping[str, timedelta] = field(default_factory=dict)  #: How far back each entity is counted.
    known_issues: tuple[KnownIssue, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    beside: Beside = field(default_factory=Beside)
    problem_escalated: Tidings | None = None
    problem_solved: Tidings | None = None
    told_per_minute: int = 30  #: Incidents of one problem.
    staff: Staff = field(default_factory=Staff)  #: As it is when something is decided.

    def row(self, issue_type: str, severity: Severity) -> MatrixRow:
        """Return the first row that fits; the compulsory catch-all makes sure there is one."""
        found = self.row_number(issue_type, severity)
        assert found is not None, "a compiled matrix ends in a row that takes all"
        return self.matrix[found]

    def row_number(self, issue_type: str, severity: Severity) -> int | None:
        """Return where the first row that fits stands; None: there is none yet."""
        heads = product((issue_type, ANY), (severity, None))
        return min((self._rows[head] for head in heads if head in self._rows), default=None)

    def rule(self, name: str) -> Rule | None:
        """Return the rule of that name, if the policy still has it."""
        return self._by_name.get(name)

    def candidates(self, facts: Facts) -> list[Rule]:
        """Return the rules that could hold: all others are plainly false on these facts."""
        return self._index.of(facts)

    def owner(self, row: MatrixRow, at: datetime) -> str:
        """Return the one owner of a case of this row: the first step's that has somebody, at last the admin."""
        there = (self.there(step.owner, at) for step in row.steps)
        return next((person for person in there if person), self.admin or next(iter(self.people)))

    def there(self, choice: Choice, at: datetime) -> str | None:
        """Return who is there for a step: whoever is asked, or stands in; None: nobody."""
        found = self.picked(choice, at)
        return found.person if found else None

    def picked(self, choice: Choice, at: datetime) -> Pick | None:
        """Return who is there for a step, and for whom."""
        return pick(choice, self.people, self.rotas, self.staff, at)

    def turn(self, choice: Choice, at: datetime) -> Turn | None:
        """Return the turn that a step takes; None: it takes none."""
        found = self.picked(choice, at) if choice.roster else None
        if choice.roster is None or found is None:
            return None
        key = choice.roster.key
        return Turn(roster=key, number=self.staff.next_number(key), person=found.asked)

    def staffed(self, staff: Staff) -> Policy:
        """Return the policy with its people as they are now."""
        return replace(self, staff=staff)

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """Return every choice of an owner, each once."""
        return tuple(dict.fromkeys(step.owner for row in self.matrix for step in row.steps))

    @cached_property
    def rosters(self) -> frozenset[str]:
        """Return the rosters whose turns count."""
        return frozenset(one.roster.key for one in self.choices if one.roster)

    @property
    def selects(self) -> bool:
        """Tell if some choice depends on the staff."""
        return any(one.roster or one.manager_of for one in self.choices)

    @property
    def hears(self) -> bool:
        """Tell if some choice depends on the requester's language."""
        return any(one.roster and one.roster.language == REQUESTER for one in self.choices)

    @property
    def weighs(self) -> bool:
        """Tell if some choice depends on how many cases people have."""
        return any(one.roster and one.roster.way is Way.LEAST_LOADED for one in self.choices)

    def name_of(self, key: str) -> str:
        """Return a person's name; of somebody another version of the policy knew, the key."""
        return self.people[key].name if key in self.people else key

    def names(self, connection: str) -> Names:
        """Return the policy's words for what a connection has ids for."""
        if connection not in self._names:
            self._names[connection] = Names(
                groups={one.ids[connection]: key for key, one in self.groups.items() if connection in one.ids},
                people={one.ids[connection]: key for key, one in self.people.items() if connection in one.ids},
                fields={key: one.ids[connection] for key, one in self.fields.items() if connection in one.ids},
                zone=self.zone,
            )
        return self._names[connection]

    @cached_property
    def asks_about_case(self) -> bool:
        """Tell if some rule asks what a ticket's case tells."""
        return any(name.startswith("case.") for rule in self.rules for name in rule.asks)

    def longest_window(self, entity: str) -> timedelta:
        """Return how far back any rule counts tickets that share the entity."""
        return self.windows.get(entity, timedelta())

    def watched_fields(self, connection: str) -> frozenset[str]:
        """Return the attributes whose moves matter to some clock's pauses."""
        names = self.names(connection)
        return frozenset(names.attribute(name) for name in self.watched)

    @cached_property
    def _rows(self) -> Mapping[tuple[str, Severity | None], int]:
        """Return by what rows speak of where the first such row stands."""
        return {(row.issue_type, row.severity): i for i, row in reversed(list(enumerate(self.matrix)))}

    @cached_property
    def _names(self) -> dict[str, Names]:
        return {}

    @cached_property
    def _by_name(self) -> Mapping[str, Rule]:
        return {rule.name: rule for rule in self.rules}

    @cached_property
    def _index(self) -> Index[Rule]:
        return index(self.rules)
