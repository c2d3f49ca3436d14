"""What the parts of a ticket are called in a sentence, with the policy's own names for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plugin.core.choosing import OWNER, REQUESTER, Choice, Roster, Way
from plugin.core.duty.contacts import Person
from plugin.core.facts import DUE_FIELDS
from plugin.core.policy import Known, Policy
from plugin.core.rendering.words import listed, quoted, shown

NOUNS: Mapping[str, str] = {
    "ticket.status": "the status",
    "ticket.custom_status": "the custom status",
    "ticket.priority": "the priority",
    "ticket.type": "the type",
    "ticket.subject": "the subject",
    "ticket.description": "the description",
    "ticket.tags": "the tags",
    "ticket.group": "the group",
    "ticket.assignee": "the assignee",
    "ticket.requester": "the requester",
    "ticket.organization": "the organization",
    "ticket.channel": "the channel",
    "ticket.brand": "the brand",
    "ticket.form": "the form",
    "ticket.external_id": "the external id",
    "ticket.text": "what the customer wrote",
    "ticket.last_comment": "the customer's newest comment",
    "ticket.reopens": "the number of times the ticket was reopened",
    "ticket.reassignments": "the number of times the ticket was handed on",
    "ticket.group_moves": "the number of times the ticket changed groups",
    "ticket.attachments": "the number of files attached to the ticket",
    "case.state": "the state of the ticket's case",
    "case.severity": "the severity of the ticket's case",
    "case.missed_promises": "the number of promised updates that nobody wrote in time",
    "case.handoffs": "the number of times the case was given to somebody else",
    "case.reopened": "the number of times the case was opened again",
    "requester.name": "the customer's name",
    "requester.email": "the customer's e-mail address",
    "requester.role": "the requester's role",
    "requester.locale": "the customer's locale",
    "requester.language": "the customer's language",
    "requester.tags": "the customer's tags",
    "organization.name": "the organization's name",
    "organization.tags": "the organization's tags",
    "event.kind": "what just happened",
    "event.by": "who did it",
}
#: Fields whose words need no quotation marks.
_PLAIN = frozenset({"ticket.status", "ticket.priority", "ticket.type", "ticket.channel", "requester.role"})
_ACTORS = {"customer": "the customer", "agent": "an agent", "us": "this plugin", "automation": "another program"}
_OPEN = {
    "ticket.fields.": "the field {}",
    "requester.fields.": "the customer's field {}",
    "organization.fields.": "the organization's field {}",
}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The policy's names for fields, groups and people."""

    policy: Policy

    def noun(self, field: str) -> str:
        """Return what a field is called."""
        prefix = next((p for p in _OPEN if field.startswith(p)), None)
        if prefix is None:
            return NOUNS.get(field, quoted(field))
        return _OPEN[prefix].format(self.custom_field(field.removeprefix(prefix)))

    def custom_field(self, word: str) -> str:
        """Return the name of a custom field of tickets."""
        known = self.policy.fields.get(word.removeprefix(DUE_FIELDS))
        return quoted(known.name if known else word.removeprefix(DUE_FIELDS))

    def value(self, field: str, value: object) -> str:
        """Return what a value of a field is called."""
        if field == "ticket.group":
            return self.group(value)
        if field in ("ticket.assignee", "ticket.requester"):
            return self.person(value)
        if field == "event.by":
            return _ACTORS.get(str(value).casefold(), shown(value))
        if field == "event.kind" and isinstance(value, str):
            return quoted(value.replace("_", " "))
        if field in _PLAIN and isinstance(value, str):
            return "on hold" if value.casefold() == "hold" else value
        return shown(value)

    def group(self, told: object) -> str:
        """Return a group's name, by the policy's word for it or by its id."""
        return _name(self.policy.groups, told)

    def person(self, told: object) -> str:
        """Return a person's name, by the policy's word or by the id."""
        return _name(self.policy.people, told)

    def choice(self, choice: Choice) -> str:
        """Return who is asked."""
        if choice.roster:
            return self.roster(choice.roster)
        if choice.manager_of:
            below = "whoever owns the case until then" if choice.manager_of == OWNER else self.person(choice.manager_of)
            return f"the manager of {below}"
        if choice.lead_of:
            return f"{self.person(choice.person)}, who leads {self.group(choice.lead_of)}"
        return self.person(choice.person) if choice.person else f"whoever is on duty in the rota {quoted(choice.rota)}"

    def roster(self, roster: Roster) -> str:
        """Return how one of several people is chosen."""
        who = listed(map(self.person, roster.people), "and") if roster.people else "all"
        if roster.skills:
            who += f" who can do {listed(map(quoted, roster.skills))}"
        if roster.language:
            speaks = "the customer's language" if roster.language == REQUESTER else quoted(roster.language)
            who += f" {'and' if roster.skills else 'who'} speak {speaks}"
        if roster.way is Way.ROUND_ROBIN:
            return f"in turn one of {who}"
        return f"the one of {who} with the fewest open cases"


def _name(known: Mapping[str, Known] | Mapping[str, Person], told: object) -> str:
    if told is None:
        return "empty"
    found = next((one for key, one in known.items() if str(told).casefold() == key.casefold()), None)
    found = found or next((one for one in known.values() if str(told) in one.ids.values()), None)
    return found.name if found else shown(told)
