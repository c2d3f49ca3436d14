"""The policy's schema explains itself, and what it refuses is said so that an admin can mend it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from plugin.core.compiling.upgrades import CURRENT, upgraded
from plugin.core.facts import FIELDS
from plugin.core.operators import NAMES
from plugin.core.problems import Problems
from plugin.core.vocabulary import KEYS, VOCABULARY
from plugin.documents import check, load_policy
from tests.core.rendering.drafts import full
from tests.house.repository import ROOT, committed, name_of

SCHEMA: dict[str, Any] = json.loads((ROOT / "schemas/policy.schema.json").read_text("utf-8"))
DEFS: dict[str, Any] = SCHEMA["$defs"]
EXAMPLES = [path for path in committed() if path.name == "policy.json" and ROOT / "examples" in path.parents]


def schemas(schema: object, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every schema within a schema, with its place."""
    if isinstance(schema, list):
        for i, inner in enumerate(schema):
            yield from schemas(inner, f"{place}[{i}]")
    elif isinstance(schema, dict):
        yield place, schema
        for key, inner in schema.items():
            if key in ("properties", "$defs"):
                for name, one in inner.items():
                    yield from schemas(one, f"{place}.{name}")
            elif key in ("items", "additionalProperties", "oneOf", "then"):
                yield from schemas(inner, f"{place}.{key}")


def test_the_schema_is_one_and_names_its_format() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == f"urn:escalation-plugin:policy:{CURRENT}"


def test_every_key_is_described() -> None:
    keys = [
        (f"{place}.{name}", one)
        for place, schema in schemas(SCHEMA)
        for name, one in schema.get("properties", {}).items()
        if one is not False
    ]

    bare = [place for place, one in keys if not (one.get("description") or DEFS[_target(one)].get("description"))]
    assert len(keys) > 90
    assert bare == []


def _target(schema: dict[str, Any]) -> str:
    return str(schema["$ref"]).removeprefix("#/$defs/")


def test_every_definition_has_a_title_and_a_description_and_is_used() -> None:
    used = {_target(schema) for _, schema in schemas(SCHEMA) if "$ref" in schema}

    assert [name for name, one in DEFS.items() if not ("title" in one and "description" in one)] == []
    assert set(DEFS) == used


def test_every_example_of_the_schema_is_valid() -> None:
    whole = Draft202012Validator(SCHEMA)
    given = [(place, schema, one) for place, schema in schemas(SCHEMA) for one in schema.get("examples", ())]

    assert len(given) > 100
    assert [place for place, schema, one in given if not whole.evolve(schema=schema).is_valid(one)] == []


def test_editors_are_offered_every_word_there_is() -> None:
    condition, vocabulary = DEFS["condition"]["properties"], DEFS["vocabulary"]["properties"]
    languages = {language for words in VOCABULARY.values() for language in words}

    assert condition["operator"]["examples"] == list(NAMES)
    assert set(FIELDS) <= set(condition["field"]["examples"])
    assert tuple(vocabulary) == KEYS
    assert vocabulary["vocabulary"]["examples"] == list(VOCABULARY)
    assert set(vocabulary["languages"]["items"]["examples"]) == languages


@pytest.mark.parametrize("path", EXAMPLES, ids=name_of)
def test_every_example_policy_is_in_order(path: Path) -> None:
    assert load_policy(path)[0].rules


