"""What a policy wants set up in a helpdesk: service levels, agents' commands, a view of its cases, fields.

Rule 1: nothing is invented: tags, targets, words and fields are the policy's own.
Rule 2: what the way of connecting does not tell us is not offered to agents.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import timedelta

from connectors.provisions import Macro, Setup, Shown, Sla, Way
from plugin.core.commands import Word
from plugin.core.policy import MatrixRow, Policy, Wishes

#: What may be left out, by the word for it.
PARTS = ("sla", "macros", "view", "fields")
#: Where a row promises no updates, as the policy's reference says.
_UPDATE = timedelta(days=1)


def setup(
    policy: Policy, connection: str, *, address: str, way: Way = Way.EVENTS, without: Collection[str] = ()
) -> Setup:
    """Return what the policy wants of a connection."""
    heard = way is Way.EVENTS
    wants = {part: part not in without for part in PARTS}
    return Setup(
        connection=connection,
        address=address,
        way=way,
        slas=tuple(_slas(policy)) if wants["sla"] else (),
        macros=tuple(_macros(policy)) if wants["macros"] and heard else (),
        state_tag=policy.conduct.publish if wants["view"] else None,
        fields=tuple(_fields(policy, connection)) if wants["fields"] else (),
        notices=tuple(_notices(policy, wants, heard=heard)),
    )


def _slas(policy: Policy) -> Iterator[Sla]:
    """Yield each tag once, the worst severity's first, with the strictest targets of the rows that set it."""
    rows: dict[str, list[MatrixRow]] = {}
    for row in sorted(policy.matrix, key=lambda row: row.severity.value if row.severity else "~"):
        if row.wishes.sla_tag:
            rows.setdefault(row.wishes.sla_tag.lower(), []).append(row)
    for rule in policy.rules:
        tag = rule.wishes.sla_tag
        row = policy.row(rule.issue_type, rule.severity)
        if tag and row not in rows.setdefault(tag.lower(), []):
            rows[tag.lower()].append(row)
    named = {one.sla_tag.lower(): one.sla_policy for one in _wishes(policy) if one.sla_tag and one.sla_policy}
    for tag, found in rows.items():
        resolve = [row.resolve for row in found if row.resolve]
        update = min(row.update_every or _UPDATE for row in found)
        yield Sla(tag=tag, update_every=update, resolve=min(resolve, default=None), title=named.get(tag))


def _wishes(policy: Policy) -> Iterator[Wishes]:
    yield from (row.wishes for row in policy.matrix)
    yield from (rule.wishes for rule in policy.rules)


def _macros(policy: Policy) -> Iterator[Macro]:
    prefix, severity = policy.conduct.commands.prefix, policy.conduct.requests.severity
    lines = (
        (Word.REQUEST, "Request an escalation", f" {severity} ", "Write the reason behind it: there must be one."),
        (Word.HAND_OFF, "Hand off", " ", "Write the reason behind it, if you want."),
        (Word.DE_ESCALATE, "De-escalate", " ", "Write the reason behind it: there must be one."),
    )
    tags = (
        (Word.ACKNOWLEDGE, "Acknowledge", "Says that you have taken the ticket up."),
        (Word.RESOLVE, "Resolve", "Says that the remedy is in; the customer is asked, if the policy says so."),
    )
    for word, title, rest, about in lines:
        yield Macro(key=word.value, title=title, about=about, line=f"/{prefix} {word}{rest}")
    for word, title, about in tags:
        yield Macro(key=word.value, title=title, about=about, tag=f"{prefix}_{word}")


def _fields(policy: Policy, connection: str) -> Iterator[Shown]:
    for shows, key in policy.conduct.fields.items():
        field = policy.fields[key]
        title = field.name if field.name != key else f"Escalation {shows}"
        yield Shown(key=key, title=title, shows=shows, id=field.ids.get(connection))


def _notices(policy: Policy, wants: dict[str, bool], *, heard: bool) -> Iterator[str]:
    if wants["macros"] and not heard:
        yield "no macros: a trigger tells of no command; with --mode events there would be some"
    if wants["view"] and policy.conduct.publish is None:
        yield 'no view: the policy shows no case by a tag; write "state_tags": "esc" into it'
    if wants["sla"] and not any(True for _ in _slas(policy)):
        yield "no SLA policies: the policy names no sla_tag in its changes"
    if wants["fields"] and not policy.conduct.fields:
        yield "no fields: the policy has no state_fields"
