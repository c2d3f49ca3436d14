"""Why Zendesk did not do as asked, in words that are fit for a log.

Rule 1: no I/O. At least four envelopes exist, and HTML; whatever is none of them says nothing.
Rule 2: a description may quote a ticket: only codes, field names and field ids get through, and our own sentences.

https://developer.zendesk.com/api-reference/introduction/requests/#response-format
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from connectors.outcomes import Refusal

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_MOST = 20

#: What a field's refusal means for the admin, by Zendesk's name of the field.
REMEDIES: Mapping[str, str] = {
    "assignee": "the assignee is no agent who may take this ticket: check the id in the policy and the group's members",
    "assignee_id": "the assignee is no agent: check the person's id in the policy",
    "comment": "the comment is refused",
    "custom_fields": "a custom field does not take this value: check its id and its choices",
    "followers": "a follower is no agent: check the ids in the policy",
    "group": "the group is refused: check its id in the policy and the assignee's groups",
    "group_id": "the group is unknown: check its id in the policy",
    "priority": "the priority is refused: check the policy, and the ticket's type and form",
    "requester": "the requester is suspended or gone",
    "status": "the status does not allow this change",
    "tags": "a tag is refused",
}

#: The place of a write that a field of Zendesk's is, as PermanentFailure names places.
_PLACES: Mapping[str, str] = {
    **{name: name for name in ("assignee", "followers", "group", "priority", "tags")},
    **{"assignee_id": "assignee", "group_id": "group", "custom_fields": "fields"},
}
_TICKET_FIELD = "ticket_field_"
_UNUSABLE = "the field does not take this value: check its id and its choices"

#: Sentences of Zendesk's that are known word for word.
_KNOWN: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"closed prevents ticket update", re.IGNORECASE), "the ticket is closed, and stays as it is"),
    (re.compile(r"is required when|cannot be blank|needed", re.IGNORECASE), "a field must be filled in first"),
    (re.compile(r"5,?000 comments", re.IGNORECASE), "the ticket has all the comments it can hold"),
)

#: Codes of 404s that speak of the address, not of the ticket.
_NO_PLACE = frozenset({"InvalidEndpoint"})

# https://developer.zendesk.com/api-reference/introduction/rate-limits/#endpoint-rate-limits
_ONE_TICKET = re.compile(r"zendesk-rate-?limit-.*per-ticket", re.IGNORECASE)


def explain(document: object, headers: Mapping[str, str]) -> Refusal:
    """Return what may be told of a refusal."""
    code = _code(document)
    fields = dict(_fields(document))
    words = [words for name in fields if (words := REMEDIES.get(name))]
    words += [words for pattern, words in _KNOWN if any(map(pattern.search, _descriptions(document)))]
    return Refusal(
        code=code,
        words=tuple(dict.fromkeys(words)),
        fields=fields,
        refused=dict(_refused(fields, list(_descriptions(document)))),
        one_ticket=_is_one_tickets(headers),
        readable=isinstance(document, Mapping) and code not in _NO_PLACE,
    )


def _code(document: object) -> str:
    """Return the first thing in one of the envelopes that looks like a code."""
    whole = _mapping(document)
    first = next(_mappings(whole.get("errors")), {})
    error = whole.get("error")
    told = (error, _mapping(error).get("title"), first.get("code"), first.get("title"))
    return next((str(word) for word in told if _is_word(word)), "")


def _fields(document: object) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Return which field was refused, with which codes."""
    for name, faults in list(_mapping(_mapping(document).get("details")).items())[:_MOST]:
        if _is_word(name):
            codes = [code for fault in _mappings(faults) for code in _codes(fault)]
            yield name, tuple(codes[:_MOST])


def _codes(fault: Mapping[str, object]) -> Iterator[str]:
    field_id = fault.get("ticket_field_id")
    if _is_word(fault.get("error")):
        yield str(fault["error"])
    if isinstance(field_id, int):
        yield f"ticket_field_{field_id}"


def _refused(fields: Mapping[str, tuple[str, ...]], descriptions: list[str]) -> Iterator[tuple[str, str]]:
    """Return which places of the write are refused: a fault that names a custom field is of that one alone.

    Some faults stand under `base` and name their field in the text, before a colon.
    """
    for told in descriptions if "base" in fields else ():
        label = told.partition(":")[0].strip().lower()
        yield from [(_PLACES[label], REMEDIES[label])] if label in _PLACES else ()
    for name, codes in fields.items():
        custom = [code.removeprefix(_TICKET_FIELD) for code in codes if code.startswith(_TICKET_FIELD)]
        yield from ((f"field {field_id}", _UNUSABLE) for field_id in custom)
        if name in _PLACES and not custom:
            yield _PLACES[name], REMEDIES[name]


def _descriptions(document: object) -> Iterator[str]:
    details = _mapping(_mapping(document).get("details"))
    for faults in details.values():
        yield from (str(fault.get("description")) for fault in _mappings(faults))


def _is_one_tickets(headers: Mapping[str, str]) -> bool:
    return any(_ONE_TICKET.match(name) and "remaining=0" in value.replace(" ", "") for name, value in headers.items())


def _is_word(value: object) -> bool:
    return isinstance(value, str) and _WORD.fullmatch(value) is not None


def _mappings(value: object) -> Iterator[Mapping[str, object]]:
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