RULE, ROW = "rules[0].when", "matrix[1]"
TEST = {"field": "ticket.status", "operator": "is", "value": "new"}
BOTH = "a condition is one of them: put"


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (
            (RULE,),
            {"all": [TEST], **TEST},
            f'{RULE}: found "all" beside "field", "operator", "value"; {BOTH} the others',
        ),
        ((RULE,), {"all": [TEST], "any": [TEST]}, f'{RULE}: found "all" beside "any"; {BOTH} the others into the list'),
        ((RULE,), {"feild": "idle", "operator": "present"}, f'{RULE}: unknown key "feild"; did you mean "field"?'),
        (
            (RULE,),
            {"none": [{**TEST, "oprator": 1}]},
            f'{RULE}.none[0]: unknown key "oprator"; did you mean "operator"?',
        ),
        (
            (RULE,),
            {"value": 1},
            f'{RULE}: found value; missing "field", or one of "all", "any", "none" and "recurrence"',
        ),
        ((RULE,), {}, f"{RULE}: found {{}}, expected at least one entry"),
        ((RULE,), [TEST], f"{RULE}: found [{{"),
        ((RULE,), {"field": "idle"}, f'{RULE}: a condition with "field" also needs "operator"'),
        (
            (RULE,),
            {"recurrence": "order", "value": 1},
            f'{RULE}: a condition with "recurrence" also needs "within" and "o',
        ),
        ((RULE,), {**TEST, "recurrence": "order"}, f'{RULE}: found "field" beside "recurrence"; {BOTH} both into'),
        ((RULE,), {**TEST, "within": "1d"}, f'{RULE}: found "within" beside "field"; it belongs to "recurrence"'),
        (
            (RULE,),
            {"recurrence": "order", "within": "1d", "operator": "at_least", "value": 1, "calendar": "office"},
            f'{RULE}: found "calendar" beside "recurrence"; it belongs to a clock',
        ),
        ((RULE,), {"all": []}, f"{RULE}.all: found [], expected at least one entry"),
        (
            (RULE,),
            {"field": "ticket.text", "operator": "mentions", "value": {"vocabulry": "safety"}},
            f'{RULE}.value: unknown key "vocabulry"; did you mean "vocabulary"?',
        ),
        ((ROW, "ladder"), "fast", f'{ROW}: found both "owner" and "ladder"; keep the one that says who owns the case'),
        ((ROW, "owner"), None, f'{ROW}.owner: found null, expected one person, as "ana"'),
        ((ROW, "owner"), ["rui"], f'{ROW}.owner: found ["rui"], expected one person, as "ana"'),
        ((ROW, "owner"), {"rotas": "managers"}, f'{ROW}.owner: unknown key "rotas"; did you mean "rota"?'),
        ((ROW, "owner"), {"rota": 5}, f"{ROW}.owner.rota: found 5, expected string"),
        ((ROW, "owner"), "", f'{ROW}.owner: found "", expected at least one letter'),
        (("rules[0].refire",), "onec", 'rules[0].refire: unknown value "onec"; did you mean "once"?'),
        (("rules[0].refire",), {"every": "4h"}, 'rules[0].refire: missing "at_most"; found every'),
        (("rules[0].refire",), {"every": "4h", "at_most": "3"}, 'rules[0].refire.at_most: found "3", expected integer'),
        (("templates.told",), {"en": ""}, 'templates.told.en: found "", expected at least one letter'),
        (("templates.told",), 3, "templates.told: found 3, expected a text, or texts by language"),
        (("calendars.office.hours.mon",), [["09:00"]], 'hours.mon[0]: found ["09:00"], expected at least 2 entries'),
        (
            ("rotas.managers.layers",),
            [{"peple": []}],
            'rotas.managers.layers[0]: unknown key "peple"; did you mean "people"?',
        ),
        (
            ("rotas.vendor.feed",),
            "https://secret.example",
            "rotas.vendor.feed: found a text, expected object: where the",
        ),
        (("rotas.vendor.feed",), {"https://secret.example": 1}, 'rotas.vendor.feed: unknown key "…"; known: env, file'),
        (("rotas.vendor.feed",), {"env": 1, "file": "https://secret.example"}, "rotas.vendor.feed.env: found a number"),
        (("rotas.vendor.feed",), {"env": "A", "file": "B"}, 'rotas.vendor.feed: give one of {"env": NAME} and {"file"'),
        (("rotas.vendor.feed",), {}, 'rotas.vendor.feed: give one of {"env": NAME} and {"file": PATH}'),
        (("rotas.vendor.feed",), {"env": ""}, "rotas.vendor.feed.env: found a text, expected at least one letter"),
        (("rules[0].priority",), 10**7, "rules[0].priority: 10000000 is greater than the maximum of 1000000"),
        (
            ("rules[0].name",),
            "No Name",
            'rules[0].name: found "No Name", expected lower-case letters, digits, `-` and `_`',
        ),
        (("matrix",), [{}] * 2_001, "matrix: found 2001 entries, expected at most 2000"),
        (
            ("groups",),
            {f"g{i}": {"ids": {}} for i in range(10_001)},
            "groups: found 10001 entries, expected at most 10",
        ),
        (("entities.product.pattern",), "x" * 1_001, "pattern: found 1001 letters, expected at most 1000"),
        (("nmae",), "x", 'unknown key "nmae"; did you mean "name"?'),
        (("format",), "2", 'format: found "2", expected 1 or 2'),
        ((ROW, "changes", "priority"), None, 'changes.priority: found null, expected "low" or "normal" or "high" or'),
        (
            (ROW, "changes", "tags"),
            ["a b"],
            'changes.tags[0]: found "a b", expected one tag, without blanks and commas',
        ),
        (
            (ROW, "changes", "tags"),
            ["a,b"],
            'changes.tags[0]: found "a,b", expected one tag, without blanks and commas',
        ),
        (
            (ROW, "changes", "sla_tag"),
            "a b",
            'changes.sla_tag: found "a b", expected one tag, without blanks and commas',
        ),
        (("people.ana.ids.acme",), "", 'people.ana.ids.acme: found "", expected an id, which is never empty'),
        (("opt_out_tags",), ["a,b"], 'opt_out_tags[0]: found "a,b", expected one tag, without blanks and commas'),
    ],
)
def test_a_mistake_is_said_with_its_place_and_its_remedy(path: tuple[str, ...], value: object, said: str) -> None:
    document = upgraded(full())
    put(document, ".".join(path), value)

    with pytest.raises(Problems) as raised:
        check(document, "policy", title="policy.json has mistakes:")

    assert said in str(raised.value)
    assert "secret.example" not in str(raised.value)


