"""A policy beside what a helpdesk has: people, groups and fields by the ids of one connection.

Rule 1: of a list that the helpdesk would not tell nothing is said.
Rule 2: a bare id in a condition may be another connection's, where a policy has several: then it is a warning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from connectors.catalogue import Agent, Catalogue
from plugin.core.lint.findings import Code, Finding, Level, finding
from plugin.core.lint.near import hint
from plugin.core.lint.outlook import Outlook
from plugin.core.policy import Policy, Step, Wishes


@dataclass(frozen=True)
class Helpdesk:
    """What one connection has, and which of the policy's words are its own."""

    policy: Policy
    catalogue: Catalogue
    connection: str

    @cached_property
    def level(self) -> Level | None:
        """Return how bad a bare id is that is not there; None: as bad as it gets."""
        known = [one.ids for one in (*self.policy.groups.values(), *self.policy.fields.values())]
        known += [person.ids for person in self.policy.people.values()]
        return Level.WARNING if {name for ids in known for name in ids} - {self.connection} else None

    @cached_property
    def agents(self) -> Mapping[str, str] | None:
        """Return the agents' names by id."""
        agents = self.catalogue.agents
        return None if agents is None else {id_: agent.name for id_, agent in agents.items()}

    def there(self) -> str:
        """Return how the place is called in messages."""
        return f'on "{self.connection}"'


def entries(desk: Helpdesk) -> Iterator[Finding]:
    """Find people, groups and fields whose ids lead nowhere."""
    for key, person in desk.policy.people.items():
        if (id_ := person.ids.get(desk.connection)) and desk.catalogue.agents is not None:
            yield from _person(desk, f"people.{key}.ids.{desk.connection}", id_, person.name)
    for key, group in desk.policy.groups.items():
        id_, groups = group.ids.get(desk.connection), desk.catalogue.groups
        if id_ and groups is not None and id_ not in groups:
            message = f"no group {desk.there()} has the id {id_}{hint(id_, groups, group.name)}"
            yield finding(Code.GROUP_UNKNOWN, f"groups.{key}.ids.{desk.connection}", message)
    for key, known in desk.policy.fields.items():
        if id_ := known.ids.get(desk.connection):
            yield from field_there(desk, f"fields.{key}.ids.{desk.connection}", id_, known.name)


def _person(desk: Helpdesk, where: str, id_: str, name: str) -> Iterator[Finding]:
    agent = (desk.catalogue.agents or {}).get(id_)
    if agent is None:
        message = f"no agent {desk.there()} has the id {id_}{hint(id_, desk.agents or {}, name)}"
        yield finding(Code.AGENT_UNKNOWN, where, message)
    elif not agent.active:
        message = (
            f"{agent.name or name} ({id_}) can be assigned nothing {desk.there()}: suspended, gone, no or a light agent"
        )
        yield finding(Code.AGENT_INACTIVE, where, f"{message}; lift it there, or name somebody else")


def field_there(desk: Helpdesk, where: str, id_: str, name: str = "", level: Level | None = None) -> Iterator[Finding]:
    """Find a custom field that is not there, or switched off."""
    fields = desk.catalogue.fields
    if fields is None:
        return
    if id_ not in fields:
        names = {one.id: one.name for one in fields.values()}
        message = f"no field {desk.there()} has the id {id_}{hint(id_, names, name)}"
        yield finding(Code.FIELD_UNKNOWN, where, message, level=level)
    elif not fields[id_].active:
        message = f"the field {fields[id_].name} ({id_}) is switched off {desk.there()}"
        yield finding(Code.FIELD_UNKNOWN, where, message, level=level)


def together(outlook: Outlook, desk: Helpdesk) -> Iterator[Finding]:
    """Find people who are not in the group that they are assigned together with."""
    if desk.catalogue.agents is None:
        return
    places = [(f"matrix[{i}]", row.wishes, row.steps) for i, row in enumerate(desk.policy.matrix)]
    places += [
        (view.place, view.wishes, view.row.steps)
        for view in outlook.rules
        if view.rule.wishes.group or view.rule.wishes.assignee
    ]
    for place, wishes, steps in places:
        group = desk.policy.groups[wishes.group].ids.get(desk.connection) if wishes.group else None
        for key in _assigned(desk.policy, wishes, steps) if group else ():
            agent = desk.catalogue.agents.get(desk.policy.people[key].ids.get(desk.connection, ""))
            if agent and group and _outside(agent, group, desk):
                message = (
                    f"{agent.name or key} may be assigned here, but is not in the group {wishes.group} {desk.there()},"
                    " so the write is refused: add them to it there, or choose another group"
                )
                yield finding(Code.NOT_IN_GROUP, f"{place}.changes.group", message)


def _outside(agent: Agent, group: str, desk: Helpdesk) -> bool:
    """Return True if both are there, and one is not of the other; what is not there is told elsewhere."""
    return agent.active and group not in agent.groups and group in (desk.catalogue.groups or {group})


def _assigned(policy: Policy, wishes: Wishes, steps: Iterable[Step]) -> Iterable[str]:
    """Return who may be assigned, each once."""
    if wishes.assignee == "keep":
        return ()
    if wishes.assignee not in (None, "owner"):
        return (str(wishes.assignee),)
    people: dict[str, None] = {}
    for choice in (step.owner for step in steps):
        rota = policy.rotas.get(choice.rota or "")
        turns = [person for layer in rota.layers for person in layer.people] if rota else []
        people |= dict.fromkeys([choice.person] if choice.person else turns)
    return people
