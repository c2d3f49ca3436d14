"""Every place of the schema at which a name may stand is one by which `escalation check` counts a name as used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from plugin.core.lint.unused import PLACES
from tests.house.test_schema import SCHEMA, schemas

#: Keys whose texts name no entry of the policy; a new key belongs here or into PLACES.
NO_NAMES = frozenset(
    {
        *("$schema", "name", "description", "kind", "amount", "email", "env", "file", "pattern"),
        *("time_zone", "language", "languages", "country", "subdivision", "skills", "ids", "problem"),
        *("from", "to", "at", "on", "starts", "until", "dates", "except", "holidays", "exceptions", "hours"),
        *("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
        *("acknowledge_within", "work_within", "wait_for_needs", "within", "every", "cool_down", "remedy_first"),
        *("acknowledge", "update_every", "resolve", "of", "due", "remind_every", "prompt_before"),
        *("remind_after", "close_after", "reopen_within", "customer", "vendor", "approval", "longest_snooze"),
        *("issue_type", "issue_types", "operator", "vocabulary", "add", "causes", "templates"),
        *("value",),  # looked into where its field is one of people or groups
        *("connection", "project", "type", "form", "link_type"),  # of another helpdesk
        *("tag", "tags", "sla_tag", "sla_policy", "opt_out_tags", "not_to_tags", "state_tags", "prefix"),
    }
)
#: Objects that name an entry by each of their keys, which are told by the key above.
ABOVE = {"state": "state_fields", "severity": "state_fields", "owner": "state_fields", "tier": "state_fields"}


def free(schema: Any) -> bool:
    """Tell if a text of the admin's own may stand there, alone, in a list or by a word."""
    if not isinstance(schema, dict):
        return False
    target = schema.get("$ref", "").rpartition("/")[2]
    if target and target in SCHEMA["$defs"] and target not in ("condition", "conditions"):
        return free(SCHEMA["$defs"][target])
    kinds = schema.get("type", ())
    if "string" in ((kinds,) if isinstance(kinds, str) else kinds) and "enum" not in schema:
        return True
    inner = [schema.get("items"), schema.get("additionalProperties"), *schema.get("oneOf", ())]
    return any(map(free, inner))


def keys() -> Iterator[tuple[str, str]]:
    for place, schema in schemas(SCHEMA):
        for key, one in schema.get("properties", {}).items():
            if free(one):
                yield place, key


def test_every_key_at_which_a_text_stands_is_known_to_name_something_or_nothing() -> None:
    named = {key for keys_ in PLACES.values() for key in keys_}
    strange = {
        f"{place}.{key}"
        for place, key in keys()
        if key not in named | NO_NAMES and ABOVE.get(key) != place.rpartition(".")[2]
    }

    assert strange == set()


def test_no_key_is_listed_that_the_schema_does_not_have() -> None:
    there = {key for _, schema in schemas(SCHEMA) for key in schema.get("properties", {})}

    named = {key for some in PLACES.values() for key in some}

    assert (named | NO_NAMES) - there == set()
    assert named & NO_NAMES == set()


def test_every_section_of_names_has_its_places() -> None:
    objects = {key for key, one in SCHEMA["properties"].items() if "$ref" in str(one.get("additionalProperties"))}

    assert objects - set(PLACES) == {"exceptions"}  # named by agents, not by the policy
