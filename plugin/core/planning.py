"""From what a decision wants to what must be sent.

Rule 1: ask only for what differs from the ticket just read.
Rule 2: a field a person changed since we decided stays as the person left it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from connectors.model import (
    AddComment,
    AddFollowers,
    AddTags,
    Assign,
    Change,
    Comment,
    LinkProblem,
    RemoveTags,
    SetField,
    SetGroup,
    SetPriority,
    SetStatus,
    Ticket,
)
from plugin.core.model import Because, Case, Say
from plugin.core.policy import MatrixRow, Policy, Rule, Wishes
from plugin.core.templates import Rendered, instant, one_line, render_or_fallback
from plugin.core.texts.fallbacks import fallback


class HasIds(Protocol):
    """Somebody or something with an id on each connection."""

    @property
    def ids(self) -> Mapping[str, str]:
        """Return the ids by connection."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What a policy wants of a ticket, and which of its texts failed."""

    changes: tuple[Change, ...] = ()
    problems: tuple[str, ...] = ()


def wanted(
    policy: Policy,
    rule: Rule | None,
    row: MatrixRow,
    case: Case,
    ticket: Ticket,
    because: Iterable[Because],
    *,
    remedies: Iterable[str] = (),
) -> Wanted:
    """Return everything the policy wants of this ticket for this case; without a rule, for its row alone.

    `remedies` may still be given there.
    """
    wishes = rule.wishes.over(row.wishes) if rule else row.wishes
    fields: list[Change | None] = [
        _tags(wishes),
        SetPriority(priority=wishes.priority) if wishes.priority else None,
        _assign(policy, wishes, case),
        _group(policy, wishes, case),
        _followers(policy, (*row.watchers, *wishes.followers), case),
        *_fields(policy, wishes, case),
    ]
    values = text_values(policy, case, ticket, because, remedies)
    said = [
        (_said(policy, name, values, locale=_reader(policy, case, ticket, public=public), public=public), public)
        for name, public in ((wishes.internal_note, False), (wishes.public_comment, True))
        if name
    ]
    comments = [AddComment(text=one.text, public=public) for one, public in said]
    return Wanted(
        changes=(*(c for c in fields if c is not None), *comments),
        problems=(*_nameless(policy, wishes, case), *(one.problem for one, _ in said if one.problem)),
    )


def spoken(policy: Policy, say: Say, case: Case, ticket: Ticket) -> tuple[AddComment, str | None]:
    """Return one of the policy's texts as a comment, and what was wrong with its template."""
    values = text_values(policy, case, ticket)
    locale = _reader(policy, case, ticket, public=say.public or bool(say.proposed))
    _, text = policy.texts.pick(say.template, locale)
    default = policy.texts.default_language
    plain = partial(fallback, say.kind, locale, values, default_language=default)
    done = render_or_fallback(text, values, plain, name=say.template)
    said = f'{say.proposed} "{done.text}"' if say.proposed else done.text
    return AddComment(text=said, public=say.public), done.problem