@pytest.mark.parametrize(
    ("auth", "said"),
    [
        ({"oauth_client_id": "me"}, 'acme.auth: missing "oauth_client_secret"; found oauth_client_id'),
        ({"email": "a@b.c", "api_tokn": "s3cret"}, 'acme.auth: unknown key "api_tokn"; did you mean "api_token"?'),
        ({"bearer_token": {"env": 5}}, "acme.auth.bearer_token.env: found a number, expected string"),
        ({"bearer_token": ["s3cret"]}, "acme.auth.bearer_token: found a list, expected text, or where to find it"),
        ({"token": "s3cret"}, "acme.auth: found an object, expected oauth_client_id and oauth_client_secret, or"),
    ],
)
def test_a_mistake_near_a_secret_is_said_without_it(auth: object, said: str) -> None:
    one = {"platform": "zendesk", "base_url": "https://acme.zendesk.com", "auth": auth, "webhook_secrets": ["s3cret"]}
    told = {"connections": {"acme": one}}

    with pytest.raises(Problems) as raised:
        check(told, "connections", title="")

    assert said in str(raised.value)
    assert "s3cret" not in str(raised.value)


def test_a_row_without_an_owner_is_said() -> None:
    document = full()
    del document["matrix"][2]["owner"]

    with pytest.raises(Problems, match=r'matrix\[2\]: missing "owner" or "ladder": who owns the case\?'):
        check(document, "policy", title="")


def put(document: Any, path: str, value: object) -> None:
    """Set what stands at a place such as `rules[0].when`."""
    keys = [int(key) if key.isdigit() else key for key in path.replace("[", ".").replace("]", "").split(".")]
    for key in keys[:-1]:
        document = document[key]
    document[keys[-1]] = value
