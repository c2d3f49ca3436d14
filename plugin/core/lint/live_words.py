"""The words of conditions and changes beside what a helpdesk has: ids, choices, tags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from connectors.catalogue import CatalogueField, SlaPolicy
from plugin.core.conditions import Test
from plugin.core.facts import DUE_FIELDS
from plugin.core.lint.findings import Code, Finding, finding
from plugin.core.lint.literals import leaves
from plugin.core.lint.live import Helpdesk, field_there
from plugin.core.lint.near import hint
from plugin.core.lint.outlook import Outlook
from plugin.core.names import is_id
from plugin.core.operators import CHANGES
from plugin.core.policy import Wishes

_EXACT = frozenset({"is", "is_not", "in", "not_in", "contains", *CHANGES})
_EXACT |= {"contains_any", "contains_all", "contains_none"}
_FIELDS = ("ticket.fields.", DUE_FIELDS)


def conditions(outlook: Outlook, desk: Helpdesk) -> Iterator[Finding]:
    """Find words of conditions that the helpdesk does not have."""
    for view in outlook.rules:
        for place, test in leaves(view.rule.condition, f"{view.place}.when"):
            if isinstance(test, Test):
                yield from _test(desk, place, test)
    for entity in desk.policy.entities:
        for i, source in enumerate(entity.sources):
            yield from _source(desk, f"entities.{entity.name}.in[{i}]", source)


def _test(desk: Helpdesk, place: str, test: Test) -> Iterator[Finding]:
    yield from _source(desk, f"{place}.field", test.field)
    if test.operator not in _EXACT:
        return
    values = [str(v) for v in (test.value if isinstance(test.value, tuple) else (test.value,)) if v is not None]
    if test.field in (lists := _lists(desk)):
        code, what, names, own = lists[test.field]
        yield from _unknown_ids(desk, f"{place}.value", values, code, what, names, own)
    elif test.field.startswith("ticket.fields."):
        yield from _options(desk, f"{place}.value", test.field.removeprefix("ticket.fields."), values)
    elif test.field == "ticket.tags":
        yield from _tags(desk, f"{place}.value", values)


_Listed = tuple[Code, str, Mapping[str, str] | None, Iterable[str]]


def _lists(desk: Helpdesk) -> Mapping[str, _Listed]:
    """Return by field what its values are ids of, and the policy's own words for some."""
    there = desk.catalogue
    return {
        "ticket.custom_status": (Code.STATUS_UNKNOWN, "custom status", there.statuses, ()),
        "ticket.brand": (Code.BRAND_UNKNOWN, "brand", there.brands, ()),
        "ticket.form": (Code.FORM_UNKNOWN, "form", there.forms, ()),
        "ticket.group": (Code.GROUP_UNKNOWN, "group", there.groups, desk.policy.groups),
        "ticket.assignee": (Code.AGENT_UNKNOWN, "agent", desk.agents, desk.policy.people),
    }


def _unknown_ids(
    desk: Helpdesk,
    place: str,
    values: list[str],
    code: Code,
    what: str,
    names: Mapping[str, str] | None,
    own: Iterable[str],
) -> Iterator[Finding]:
    words = {word.casefold() for word in own}
    for value in values if names is not None else ():
        if value not in (names or {}) and value.casefold() not in words:
            message = f"no {what} {desk.there()} has the id {value}{hint(value, names or {})}"
            yield finding(code, place, message, level=desk.level)


def _source(desk: Helpdesk, place: str, name: str) -> Iterator[Finding]:
    """Find a bare id of a field that is not there; the policy's own words are looked at where they stand."""
    prefix = next((prefix for prefix in _FIELDS if name.startswith(prefix)), None)
    word = name.removeprefix(prefix) if prefix else ""
    if word and is_id(word) and word not in desk.policy.fields:
        yield from field_there(desk, place, word, level=desk.level)