def joined(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return the changes with all their internal notes in one, and all their public comments."""
    everything = tuple(changes)
    fields = tuple(change for change in everything if not isinstance(change, AddComment))
    said = [change for change in everything if isinstance(change, AddComment)]
    texts = [(public, [one.text for one in said if one.public is public]) for public in (False, True)]
    return (*fields, *(AddComment(text="\n\n".join(found), public=public) for public, found in texts if found))


def _nameless(policy: Policy, wishes: Wishes, case: Case) -> Iterator[str]:
    """Tell what is left out because the policy has no id for it on this connection."""
    assignee = {"owner": case.owner, "keep": None}.get(wishes.assignee or "owner", wishes.assignee)
    if assignee and not _id(policy.people, assignee, case):
        yield f"{assignee} has no id on {case.ticket.connection}: nobody is assigned"
    if wishes.group and not _id(policy.groups, wishes.group, case):
        yield f"group {wishes.group} has no id on {case.ticket.connection}: the group stays"


def _said(policy: Policy, name: str, values: Mapping[str, object], *, locale: str | None, public: bool) -> Rendered:
    """Render a text in the reader's language; a template that fails never drops the message."""
    _, text = policy.texts.pick(name, locale)
    kind, default = ("public_comment" if public else "internal_note"), policy.texts.default_language
    return render_or_fallback(text, values, lambda: fallback(kind, locale, values, default_language=default), name=name)


def _reader(policy: Policy, case: Case, ticket: Ticket, *, public: bool) -> str | None:
    if not public:
        return policy.people[case.owner].language if case.owner in policy.people else None
    return ticket.requester.locale if ticket.requester else None


def text_values(
    policy: Policy, case: Case, ticket: Ticket, because: Iterable[Because] = (), remedies: Iterable[str] = ()
) -> Mapping[str, object]:
    """Return what any text about a case may name."""
    return {
        **ticket_values(ticket),
        "owner": {"name": policy.name_of(case.owner)},
        "case": {
            "issue_type": case.issue_type,
            "severity": case.severity.value,
            "opened_at": instant(case.opened_at, policy.zone),
            "next_update": instant(case.next_update_at, policy.zone),
        },
        "rule": {"name": case.rule},
        "because": [line for line in map(sentence, because) if line],
        "remedies": list(remedies),
    }


def ticket_values(ticket: Ticket) -> dict[str, object]:
    """Return what any text may name of the ticket itself."""
    return {
        "ticket": {
            "id": ticket.ref.id,
            "subject": one_line(ticket.subject),
            "url": ticket.url,
            "status": ticket.status.value,
            "priority": ticket.priority or "",
            "attachments": [file for comment in ticket.comments or () if comment.public for file in _files(comment)],
        },
        "requester": {"name": one_line(ticket.requester.name if ticket.requester else "")},
    }


def _files(comment: Comment) -> Iterator[str]:
    """Return where the files of a comment are; their names are the customer's words."""
    for one in comment.attachments:
        size = "" if one.size is None else f" ({max(one.size // 1000, 1)} kB)"
        yield f"{one_line(one.name)}{size}: {one.url}"


def sentence(line: Because) -> str:
    """Write one line of a trace for people; only what holds."""
    if not line.holds:
        return ""
    wanted_value = ", ".join(map(str, line.wanted)) if isinstance(line.wanted, (list, tuple)) else line.wanted
    seen = ", ".join(map(str, line.seen)) if isinstance(line.seen, (list, tuple)) else line.seen
    value = "" if wanted_value is None else f" {wanted_value}"
    told = f"{line.field} {line.operator.replace('_', ' ')}{value}" + (
        f" in {line.calendar} hours" if line.calendar else ""
    )
    return told + (f" (seen: {seen})" if seen is not None else "")


def _tags(wishes: Wishes) -> AddTags | None:
    tags = (*wishes.tags, *([wishes.sla_tag] if wishes.sla_tag else []))
    return AddTags(tags=tuple(dict.fromkeys(tag.lower() for tag in tags))) if tags else None


def _assign(policy: Policy, wishes: Wishes, case: Case) -> Assign | None:
    name = wishes.assignee or "owner"
    person = None if name == "keep" else _id(policy.people, case.owner if name == "owner" else name, case)
    return Assign(person_id=person) if person else None


def _group(policy: Policy, wishes: Wishes, case: Case) -> SetGroup | None:
    group = _id(policy.groups, wishes.group, case)
    return SetGroup(group_id=group) if group else None


def _followers(policy: Policy, names: Iterable[str], case: Case) -> AddFollowers | None:
    found = [_id(policy.people, name, case) for name in dict.fromkeys(names)]
    ids = tuple(person for person in found if person)
    return AddFollowers(person_ids=ids) if ids else None


def _fields(policy: Policy, wishes: Wishes, case: Case) -> list[Change]:
    """Return the wishes for custom fields; one whose id is not known on this connection is left out."""
    found = [
        (_id(policy.fields, key, case) if key in policy.fields else key, value)
        for key, value in wishes.custom_fields.items()
    ]
    return [SetField(field_id=field_id, value=value) for field_id, value in found if field_id]


def _id(entries: Mapping[str, HasIds], key: str | None, case: Case) -> str | None:
    return entries[key].ids.get(case.ticket.connection) if key is not None and key in entries else None


def missing(changes: Iterable[Change], ticket: Ticket) -> tuple[Change, ...]:
    """Return the changes the ticket does not show yet; a comment is always missing."""
    trimmed = [_trimmed(change, ticket) for change in changes]
    return tuple(change for change in trimmed if change is not None)


def _trimmed(change: Change, ticket: Ticket) -> Change | None:
    if isinstance(change, AddTags):
        tags = tuple(t for t in change.tags if t not in ticket.tags)
        return replace(change, tags=tags) if tags else None
    if isinstance(change, RemoveTags):
        tags = tuple(t for t in change.tags if t in ticket.tags)
        return replace(change, tags=tags) if tags else None
    if isinstance(change, AddFollowers):
        people = tuple(p for p in change.person_ids if p not in ticket.follower_ids)
        return replace(change, person_ids=people) if people else None
    comment = slot(change) is None
    return change if comment or current(change, ticket) != _target(change) else None


def _target(change: Change) -> object:
    """Return the value a single-valued change asks for; None for the others."""
    if isinstance(change, SetPriority):
        return change.priority
    if isinstance(change, SetStatus):
        return change.status
    if isinstance(change, Assign):
        return change.person_id
    if isinstance(change, SetGroup):
        return change.group_id
    if isinstance(change, LinkProblem):
        return change.problem_id
    return change.value if isinstance(change, SetField) else None


def current(change: Change, ticket: Ticket) -> object:
    """Return what the ticket has now where a single-valued change would write."""
    if isinstance(change, SetPriority):
        return ticket.priority
    if isinstance(change, SetStatus):
        return ticket.status
    if isinstance(change, Assign):
        return ticket.assignee_id
    if isinstance(change, SetGroup):
        return ticket.group_id
    if isinstance(change, LinkProblem):
        return ticket.problem_id
    return ticket.custom_fields.get(change.field_id) if isinstance(change, SetField) else None


def slot(change: Change) -> str | None:
    """Name the single value a change writes; None for tags, followers and comments, which only add."""
    names: dict[type, str] = {
        SetPriority: "priority",
        SetStatus: "status",
        Assign: "assignee",
        SetGroup: "group",
        LinkProblem: "problem",
    }
    return f"field {change.field_id}" if isinstance(change, SetField) else names.get(type(change))


def snapshot(changes: Iterable[Change], ticket: Ticket) -> dict[str, object]:
    """Return what the ticket had, when decided, in each place that will be written."""
    return {name: current(change, ticket) for change in changes if (name := slot(change))}


def human_wins(
    changes: Iterable[Change], before: Mapping[str, object], ticket: Ticket
) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """Drop the changes whose place is no longer as it was; return the rest and the dropped places.

    A person who assigns also chose the group, and the other way round: the two go together.
    """
    places = {name: current(c, ticket) for c in changes if (name := slot(c)) and name in before}
    moved = {name for name, now in places.items() if now != before[name]}
    if moved & {"assignee", "group"}:
        moved |= {"assignee", "group"} & set(places)
    return tuple(c for c in changes if slot(c) not in moved), tuple(sorted(moved))


def describe(change: Change) -> dict[str, object]:
    """Return a change as JSON for a plan or the log; of a comment only its kind and length."""
    if isinstance(change, AddComment):
        return {
            "change": "public_comment" if change.public else "internal_note",
            "characters": len(change.text),
        }
    if isinstance(change, AddTags):
        return {"change": "add_tags", "tags": list(change.tags)}
    if isinstance(change, RemoveTags):
        return {"change": "remove_tags", "tags": list(change.tags)}
    if isinstance(change, AddFollowers):
        return {"change": "add_followers", "people": list(change.person_ids)}
    if isinstance(change, SetField):
        return {"change": "set_field", "field": change.field_id, "value": change.value}
    return {"change": f"set_{slot(change)}", "value": _target(change)}
