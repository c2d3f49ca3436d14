"""The words of a test file and what they stand for: people, groups, fields, instants.

Rule 1: a test speaks as the policy does; what the policy has no word for must be declared in the file, or be an id.
Rule 2: on the connection that is rehearsed everybody has an id: where the policy gives none, it is the word itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from connectors.model import Party
from plugin.core.durations import duration
from plugin.core.names import is_id
from plugin.core.opening_hours.wall_clock import day_or_moment
from plugin.core.policy import Policy
from plugin.core.problems import unknown_word
from plugin.rehearsal.helpdesk import Actor

#: Takes a place and what is wrong there.
Says = Callable[[str, str], None]
#: Who may do something without being anybody in particular.
NOBODY_IN_PARTICULAR = ("agent", "customer", "automation")
#: Taken where an instant could not be read; the mistake is noted.
_SOME_INSTANT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def busiest_connection(policy: Policy) -> str:
    """Return the connection that the policy has most ids for."""
    people = [person.ids for person in policy.people.values()]
    ids = [*people, *(known.ids for known in (*policy.groups.values(), *policy.fields.values()))]
    found = Counter(connection for one in ids for connection in one)
    return found.most_common(1)[0][0] if found else "helpdesk"


def with_ids(policy: Policy, connection: str) -> Policy:
    """Return the policy with an id for everybody and everything on the connection."""
    return replace(
        policy,
        people={k: replace(p, ids={connection: k, **p.ids}) for k, p in policy.people.items()},
        groups={k: replace(g, ids={connection: k, **g.ids}) for k, g in policy.groups.items()},
        fields={k: replace(f, ids={connection: k, **f.ids}) for k, f in policy.fields.items()},
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """Reads the words of one file; mistakes are noted."""

    policy: Policy
    connection: str
    agents: Collection[str]  #: Beside the policy's people.
    groups: Collection[str]  #: Beside the policy's groups.
    says: Says

    def person(self, where: str, word: str | None) -> str | None:
        """Return an agent's id."""
        if word is not None and word in self.policy.people:
            return self.policy.people[word].ids[self.connection]
        return self._declared(where, word, self.agents, self.policy.people, "person")

    def group(self, where: str, word: str | None) -> str | None:
        """Return a group's id."""
        if word is not None and word in self.policy.groups:
            return self.policy.groups[word].ids[self.connection]
        return self._declared(where, word, self.groups, self.policy.groups, "group")

    def field(self, where: str, word: str) -> str:
        """Return a custom field's id."""
        if word in self.policy.fields:
            return self.policy.fields[word].ids[self.connection]
        return self._declared(where, word, (), self.policy.fields, "field") or word

    def fields(self, where: str, told: Mapping[str, object]) -> dict[str, object]:
        """Return values by the fields' ids."""
        return {self.field(f"{where}.{word}", word): value for word, value in told.items()}

    def rules(self, where: str, names: Collection[str]) -> None:
        """Note a rule that the policy does not have."""
        known = [rule.name for rule in self.policy.rules]
        for i, name in enumerate(names):
            if name not in known:
                self.says(f"{where}[{i}]", unknown_word(name, known, what="rule"))

    def actor(self, where: str, word: str, customer: str) -> Actor:
        """Return who does something; `customer` is the id of the ticket's requester."""
        if word == "customer":
            return Actor(id=customer, party=Party.CUSTOMER)
        if word == "automation":
            return Actor(id="automation", party=Party.AUTOMATION)
        known = None if word == "agent" else self._agent(where, word)
        return Actor(id=known or "agent", party=Party.AGENT)

    def _agent(self, where: str, word: str) -> str | None:
        if word in self.policy.people:
            return self.policy.people[word].ids[self.connection]
        return self._declared(where, word, self.agents, [*self.policy.people, *NOBODY_IN_PARTICULAR], "person")

    def _declared(
        self, where: str, word: str | None, declared: Collection[str], known: Collection[str], what: str
    ) -> str | None:
        if word is not None and word not in declared and not is_id(word):
            self.says(where, unknown_word(word, [*known, *declared], what=what))
        return word

    def instant(self, where: str, text: str) -> datetime:
        """Return an instant, on the policy's clocks unless it has an offset."""
        try:
            return day_or_moment(text, self.policy.zone)
        except ValueError as problem:
            self.says(where, str(problem))
            return _SOME_INSTANT

    def length(self, where: str, text: str) -> timedelta:
        """Return a length of time."""
        try:
            return duration(text)
        except ValueError as problem:
            self.says(where, str(problem))
            return timedelta()