def _options(desk: Helpdesk, place: str, word: str, values: Iterable[str]) -> Iterator[Finding]:
    known = desk.policy.fields.get(word)
    id_ = known.ids.get(desk.connection) if known else word
    found = (desk.catalogue.fields or {}).get(id_ or "")
    for value in values if found else ():
        if found and found.options is not None and value.casefold() not in map(str.casefold, found.options):
            level = None if known else desk.level
            yield finding(Code.OPTION_UNKNOWN, place, _no_option(desk, found, value), level=level)


def _no_option(desk: Helpdesk, found: CatalogueField, value: str) -> str:
    options = found.options or {}
    near = hint(value, options)
    known = "" if near else f"; it has {', '.join(list(options)[:8]) or 'none'}"
    return f'the field {found.name} {desk.there()} has no choice "{value}"{near}{known}'


def _tags(desk: Helpdesk, place: str, values: Iterable[str]) -> Iterator[Finding]:
    """Find tags that look like a misspelt one; people may use any."""
    ours = _ours(desk)
    for value in values if desk.catalogue.tags else ():
        known = (desk.catalogue.tags or frozenset()) | ours
        near = [] if value in known else get_close_matches(value, sorted(known), n=1, cutoff=0.85)
        if near and _letters(near[0]) != _letters(value):
            message = f'nothing {desk.there()} sets the tag "{value}"; did you mean "{near[0]}"?'
            yield finding(Code.TAG_UNKNOWN, place, message)


def _ours(desk: Helpdesk) -> frozenset[str]:
    """Return the tags that the policy itself writes."""
    wishes = [*(row.wishes for row in desk.policy.matrix), *(rule.wishes for rule in desk.policy.rules)]
    return frozenset(tag for one in wishes for tag in (*one.tags, *([one.sla_tag] if one.sla_tag else [])))


def _letters(word: str) -> str:
    """Return a word without its digits: `sla_1` and `sla_2` are two tags, not one misspelt."""
    return "".join(letter for letter in word if not letter.isdigit())


def changes(outlook: Outlook, desk: Helpdesk) -> Iterator[Finding]:
    """Find changes that the helpdesk would refuse, or that lead to nothing there."""
    places = [(f"matrix[{i}].changes", row.wishes) for i, row in enumerate(desk.policy.matrix)]
    places += [(f"{view.place}.changes", view.rule.wishes) for view in outlook.rules]
    for place, wishes in places:
        yield from _written(desk, place, wishes)


def _written(desk: Helpdesk, place: str, wishes: Wishes) -> Iterator[Finding]:
    for key, value in wishes.custom_fields.items():
        where = f"{place}.custom_fields.{key}"
        yield from _source(desk, where, f"ticket.fields.{key}")
        yield from _options(desk, where, key, [] if value is None else [str(value)])
    policies, tag = desk.catalogue.sla_policies, wishes.sla_tag
    if tag and policies is not None and not any(tag.lower() in one.tags for one in policies):
        wanted = sorted({tag for one in policies for tag in one.tags})
        near = get_close_matches(tag, wanted, n=1)
        more = f'; did you mean "{near[0]}"?' if near else "; add it to the filter of one"
        yield finding(Code.SLA_TAG_UNUSED, f"{place}.sla_tag", f'no SLA policy {desk.there()} filters on "{tag}"{more}')
    elif tag and policies is not None and wishes.sla_policy:
        yield from _policy_named(desk, f"{place}.sla_policy", wishes.sla_policy, tag.lower(), policies)


def _policy_named(desk: Helpdesk, place: str, name: str, tag: str, policies: Iterable[SlaPolicy]) -> Iterator[Finding]:
    """Find a policy that is not there, or that the tag does not bring."""
    tags = {" ".join(one.name.casefold().split()): one.tags for one in policies}
    key = " ".join(name.casefold().split())
    if key not in tags:
        near = get_close_matches(key, sorted(tags), n=1)
        more = f'; did you mean "{near[0]}"?' if near else ""
        yield finding(Code.SLA_POLICY_UNKNOWN, place, f'no SLA policy {desk.there()} is called "{name}"{more}')
    elif tag not in tags[key]:
        message = f'the SLA policy "{name}" {desk.there()} does not filter on "{tag}"'
        yield finding(Code.SLA_POLICY_UNKNOWN, place, message)
